#include "vault/crypto/aead.h"

#include <algorithm>

#include <sodium.h>

namespace kluis {
namespace {

static_assert(kAeadNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kAeadTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

// `target` has plaintext.size() + kAeadTagBytes bytes.
void seal_into(std::uint8_t* target, const SecretBytes<32>& key, const AeadNonce& nonce,
               ByteView associated_data, ByteView plaintext) {
  crypto_aead_xchacha20poly1305_ietf_encrypt(target, nullptr, plaintext.data(), plaintext.size(),
                                             associated_data.data(), associated_data.size(),
                                             nullptr, nonce.bytes.data(), key.expose().data());
}

}  // namespace

Bytes aead_seal(const SecretBytes<32>& key, const AeadNonce& nonce, ByteView associated_data,
                ByteView plaintext) {
  Bytes sealed(plaintext.size() + kAeadTagBytes);
  seal_into(sealed.data(), key, nonce, associated_data, plaintext);
  return sealed;
}

Result<SecretBuffer> aead_open(const SecretBytes<32>& key, const AeadNonce& nonce,
                               ByteView associated_data, ByteView sealed) {
  if (sealed.size() < kAeadTagBytes) return broken("aead.unauthentic");
  SecretBuffer plaintext(sealed.size() - kAeadTagBytes);
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      plaintext.expose_writable().data(), nullptr, nullptr, sealed.data(), sealed.size(),
      associated_data.data(), associated_data.size(), nonce.bytes.data(), key.expose().data());
  if (failed != 0) return broken("aead.unauthentic");
  return plaintext;
}

Bytes aead_seal_random(const SecretBytes<32>& key, Entropy& entropy, ByteView associated_data,
                       ByteView plaintext) {
  AeadNonce nonce;
  entropy.fill(nonce.bytes);
  Bytes sealed(kAeadNonceBytes + plaintext.size() + kAeadTagBytes);
  std::copy(nonce.bytes.begin(), nonce.bytes.end(), sealed.begin());
  seal_into(sealed.data() + kAeadNonceBytes, key, nonce, associated_data, plaintext);
  return sealed;
}

Result<SecretBuffer> aead_open_random(const SecretBytes<32>& key, ByteView associated_data,
                                      ByteView sealed) {
  if (sealed.size() < kAeadNonceBytes) return broken("aead.unauthentic");
  AeadNonce nonce;
  std::copy_n(sealed.begin(), kAeadNonceBytes, nonce.bytes.begin());
  return aead_open(key, nonce, associated_data, sealed.subspan(kAeadNonceBytes));
}

}  // namespace kluis
