#pragma once

#include <cstdint>

namespace kluis::test {

// What a test's random choices start from: the decimal number in the environment variable
// KLUIS_SEED, else the usual one, so that every run makes the same choices unless it is told to
// make others. Aborts when KLUIS_SEED is no number.
[[nodiscard]] std::uint64_t run_seed(std::uint64_t usual);

}  // namespace kluis::test
