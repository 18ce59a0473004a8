#include "vault/crypto/hkdf_sha256.h"

#include <array>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/sodium_ready.h"

namespace kluis {

static_assert(kHmacSha256Bytes == crypto_auth_hmacsha256_BYTES);
static_assert(HkdfSecret::kSize == crypto_kdf_hkdf_sha256_KEYBYTES);
static_assert(kHkdfSha256BytesMax == crypto_kdf_hkdf_sha256_BYTES_MAX);

namespace {

// libsodium wants a pointer even to nothing.
const std::uint8_t* pointer_to(ByteView bytes) {
  static constexpr std::uint8_t kNothing = 0;
  return bytes.empty() ? &kNothing : bytes.data();
}

}  // namespace

void hmac_sha256_into(MutableByteView target, ByteView key, ByteView message) {
  KLUIS_ASSERT(target.size() == kHmacSha256Bytes);
  require_sodium();
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, pointer_to(key), key.size());
  crypto_auth_hmacsha256_update(&state, pointer_to(message), message.size());
  crypto_auth_hmacsha256_final(&state, target.data());
  sodium_memzero(&state, sizeof state);
}

bool hmac_sha256_matches(ByteView tag, ByteView key, ByteView message) {
  std::array<std::uint8_t, kHmacSha256Bytes> right;
  hmac_sha256_into(right, key, message);
  return tag.size() == right.size() && sodium_memcmp(right.data(), tag.data(), right.size()) == 0;
}

HkdfSecret hkdf_sha256_extract(ByteView salt, std::initializer_list<ByteView> parts) {
  return HkdfSecret::made_by([&](MutableByteView cell) {
    crypto_kdf_hkdf_sha256_state state;
    crypto_kdf_hkdf_sha256_extract_init(&state, pointer_to(salt), salt.size());
    for (const ByteView part : parts) {
      crypto_kdf_hkdf_sha256_extract_update(&state, pointer_to(part), part.size());
    }
    crypto_kdf_hkdf_sha256_extract_final(&state, cell.data());
    sodium_memzero(&state, sizeof state);
  });
}

void hkdf_sha256_expand(MutableByteView target, const HkdfSecret& secret, ByteView info) {
  KLUIS_ASSERT(target.size() <= kHkdfSha256BytesMax);
  crypto_kdf_hkdf_sha256_expand(target.data(), target.size(),
                                reinterpret_cast<const char*>(pointer_to(info)), info.size(),
                                secret.expose().data());
}

}  // namespace kluis
