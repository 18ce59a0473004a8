#include "vault/dossier/text_rules.h"

#include <algorithm>
#include <cstdint>

#include "proto/limits.h"
#include "proto/utf8.h"

namespace kluis {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::size_t kFileNameBytesMax = 255;
constexpr std::size_t kExportNameBytesMax = 200;  // leaves room for an ending

// The code point that starts `text`, and its size. Requires: valid UTF-8, not empty.
struct CodePoint {
  char32_t value = 0;
  std::size_t size_bytes = 1;
};
CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t value = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    value = value << 6U | (static_cast<std::uint8_t>(text[i]) & 0x3fU);
  }
  return {value, size};
}

// Embeddings, overrides, isolates and marks: they change what the eye reads (Unicode TR 36).
bool is_bidi_control(char32_t value) {
  return value == 0x061c || value == 0x200e || value == 0x200f ||
         (value >= 0x202a && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
}
bool is_control(char32_t value) {
  return value < 0x20 || (value >= 0x7f && value <= 0x9f) || value == 0x2028 || value == 0x2029 ||
         value == 0xfeff;
}
bool is_space(char32_t value) {
  return value == 0x20 || value == 0xa0 || value == 0x200b || value == 0x3000 ||
         (value >= 0x2000 && value <= 0x200a) || value == '\n' || value == '\t' || value == '\r';
}

Status check_text(std::string_view kind, std::string_view text, std::size_t bytes_max,
                  bool lines_allowed) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorKind::usage, std::string(kind) + "." + std::string(what));
  };
  if (text.size() > bytes_max) return wrong("too_long");
  if (!is_plain_utf8(text)) return wrong("not_text");
  bool only_space = true;
  for (std::string_view rest = text; !rest.empty();) {
    const CodePoint next = first_code_point(rest);
    rest.remove_prefix(next.size_bytes);
    only_space = only_space && is_space(next.value);
    const bool line = next.value == '\n' || next.value == '\t' || next.value == '\r';
    if (lines_allowed && line) continue;
    if (is_control(next.value) || is_bidi_control(next.value)) return wrong("control");
  }
  return only_space ? Status(wrong("empty")) : Status();
}

// At most `bytes_max` bytes of `text`, cut between characters.
std::string cut_to(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t size = bytes_max;
  while (size > 0 && (static_cast<std::uint8_t>(text[size]) & 0xc0U) == 0x80) --size;
  text.resize(size);
  return text;
}

std::string with_ascii_only(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    if (static_cast<std::uint8_t>(byte) < 0x80) {
      text += byte;
    } else {
      text += kReplacement;
    }
  }
  return text;
}

std::string_view extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

}  // namespace

Status check_name(std::string_view name) {
  return check_text("name", name, kNameBytesMax, false);
}

Status check_title(std::string_view title) {
  return check_text("title", title, kTitleBytesMax, false);
}

Status check_note(std::string_view text) {
  return check_text("text", text, kTextBytesMax, true);
}

std::string remembered_file_name(std::string_view name) {
  const std::size_t separator = name.find_last_of("/\\");
  if (separator != std::string_view::npos) name.remove_prefix(separator + 1);
  const std::string valid = is_plain_utf8(name) ? std::string(name) : with_ascii_only(name);
  std::string text;
  for (std::string_view rest = valid; !rest.empty();) {
    const CodePoint next = first_code_point(rest);
    const bool refused = is_control(next.value) || is_bidi_control(next.value);
    text += refused ? kReplacement : rest.substr(0, next.size_bytes);
    rest.remove_prefix(next.size_bytes);
  }
  return cut_to(std::move(text), kFileNameBytesMax);
}

std::string export_file_name(std::string_view remembered, const StukId& stuk) {
  std::string name = remembered_file_name(remembered);
  for (char& letter : name) {
    if (std::string_view("<>:\"|?*/\\").find(letter) != std::string_view::npos) letter = '_';
  }
  const auto trim = [](char letter) { return letter == '.' || letter == ' '; };
  while (!name.empty() && trim(name.back())) name.pop_back();
  const auto kept = std::find_if_not(name.begin(), name.end(), trim);
  name.erase(name.begin(), kept);
  if (name.empty()) return "stuk-" + stuk.hex().substr(0, 8);
  if (name.size() <= kExportNameBytesMax) return name;
  // The ending says how to open it: it stays.
  std::string_view ending = extension_of(name);
  if (ending.size() > 16) ending = {};
  const std::string kept_ending(ending);
  return cut_to(std::move(name), kExportNameBytesMax - kept_ending.size()) + kept_ending;
}

}  // namespace kluis
