#include "sync/noise/handshake.h"

#include <algorithm>

#include "proto/assert.h"

namespace kluis::noise {
namespace {

constexpr std::size_t kPublicBytes = X25519Public::kSize;

tl::unexpected<Error> handshake_failed() {
  return fail(ErrorKind::relay, "noise.handshake_failed");
}

// Whether this side's own tokens contain `s`: then it needs a static key.
bool sends_static(const Protocol& protocol, Role role) {
  for (std::size_t i = role == Role::initiator ? 0 : 1; i < protocol.messages.size(); i += 2) {
    if (std::ranges::find(protocol.messages[i], Token::s) != protocol.messages[i].end()) {
      return true;
    }
  }
  return false;
}

bool has_needed_keys(const Protocol& protocol, Role role, const HandshakeKeys& keys) {
  const bool initiator = role == Role::initiator;
  const bool local_known =
      initiator ? protocol.initiator_static_known : protocol.responder_static_known;
  const bool remote_known =
      initiator ? protocol.responder_static_known : protocol.initiator_static_known;
  const bool local_needed = local_known || sends_static(protocol, role);
  return keys.local_static.has_value() == local_needed &&
         keys.remote_static.has_value() == remote_known &&
         keys.preshared.size() == static_cast<std::size_t>(protocol.psk_count);
}

// Cuts the first `size` bytes off `message`. nullopt when there are fewer.
std::optional<ByteView> cut(ByteView& message, std::size_t size) {
  if (message.size() < size) return std::nullopt;
  const ByteView head = message.first(size);
  message = message.subspan(size);
  return head;
}

}  // namespace

Handshake::Handshake(Protocol protocol, Role role, HandshakeKeys keys, Entropy& entropy)
    : protocol_(std::move(protocol)),
      role_(role),
      keys_(std::move(keys)),
      entropy_(&entropy),
      state_(protocol_.hash, protocol_.name) {}

Result<Handshake> Handshake::begin(Protocol protocol, Role role, HandshakeKeys keys,
                                   ByteView prologue, Entropy& entropy) {
  if (!has_needed_keys(protocol, role, keys)) return fail(ErrorKind::usage, "noise.wrong_keys");
  Handshake handshake(std::move(protocol), role, std::move(keys), entropy);
  handshake.mix_pre_messages(prologue);
  return handshake;
}

void Handshake::mix_pre_messages(ByteView prologue) {
  state_.mix_hash(prologue);
  const auto mix = [this](Role whose) {
    state_.mix_hash(whose == role_ ? x25519_public(*keys_.local_static).view()
                                   : keys_.remote_static->view());
  };
  if (protocol_.initiator_static_known) mix(Role::initiator);
  if (protocol_.responder_static_known) mix(Role::responder);
}

Result<Bytes> Handshake::write_message(ByteView payload) {
  Bytes message;
  const bool written = may_write() && write_tokens(message) &&
                       state_.encrypt_and_hash_onto(message, payload).has_value() &&
                       message.size() <= kMessageBytesMax;
  if (!written) {
    failed_ = true;
    return handshake_failed();
  }
  ++next_;
  return message;
}

Result<Bytes> Handshake::read_message(ByteView message) {
  // Until the payload has been opened this handshake counts as failed.
  const bool allowed = may_read() && message.size() <= kMessageBytesMax;
  failed_ = true;
  if (!allowed || !read_tokens(message)) return handshake_failed();
  auto payload = state_.decrypt_and_hash(message);
  if (!payload) return handshake_failed();
  failed_ = false;
  ++next_;
  return payload;
}

Session Handshake::into_session() && {
  KLUIS_ASSERT(is_finished());
  auto [from_initiator, from_responder] = state_.split();
  std::optional<CipherState> forth = std::move(from_initiator);
  std::optional<CipherState> back;
  if (!protocol_.one_way) back = std::move(from_responder);
  if (role_ == Role::responder) std::swap(forth, back);
  return Session(std::move(forth), std::move(back), state_.handshake_hash());
}

bool Handshake::write_tokens(Bytes& target) {
  for (const Token token : protocol_.messages[next_]) {
    if (token == Token::e) {
      local_ephemeral_ = X25519Private::generate(*entropy_);
      const X25519Public own = x25519_public(*local_ephemeral_);
      append(target, own.view());
      mix_ephemeral(own.view());
    } else if (token == Token::s) {
      const X25519Public own = x25519_public(*keys_.local_static);
      if (!state_.encrypt_and_hash_onto(target, own.view())) return false;
    } else if (token == Token::psk) {
      state_.mix_key_and_hash(keys_.preshared[psk_used_++].expose());
    } else if (!mix_shared(token)) {
      return false;
    }
  }
  return true;
}

bool Handshake::read_tokens(ByteView& message) {
  for (const Token token : protocol_.messages[next_]) {
    if (token == Token::e) {
      const auto bytes = cut(message, kPublicBytes);
      if (!bytes) return false;
      remote_ephemeral_ = X25519Public::from(*bytes);
      mix_ephemeral(*bytes);
    } else if (token == Token::s) {
      if (!read_static(message)) return false;
    } else if (token == Token::psk) {
      state_.mix_key_and_hash(keys_.preshared[psk_used_++].expose());
    } else if (!mix_shared(token)) {
      return false;
    }
  }
  return true;
}

bool Handshake::read_static(ByteView& message) {
  const std::size_t tag_bytes = state_.has_key() ? kMessageOverheadBytes : 0;
  const auto bytes = cut(message, kPublicBytes + tag_bytes);
  if (!bytes) return false;
  const auto opened = state_.decrypt_and_hash(*bytes);
  if (!opened) return false;
  keys_.remote_static = X25519Public::from(*opened);
  return true;
}

void Handshake::mix_ephemeral(ByteView public_key) {
  state_.mix_hash(public_key);
  // Section 9.2: with a preshared key the ephemeral key also randomises the cipher's.
  if (protocol_.psk_count > 0) state_.mix_key(public_key);
}

bool Handshake::mix_shared(Token token) {
  // The first letter names the initiator's key, the second the responder's.
  const bool initiator = role_ == Role::initiator;
  const bool initiator_ephemeral = token == Token::ee || token == Token::es;
  const bool responder_ephemeral = token == Token::ee || token == Token::se;
  const bool own_ephemeral = initiator ? initiator_ephemeral : responder_ephemeral;
  const bool peer_ephemeral = initiator ? responder_ephemeral : initiator_ephemeral;
  const auto& own = own_ephemeral ? local_ephemeral_ : keys_.local_static;
  const auto& peer = peer_ephemeral ? remote_ephemeral_ : keys_.remote_static;
  if (!own || !peer) return false;
  const auto shared = x25519(*own, *peer);
  if (!shared) return false;
  state_.mix_key(shared->expose());
  return true;
}

}  // namespace kluis::noise
