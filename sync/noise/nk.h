#pragma once

#include "proto/bytes.h"
#include "proto/result.h"
#include "sync/noise/handshake.h"
#include "sync/noise/session.h"
#include "vault/crypto/x25519.h"

// The handshake of the product: one message each way, the relay known by its key, the client
// unknown. Each phase is a type that the next one consumes.
namespace kluis::noise {

// A client that has sent its first message and waits for the answer.
class ClientHandshake {
 public:
  // `entropy` outlives the object.
  [[nodiscard]] static ClientHandshake begin(const X25519Public& relay, ByteView prologue,
                                             Entropy& entropy);

  [[nodiscard]] const Bytes& first_message() const { return first_message_; }

  // Errors: relay "noise.handshake_failed": whoever answered does not hold the relay's key, or
  // speaks with another prologue.
  [[nodiscard]] Result<Session> finish(ByteView answer) &&;

 private:
  ClientHandshake(Handshake handshake, Bytes first_message)
      : handshake_(std::move(handshake)), first_message_(std::move(first_message)) {}

  Handshake handshake_;
  Bytes first_message_;
};

struct Accepted {
  Bytes answer;
  Session session;
};

// The relay's side, whole: reads the client's first message and makes the answer.
// Errors: relay "noise.handshake_failed".
[[nodiscard]] Result<Accepted> accept_client(const X25519Private& relay_key, ByteView prologue,
                                             ByteView first_message, Entropy& entropy);

}  // namespace kluis::noise
