#pragma once

#include "proto/bytes.h"
#include "proto/ids.h"
#include "vault/crypto/secret.h"

// Ed25519 (RFC 8032) over bare bytes. Internal to sign.cc, which puts the domain in front: nothing
// else signs or verifies.
namespace kluis {

void ed25519_public_into(MutableByteView target /* 32 */, const SecretBytes<32>& seed);

[[nodiscard]] Signature ed25519_sign(const SecretBytes<32>& seed, ByteView message);

// False too for a public key of the wrong size, of low order or not canonical, and for an S that is
// not reduced.
[[nodiscard]] bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature);

}  // namespace kluis
