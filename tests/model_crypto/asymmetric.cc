#include <algorithm>
#include <array>
#include <utility>

#include "proto/assert.h"
#include "tests/model_crypto/mix.h"
#include "vault/crypto/kem.h"
#include "vault/crypto/sign.h"

// The model's signatures and KEM. A signature is computed from the *public* key, so anybody who
// wants to can forge one; what never happens is that a signature or box is taken for another key,
// domain, message or ciphertext than its own.
namespace kluis {
namespace {

constexpr std::size_t kCoinsBytes = 64;

Signature signature_of(ByteView public_key, std::string_view domain, ByteView message) {
  Signature signature;
  model::Mix("sign").add(public_key).add(domain).add(message).write(signature.bytes);
  return signature;
}

// The first half of a leaf follows from the seed, the rest from the first half: so most byte
// strings are no leaf, as with the real one.
constexpr std::size_t kLeafCoreBytes = 32;

void fill_leaf(LeafPublic& leaf) {
  const MutableByteView bytes = leaf.bytes;
  model::Mix("leaf rest").add(bytes.first(kLeafCoreBytes)).write(bytes.subspan(kLeafCoreBytes));
}

bool is_leaf(const LeafPublic& leaf) {
  LeafPublic expected = leaf;
  fill_leaf(expected);
  return expected == leaf;
}

void mask_coins(KemCiphertext& ciphertext, ByteView leaf_core) {
  model::Mix("coins").add(leaf_core).xor_onto(MutableByteView(ciphertext.bytes).first(kCoinsBytes));
}

KemShared shared_of(ByteView leaf_core, ByteView coins, const KemCiphertext& ciphertext) {
  return KemShared::made_by([&](MutableByteView cell) {
    model::Mix("shared").add(leaf_core).add(coins).add(ciphertext.bytes).write(cell);
  });
}

std::array<std::uint8_t, kLeafCoreBytes> leaf_core_of(const SecretBytes<32>& seed) {
  std::array<std::uint8_t, kLeafCoreBytes> core;
  model::Mix("leaf core").add(seed.expose()).write(core);
  return core;
}

}  // namespace

void signing_public_into(MutableByteView target, const SecretBytes<32>& seed) {
  KLUIS_ASSERT(target.size() == 32);
  model::Mix("signing public").add(seed.expose()).write(target);
}

Signature sign(const SecretBytes<32>& seed, std::string_view domain, ByteView message) {
  std::array<std::uint8_t, 32> public_key;
  signing_public_into(public_key, seed);
  return signature_of(public_key, domain, message);
}

bool verify(ByteView public_key, std::string_view domain, ByteView message,
            const Signature& signature) {
  return public_key.size() == 32 && signature == signature_of(public_key, domain, message);
}

LeafPublic leaf_public(const SecretBytes<32>& seed) {
  LeafPublic leaf;
  std::ranges::copy(leaf_core_of(seed), leaf.bytes.begin());
  fill_leaf(leaf);
  return leaf;
}

std::optional<Encapsulation> encapsulate(const LeafPublic& target, const SecretBytes<64>& coins) {
  if (!is_leaf(target)) return std::nullopt;
  const ByteView core = target.view().first(kLeafCoreBytes);
  KemCiphertext ciphertext;
  std::ranges::copy(coins.expose(), ciphertext.bytes.begin());
  mask_coins(ciphertext, core);
  KemShared shared = shared_of(core, coins.expose(), ciphertext);
  return Encapsulation{ciphertext, std::move(shared)};
}

std::optional<KemShared> decapsulate(const SecretBytes<32>& seed, const KemCiphertext& ciphertext) {
  const auto core = leaf_core_of(seed);
  KemCiphertext unmasked = ciphertext;
  mask_coins(unmasked, core);
  return shared_of(core, unmasked.view().first(kCoinsBytes), ciphertext);
}

}  // namespace kluis
