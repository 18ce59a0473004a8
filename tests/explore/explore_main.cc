#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/explore/scenarios.h"
#include "tests/explore/search.h"

// explore [SCENARIO] [--budget N] [--states N] [--calm-every N]: searches one scenario or all;
// prints what was searched, and the way to the first thing that does not hold.
int main(int argc, char** argv) {
  unsigned budget = 2;
  std::string only;
  kluis::test::SearchOptions options;
  for (int i = 1; i < argc; ++i) {
    const bool value = i + 1 < argc;
    if (value && std::strcmp(argv[i], "--budget") == 0) {
      budget = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 10));
    } else if (value && std::strcmp(argv[i], "--states") == 0) {
      options.states_max = std::strtoul(argv[++i], nullptr, 10);
    } else if (value && std::strcmp(argv[i], "--calm-every") == 0) {
      options.calm_every = std::strtoul(argv[++i], nullptr, 10);
    } else {
      only = argv[i];
    }
  }
  bool found = false;
  bool failed = false;
  for (const auto& scenario : kluis::test::scenarios(budget)) {
    if (!only.empty() && scenario.name != only) continue;
    found = true;
    const auto result = kluis::test::explore(scenario, options);
    std::printf("%-24s %9zu states %9zu transitions %9zu cores, depth %zu, calm in %u rounds%s\n",
                scenario.name.c_str(), result.states, result.transitions, result.cores,
                result.depth, result.calm_rounds, result.complete ? "" : ", NOT COMPLETE");
    if (result.failure) {
      failed = true;
      std::printf("FAILED: %s\n", result.failure->c_str());
      for (const std::string& line : result.trace) std::printf("    %s\n", line.c_str());
    }
    std::fflush(stdout);
  }
  if (!found) std::fprintf(stderr, "no such scenario: %s\n", only.c_str());
  return failed || !found ? 1 : 0;
}
