#include "vault/crypto/kem.h"

#include <utility>

#include <sodium.h>

namespace kluis {
namespace {

static_assert(LeafPublic::kSize == crypto_kem_xwing_PUBLICKEYBYTES);
static_assert(KemCiphertext::kSize == crypto_kem_xwing_CIPHERTEXTBYTES);
static_assert(LeafSeed::kSize == crypto_kem_xwing_SEEDBYTES);
static_assert(LeafSeed::kSize == crypto_kem_xwing_SECRETKEYBYTES);  // The seed is the secret key.
static_assert(KemShared::kSize == crypto_kem_xwing_SHAREDSECRETBYTES);

}  // namespace

LeafPublic leaf_public(const SecretBytes<32>& seed) {
  LeafPublic leaf;
  (void)LeafSeed::made_by([&](MutableByteView secret_key) {
    crypto_kem_xwing_seed_keypair(leaf.bytes.data(), secret_key.data(), seed.expose().data());
  });
  return leaf;
}

std::optional<Encapsulation> encapsulate(const LeafPublic& target, const SecretBytes<64>& coins) {
  KemCiphertext ciphertext;
  int failed = 0;
  KemShared shared = KemShared::made_by([&](MutableByteView cell) {
    failed = crypto_kem_xwing_enc_deterministic(ciphertext.bytes.data(), cell.data(),
                                                target.bytes.data(), coins.expose().data());
  });
  if (failed != 0) return std::nullopt;
  return Encapsulation{ciphertext, std::move(shared)};
}

std::optional<KemShared> decapsulate(const SecretBytes<32>& seed, const KemCiphertext& ciphertext) {
  int failed = 0;
  KemShared shared = KemShared::made_by([&](MutableByteView cell) {
    failed = crypto_kem_xwing_dec(cell.data(), ciphertext.bytes.data(), seed.expose().data());
  });
  if (failed != 0) return std::nullopt;
  return shared;
}

}  // namespace kluis
