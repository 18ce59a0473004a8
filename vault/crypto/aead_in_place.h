#pragma once

#include "proto/bytes.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/secret.h"

// The AEAD of aead.h without a second buffer and without associated data: for long streams, whose
// context lies in the key and in the nonce.
namespace kluis {

// `bytes` holds the plaintext and room for the tag at its end. Requires: size >= kAeadTagBytes.
void aead_seal_in_place(const SecretBytes<32>& key, const AeadNonce& nonce, MutableByteView bytes);

// Turns all but the last kAeadTagBytes of `bytes` into plaintext. False, with no plaintext written,
// when it does not authenticate.
[[nodiscard]] bool aead_open_in_place(const SecretBytes<32>& key, const AeadNonce& nonce,
                                      MutableByteView bytes);

}  // namespace kluis
