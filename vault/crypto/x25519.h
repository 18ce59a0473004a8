#pragma once

#include <optional>

#include "proto/bytes.h"
#include "proto/ids.h"
#include "vault/crypto/secret.h"

// X25519 (RFC 7748, section 5).
namespace kluis {

using X25519Private = Secret<struct X25519PrivatePurpose>;
using X25519Public = FixedBytes<struct X25519PublicTag, 32>;
using X25519Shared = Secret<struct X25519SharedPurpose>;

[[nodiscard]] X25519Public x25519_public(const SecretBytes<32>& private_key);

// nullopt when the result is all zeros, which a point of low order gives whatever the private key.
[[nodiscard]] std::optional<X25519Shared> x25519(const SecretBytes<32>& private_key,
                                                 const X25519Public& peer);

}  // namespace kluis
