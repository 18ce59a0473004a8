#include "sync/noise/nk.h"

#include "proto/assert.h"

namespace kluis::noise {
namespace {

// Handshake payloads are empty: nothing is said before both keys are in.
constexpr ByteView kNoPayload;

Handshake begin_product(Role role, HandshakeKeys keys, ByteView prologue, Entropy& entropy) {
  auto protocol = parse_protocol(kProductProtocol);
  KLUIS_ASSERT(protocol.has_value());
  auto handshake = Handshake::begin(*std::move(protocol), role, std::move(keys), prologue, entropy);
  KLUIS_ASSERT(handshake.has_value());
  return *std::move(handshake);
}

}  // namespace

ClientHandshake ClientHandshake::begin(const X25519Public& relay, ByteView prologue,
                                       Entropy& entropy) {
  HandshakeKeys keys;
  keys.remote_static = relay;
  Handshake handshake = begin_product(Role::initiator, std::move(keys), prologue, entropy);
  // A relay key of low order fails here. It comes from an invitation, so this is no bug of ours:
  // the empty message lets `finish` report it.
  Bytes first = handshake.write_message(kNoPayload).value_or(Bytes{});
  return ClientHandshake(std::move(handshake), std::move(first));
}

Result<Session> ClientHandshake::finish(ByteView answer) && {
  KLUIS_TRY(payload, handshake_.read_message(answer));
  if (!payload.empty()) return fail(ErrorKind::relay, "noise.handshake_failed");
  return std::move(handshake_).into_session();
}

Result<Accepted> accept_client(const X25519Private& relay_key, ByteView prologue,
                               ByteView first_message, Entropy& entropy) {
  HandshakeKeys keys;
  keys.local_static = relay_key.clone();
  Handshake handshake = begin_product(Role::responder, std::move(keys), prologue, entropy);
  KLUIS_TRY(payload, handshake.read_message(first_message));
  if (!payload.empty()) return fail(ErrorKind::relay, "noise.handshake_failed");
  KLUIS_TRY(answer, handshake.write_message(kNoPayload));
  return Accepted{std::move(answer), std::move(handshake).into_session()};
}

}  // namespace kluis::noise
