#include "tools/text/figures.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace kluis {
namespace {

// `to_parts` is gmtime or localtime. One thread of this program shows times.
template <typename ToParts>
std::string formatted(UnixMillis time, const char* format, ToParts to_parts) {
  const auto seconds = static_cast<std::time_t>(time.value / 1000);
  const std::tm* parts = to_parts(&seconds);
  if (parts == nullptr) return "?";
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, parts)};
}

}  // namespace

std::string iso_time(UnixMillis time) {
  constexpr const char* kFormat = "%Y-%m-%dT%H:%M:%SZ";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread shows times
  return formatted(time, kFormat, [](const std::time_t* at) { return std::gmtime(at); });
}

std::string shown_time(Language language, UnixMillis time) {
  const char* format = language == Language::dutch ? "%d-%m-%Y %H:%M" : "%Y-%m-%d %H:%M";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread shows times
  return formatted(time, format, [](const std::time_t* at) { return std::localtime(at); });
}

std::string shown_size(Language language, std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  std::uint64_t scale = 1;
  while (unit + 1 < kUnits.size() && bytes / scale >= 1000) {
    scale *= 1000;
    ++unit;
  }
  std::string text = std::to_string(bytes / scale);
  if (unit > 0 && bytes / scale < 10) {
    text += language == Language::dutch ? "," : ".";
    text += std::to_string(bytes % scale * 10 / scale);
  }
  return text + " " + std::string(kUnits.at(unit));
}

}  // namespace kluis
