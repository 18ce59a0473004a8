#include "tests/model_crypto/mix.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace kluis::model {
namespace {

std::uint64_t finish(std::uint64_t value) {  // the finaliser of splitmix64: a bijection
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

std::uint64_t load(ByteView bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), std::min<std::size_t>(bytes.size(), 8));
  return value;
}

// Calls `use(index, byte)` for each of `size` bytes of the expansion.
template <typename Use>
void expand(std::uint64_t left, std::uint64_t right, std::size_t size, Use&& use) {
  for (std::size_t at = 0; at < size; at += 8) {
    const std::uint64_t counter = (at / 8 + 1) * 0x9e3779b97f4a7c15;
    // Even words come from one half of the state and odd ones from the other, each keyed by both.
    const std::uint64_t half = (at / 8) % 2 == 0 ? left : right;
    const std::uint64_t word = finish(half + counter);
    for (std::size_t i = 0; i < std::min<std::size_t>(8, size - at); ++i) {
      use(at + i, static_cast<std::uint8_t>(word >> (8 * i)));
    }
  }
}

}  // namespace

void Mix::word(std::uint64_t value) {
  left_ = std::rotl((left_ ^ value) * 0x9ddfea08eb382d69, 29) + right_;
  right_ = std::rotl((right_ + value) * 0xff51afd7ed558ccd, 37) ^ left_;
}

Mix& Mix::add(ByteView bytes) {
  word(bytes.size());
  while (bytes.size() >= 8) {
    word(load(bytes));
    bytes = bytes.subspan(8);
  }
  if (!bytes.empty()) word(load(bytes));
  return *this;
}

void Mix::write(MutableByteView target) const {
  expand(finish(left_ ^ std::rotl(right_, 32)), finish(right_ + 0x452821e638d01377), target.size(),
         [&](std::size_t index, std::uint8_t byte) { target[index] = byte; });
}

void Mix::xor_onto(MutableByteView target) const {
  expand(finish(left_ ^ std::rotl(right_, 32)), finish(right_ + 0x452821e638d01377), target.size(),
         [&](std::size_t index, std::uint8_t byte) { target[index] ^= byte; });
}

}  // namespace kluis::model
