#pragma once

#include <initializer_list>
#include <string_view>

#include "proto/bytes.h"

namespace kluis {

// Internal to vault/crypto: BLAKE2b over prefix ‖ domain ‖ 0x00 ‖ (length as 8 bytes little-endian
// ‖ part)*, keyed when `key` is not empty. Requires: `target` has 16..64 bytes, else aborts.
void blake2b_parts(MutableByteView target, ByteView key, std::string_view prefix,
                   std::string_view domain, std::initializer_list<ByteView> parts);

}  // namespace kluis
