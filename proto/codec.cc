#include "proto/codec.h"

#include <algorithm>
#include <cstring>

#include "proto/utf8.h"

namespace kluis::codec {
namespace {

constexpr std::size_t kFirstSegmentWords = 256;
// The root pointer counts more than once, how often depends on Cap'n Proto's version.
constexpr std::size_t kRootWords = 4;

MutableByteView bytes_of(std::vector<std::uint64_t>& words) {
  return {reinterpret_cast<std::uint8_t*>(words.data()), words.size() * sizeof(std::uint64_t)};
}

}  // namespace

void erase_bytes(MutableByteView bytes) {
  if (bytes.empty()) return;
  std::memset(bytes.data(), 0, bytes.size());
  // The bytes count as read here, so the writes before cannot be left out.
  asm volatile("" : : "r"(bytes.data()) : "memory");
}

Arena::~Arena() noexcept(false) {
  for (auto& segment : segments_) erase_bytes(bytes_of(segment));
}

kj::ArrayPtr<capnp::word> Arena::allocateSegment(unsigned int words_min) {
  const std::size_t grown = segments_.empty() ? kFirstSegmentWords : segments_.back().size() * 2;
  auto& segment = segments_.emplace_back(std::max<std::size_t>(grown, words_min));
  return kj::arrayPtr(reinterpret_cast<capnp::word*>(segment.data()), segment.size());
}

Words::Words(ByteView bytes) {
  const std::size_t count = bytes.size() / sizeof(capnp::word);
  const void* start = bytes.data();
  if (reinterpret_cast<std::uintptr_t>(start) % alignof(std::uint64_t) != 0) {
    copy_.resize(count);
    std::memcpy(copy_.data(), bytes.data(), bytes.size());
    start = copy_.data();
  }
  view_ = kj::arrayPtr(static_cast<const capnp::word*>(start), count);
}

Words::~Words() {
  erase_bytes(bytes_of(copy_));
}

capnp::ReaderOptions reader_options(std::size_t size_bytes) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = size_bytes / sizeof(capnp::word) + kRootWords;
  options.nestingLimit = kCodecNestingMax;
  return options;
}

void get(capnp::Text::Reader source, std::string& target, std::size_t bytes_max) {
  require(source.size() <= bytes_max);
  target.assign(source.begin(), source.size());
  require(is_plain_utf8(target));
}

}  // namespace kluis::codec
