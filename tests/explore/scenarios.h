#pragma once

#include <memory>
#include <vector>

#include "tests/explore/moves.h"

// The small worlds that are searched, and how each begins.
namespace kluis::test {

// `budget` 1: the short form that runs with the tests; 2: the long form; more: larger still.
[[nodiscard]] std::vector<Scenario> scenarios(unsigned budget);

[[nodiscard]] std::unique_ptr<Setting> make_setting(const Scenario& scenario);
[[nodiscard]] State first_state(const Setting& setting, const Scenario& scenario);

}  // namespace kluis::test
