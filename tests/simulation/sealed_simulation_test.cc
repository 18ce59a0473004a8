#include <gtest/gtest.h>

#include "tests/simulation/chaos.h"
#include "tests/simulation/sealed_home.h"

// The simulation with the product's own cryptography and storage: a program dies at any write to
// its disk. A few seeds; by hand: `chaos_sealed FIRST COUNT [TICKS]`.
namespace kluis::test {
namespace {

constexpr std::uint64_t kSeeds = 8;

ChaosOptions sealed(std::uint64_t seed) {
  ChaosOptions options;
  options.seed = seed;
  options.make_home = sealed_home;
  return options;
}

class SealedSimulationTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SealedSimulationTest, AfterAnyChaosEverybodyComesToTheSame) {
  const ChaosResult result = run_chaos(sealed(GetParam()));
  std::string told;
  for (const std::string& line : result.trace) told += "\n    " + line;
  EXPECT_FALSE(result.failure.has_value()) << *result.failure << told;
}

INSTANTIATE_TEST_SUITE_P(Seeds, SealedSimulationTest, testing::Range<std::uint64_t>(1, kSeeds + 1));

TEST(SealedSimulationReplayTest, ASeedReplaysToTheSameTrace) {
  ChaosOptions options = sealed(5);
  options.ticks = 120;
  const ChaosResult once = run_chaos(options);
  EXPECT_EQ(once.trace_hash, run_chaos(options).trace_hash);
}

}  // namespace
}  // namespace kluis::test
