#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "tests/explore/closure.h"
#include "tests/explore/moves.h"

// What must hold, at every move and in every state.
namespace kluis::test {

class Rules {
 public:
  Rules(const Setting& setting, const Scenario& scenario)
      : setting_(setting), scenario_(scenario) {}

  // nullopt: all holds. Else what does not.
  [[nodiscard]] std::optional<std::string> judge_move(const State& before,
                                                      const Successor& successor) const;
  [[nodiscard]] std::optional<std::string> judge_state(const State& state);

 private:
  [[nodiscard]] std::optional<std::string> judge_session(const State& before,
                                                         const Successor& successor) const;
  [[nodiscard]] std::optional<std::string> judge_losses(const State& before,
                                                        const State& after) const;
  [[nodiscard]] std::optional<std::string> judge_commits(const Facts& facts) const;
  [[nodiscard]] std::optional<std::string> judge_secrets(const State& state, std::size_t device);
  [[nodiscard]] std::optional<std::string> judge_path(const State& state, std::size_t device);
  [[nodiscard]] std::optional<std::string> judge_heads(const State& state, std::size_t one,
                                                       std::size_t other) const;
  [[nodiscard]] const Closure& closure(const DeviceImagePtr& image, const Tape& tape);
  [[nodiscard]] std::string at(std::size_t device, const char* what) const {
    return setting_.names[device] + " " + what;
  }

  const Setting& setting_;
  const Scenario& scenario_;
  std::map<std::pair<Fingerprint, Fingerprint>, Closure> closures_;
};

}  // namespace kluis::test
