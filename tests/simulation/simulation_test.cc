#include <gtest/gtest.h>

#include "tests/simulation/chaos.h"

// The simulation in its short form. By hand: `chaos FIRST COUNT [TICKS]`.
namespace kluis::test {
namespace {

constexpr std::uint64_t kSeeds = 25;

std::string told(const ChaosResult& result) {
  std::string text = result.failure.value_or("");
  for (const std::string& line : result.trace) text += "\n    " + line;
  return text;
}

TEST(SimulationTest, AfterAnyChaosEverybodyComesToTheSame) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    ChaosOptions options;
    options.seed = seed;
    const ChaosResult result = run_chaos(options);
    ASSERT_FALSE(result.failure.has_value()) << "seed " << seed << ": " << told(result);
  }
}

TEST(SimulationTest, ASeedReplaysToTheSameTrace) {
  ChaosOptions options;
  options.seed = 7;
  EXPECT_EQ(run_chaos(options).trace_hash, run_chaos(options).trace_hash);
  ChaosOptions other = options;
  other.seed = 8;
  EXPECT_NE(run_chaos(options).trace_hash, run_chaos(other).trace_hash);
}

// The judge sees a raad that did not come to the same: one that had no time for it.
TEST(SimulationTest, WithoutCalmTheJudgeFindsTheDifference) {
  bool found = false;
  for (std::uint64_t seed = 1; seed <= kSeeds && !found; ++seed) {
    ChaosOptions options;
    options.seed = seed;
    options.calm_rounds = 0;
    found = run_chaos(options).failure.has_value();
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace kluis::test
