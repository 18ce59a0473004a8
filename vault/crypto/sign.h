#pragma once

#include <string_view>

#include "proto/bytes.h"
#include "proto/ids.h"
#include "vault/crypto/secret.h"

// Ed25519 (RFC 8032) over "raadkluis/v1/sign/" ‖ domain ‖ 0x00 ‖ message. The domain tells what is
// signed, so that no signature of one kind verifies as another.
namespace kluis {

// The public half of a signing seed, as the id type that stands for it.
void signing_public_into(MutableByteView target /* 32 */, const SecretBytes<32>& seed);

template <typename PublicId>
[[nodiscard]] PublicId signing_public(const SecretBytes<32>& seed) {
  PublicId id;
  signing_public_into(id.bytes, seed);
  return id;
}

[[nodiscard]] Signature sign(const SecretBytes<32>& seed, std::string_view domain,
                             ByteView message);

[[nodiscard]] bool verify(ByteView public_key /* 32 */, std::string_view domain, ByteView message,
                          const Signature& signature);

}  // namespace kluis
