#pragma once

#include <array>
#include <cstdint>

#include "proto/bytes.h"

// Integers as bytes in the order of every layout of this folder.
namespace kluis {

[[nodiscard]] constexpr std::array<std::uint8_t, 8> le64(std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return bytes;
}

// Reads the first 8 bytes. Requires: there are 8.
[[nodiscard]] constexpr std::uint64_t read_le64(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

}  // namespace kluis
