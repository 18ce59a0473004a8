#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "proto/bytes.h"

// The one function behind the model crypto: a fast hash of 128 bits, expanded to any length.
// NOT cryptographic: it tells different inputs apart, and anybody can compute it. It is there so
// that an exploration of millions of states spends its time on the protocol.
namespace kluis::model {

class Mix {
 public:
  // `name` keeps the uses apart.
  explicit Mix(std::string_view name) { add(as_bytes(name)); }

  // Absorbs the length, then the bytes: no two sequences of calls look alike.
  Mix& add(ByteView bytes);
  Mix& add(std::string_view text) { return add(as_bytes(text)); }

  // Writes the value of everything absorbed, expanded to the length of `target`.
  void write(MutableByteView target) const;
  // The same bytes as `write` gives, xored onto `target`.
  void xor_onto(MutableByteView target) const;

 private:
  void word(std::uint64_t value);

  std::uint64_t left_ = 0x243f6a8885a308d3;
  std::uint64_t right_ = 0x13198a2e03707344;
};

}  // namespace kluis::model
