#pragma once

#include <cstddef>
#include <string_view>

#include "proto/bytes.h"

// Bech32 (BIP 173) without its limit on length, as age's keys are written. The memory is the
// caller's, since what is written may be a secret.
namespace kluis {

// Letters of `size_bytes` bytes behind `prefix`, with separator and checksum.
[[nodiscard]] std::size_t bech32_size(std::string_view prefix, std::size_t size_bytes);

// Writes in the case of `prefix`. Requires: target.size() == bech32_size(prefix, bytes.size());
// `prefix` has letters of one case.
void bech32_encode_into(MutableByteView target, std::string_view prefix, ByteView bytes);

// Fills `target`. Strict, so that each byte string has one text. False on another prefix, another
// length or case than bech32_encode_into gives, a letter outside the alphabet, spare bits that are
// not zero, or a wrong checksum; `target` then holds nothing of use, and is to be wiped if a secret
// was expected.
[[nodiscard]] bool bech32_decode_into(MutableByteView target, std::string_view prefix,
                                      std::string_view text);

}  // namespace kluis
