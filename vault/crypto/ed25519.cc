#include "vault/crypto/ed25519.h"

#include <array>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/sodium_ready.h"

namespace kluis {
namespace {

// libsodium's signing key: seed ‖ public key.
using ExpandedKey = Secret<struct Ed25519ExpandedPurpose, crypto_sign_ed25519_SECRETKEYBYTES>;

}  // namespace

void ed25519_public_into(MutableByteView target, const SecretBytes<32>& seed) {
  KLUIS_ASSERT(target.size() == crypto_sign_ed25519_PUBLICKEYBYTES);
  (void)ExpandedKey::made_by([&](MutableByteView expanded) {
    crypto_sign_ed25519_seed_keypair(target.data(), expanded.data(), seed.expose().data());
  });
}

Signature ed25519_sign(const SecretBytes<32>& seed, ByteView message) {
  const auto key = ExpandedKey::made_by([&](MutableByteView expanded) {
    std::array<std::uint8_t, crypto_sign_ed25519_PUBLICKEYBYTES> public_key;
    crypto_sign_ed25519_seed_keypair(public_key.data(), expanded.data(), seed.expose().data());
  });
  Signature signature;
  crypto_sign_ed25519_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                               key.expose().data());
  return signature;
}

bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != crypto_sign_ed25519_PUBLICKEYBYTES) return false;
  if (signature.size() != crypto_sign_ed25519_BYTES) return false;
  require_sodium();
  return crypto_sign_ed25519_verify_detached(signature.data(), message.data(), message.size(),
                                             public_key.data()) == 0;
}

}  // namespace kluis
