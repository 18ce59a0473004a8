#pragma once

#include <cstdint>
#include <optional>

#include "proto/bytes.h"
#include "proto/result.h"
#include "vault/crypto/secret.h"

namespace kluis::noise {

using CipherKey = Secret<struct CipherKeyPurpose>;

// Noise, section 5.1: a key and its counter. Inside the handshake and the session only.
class CipherState {
 public:
  explicit CipherState(CipherKey key) : key_(std::move(key)) {}

  // Errors: relay "noise.exhausted" after 2^64 - 1 messages.
  [[nodiscard]] Status seal_onto(Bytes& target, ByteView associated_data, ByteView plaintext);
  // Errors: relay "noise.unauthentic". The counter stays where it was.
  [[nodiscard]] Result<Bytes> open(ByteView associated_data, ByteView sealed);
  // Replaces the key by a one-way function of it; the counter goes on.
  void rekey();

 private:
  CipherKey key_;
  std::uint64_t counter_ = 0;
};

}  // namespace kluis::noise
