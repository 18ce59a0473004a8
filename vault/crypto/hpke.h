#pragma once

#include "proto/bytes.h"
#include "vault/crypto/chachapoly.h"
#include "vault/crypto/kem.h"
#include "vault/crypto/secret.h"

// HPKE (RFC 9180) in base mode with the suite that age's hybrid recipient prescribes: KEM 0x647a
// MLKEM768-X25519 (draft-ietf-hpke-pq-03), which is the X-Wing of kem.h; KDF 1 HKDF-SHA256; AEAD 3
// ChaCha20-Poly1305.
namespace kluis {

// For the first and only message: later ones would need another nonce.
struct HpkeContext {
  Secret<struct HpkeKeyPurpose> key;
  ChaChaPolyNonce nonce;
};

// RFC 9180, section 5.1, without a pre-shared key. The same at both ends.
[[nodiscard]] HpkeContext hpke_context(const KemShared& shared, ByteView info);

}  // namespace kluis
