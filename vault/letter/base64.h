#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/bytes.h"

// Base64 as age writes it: the standard alphabet (RFC 4648, section 4) without padding; public
// bytes only.
namespace kluis {

[[nodiscard]] std::string to_base64(ByteView bytes);

// Strict: each byte string has one text. Errors: nullopt on a character outside the alphabet ('='
// is outside), an impossible length, or spare bits that are not zero.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

}  // namespace kluis
