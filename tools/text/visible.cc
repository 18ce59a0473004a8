#include "tools/text/visible.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace kluis {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Control characters, and what has no shape of its own or turns the reading direction.
constexpr std::array<Range, 15> kHidden = {{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0xAD, 0xAD},
                                            {0x34F, 0x34F},
                                            {0x61C, 0x61C},
                                            {0x115F, 0x1160},
                                            {0x180B, 0x180F},
                                            {0x200B, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2060, 0x206F},
                                            {0x3164, 0x3164},
                                            {0xFE00, 0xFE0F},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFF0, 0xFFFB},
                                            {0xE0000, 0xE0FFF}}};

constexpr std::array<Range, 6> kCombining = {{{0x300, 0x36F},
                                              {0x483, 0x489},
                                              {0x591, 0x5BD},
                                              {0x1AB0, 0x1AFF},
                                              {0x1DC0, 0x1DFF},
                                              {0x20D0, 0x20FF}}};

// East Asian wide and emoji: two columns.
constexpr std::array<Range, 7> kWide = {{{0x1100, 0x115F},
                                         {0x2E80, 0x303E},
                                         {0x3041, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFF00, 0xFF60},
                                         {0x1F300, 0x1FAFF}}};

template <std::size_t kCount>
bool is_in(const std::array<Range, kCount>& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(), [point](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

struct Point {
  char32_t value = 0;
  std::size_t size = 1;
};

// The code point that starts `text`. nullopt when it does not start with well-formed UTF-8.
std::optional<Point> first_point(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return Point{lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return std::nullopt;
  char32_t value = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return std::nullopt;
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast.at(size) || value > 0x10FFFF || surrogate) return std::nullopt;
  return Point{value, size};
}

std::string spelled(char kind, char32_t value, int digits) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex;
  for (char32_t rest = value; rest != 0 || std::ssize(hex) < digits; rest >>= 4U) {
    hex.insert(hex.begin(), kDigits[rest & 0xFU]);
  }
  return std::string("\\") + kind + "{" + hex + "}";
}

std::string spell_out(std::string_view text, std::string_view kept) {
  std::string shown;
  while (!text.empty()) {
    const auto point = first_point(text);
    const std::size_t size = point ? point->size : 1;
    if (!point) {
      shown += spelled('x', static_cast<std::uint8_t>(text[0]), 2);
    } else if (is_in(kHidden, point->value) && kept.find(text[0]) == std::string_view::npos) {
      shown += spelled('u', point->value, 4);
    } else {
      shown += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return shown;
}

std::size_t width_of(char32_t point) {
  if (is_in(kCombining, point)) return 0;
  return is_in(kWide, point) ? 2 : 1;
}

// What takes no columns on a terminal: "\x1b[1m".
std::size_t width_without_style(std::string_view word) {
  std::size_t styled = 0;
  for (std::size_t at = word.find("\x1b["); at != std::string_view::npos;
       at = word.find("\x1b[", at + 1)) {
    styled += std::min(word.find('m', at), word.size() - 1) - at + 1;
  }
  return kluis::width_of(word) - styled;
}

std::string wrapped_line(std::string_view line, std::size_t columns) {
  if (width_without_style(line) <= columns) return std::string(line);
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  std::string text;
  std::size_t width = 0;
  while (!line.empty()) {
    const std::size_t gap = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = std::min(line.find(' ', gap), line.size());
    const std::size_t word = width_without_style(line.substr(gap, end - gap));
    if (width > indent && width + gap + word > columns) {
      text += "\n" + std::string(indent, ' ');
      width = indent + word;
      text += line.substr(gap, end - gap);
    } else {
      text += line.substr(0, end);
      width += gap + word;
    }
    line.remove_prefix(end);
  }
  return text;
}

}  // namespace

std::string visible(std::string_view text) {
  return spell_out(text, {});
}

std::string visible_lines(std::string_view text) {
  return spell_out(text, "\n\t");
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto point = first_point(text);
    width += point ? width_of(point->value) : 1;
    text.remove_prefix(point ? point->size : 1);
  }
  return width;
}

std::string wrapped(std::string_view text, std::size_t columns) {
  if (columns == 0) return std::string(text);
  std::string result;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += wrapped_line(text.substr(0, end), columns);
    if (end == text.size()) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  std::string kept;
  std::size_t width = 0;
  while (!text.empty()) {
    const auto point = first_point(text);
    const std::size_t size = point ? point->size : 1;
    width += point ? width_of(point->value) : 1;
    if (width + 1 > columns) break;
    kept += text.substr(0, size);
    text.remove_prefix(size);
  }
  return kept + "…";
}

}  // namespace kluis
