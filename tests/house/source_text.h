#pragma once

#include <string>
#include <string_view>
#include <vector>

// C++ source as the house rules read it.
namespace kluis::house {

// `source` with comments, and what stands between quotes, blanked out; every line keeps its
// number. Include lines keep their path. Knows raw strings without a delimiter of their own.
[[nodiscard]] std::string without_comments_and_strings(std::string_view source);

[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

// Whether `word` occurs in `line` as a whole: with nothing of an identifier directly before it nor,
// if it ends in a letter or digit, after it.
[[nodiscard]] bool has_word(std::string_view line, std::string_view word);

// Characters, not bytes, of a line of UTF-8.
[[nodiscard]] std::size_t width_of(std::string_view line);

}  // namespace kluis::house
