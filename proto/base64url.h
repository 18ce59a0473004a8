#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/bytes.h"

namespace kluis {

// base64url without padding (RFC 4648, section 5); public bytes only.
[[nodiscard]] std::string to_base64url(ByteView bytes);

// Strict: each byte string has one text. Errors: nullopt on a character outside the alphabet, an
// impossible length, spare bits that are not zero, or more than `bytes_max` bytes.
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text, std::size_t bytes_max);

}  // namespace kluis
