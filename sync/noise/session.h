#pragma once

#include <optional>

#include "proto/bytes.h"
#include "proto/result.h"
#include "sync/noise/cipher_state.h"

namespace kluis::noise {

inline constexpr std::size_t kMessageBytesMax = 65535;  // Noise, section 3
inline constexpr std::size_t kMessageOverheadBytes = 16;
inline constexpr std::size_t kSessionPayloadBytesMax = kMessageBytesMax - kMessageOverheadBytes;

// The transport phase: what a finished handshake turns into. Messages are opened in the order in
// which they were sealed; the counters are inside and cannot be set. Move-only.
// Threads: sending and receiving share nothing, but one object is one thread's.
class Session {
 public:
  // Appends one message, plaintext.size() + kMessageOverheadBytes bytes, to `target`.
  // Errors: usage "noise.too_long" above kSessionPayloadBytesMax; usage "noise.one_way" for the
  // responder of a one-way pattern.
  [[nodiscard]] Status seal_onto(Bytes& target, ByteView plaintext);

  // Errors: relay "noise.unauthentic" for anything but the next message of the other side. After
  // one error it opens nothing more: the line is not to be trusted.
  [[nodiscard]] Result<Bytes> open(ByteView message);

  // Both sides rekey a direction at the same message; each says so in its own protocol.
  void rekey_sending();
  void rekey_receiving();

  // Unique for this session, and equal on both sides: what a proof of identity is bound to.
  // HASHLEN bytes (64 for BLAKE2b).
  [[nodiscard]] ByteView handshake_hash() const { return handshake_hash_; }

 private:
  friend class Handshake;
  Session(std::optional<CipherState> sending, std::optional<CipherState> receiving,
          Bytes handshake_hash)
      : sending_(std::move(sending)),
        receiving_(std::move(receiving)),
        handshake_hash_(std::move(handshake_hash)) {}

  std::optional<CipherState> sending_;    // none: this side may not send
  std::optional<CipherState> receiving_;  // none: this side receives nothing (any more)
  Bytes handshake_hash_;
};

}  // namespace kluis::noise
