#pragma once

#include <array>
#include <cstdint>

#include "proto/bytes.h"
#include "proto/result.h"
#include "vault/crypto/secret.h"

// ChaCha20-Poly1305 (RFC 8439): for formats of others that prescribe it, such as Noise and age.
// Ours use aead.h.
namespace kluis {

inline constexpr std::size_t kChaChaPolyTagBytes = 16;

struct ChaChaPolyNonce {
  std::array<std::uint8_t, 12> bytes{};

  // Noise, section 12.3: four zero bytes, then the counter little-endian.
  [[nodiscard]] static ChaChaPolyNonce counter(std::uint64_t value);
};

// Appends plaintext.size() + kChaChaPolyTagBytes bytes to `target`.
void chachapoly_seal_onto(Bytes& target, const SecretBytes<32>& key, const ChaChaPolyNonce& nonce,
                          ByteView associated_data, ByteView plaintext);

// Errors: integrity "aead.unauthentic"; no partial plaintext.
[[nodiscard]] Result<Bytes> chachapoly_open(const SecretBytes<32>& key,
                                            const ChaChaPolyNonce& nonce, ByteView associated_data,
                                            ByteView sealed);

// The same without associated data, into memory of the caller's: for secrets and for long streams.
// Requires: `target` is kChaChaPolyTagBytes longer than `plaintext` and does not overlap it.
void chachapoly_seal_into(MutableByteView target, const SecretBytes<32>& key,
                          const ChaChaPolyNonce& nonce, ByteView plaintext);

// False when it is not authentic; `target` then holds nothing of the plaintext.
// Requires: `sealed` is kChaChaPolyTagBytes longer than `target` and does not overlap it.
[[nodiscard]] bool chachapoly_open_into(MutableByteView target, const SecretBytes<32>& key,
                                        const ChaChaPolyNonce& nonce, ByteView sealed);

}  // namespace kluis
