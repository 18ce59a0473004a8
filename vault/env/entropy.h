#pragma once

#include "proto/bytes.h"

namespace kluis {

// The only source of randomness. The real one is made in `main`; simulations pass a seeded one.
class Entropy {
 public:
  virtual ~Entropy() = default;
  // Fills `target` with bytes nobody can predict. Never fails: the real one aborts the process
  // when the operating system has none to give.
  virtual void fill(MutableByteView target) = 0;
};

template <typename Fixed>
[[nodiscard]] Fixed random_id(Entropy& entropy) {
  Fixed value;
  entropy.fill(value.bytes);
  return value;
}

}  // namespace kluis
