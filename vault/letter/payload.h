#pragma once

#include <cstdint>

#include "vault/crypto/byte_stream.h"
#include "vault/letter/wrapped_key.h"

// What a letter holds, in chunks of 64 KiB (age, "Payload"): each bound to its number and to being
// the last or not. Memory: 130 KiB.
namespace kluis {

inline constexpr std::size_t kLetterChunkBytes = 64 * 1024;  // of content; 16 more when sealed
inline constexpr std::size_t kLetterNonceBytes = 16;

// Reads `source` to its end; writes nonce and chunks. Errors: those of source and target.
[[nodiscard]] Status seal_letter_payload(const FileKey& file_key, Entropy& entropy,
                                         ByteSource& source, ByteSink& target);

// Reads `source` to its end and writes the content; returns its size. A chunk is written when it
// is authentic, so that after an error the caller throws away what was written.
// Errors: integrity "letter.header" when the nonce is not whole; "letter.payload" for anything
// damaged, cut, extended or reordered; those of source and target.
[[nodiscard]] Result<std::uint64_t> open_letter_payload(const FileKey& file_key, ByteSource& source,
                                                        ByteSink& target);

}  // namespace kluis
