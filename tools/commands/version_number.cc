#include "tools/commands/version_number.h"

#include <charconv>

namespace kluis {

Result<std::optional<std::uint32_t>> version_number(const std::optional<std::string>& text) {
  if (!text) return std::optional<std::uint32_t>();
  std::uint32_t number = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number == 0) {
    return fail(ErrorKind::usage, "usage.number", {"--version", *text});
  }
  return std::optional(number);
}

}  // namespace kluis
