#pragma once

#include <initializer_list>
#include <string_view>

#include "proto/bytes.h"
#include "proto/ids.h"

// BLAKE2b (RFC 7693), unkeyed, with a domain string in front. The input is
//   "raadkluis/v1/" ‖ domain ‖ 0x00 ‖ for each part: length as 8 bytes little-endian ‖ part
// so that no two lists of parts have the same encoding.
namespace kluis {

void hash_into(MutableByteView target /* 16..64 bytes */, std::string_view domain,
               std::initializer_list<ByteView> parts);

template <typename Fixed>
[[nodiscard]] Fixed hash_as(std::string_view domain, std::initializer_list<ByteView> parts) {
  Fixed value;
  hash_into(value.bytes, domain, parts);
  return value;
}

}  // namespace kluis
