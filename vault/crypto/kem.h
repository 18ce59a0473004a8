#pragma once

#include <array>
#include <optional>

#include "proto/bytes.h"
#include "proto/ids.h"
#include "vault/crypto/secret.h"

// X-Wing (draft-connolly-cfrg-xwing-kem-08): X25519 and ML-KEM-768 together. Every secret that
// travels, travels in one of these.
namespace kluis {

inline constexpr std::size_t kKemCiphertextBytes = 1120;

using LeafSeed = Secret<struct LeafSeedPurpose>;      // X-Wing seed of a device's leaf
using KemShared = Secret<struct KemSharedPurpose>;    // shared secret of one encapsulation
using KemCoins = Secret<struct KemCoinsPurpose, 64>;  // encapsulation randomness

using KemCiphertext = FixedBytes<struct KemCiphertextTag, kKemCiphertextBytes>;

[[nodiscard]] LeafPublic leaf_public(const SecretBytes<32>& seed);

struct Encapsulation {
  KemCiphertext ciphertext;
  KemShared shared;
};

// Deterministic in (`target`, `coins`). nullopt when `target` is no valid public key ("no box").
[[nodiscard]] std::optional<Encapsulation> encapsulate(const LeafPublic& target,
                                                       const SecretBytes<64>& coins);

// Never fails: a damaged ciphertext gives another secret (implicit rejection), which the AEAD on
// top refuses. nullopt only for a ciphertext that libsodium rejects outright.
[[nodiscard]] std::optional<KemShared> decapsulate(const SecretBytes<32>& seed,
                                                   const KemCiphertext& ciphertext);

}  // namespace kluis
