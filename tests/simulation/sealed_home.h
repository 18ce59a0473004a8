#pragma once

#include "tests/simulation/home.h"

namespace kluis::test {

// On disk, as the product keeps it: the sealed vault, on a disk that stops at any of its writes and
// then loses, keeps or tears whatever was not synced. Starts from the rows of the party's store.
[[nodiscard]] std::unique_ptr<Home> sealed_home(Party& party, std::uint64_t seed);

}  // namespace kluis::test
