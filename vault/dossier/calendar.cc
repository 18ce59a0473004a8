#include "vault/dossier/calendar.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace kluis {
namespace {

using Days = std::chrono::sys_days;
using Millis = std::chrono::sys_time<std::chrono::milliseconds>;

Millis moment_of(std::int64_t unix_ms) {
  return Millis{std::chrono::milliseconds{unix_ms}};
}

}  // namespace

std::uint32_t month_number(std::int64_t unix_ms) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(moment_of(unix_ms))};
  const int month = static_cast<int>(date.year()) * 12 +
                    static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  return month < 0 ? 0U : static_cast<std::uint32_t>(month);
}

std::string date_and_time(std::int64_t unix_ms) {
  const Millis moment = moment_of(unix_ms);
  const Days day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::minutes>(moment - day)};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d UTC",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()));
  return text.data();
}

}  // namespace kluis
