#include <cstdlib>
#include <cstring>
#include <new>

#include <gtest/gtest.h>
#include <malloc.h>

#include "tests/proto/formats.h"

// Keys that pass through an encoder or a decoder stay in the bytes and values that the caller
// holds, and in no memory that was freed on the way. Every block that this program frees is
// searched.
namespace {

constexpr std::size_t kPatternBytes = 24;
const std::uint8_t* g_pattern = nullptr;  // null: do not search
int g_found = 0;

bool holds(const void* block, std::size_t size) {
  return memmem(block, size, g_pattern, kPatternBytes) != nullptr;
}

void search(const void* block) {
  if (g_pattern == nullptr || block == nullptr) return;
  const std::uint8_t* pattern = g_pattern;
  // The library's own bookkeeping may free memory too.
  if (holds(block, malloc_usable_size(const_cast<void*>(block)))) ++g_found;
  g_pattern = pattern;
}

}  // namespace

void* operator new(std::size_t size) {
  void* block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) std::abort();
  return block;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  search(block);
  std::free(block);
}
void operator delete(void* block) noexcept {
  search(block);
  std::free(block);
}
void operator delete(void* block, std::size_t /*size*/) noexcept {
  search(block);
  std::free(block);
}

namespace kluis::test {
namespace {

constexpr std::array<std::uint8_t, 32> kKey = {
    0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x17, 0x28, 0x39, 0x4a, 0x5b, 0x6c, 0x7d, 0x8e, 0x9f, 0xa0,
    0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x01};

// Blocks freed while `action` runs that hold the key.
template <typename Action>
int left_behind(Action action) {
  g_found = 0;
  g_pattern = kKey.data();
  action();
  g_pattern = nullptr;
  return g_found;
}

void wipe(Bytes& bytes) {
  std::memset(bytes.data(), 0, bytes.size());
}

// Bytes that lie on no word boundary, so that the decoder needs a copy.
Bytes shifted(const Bytes& bytes) {
  Bytes target(bytes.size() + 1);
  std::ranges::copy(bytes, target.begin() + 1);
  return target;
}

template <typename Value, typename Decode>
void expect_clean(const Value& value, Decode decode) {
  Bytes bytes;
  EXPECT_EQ(left_behind([&] { bytes = encode(value); }), 0);
  const Bytes moved = shifted(bytes);
  EXPECT_EQ(left_behind([&] {
              auto decoded = decode(ByteView(moved).subspan(1));
              EXPECT_TRUE(decoded);
            }),
            0);
}

TEST(WipeTest, TheSearchFindsAKeyThatStaysBehind) {
  EXPECT_EQ(left_behind([] { Bytes copy(kKey.begin(), kKey.end()); }), 1);
}

TEST(WipeTest, AnItemLeavesNoKeyBehind) {
  expect_clean(Item(ItemRecord{{}, kKey}), decode_item);
}

TEST(WipeTest, AWelcomeLeavesNoSecretBehind) {
  expect_clean(WelcomeContent{{}, 3, kKey}, decode_welcome_content);
}

TEST(WipeTest, AVersionLeavesNoKeyBehind) {
  Version version;
  version.file_name = std::string(900, 'x');  // more than the first segment holds at once
  version.key = kKey;
  expect_clean(version,
               [](ByteView bytes) { return decode_circle_body(RecordKind::version, bytes); });
}

TEST(WipeTest, AListLeavesNoKeyBehind) {
  KeyList list;
  list.entries.reserve(200);  // the test itself leaves no key in memory that was outgrown
  for (std::uint8_t number = 0; number < 200; ++number) list.entries.push_back({{{number}}, kKey});
  std::vector<Bytes> chunks;
  EXPECT_EQ(left_behind([&] { chunks = encode_list(list, 4096); }), 0);
  std::vector<Bytes> moved;
  for (const Bytes& chunk : chunks) moved.push_back(shifted(chunk));
  std::vector<ByteView> views;
  for (const Bytes& chunk : moved) views.push_back(ByteView(chunk).subspan(1));
  EXPECT_EQ(left_behind([&] {
              auto decoded = decode_list(views);
              ASSERT_TRUE(decoded);
              for (KeyEntry& entry : decoded->entries) entry.key.fill(0);
            }),
            0);
  // Refused after it was read: nobody else can wipe it.
  std::swap(views.front(), views.back());
  EXPECT_EQ(left_behind([&] { EXPECT_FALSE(decode_list(views)); }), 0);
  for (Bytes& chunk : chunks) wipe(chunk);
}

}  // namespace
}  // namespace kluis::test
