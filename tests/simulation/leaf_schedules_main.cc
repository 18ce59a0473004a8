#include <cstdio>
#include <cstdlib>

#include "tests/simulation/leaf_schedules.h"

// Runs schedules of leaf rotations against commits: leaf_schedules <first seed> <count>. Prints the
// first failure with its whole trace, the seed of each further one, and what the schedules reached.
namespace kluis::test {
namespace {

void add(ScheduleCounts& sum, const ScheduleCounts& counts) {
  sum.commits += counts.commits;
  sum.leaves += counts.leaves;
  sum.stale_leaves += counts.stale_leaves;
  sum.lost_commits += counts.lost_commits;
  sum.unanswered += counts.unanswered;
  sum.hidden_commits += counts.hidden_commits;
}

int run(std::uint64_t first, std::uint64_t count) {
  const LeafSchedules schedules;
  ScheduleCounts sum;
  std::uint64_t failures = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const ScheduleResult result = schedules.run(seed);
    add(sum, result.counts);
    if (!result.failure) continue;
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), result.failure->c_str());
    if (++failures > 1) continue;
    for (const auto& line : schedules.run(seed, true).trace) std::printf("    %s\n", line.c_str());
  }
  std::printf(
      "%llu schedules: %u commits and %u that lost, %u rotations, %u refused as stale, %u "
      "published "
      "without their answer, %u hidden commits; %llu failures\n",
      static_cast<unsigned long long>(count), sum.commits, sum.lost_commits, sum.leaves,
      sum.stale_leaves, sum.unanswered, sum.hidden_commits,
      static_cast<unsigned long long>(failures));
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace kluis::test

int main(int argc, char** argv) {
  const auto number = [&](int index, std::uint64_t otherwise) {
    return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
  };
  return kluis::test::run(number(1, 1), number(2, 5000));
}
