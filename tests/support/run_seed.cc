#include "tests/support/run_seed.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "proto/assert.h"

namespace kluis::test {

std::uint64_t run_seed(std::uint64_t usual) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in a test program changes the environment.
  const char* chosen = std::getenv("KLUIS_SEED");
  if (chosen == nullptr) return usual;
  const std::string_view digits(chosen);
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
  KLUIS_ASSERT(error == std::errc() && end == digits.data() + digits.size());
  return seed;
}

}  // namespace kluis::test
