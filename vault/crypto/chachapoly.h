#pragma once

#include <array>
#include <cstdint>

#include "proto/bytes.h"
#include "proto/result.h"
#include "vault/crypto/secret.h"

// ChaCha20-Poly1305 (RFC 8439): for formats of others that prescribe it, such as Noise. Ours use
// aead.h.
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

}  // namespace kluis
