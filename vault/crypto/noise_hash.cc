#include "vault/crypto/noise_hash.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/secret.h"
#include "vault/crypto/sodium_ready.h"

namespace kluis {
namespace {

constexpr std::size_t kHashBytesMax = 64;
constexpr std::size_t kBlockBytesMax = 128;

std::size_t block_size(NoiseHash hash) {
  return hash == NoiseHash::blake2b ? 128 : 64;
}

void blake2b(MutableByteView target, std::initializer_list<ByteView> parts) {
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, nullptr, 0, target.size());
  for (const ByteView part : parts) {
    crypto_generichash_blake2b_update(&state, part.data(), part.size());
  }
  crypto_generichash_blake2b_final(&state, target.data(), target.size());
  sodium_memzero(&state, sizeof state);
}

void sha256(MutableByteView target, std::initializer_list<ByteView> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const ByteView part : parts) {
    crypto_hash_sha256_update(&state, part.data(), part.size());
  }
  crypto_hash_sha256_final(&state, target.data());
  sodium_memzero(&state, sizeof state);
}

}  // namespace

std::size_t noise_hash_size(NoiseHash hash) {
  return hash == NoiseHash::blake2b ? 64 : 32;
}

void noise_hash(NoiseHash hash, MutableByteView target, std::initializer_list<ByteView> parts) {
  KLUIS_ASSERT(target.size() == noise_hash_size(hash));
  require_sodium();
  hash == NoiseHash::blake2b ? blake2b(target, parts) : sha256(target, parts);
}

void noise_hmac(NoiseHash hash, MutableByteView target, ByteView key,
                std::initializer_list<ByteView> parts) {
  std::array<std::uint8_t, kBlockBytesMax> pad_buffer{};
  const MutableByteView pad = MutableByteView(pad_buffer).first(block_size(hash));
  const std::size_t size = noise_hash_size(hash);
  if (key.size() > pad.size()) {
    noise_hash(hash, pad.first(size), {key});
  } else {
    std::ranges::copy(key, pad.begin());
  }
  const auto flip = [&](std::uint8_t mask) {
    for (std::uint8_t& byte : pad) byte = static_cast<std::uint8_t>(byte ^ mask);
  };
  // Noise never authenticates more than three parts: their concatenation needs no second state.
  Bytes message;
  for (const ByteView part : parts) append(message, part);
  std::array<std::uint8_t, kHashBytesMax> inner_buffer;
  const MutableByteView inner = MutableByteView(inner_buffer).first(size);
  flip(0x36);
  noise_hash(hash, inner, {pad, message});
  flip(0x36 ^ 0x5c);
  noise_hash(hash, target, {pad, inner});
  wipe(pad_buffer);
  wipe(inner_buffer);
  wipe(message);
}

void noise_hkdf(NoiseHash hash, ByteView chaining_key, ByteView input_key,
                std::initializer_list<MutableByteView> targets) {
  std::array<std::uint8_t, kHashBytesMax> temporary_buffer;
  const MutableByteView temporary = MutableByteView(temporary_buffer).first(noise_hash_size(hash));
  noise_hmac(hash, temporary, chaining_key, {input_key});
  ByteView previous;
  std::uint8_t number = 0;
  for (const MutableByteView target : targets) {
    const std::array<std::uint8_t, 1> suffix = {++number};
    noise_hmac(hash, target, temporary, {previous, suffix});
    previous = target;
  }
  wipe(temporary_buffer);
}

}  // namespace kluis
