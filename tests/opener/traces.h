#pragma once

#include <string>
#include <string_view>

#include "proto/bytes.h"

// Whether something secret stands in bytes where it must not. Every use stands beside a control
// that is found.
namespace kluis::test {

[[nodiscard]] std::string utf16(std::string_view text);

// The part of the base64 of `text` that does not depend on what surrounds it, when `skip` of its
// bytes (0, 1, 2) belong to a group that begins before it.
[[nodiscard]] std::string base64_core(std::string_view text, std::size_t skip);

// How many ways a word or a sentence is found in `haystack`: as it is, any 24 bytes of it, as
// UTF-16, in base64 at any alignment.
[[nodiscard]] std::size_t traces(std::string_view haystack, std::string_view text);

// How many of the places of `haystack` hold any 24 bytes of `document`. Passed over: windows of
// fewer than 8 different bytes, which stand anywhere (zeros, spaces).
[[nodiscard]] std::size_t windows_found(ByteView haystack, ByteView document);

}  // namespace kluis::test
