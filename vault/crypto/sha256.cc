#include "vault/crypto/sha256.h"

#include <sodium.h>

#include "vault/crypto/sodium_ready.h"

namespace kluis {

Sha256 sha256(ByteView bytes) {
  require_sodium();
  Sha256 hash;
  crypto_hash_sha256(hash.bytes.data(), bytes.data(), bytes.size());
  return hash;
}

}  // namespace kluis
