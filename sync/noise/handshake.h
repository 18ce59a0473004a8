#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "proto/bytes.h"
#include "proto/result.h"
#include "sync/noise/protocol.h"
#include "sync/noise/session.h"
#include "sync/noise/symmetric_state.h"
#include "vault/crypto/x25519.h"

namespace kluis::noise {

using PresharedKey = Secret<struct PresharedKeyPurpose>;

enum class Role { initiator, responder };

// What one side brings to a handshake; which of the keys are needed, the pattern says.
struct HandshakeKeys {
  std::optional<X25519Private> local_static;
  std::optional<X25519Public> remote_static;
  std::vector<PresharedKey> preshared;  // in the order in which the pattern uses them
};

// Noise, section 5.3, for any protocol that `parse_protocol` knows. The two sides write and read in
// turn, beginning with the initiator; when the messages are through, `into_session` consumes the
// handshake. One error ends it: every later call fails too.
class Handshake {
 public:
  // `prologue` must be equal on both sides. Ephemeral keys are drawn from `entropy`, which outlives
  // the handshake.
  // Errors: usage "noise.wrong_keys" unless the keys are exactly those that the pattern needs.
  [[nodiscard]] static Result<Handshake> begin(Protocol protocol, Role role, HandshakeKeys keys,
                                               ByteView prologue, Entropy& entropy);

  [[nodiscard]] bool may_write() const { return !is_over() && writes_next(); }
  [[nodiscard]] bool may_read() const { return !is_over() && !writes_next(); }
  [[nodiscard]] bool is_finished() const { return !failed_ && all_through(); }

  // Errors: relay "noise.handshake_failed": not this side's turn, too long, not authentic, or a
  // public key of low order.
  [[nodiscard]] Result<Bytes> write_message(ByteView payload);
  [[nodiscard]] Result<Bytes> read_message(ByteView message);  // returns the payload

  // Requires: is_finished().
  [[nodiscard]] Session into_session() &&;

 private:
  Handshake(Protocol protocol, Role role, HandshakeKeys keys, Entropy& entropy);

  [[nodiscard]] bool all_through() const { return next_ == protocol_.messages.size(); }
  [[nodiscard]] bool is_over() const { return failed_ || all_through(); }
  [[nodiscard]] bool writes_next() const { return (next_ % 2 == 0) == (role_ == Role::initiator); }

  void mix_pre_messages(ByteView prologue);
  [[nodiscard]] bool write_tokens(Bytes& target);
  [[nodiscard]] bool read_tokens(ByteView& message);
  [[nodiscard]] bool read_static(ByteView& message);
  [[nodiscard]] bool mix_shared(Token token);  // ee, es, se, ss; false: key of low order, or none
  void mix_ephemeral(ByteView public_key);

  Protocol protocol_;
  Role role_;
  HandshakeKeys keys_;
  Entropy* entropy_;
  SymmetricState state_;
  std::optional<X25519Private> local_ephemeral_;
  std::optional<X25519Public> remote_ephemeral_;
  std::size_t next_ = 0;      // index of the next message
  std::size_t psk_used_ = 0;  // how many preshared keys were mixed in
  bool failed_ = false;
};

}  // namespace kluis::noise
