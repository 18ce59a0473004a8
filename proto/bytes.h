#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Byte sequences, and hexadecimal for public ones.
namespace kluis {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

// Lends the bytes of `text`. Lifetime: as long as the text.
[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline Bytes to_bytes(ByteView view) {
  return {view.begin(), view.end()};
}

inline void append(Bytes& target, ByteView source) {
  target.insert(target.end(), source.begin(), source.end());
}

// Equality of public bytes. Secrets compare with their own `equals`.
[[nodiscard]] bool same_bytes(ByteView left, ByteView right);

// Lower-case hexadecimal; public bytes only.
[[nodiscard]] std::string to_hex(ByteView bytes);

// Errors: nullopt on an odd length or any character outside [0-9a-f].
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

}  // namespace kluis
