#pragma once

#include "proto/bytes.h"
#include "proto/result.h"
#include "vault/crypto/secret.h"

// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03; libsodium's IETF variant): the AEAD of everything
// stored or sent. The caller's associated data is always prefixed with a domain string by the
// functions that know what they seal; nothing is sealed without context.
namespace kluis {

inline constexpr std::size_t kAeadNonceBytes = 24;
inline constexpr std::size_t kAeadTagBytes = 16;

struct AeadNonce {
  std::array<std::uint8_t, kAeadNonceBytes> bytes{};  // Zero only for a key that seals once.
};

// Returns plaintext.size() + kAeadTagBytes bytes.
[[nodiscard]] Bytes aead_seal(const SecretBytes<32>& key, const AeadNonce& nonce,
                              ByteView associated_data, ByteView plaintext);

// Errors: integrity "aead.unauthentic", the one error whatever was wrong; no partial plaintext.
[[nodiscard]] Result<SecretBuffer> aead_open(const SecretBytes<32>& key, const AeadNonce& nonce,
                                             ByteView associated_data, ByteView sealed);

// The same with a random nonce in front: nonce 24 ‖ ciphertext ‖ tag 16. For keys that seal often.
[[nodiscard]] Bytes aead_seal_random(const SecretBytes<32>& key, Entropy& entropy,
                                     ByteView associated_data, ByteView plaintext);
[[nodiscard]] Result<SecretBuffer> aead_open_random(const SecretBytes<32>& key,
                                                    ByteView associated_data, ByteView sealed);

}  // namespace kluis
