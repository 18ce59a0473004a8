#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/explore/rules.h"

// The calm: nobody crashes, nobody lies, every session in flight is lost, and every device syncs in
// turn. Within a bounded number of rounds everybody has to hold the same.
namespace kluis::test {

class Calm {
 public:
  Calm(Setting& setting, const Scenario& scenario, Rules& rules)
      : setting_(setting), scenario_(scenario), rules_(rules) {}

  // nullopt: it came to the same. Else what did not.
  [[nodiscard]] std::optional<std::string> judge(const State& state);
  // Of sessions, over all states judged.
  [[nodiscard]] std::size_t sessions() const { return sessions_; }
  [[nodiscard]] unsigned rounds_max() const { return rounds_max_; }

 private:
  struct Run;

  [[nodiscard]] Fingerprint place(const Run& run, std::size_t next) const;
  [[nodiscard]] std::optional<std::string> session(Run& run, std::size_t device);
  [[nodiscard]] std::optional<std::string> settled(const Run& run, const Facts& facts);
  [[nodiscard]] bool fork_shown(const Run& run) const;

  Setting& setting_;
  const Scenario& scenario_;
  Rules& rules_;
  std::map<Fingerprint, unsigned> known_;  // sessions that were needed from there
  std::size_t sessions_ = 0;
  unsigned rounds_max_ = 0;
};

}  // namespace kluis::test
