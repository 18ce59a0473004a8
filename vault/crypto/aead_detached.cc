#include "vault/crypto/aead_detached.h"

#include <sodium.h>

#include "proto/assert.h"

namespace kluis {

void aead_seal_detached(const SecretBytes<32>& key, const AeadNonce& nonce,
                        ByteView associated_data, ByteView plaintext, MutableByteView target,
                        AeadTag& tag) {
  KLUIS_ASSERT(target.size() == plaintext.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
      target.data(), tag.data(), nullptr, plaintext.data(), plaintext.size(),
      associated_data.data(), associated_data.size(), nullptr, nonce.bytes.data(),
      key.expose().data());
}

bool aead_open_detached(const SecretBytes<32>& key, const AeadNonce& nonce,
                        ByteView associated_data, ByteView ciphertext, const AeadTag& tag,
                        MutableByteView target) {
  KLUIS_ASSERT(target.size() == ciphertext.size());
  return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
             target.data(), nullptr, ciphertext.data(), ciphertext.size(), tag.data(),
             associated_data.data(), associated_data.size(), nonce.bytes.data(),
             key.expose().data()) == 0;
}

}  // namespace kluis
