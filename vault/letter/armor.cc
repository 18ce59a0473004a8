#include "vault/letter/armor.h"

#include <algorithm>

#include "vault/letter/base64.h"

namespace kluis {
namespace {

constexpr std::string_view kBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view kEnd = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t kColumns = 64;
constexpr std::size_t kFullLineBytes = 48;

bool is_space(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Without the end of the line.
std::string_view content_of(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Four letters for three bytes, the last four filled up with '='.
std::optional<Bytes> decode(std::string_view text) {
  if (text.empty() || text.size() > kColumns || text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return from_base64(text);
}

}  // namespace

Result<std::size_t> ArmorSource::read(MutableByteView target) {
  if (place_ == Place::before) KLUIS_CHECK(begin());
  while (given_ == held_.size() && place_ != Place::behind) KLUIS_CHECK(next_line());
  const std::size_t size = std::min(target.size(), held_.size() - given_);
  std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(given_), size, target.begin());
  given_ += size;
  return size;
}

Status ArmorSource::begin() {
  std::size_t space = 0;
  while (true) {
    KLUIS_TRY(line, lines_.read_line(kArmorSpaceBytesMax));
    if (!line.ends_with('\n')) return broken("letter.armor");
    if (!is_space(line)) {
      if (content_of(line) != kBegin) return broken("letter.armor");
      place_ = Place::inside;
      return {};
    }
    space += line.size();
    if (space > kArmorSpaceBytesMax) return broken("letter.armor");
  }
}

Status ArmorSource::next_line() {
  KLUIS_TRY(line, lines_.read_line(kColumns + 2));
  held_.clear();
  given_ = 0;
  const std::string_view text = content_of(line);
  if (text == kEnd) return end();
  if (place_ == Place::last_line || !line.ends_with('\n')) return broken("letter.armor");
  auto bytes = decode(text);
  if (!bytes) return broken("letter.armor");
  held_ = std::move(*bytes);
  if (held_.size() < kFullLineBytes) place_ = Place::last_line;
  return {};
}

Status ArmorSource::end() {
  Bytes rest(kArmorSpaceBytesMax + 1);
  KLUIS_TRY(size, read_fully(lines_, rest));
  if (size > kArmorSpaceBytesMax || !is_space(as_text(ByteView(rest).first(size)))) {
    return broken("letter.armor");
  }
  place_ = Place::behind;
  return {};
}

}  // namespace kluis
