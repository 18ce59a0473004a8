#include "vault/crypto/blake2b_parts.h"

#include <array>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/little_endian.h"
#include "vault/crypto/sodium_ready.h"

namespace kluis {
namespace {

void update(crypto_generichash_blake2b_state& state, ByteView bytes) {
  crypto_generichash_blake2b_update(&state, bytes.data(), bytes.size());
}

}  // namespace

void blake2b_parts(MutableByteView target, ByteView key, std::string_view prefix,
                   std::string_view domain, std::initializer_list<ByteView> parts) {
  KLUIS_ASSERT(target.size() >= 16 && target.size() <= 64);
  require_sodium();
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, key.data(), key.size(), target.size());
  update(state, as_bytes(prefix));
  update(state, as_bytes(domain));
  update(state, std::array<std::uint8_t, 1>{0});
  for (const ByteView part : parts) {
    update(state, le64(part.size()));
    update(state, part);
  }
  crypto_generichash_blake2b_final(&state, target.data(), target.size());
  sodium_memzero(&state, sizeof state);
}

}  // namespace kluis
