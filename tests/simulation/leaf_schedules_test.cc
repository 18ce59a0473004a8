#include "tests/simulation/leaf_schedules.h"

#include <gtest/gtest.h>

// 5,000 schedules in parts, so that no single test runs long under a sanitizer. Each part starts
// from other seeds. By hand, and for more: `leaf_schedules FIRST COUNT`.
namespace kluis::test {
namespace {

constexpr std::uint64_t kParts = 4;
constexpr std::uint64_t kSchedules = 5000 / kParts;

std::string told(const LeafSchedules& schedules, std::uint64_t seed) {
  const ScheduleResult result = schedules.run(seed, true);
  std::string text = "seed " + std::to_string(seed);
  for (const std::string& line : result.trace) text += "\n    " + line;
  return text;
}

class LeafSchedulesTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LeafSchedulesTest, NoScheduleLeavesABoxThatItsDeviceCannotOpen) {
  const LeafSchedules schedules;
  ScheduleCounts reached;
  const std::uint64_t first = 1 + GetParam() * kSchedules;
  for (std::uint64_t seed = first; seed < first + kSchedules; ++seed) {
    const ScheduleResult result = schedules.run(seed);
    ASSERT_FALSE(result.failure.has_value()) << *result.failure << ", " << told(schedules, seed);
    reached.commits += result.counts.commits;
    reached.leaves += result.counts.leaves;
    reached.stale_leaves += result.counts.stale_leaves;
    reached.unanswered += result.counts.unanswered;
    reached.hidden_commits += result.counts.hidden_commits;
  }
  // The schedules get to where it could go wrong.
  EXPECT_GT(reached.commits, kSchedules / 2);
  EXPECT_GT(reached.leaves, kSchedules);
  EXPECT_GT(reached.stale_leaves, kSchedules / 20);
  EXPECT_GT(reached.unanswered, kSchedules / 50);
  EXPECT_GT(reached.hidden_commits, kSchedules / 10);
}

INSTANTIATE_TEST_SUITE_P(Parts, LeafSchedulesTest, testing::Range<std::uint64_t>(0, kParts));

TEST(LeafSchedulesReplayTest, ASeedMakesTheSameSchedule) {
  const LeafSchedules schedules;
  const LeafSchedules again;
  EXPECT_EQ(schedules.run(11, true).trace, again.run(11, true).trace);
  EXPECT_NE(schedules.run(11, true).trace, again.run(12, true).trace);
}

}  // namespace
}  // namespace kluis::test
