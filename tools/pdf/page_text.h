#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"

// A page as plain text, between `kluis`, which knows what to say, and `kluis-pdf`, which knows how
// to draw. One line each, UTF-8, ended by a line break:
//
//   word TAB text [TAB text] LF
//
//   title       the title of the page, and of the PDF
//   subtitle    below it
//   paragraph   words over the whole width
//   heading     begins a part of the page
//   row         what it is about, and the words; several with nothing before the TAB belong
//   together item        one of a list small       words over the whole width, in small print
//   signature   a line to sign on: a name, and as what
//
// row and signature have two texts, the others one. No text holds a TAB or a line break. Nothing in
// it is secret.
namespace kluis {

enum class PageWord { title, subtitle, paragraph, heading, row, item, small, signature };

struct PageLine {
  PageWord word = PageWord::paragraph;
  std::string text;
  std::string second = {};
};

inline constexpr std::size_t kPageTextBytesMax = 8U << 20U;

// Tabs and line breaks inside a text become spaces.
[[nodiscard]] std::string write_page(const std::vector<PageLine>& lines);
// Errors: usage "page.text".
[[nodiscard]] Result<std::vector<PageLine>> read_page(std::string_view text);

}  // namespace kluis
