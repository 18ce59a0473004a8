#pragma once

#include <cstddef>
#include <initializer_list>

#include "proto/bytes.h"

// The hash functions of Noise, revision 34, section 4.3, with HMAC (RFC 2104) and HKDF over them.
// BLAKE2b is unkeyed with 64 bytes, inside plain HMAC: not the keyed BLAKE2b of kdf.h.
namespace kluis {

enum class NoiseHash { blake2b, sha256 };

// HASHLEN: 64 for BLAKE2b, 32 for SHA-256.
[[nodiscard]] std::size_t noise_hash_size(NoiseHash hash);

// Each writes HASHLEN bytes to `target`, which has that size and may overlap no input.
void noise_hash(NoiseHash hash, MutableByteView target, std::initializer_list<ByteView> parts);
void noise_hmac(NoiseHash hash, MutableByteView target, ByteView key,
                std::initializer_list<ByteView> parts);

// HKDF(chaining key, input key material, number of targets): two or three outputs of HASHLEN each.
void noise_hkdf(NoiseHash hash, ByteView chaining_key, ByteView input_key,
                std::initializer_list<MutableByteView> targets);

}  // namespace kluis
