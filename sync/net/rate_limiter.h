#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace kluis {

// How many requests each of many parties may still make: so many a second, saved up for a few
// seconds. Knows no clock: it is told of every second. Remembers only those who made some lately.
class RateLimiter {
 public:
  explicit RateLimiter(std::uint32_t per_second)
      : per_second_(per_second), full_(std::uint64_t{per_second} * kBurstSeconds) {}

  // False: `party` has none left now.
  [[nodiscard]] bool take(const std::string& party) {
    std::uint64_t& left = left_.try_emplace(party, full_).first->second;
    if (left == 0) return false;
    --left;
    return true;
  }

  void second_passed() {
    for (auto party = left_.begin(); party != left_.end();) {
      party->second += per_second_;
      party = party->second >= full_ ? left_.erase(party) : std::next(party);
    }
  }

 private:
  static constexpr std::uint64_t kBurstSeconds = 5;

  std::uint32_t per_second_;
  std::uint64_t full_;
  std::unordered_map<std::string, std::uint64_t> left_;
};

}  // namespace kluis
