#include <gtest/gtest.h>

#include "tests/proto/formats.h"

// The key list over several messages.
namespace kluis::test {
namespace {

template <typename Id>
Id numbered(std::size_t number) {
  Id id;
  id.bytes[0] = static_cast<std::uint8_t>(number >> 8U);
  id.bytes[1] = static_cast<std::uint8_t>(number & 0xffU);
  return id;
}

KeyList large_list(std::size_t count) {
  KeyList list;
  for (std::size_t number = 0; number < count; ++number) {
    list.members.push_back({numbered<DeviceId>(number), numbered<Digest>(number + 1)});
    list.holders_ever.push_back(numbered<DeviceId>(number));
    list.entries.push_back({numbered<RecordId>(number), numbered<Digest>(number + 7).bytes});
    list.cells.push_back(
        {encode(Cell{{}, numbered<DeviceId>(number), CellKind::seen, 0, number, {}}), Signature{}});
    list.tombstones.push_back(
        {numbered<RecordId>(number), numbered<DeviceId>(number + 1), number + 1});
    list.cuts.push_back({numbered<DeviceId>(number), number, numbered<RecordId>(number)});
  }
  return list;
}

std::vector<ByteView> views(const std::vector<Bytes>& chunks) {
  return {chunks.begin(), chunks.end()};
}

TEST(KeyListTest, SpreadsOverMessagesOfAtMostTheAskedSize) {
  const KeyList list = large_list(300);
  std::size_t count_before = 0;
  for (const std::size_t size : {kListChunkBytesMax, std::size_t{64} << 10U, std::size_t{4096},
                                 std::size_t{1000}, std::size_t{513}}) {
    const auto chunks = encode_list(list, size);
    for (const Bytes& chunk : chunks) EXPECT_LE(chunk.size(), size);
    EXPECT_GE(chunks.size(), count_before);
    count_before = chunks.size();
    const auto decoded = decode_list(views(chunks));
    ASSERT_TRUE(decoded) << size;
    EXPECT_TRUE(same(*decoded, list)) << size;
  }
  EXPECT_GT(count_before, 200U);
}

TEST(KeyListTest, FillsItsMessages) {
  KeyList list;
  for (std::size_t number = 0; number < 10'000; ++number) {
    list.entries.push_back({numbered<RecordId>(number), {}});
  }
  const auto chunks = encode_list(list, kListChunkBytesMax);
  EXPECT_EQ(chunks.size(), 3U);
  EXPECT_GT(chunks.front().size(), kListChunkBytesMax - 2 * 64);
}

TEST(KeyListTest, AnEmptyListIsOneMessage) {
  const auto chunks = encode_list(KeyList{}, 4096);
  ASSERT_EQ(chunks.size(), 1U);
  ASSERT_TRUE(decode_list(views(chunks)));
  EXPECT_FALSE(decode_list({}));
  EXPECT_FALSE(decode_list({chunks[0], chunks[0]}));
}

TEST(KeyListTest, RefusesMessagesInAnotherOrderOrTwice) {
  const KeyList list = large_list(100);
  const auto chunks = encode_list(list, 4096);
  const auto whole = views(chunks);
  ASSERT_GT(whole.size(), 4U);
  ASSERT_TRUE(decode_list(whole));
  for (std::size_t index = 0; index + 1 < whole.size(); ++index) {
    auto swapped = whole;
    std::swap(swapped[index], swapped[index + 1]);
    // The order of cells is part of the value; all other order is fixed.
    const auto other = decode_list(swapped);
    EXPECT_TRUE(!other || (!same(other->cells, list.cells) && same(other->entries, list.entries)))
        << index;
    auto twice = whole;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(index), whole[index]);
    EXPECT_FALSE(decode_list(twice)) << index;
  }
}

// Else one list could be told in many ways.
TEST(KeyListTest, RefusesAReturnToAnEarlierSection) {
  KeyList members;
  members.members = large_list(3).members;
  KeyList tombstones;
  tombstones.tombstones = large_list(3).tombstones;
  const Bytes first = encode_list(members, 4096).front();
  const Bytes second = encode_list(tombstones, 4096).front();
  EXPECT_TRUE(decode_list({first, second}));
  EXPECT_FALSE(decode_list({second, first}));
}

TEST(KeyListTest, RefusesAnEmptyMessageAmongOthers) {
  auto chunks = encode_list(large_list(100), 4096);
  chunks.push_back(encode_list(KeyList{}, 4096).front());
  EXPECT_FALSE(decode_list(views(chunks)));
}

TEST(KeyListTest, RefusesDisorderAndDoublesInEverySection) {
  const auto refused = [](auto change) {
    KeyList list = large_list(3);
    change(list);
    return !decode_list(views(encode_list(list, kListChunkBytesMax))) &&
           !decode_list(views(encode_list(list, 400)));
  };
  EXPECT_FALSE(refused([](KeyList&) {}));
  EXPECT_TRUE(refused([](KeyList& list) { std::swap(list.members[0], list.members[1]); }));
  EXPECT_TRUE(
      refused([](KeyList& list) { std::swap(list.holders_ever[1], list.holders_ever[2]); }));
  EXPECT_TRUE(refused([](KeyList& list) { std::swap(list.entries[1], list.entries[2]); }));
  EXPECT_TRUE(refused([](KeyList& list) { std::swap(list.tombstones[1], list.tombstones[2]); }));
  EXPECT_TRUE(refused([](KeyList& list) { std::swap(list.cuts[1], list.cuts[2]); }));
  EXPECT_TRUE(refused([](KeyList& list) { list.members[1].device = list.members[0].device; }));
  EXPECT_TRUE(refused([](KeyList& list) { list.holders_ever[1] = list.holders_ever[0]; }));
  EXPECT_TRUE(refused([](KeyList& list) { list.entries[1].record = list.entries[0].record; }));
  EXPECT_TRUE(refused([](KeyList& list) { list.cells[1] = list.cells[0]; }));
  EXPECT_TRUE(
      refused([](KeyList& list) { list.tombstones[1].record = list.tombstones[0].record; }));
  EXPECT_TRUE(refused([](KeyList& list) { list.cuts[1].device = list.cuts[0].device; }));
}

}  // namespace
}  // namespace kluis::test
