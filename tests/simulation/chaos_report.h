#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/simulation/chaos.h"

namespace kluis::test {

// Runs the simulation for a range of seeds: <first seed> <count> [ticks]. Prints each failure with
// its seed, and the end of the trace of the first one. The exit code of the program.
inline int run_seeds(int argc, char** argv, ChaosOptions options) {
  const auto number = [&](int index, std::uint64_t otherwise) {
    return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
  };
  const std::uint64_t first = number(1, 1);
  const std::uint64_t count = number(2, 1);
  options.ticks = static_cast<unsigned>(number(3, options.ticks));
  unsigned failures = 0;
  unsigned rounds = 0;
  std::uint64_t requests = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    options.seed = seed;
    const auto result = run_chaos(options);
    rounds = std::max(rounds, result.calm_rounds);
    requests += result.requests;
    if (!result.failure) continue;
    ++failures;
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), result.failure->c_str());
    if (count > 1 && failures > 1) continue;
    for (const auto& line : result.trace) std::printf("    %s\n", line.c_str());
  }
  std::printf("%llu seeds, %llu requests, at most %u rounds of calm, %u failures\n",
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(requests),
              rounds, failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace kluis::test
