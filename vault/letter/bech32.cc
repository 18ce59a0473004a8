#include "vault/letter/bech32.h"

#include <algorithm>
#include <array>

#include "proto/assert.h"

namespace kluis {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksumLetters = 6;

bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}

bool is_lower(char letter) {
  return letter >= 'a' && letter <= 'z';
}

char lowered(char letter) {
  return is_upper(letter) ? static_cast<char>(letter - 'A' + 'a') : letter;
}

char raised(char letter) {
  return is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
}

bool is_written_in_capitals(std::string_view prefix) {
  return std::any_of(prefix.begin(), prefix.end(), is_upper);
}

// The checksum of BIP 173: over groups of five bits, the prefix first, in lower case.
class Checksum {
 public:
  explicit Checksum(std::string_view prefix) {
    for (const char letter : prefix) add(static_cast<std::uint8_t>(lowered(letter) >> 5));
    add(0);
    for (const char letter : prefix) add(static_cast<std::uint8_t>(lowered(letter) & 31));
  }

  void add(std::uint8_t group) {
    static constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                                0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = sum_ >> 25U;
    sum_ = ((sum_ & 0x1ffffffU) << 5U) ^ group;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if (((top >> i) & 1U) != 0) sum_ ^= kGenerator.at(i);
    }
  }

  [[nodiscard]] bool is_right() const { return sum_ == 1; }
  // Requires: as many zeros as the checksum has letters were added.
  [[nodiscard]] std::uint8_t group(std::size_t index) const {
    return static_cast<std::uint8_t>(((sum_ ^ 1U) >> (5 * (kChecksumLetters - 1 - index))) & 31U);
  }

 private:
  std::uint32_t sum_ = 1;
};

std::size_t group_count(std::size_t size_bytes) {
  return (size_bytes * 8 + 4) / 5;
}

}  // namespace

std::size_t bech32_size(std::string_view prefix, std::size_t size_bytes) {
  return prefix.size() + 1 + group_count(size_bytes) + kChecksumLetters;
}

void bech32_encode_into(MutableByteView target, std::string_view prefix, ByteView bytes) {
  KLUIS_ASSERT(target.size() == bech32_size(prefix, bytes.size()));
  const bool capitals = is_written_in_capitals(prefix);
  Checksum checksum(prefix);
  std::size_t at = prefix.size();
  std::ranges::copy(as_bytes(prefix), target.begin());
  target[at++] = '1';
  const auto write = [&](std::uint8_t group) {
    const char letter = kAlphabet[group];
    target[at++] = static_cast<std::uint8_t>(capitals ? raised(letter) : letter);
  };
  std::uint32_t held = 0;
  unsigned held_bits = 0;
  const auto take_group = [&] {
    held_bits -= 5;
    const auto group = static_cast<std::uint8_t>((held >> held_bits) & 31U);
    checksum.add(group);
    write(group);
  };
  for (const std::uint8_t byte : bytes) {
    held = (held << 8U) | byte;
    held_bits += 8;
    while (held_bits >= 5) take_group();
  }
  if (held_bits > 0) {
    held <<= 5U - held_bits;
    held_bits = 5;
    take_group();
  }
  for (std::size_t i = 0; i < kChecksumLetters; ++i) checksum.add(0);
  for (std::size_t i = 0; i < kChecksumLetters; ++i) write(checksum.group(i));
}

bool bech32_decode_into(MutableByteView target, std::string_view prefix, std::string_view text) {
  if (text.size() != bech32_size(prefix, target.size())) return false;
  if (!text.starts_with(prefix) || text[prefix.size()] != '1') return false;
  const bool capitals = is_written_in_capitals(prefix);
  const std::size_t groups = group_count(target.size());
  Checksum checksum(prefix);
  std::uint32_t held = 0;
  unsigned held_bits = 0;
  std::size_t filled = 0;
  const std::string_view letters = text.substr(prefix.size() + 1);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const char letter = letters[i];
    if (capitals ? is_lower(letter) : is_upper(letter)) return false;
    const std::size_t group = kAlphabet.find(lowered(letter));
    if (group == std::string_view::npos) return false;
    checksum.add(static_cast<std::uint8_t>(group));
    if (i >= groups) continue;  // the checksum itself
    held = (held << 5U) | static_cast<std::uint32_t>(group);
    held_bits += 5;
    if (held_bits < 8) continue;
    held_bits -= 8;
    target[filled++] = static_cast<std::uint8_t>(held >> held_bits);
  }
  const bool spare_bits_are_zero = (held & ((1U << held_bits) - 1U)) == 0;
  return spare_bits_are_zero && checksum.is_right();
}

}  // namespace kluis
