#pragma once

#include <cstdint>

namespace kluis {

// Milliseconds since the Unix epoch, UTC.
struct UnixMillis {
  std::int64_t value = 0;
  auto operator<=>(const UnixMillis&) const = default;
};

// The only source of time. Time never grants anything: it delays, ages and dates.
// The real one is made in `main`; tests pass one they move themselves.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UnixMillis now() const = 0;
};

}  // namespace kluis
