#pragma once

#include <cstdint>
#include <string>

// Dates of moments that a clock gave; UTC.
namespace kluis {

// year * 12 + month - 1: the sub-key of an `opened` cell.
[[nodiscard]] std::uint32_t month_number(std::int64_t unix_ms);
// "2026-03-31 14:05 UTC"
[[nodiscard]] std::string date_and_time(std::int64_t unix_ms);

}  // namespace kluis
