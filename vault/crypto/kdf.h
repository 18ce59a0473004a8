#pragma once

#include <initializer_list>
#include <string_view>

#include "proto/bytes.h"
#include "vault/crypto/secret.h"

// Key derivation: BLAKE2b keyed with the parent, used as a PRF (RFC 7693, section 2.9), over
//   "raadkluis/v1/kdf/" ‖ label ‖ 0x00 ‖ for each part: length as 8 bytes little-endian ‖ part.
namespace kluis {

// Fills `target` (16..64 bytes). For public results such as names; secrets use `derive`.
void kdf_into(MutableByteView target, const SecretBytes<32>& parent, std::string_view label,
              std::initializer_list<ByteView> parts = {});

template <typename Child>
[[nodiscard]] Child derive(const SecretBytes<32>& parent, std::string_view label,
                           std::initializer_list<ByteView> parts = {}) {
  return Child::made_by([&](MutableByteView cell) { kdf_into(cell, parent, label, parts); });
}

template <typename Fixed>
[[nodiscard]] Fixed derive_public(const SecretBytes<32>& parent, std::string_view label,
                                  std::initializer_list<ByteView> parts = {}) {
  Fixed value;
  kdf_into(value.bytes, parent, label, parts);
  return value;
}

}  // namespace kluis
