#include "tools/pdf/page_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "proto/utf8.h"

namespace kluis {
namespace {

constexpr std::array<std::pair<std::string_view, PageWord>, 8> kWords = {{
    {"title", PageWord::title},
    {"subtitle", PageWord::subtitle},
    {"paragraph", PageWord::paragraph},
    {"heading", PageWord::heading},
    {"row", PageWord::row},
    {"item", PageWord::item},
    {"small", PageWord::small},
    {"signature", PageWord::signature},
}};

bool has_two(PageWord word) {
  return word == PageWord::row || word == PageWord::signature;
}

std::string on_one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char character) { return character == '\t' || character == '\n'; }, ' ');
  return text;
}

std::optional<PageLine> read_line(std::string_view line) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  const auto word =
      std::ranges::find(kWords, line.substr(0, tab), &std::pair<std::string_view, PageWord>::first);
  if (word == kWords.end()) return std::nullopt;
  const std::string_view rest = line.substr(tab + 1);
  const std::size_t second = rest.find('\t');
  const bool two = second != std::string_view::npos;
  if (two != has_two(word->second)) return std::nullopt;
  if (!two) return PageLine{word->second, std::string(rest)};
  if (rest.find('\t', second + 1) != std::string_view::npos) return std::nullopt;
  return PageLine{word->second, std::string(rest.substr(0, second)),
                  std::string(rest.substr(second + 1))};
}

}  // namespace

std::string write_page(const std::vector<PageLine>& lines) {
  std::string text;
  for (const PageLine& line : lines) {
    const auto word =
        std::ranges::find(kWords, line.word, &std::pair<std::string_view, PageWord>::second);
    text += std::string(word->first) + "\t" + on_one_line(line.text);
    if (has_two(line.word)) text += "\t" + on_one_line(line.second);
    text += "\n";
  }
  return text;
}

Result<std::vector<PageLine>> read_page(std::string_view text) {
  const auto wrong = [] { return fail(ErrorKind::usage, "page.text"); };
  if (text.empty() || text.size() > kPageTextBytesMax || !is_plain_utf8(text)) return wrong();
  std::vector<PageLine> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return wrong();
    auto line = read_line(text.substr(0, end));
    if (!line) return wrong();
    lines.push_back(*std::move(line));
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace kluis
