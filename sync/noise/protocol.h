#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "vault/crypto/noise_hash.h"

// Noise, revision 34: what a protocol name stands for (sections 7 and 8). Patterns: the fundamental
// ones, one-way and interactive, and the deferred ones, with psk modifiers; functions: 25519,
// ChaChaPoly, BLAKE2b or SHA256.
namespace kluis::noise {

// The one that the product speaks: the initiator knows the responder's static key and has none.
inline constexpr std::string_view kProductProtocol = "Noise_NK_25519_ChaChaPoly_BLAKE2b";

enum class Token { e, s, ee, es, se, ss, psk };

struct Protocol {
  std::string name;
  NoiseHash hash = NoiseHash::blake2b;
  bool initiator_static_known = false;  // pre-message -> s
  bool responder_static_known = false;  // pre-message <- s
  bool one_way = false;                 // after the handshake only the initiator sends
  int psk_count = 0;
  std::vector<std::vector<Token>> messages;  // alternating, from the initiator
};

// Errors: usage "noise.unknown_protocol".
[[nodiscard]] Result<Protocol> parse_protocol(std::string_view name);

}  // namespace kluis::noise
