#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "proto/bytes.h"
#include "proto/result.h"
#include "sync/noise/cipher_state.h"
#include "vault/crypto/noise_hash.h"
#include "vault/crypto/secret.h"

namespace kluis::noise {

// Noise, section 5.2, with its names: chaining key, transcript hash and cipher of a handshake.
class SymmetricState {
 public:
  SymmetricState(NoiseHash hash, std::string_view protocol_name);

  void mix_key(ByteView input_key);
  void mix_hash(ByteView bytes);
  void mix_key_and_hash(ByteView input_key);

  // Before the first mix_key these pass the bytes through, as the specification says.
  [[nodiscard]] Status encrypt_and_hash_onto(Bytes& target, ByteView plaintext);
  [[nodiscard]] Result<Bytes> decrypt_and_hash(ByteView sealed);
  [[nodiscard]] bool has_key() const { return cipher_.has_value(); }

  // The initiator's sending cipher, then the responder's.
  [[nodiscard]] std::pair<CipherState, CipherState> split() const;
  [[nodiscard]] const Bytes& handshake_hash() const { return transcript_; }

 private:
  using ChainingKey = Secret<struct ChainingKeyPurpose, 64>;  // the first HASHLEN bytes of it

  [[nodiscard]] ByteView chaining_key() const {
    return chaining_key_.expose().first(noise_hash_size(hash_));
  }

  NoiseHash hash_;
  ChainingKey chaining_key_;
  Bytes transcript_;  // HASHLEN bytes
  std::optional<CipherState> cipher_;
};

}  // namespace kluis::noise
