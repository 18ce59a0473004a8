#include "vault/crypto/aead_in_place.h"

#include <sodium.h>

#include "proto/assert.h"

namespace kluis {

// libsodium allows plaintext and ciphertext to be the same memory; when opening it checks the tag
// before it writes.

void aead_seal_in_place(const SecretBytes<32>& key, const AeadNonce& nonce, MutableByteView bytes) {
  KLUIS_ASSERT(bytes.size() >= kAeadTagBytes);
  const std::size_t size = bytes.size() - kAeadTagBytes;
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached(bytes.data(), bytes.data() + size, nullptr,
                                                      bytes.data(), size, nullptr, 0, nullptr,
                                                      nonce.bytes.data(), key.expose().data());
}

bool aead_open_in_place(const SecretBytes<32>& key, const AeadNonce& nonce, MutableByteView bytes) {
  if (bytes.size() < kAeadTagBytes) return false;
  const std::size_t size = bytes.size() - kAeadTagBytes;
  return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
             bytes.data(), nullptr, bytes.data(), size, bytes.data() + size, nullptr, 0,
             nonce.bytes.data(), key.expose().data()) == 0;
}

}  // namespace kluis
