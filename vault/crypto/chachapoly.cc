#include "vault/crypto/chachapoly.h"

#include <algorithm>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/little_endian.h"

namespace kluis {

static_assert(sizeof(ChaChaPolyNonce) == crypto_aead_chacha20poly1305_ietf_NPUBBYTES);
static_assert(kChaChaPolyTagBytes == crypto_aead_chacha20poly1305_ietf_ABYTES);

ChaChaPolyNonce ChaChaPolyNonce::counter(std::uint64_t value) {
  ChaChaPolyNonce nonce;
  std::ranges::copy(le64(value), nonce.bytes.begin() + 4);
  return nonce;
}

void chachapoly_seal_onto(Bytes& target, const SecretBytes<32>& key, const ChaChaPolyNonce& nonce,
                          ByteView associated_data, ByteView plaintext) {
  const std::size_t begin = target.size();
  target.resize(begin + plaintext.size() + kChaChaPolyTagBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(
      target.data() + begin, nullptr, plaintext.data(), plaintext.size(), associated_data.data(),
      associated_data.size(), nullptr, nonce.bytes.data(), key.expose().data());
}

Result<Bytes> chachapoly_open(const SecretBytes<32>& key, const ChaChaPolyNonce& nonce,
                              ByteView associated_data, ByteView sealed) {
  if (sealed.size() < kChaChaPolyTagBytes) return broken("aead.unauthentic");
  Bytes plaintext(sealed.size() - kChaChaPolyTagBytes);
  const int failed = crypto_aead_chacha20poly1305_ietf_decrypt(
      plaintext.data(), nullptr, nullptr, sealed.data(), sealed.size(), associated_data.data(),
      associated_data.size(), nonce.bytes.data(), key.expose().data());
  if (failed != 0) return broken("aead.unauthentic");
  return plaintext;
}

void chachapoly_seal_into(MutableByteView target, const SecretBytes<32>& key,
                          const ChaChaPolyNonce& nonce, ByteView plaintext) {
  KLUIS_ASSERT(target.size() == plaintext.size() + kChaChaPolyTagBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(target.data(), nullptr, plaintext.data(),
                                            plaintext.size(), nullptr, 0, nullptr,
                                            nonce.bytes.data(), key.expose().data());
}

bool chachapoly_open_into(MutableByteView target, const SecretBytes<32>& key,
                          const ChaChaPolyNonce& nonce, ByteView sealed) {
  KLUIS_ASSERT(sealed.size() == target.size() + kChaChaPolyTagBytes);
  return crypto_aead_chacha20poly1305_ietf_decrypt(target.data(), nullptr, nullptr, sealed.data(),
                                                   sealed.size(), nullptr, 0, nonce.bytes.data(),
                                                   key.expose().data()) == 0;
}

}  // namespace kluis
