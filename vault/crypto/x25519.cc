#include "vault/crypto/x25519.h"

#include <sodium.h>

namespace kluis {

X25519Public x25519_public(const SecretBytes<32>& private_key) {
  X25519Public result;
  crypto_scalarmult_curve25519_base(result.bytes.data(), private_key.expose().data());
  return result;
}

std::optional<X25519Shared> x25519(const SecretBytes<32>& private_key, const X25519Public& peer) {
  int failed = 0;
  X25519Shared shared = X25519Shared::made_by([&](MutableByteView cell) {
    failed =
        crypto_scalarmult_curve25519(cell.data(), private_key.expose().data(), peer.bytes.data());
  });
  if (failed != 0) return std::nullopt;
  return shared;
}

}  // namespace kluis
