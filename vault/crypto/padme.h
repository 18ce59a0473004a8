#pragma once

#include <cstdint>

#include "proto/bytes.h"
#include "proto/result.h"

// Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
// PURBs", PETS 2019, section 4): at most 12 % longer, and few distinct lengths.
namespace kluis {

[[nodiscard]] std::uint64_t padme_size(std::uint64_t size_bytes);

// length as 8 bytes little-endian ‖ content ‖ zeros, in all padme_size(8 + content.size()) bytes.
[[nodiscard]] Bytes pad(ByteView content);
// Errors: integrity "pad.malformed" unless `padded` is exactly what pad() makes of its content.
[[nodiscard]] Result<ByteView> unpad(ByteView padded);

}  // namespace kluis
