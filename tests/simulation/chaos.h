#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/home.h"

// A whole raad and its relay in one thread, driven from a seed: first chaos (requests and answers
// late, lost and out of order between devices, crashes at any write, the relay restarted), then
// calm, in which everybody has to come to the same within a bounded number of rounds. The same seed
// makes the same trace.
namespace kluis::test {

struct ChaosOptions {
  std::uint64_t seed = 1;
  unsigned ticks = 400;        // of the chaos; one event each
  unsigned calm_rounds = 12;   // at most, of one session by each device
  bool second_officer = true;  // a plv-griffier
  bool removals = true;        // one member is revoked along the way
  MakeHome make_home = memory_home;
};

struct ChaosResult {
  std::optional<std::string> failure;  // what did not hold
  std::uint64_t trace_hash = 0;        // over every event, request and answer
  unsigned calm_rounds = 0;            // that were needed
  std::uint64_t requests = 0;
  std::vector<std::string> trace;  // the last events, readable
};

[[nodiscard]] ChaosResult run_chaos(const ChaosOptions& options);

}  // namespace kluis::test
