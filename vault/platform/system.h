#pragma once

#include "vault/env/clock.h"
#include "vault/env/entropy.h"

// The real clock and the real randomness. Made in `main` and passed down; nothing else makes one.
namespace kluis {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override;
};

// The operating system's generator, asked for every call: no state of ours that a copied or resumed
// virtual machine could repeat. Threads: any number at once.
class SystemEntropy final : public Entropy {
 public:
  void fill(MutableByteView target) override;
};

}  // namespace kluis
