#include <algorithm>
#include <array>

#include "proto/assert.h"
#include "tests/model_crypto/mix.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/kdf.h"

// The model's hash, derivation and AEAD.
namespace kluis {
namespace {

using Tag = std::array<std::uint8_t, kAeadTagBytes>;

Tag tag_of(const SecretBytes<32>& key, const AeadNonce& nonce, ByteView associated_data,
           ByteView plaintext) {
  Tag tag;
  model::Mix("aead tag")
      .add(key.expose())
      .add(nonce.bytes)
      .add(associated_data)
      .add(plaintext)
      .write(tag);
  return tag;
}

void mask(MutableByteView bytes, const SecretBytes<32>& key, const AeadNonce& nonce) {
  model::Mix("aead stream").add(key.expose()).add(nonce.bytes).xor_onto(bytes);
}

void check_length(MutableByteView target) {
  KLUIS_ASSERT(target.size() >= 16 && target.size() <= 64);
}

}  // namespace

void hash_into(MutableByteView target, std::string_view domain,
               std::initializer_list<ByteView> parts) {
  check_length(target);
  model::Mix mix("hash");
  mix.add(domain);
  for (const ByteView part : parts) mix.add(part);
  mix.write(target);
}

void kdf_into(MutableByteView target, const SecretBytes<32>& parent, std::string_view label,
              std::initializer_list<ByteView> parts) {
  check_length(target);
  model::Mix mix("kdf");
  mix.add(parent.expose()).add(label);
  for (const ByteView part : parts) mix.add(part);
  mix.write(target);
}

Bytes aead_seal(const SecretBytes<32>& key, const AeadNonce& nonce, ByteView associated_data,
                ByteView plaintext) {
  Bytes sealed = to_bytes(plaintext);
  mask(sealed, key, nonce);
  append(sealed, tag_of(key, nonce, associated_data, plaintext));
  return sealed;
}

Result<SecretBuffer> aead_open(const SecretBytes<32>& key, const AeadNonce& nonce,
                               ByteView associated_data, ByteView sealed) {
  if (sealed.size() < kAeadTagBytes) return broken("aead.unauthentic");
  const ByteView tag = sealed.last(kAeadTagBytes);
  SecretBuffer plaintext = SecretBuffer::take(to_bytes(sealed.first(sealed.size() - tag.size())));
  mask(plaintext.expose_writable(), key, nonce);
  if (!std::ranges::equal(tag, tag_of(key, nonce, associated_data, plaintext.expose()))) {
    return broken("aead.unauthentic");
  }
  return plaintext;
}

Bytes aead_seal_random(const SecretBytes<32>& key, Entropy& entropy, ByteView associated_data,
                       ByteView plaintext) {
  AeadNonce nonce;
  entropy.fill(nonce.bytes);
  Bytes sealed = to_bytes(nonce.bytes);
  append(sealed, aead_seal(key, nonce, associated_data, plaintext));
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
