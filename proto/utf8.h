#pragma once

#include <string_view>

namespace kluis {

// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, at most U+10FFFF)
// without U+0000. Every text in a stored or sent format is.
[[nodiscard]] bool is_plain_utf8(std::string_view text);

}  // namespace kluis
