#pragma once

#include <functional>
#include <memory>
#include <random>

#include "tests/support/simulated_raad.h"
#include "vault/core/device.h"

// Where a party of the simulation keeps its rows, and how that place fails.
namespace kluis::test {

class Home {
 public:
  virtual ~Home() = default;

  // Lifetime: until `reopen`.
  [[nodiscard]] virtual Store& store() = 0;
  // One of the coming writes fails, and the program dies of it.
  virtual void arm(std::mt19937_64& random) = 0;
  // The program ended, in peace or not, and starts again. Errors: what is left cannot be opened.
  [[nodiscard]] virtual Status reopen(std::mt19937_64& random) = 0;
  // What every program does once a session is over: the device's own reseal, if one is due.
  [[nodiscard]] virtual Status tidy(Device& device) = 0;
};

using MakeHome = std::function<std::unique_ptr<Home>(Party& party, std::uint64_t seed)>;

// In memory: the party's own store. A commit either happens or does not.
[[nodiscard]] std::unique_ptr<Home> memory_home(Party& party, std::uint64_t seed);

}  // namespace kluis::test
