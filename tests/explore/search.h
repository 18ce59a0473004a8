#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tests/explore/moves.h"

// The exhaustive search through one scenario: depth first, each state once.
namespace kluis::test {

struct SearchResult {
  std::size_t states = 0;
  std::size_t cores = 0;  // stores, relay and tape; the calm was tried from each
  std::size_t transitions = 0;
  std::size_t depth = 0;
  unsigned calm_rounds = 0;
  std::size_t calm_sessions = 0;
  bool complete = false;  // nothing within the bounds was left out
  std::optional<std::string> failure;
  std::vector<std::string> trace;  // the way to it
};

struct SearchOptions {
  std::size_t states_max = 0;  // 0: no bound
  std::size_t calm_every = 1;  // the calm is tried from every so-many-th core
};

[[nodiscard]] SearchResult explore(const Scenario& scenario, const SearchOptions& options);

}  // namespace kluis::test
