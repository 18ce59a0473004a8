#include "proto/utf8.h"

#include <cstddef>
#include <cstdint>

namespace kluis {
namespace {

// How long the sequence is that `lead` starts, and which second bytes may follow it (RFC 3629,
// section 4): that is where overlong forms, surrogates and what lies beyond U+10FFFF fall away.
struct Sequence {
  std::size_t size;  // 0: no sequence starts so
  std::uint8_t second_min;
  std::uint8_t second_max;
};

Sequence sequence_of(std::uint8_t lead) {
  if (lead >= 0x01 && lead <= 0x7f) return {1, 0, 0};
  if (lead >= 0xc2 && lead <= 0xdf) return {2, 0x80, 0xbf};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return {3, 0x80, 0xbf};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead >= 0xf1 && lead <= 0xf3) return {4, 0x80, 0xbf};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

bool is_plain_utf8(std::string_view text) {
  const auto byte_at = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  for (std::size_t at = 0; at < text.size();) {
    const Sequence sequence = sequence_of(byte_at(at));
    if (sequence.size == 0 || text.size() - at < sequence.size) return false;
    for (std::size_t offset = 1; offset < sequence.size; ++offset) {
      const std::uint8_t byte = byte_at(at + offset);
      const std::uint8_t low = offset == 1 ? sequence.second_min : 0x80;
      const std::uint8_t high = offset == 1 ? sequence.second_max : 0xbf;
      if (byte < low || byte > high) return false;
    }
    at += sequence.size;
  }
  return true;
}

}  // namespace kluis
