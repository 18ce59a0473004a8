#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "proto/bytes.h"
#include "vault/crypto/secret.h"

// HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869): for formats of others that prescribe them,
// such as age and HPKE. Ours use kdf.h.
namespace kluis {

inline constexpr std::size_t kHmacSha256Bytes = 32;
inline constexpr std::size_t kHkdfSha256BytesMax = 255 * 32;

using HkdfSecret = Secret<struct HkdfSecretPurpose>;  // the "PRK" between the two halves

// Writes kHmacSha256Bytes to `target`, which has that size.
void hmac_sha256_into(MutableByteView target, ByteView key, ByteView message);

// Whether `tag` is the HMAC of `message`, in time independent of where they differ. False for a tag
// of another size.
[[nodiscard]] bool hmac_sha256_matches(ByteView tag, ByteView key, ByteView message);

// RFC 5869, section 2.2. The input key material is the concatenation of `parts`.
[[nodiscard]] HkdfSecret hkdf_sha256_extract(ByteView salt, std::initializer_list<ByteView> parts);

// RFC 5869, section 2.3. Requires: target.size() <= kHkdfSha256BytesMax.
void hkdf_sha256_expand(MutableByteView target, const HkdfSecret& secret, ByteView info);

// Both halves: a key of 32 bytes.
template <typename Child>
[[nodiscard]] Child hkdf_sha256(ByteView key, ByteView salt, std::string_view info) {
  const HkdfSecret secret = hkdf_sha256_extract(salt, {key});
  return Child::made_by(
      [&](MutableByteView cell) { hkdf_sha256_expand(cell, secret, as_bytes(info)); });
}

}  // namespace kluis
