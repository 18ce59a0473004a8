#pragma once

#include <cstdint>
#include <random>

#include "proto/assert.h"
#include "proto/bytes.h"
#include "vault/env/entropy.h"

// Sources of randomness for tests.
namespace kluis::test {

// The same bytes for the same seed.
class SeededEntropy : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : generator_(seed) {}

  void fill(MutableByteView target) override {
    for (std::uint8_t& byte : target) byte = static_cast<std::uint8_t>(generator_());
  }

 private:
  std::mt19937_64 generator_;
};

// Gives out prescribed bytes, in order; asking for more aborts.
class FixedEntropy : public Entropy {
 public:
  explicit FixedEntropy(Bytes bytes) : bytes_(std::move(bytes)) {}

  void fill(MutableByteView target) override {
    for (std::uint8_t& byte : target) {
      KLUIS_ASSERT(next_ < bytes_.size());
      byte = bytes_[next_++];
    }
  }

 private:
  Bytes bytes_;
  std::size_t next_ = 0;
};

}  // namespace kluis::test
