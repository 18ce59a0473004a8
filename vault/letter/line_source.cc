#include "vault/letter/line_source.h"

#include <algorithm>

namespace kluis {

Status LineSource::fill() {
  if (begin_ < end_) return {};
  begin_ = end_ = 0;
  KLUIS_TRY(count, source_.read(held_));
  end_ = count;
  return {};
}

Result<std::optional<std::uint8_t>> LineSource::peek() {
  KLUIS_CHECK(fill());
  if (begin_ == end_) return std::nullopt;
  return held_[begin_];
}

Result<std::string> LineSource::read_line(std::size_t bytes_max) {
  std::string line;
  while (line.size() < bytes_max && !line.ends_with('\n')) {
    KLUIS_CHECK(fill());
    if (begin_ == end_) break;
    const auto held =
        ByteView(held_).subspan(begin_, std::min(end_ - begin_, bytes_max - line.size()));
    const auto feed = std::ranges::find(held, static_cast<std::uint8_t>('\n'));
    const auto size = static_cast<std::size_t>(feed - held.begin()) + (feed != held.end() ? 1 : 0);
    line += as_text(held.first(size));
    begin_ += size;
  }
  return line;
}

Result<std::size_t> LineSource::read(MutableByteView target) {
  if (begin_ == end_) return source_.read(target);
  const std::size_t size = std::min(end_ - begin_, target.size());
  std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(begin_), size, target.begin());
  begin_ += size;
  return size;
}

}  // namespace kluis
