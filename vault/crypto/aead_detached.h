#pragma once

#include <array>

#include "proto/bytes.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/secret.h"

// The AEAD of aead.h with the tag apart and no memory of its own, for bytes that have a fixed
// place: database pages.
namespace kluis {

using AeadTag = std::array<std::uint8_t, kAeadTagBytes>;

// Requires: target.size() == plaintext.size(); they are the same bytes or do not overlap.
void aead_seal_detached(const SecretBytes<32>& key, const AeadNonce& nonce,
                        ByteView associated_data, ByteView plaintext, MutableByteView target,
                        AeadTag& tag);

// False when it is not authentic; `target` then holds nothing of the plaintext.
// Requires: as above.
[[nodiscard]] bool aead_open_detached(const SecretBytes<32>& key, const AeadNonce& nonce,
                                      ByteView associated_data, ByteView ciphertext,
                                      const AeadTag& tag, MutableByteView target);

}  // namespace kluis
