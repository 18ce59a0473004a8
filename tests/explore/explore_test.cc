#include <map>
#include <string>

#include <gtest/gtest.h>

#include "tests/explore/scenarios.h"
#include "tests/explore/search.h"

// The short form of the exploration. By hand, deeper: `explore` (README.md).
namespace kluis::test {
namespace {

// Fewer states than this: the search no longer goes where it went.
const std::map<std::string, std::size_t> kFloors = {
    {"revoke-against-write", 150},
    {"revoke-with-crashes", 450},
    {"revoke-against-grant", 150},
    {"revoke-outside", 55},
    {"drop-and-write", 40},
    {"two-officers", 40},
    {"officers-crash", 600},
    {"reseal-against-leaf", 100},
    {"starve", 550},
    {"twin", 650},
    {"hide", 250},
    {"roll-back", 2200},
    {"fork", 280},
    {"lost-record", 220},
    {"late-leaf", 2000},
    {"lost-epoch", 500},
};

class ExploreTest : public testing::TestWithParam<Scenario> {};

TEST_P(ExploreTest, HoldsInEveryState) {
  const Scenario& scenario = GetParam();
  const SearchResult result = explore(scenario, {});
  std::string trace;
  for (const std::string& line : result.trace) trace += "\n    " + line;
  EXPECT_FALSE(result.failure.has_value()) << result.failure.value_or("") << trace;
  EXPECT_TRUE(result.complete);
  ASSERT_TRUE(kFloors.contains(scenario.name));
  EXPECT_GE(result.states, kFloors.at(scenario.name));
}

std::string title(const testing::TestParamInfo<Scenario>& info) {
  std::string text = info.param.name;
  for (char& letter : text) {
    if (letter == '-') letter = '_';
  }
  return text;
}

INSTANTIATE_TEST_SUITE_P(Small, ExploreTest, testing::ValuesIn(scenarios(1)), title);

}  // namespace
}  // namespace kluis::test
