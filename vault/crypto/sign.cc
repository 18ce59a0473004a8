#include "vault/crypto/sign.h"

#include <algorithm>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/sodium_ready.h"

namespace kluis {
namespace {

struct ExpandedPurpose;  // libsodium's signing key: seed ‖ public key

// What is signed. It may hold a secret's plaintext, so the copy is wiped.
SecretBuffer framed(std::string_view domain, ByteView message) {
  constexpr std::string_view kPrefix = "raadkluis/v1/sign/";
  SecretBuffer buffer(kPrefix.size() + domain.size() + 1 + message.size());
  auto target = buffer.expose_writable().begin();
  target = std::copy(kPrefix.begin(), kPrefix.end(), target);
  target = std::copy(domain.begin(), domain.end(), target);
  *target++ = 0;
  std::copy(message.begin(), message.end(), target);
  return buffer;
}

}  // namespace

void signing_public_into(MutableByteView target, const SecretBytes<32>& seed) {
  KLUIS_ASSERT(target.size() == crypto_sign_ed25519_PUBLICKEYBYTES);
  (void)Secret<ExpandedPurpose, 64>::made_by([&](MutableByteView expanded) {
    crypto_sign_ed25519_seed_keypair(target.data(), expanded.data(), seed.expose().data());
  });
}

Signature sign(const SecretBytes<32>& seed, std::string_view domain, ByteView message) {
  const auto key = Secret<ExpandedPurpose, 64>::made_by([&](MutableByteView expanded) {
    std::array<std::uint8_t, crypto_sign_ed25519_PUBLICKEYBYTES> public_key;
    crypto_sign_ed25519_seed_keypair(public_key.data(), expanded.data(), seed.expose().data());
  });
  const SecretBuffer signed_bytes = framed(domain, message);
  Signature signature;
  crypto_sign_ed25519_detached(signature.bytes.data(), nullptr, signed_bytes.expose().data(),
                               signed_bytes.size(), key.expose().data());
  return signature;
}

bool verify(ByteView public_key, std::string_view domain, ByteView message,
            const Signature& signature) {
  if (public_key.size() != crypto_sign_ed25519_PUBLICKEYBYTES) return false;
  require_sodium();
  const SecretBuffer signed_bytes = framed(domain, message);
  return crypto_sign_ed25519_verify_detached(signature.bytes.data(), signed_bytes.expose().data(),
                                             signed_bytes.size(), public_key.data()) == 0;
}

}  // namespace kluis
