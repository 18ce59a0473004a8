#include "vault/crypto/sign.h"

#include <algorithm>

#include "vault/crypto/ed25519.h"

namespace kluis {
namespace {

// What is signed. It may hold a secret's plaintext, so the copy is wiped.
SecretBuffer framed(std::string_view domain, ByteView message) {
  constexpr std::string_view kPrefix = "raadkluis/v1/sign/";
  SecretBuffer buffer(kPrefix.size() + domain.size() + 1 + message.size());
  auto target = buffer.expose_writable().begin();
  target = std::ranges::copy(kPrefix, target).out;
  target = std::ranges::copy(domain, target).out;
  *target++ = 0;
  std::ranges::copy(message, target);
  return buffer;
}

}  // namespace

void signing_public_into(MutableByteView target, const SecretBytes<32>& seed) {
  ed25519_public_into(target, seed);
}

Signature sign(const SecretBytes<32>& seed, std::string_view domain, ByteView message) {
  return ed25519_sign(seed, framed(domain, message).expose());
}

bool verify(ByteView public_key, std::string_view domain, ByteView message,
            const Signature& signature) {
  return ed25519_verify(public_key, framed(domain, message).expose(), signature.view());
}

}  // namespace kluis
