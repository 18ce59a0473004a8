#pragma once

#include <array>
#include <cstdint>

#include "vault/crypto/aead.h"
#include "vault/crypto/document.h"

// Internal to document*.cc: what stands in front of the chunks, and the nonces (FORMAT.md).
namespace kluis {

using DocumentHead = std::array<std::uint8_t, kDocumentHeadBytes>;
using DocumentChunkKey = Secret<struct DocumentChunkKeyPurpose>;

[[nodiscard]] DocumentChunkKey document_chunk_key(const DocumentKey& key,
                                                  const DocumentContext& context,
                                                  const DocumentLayout& layout);

[[nodiscard]] AeadNonce document_chunk_nonce(const DocumentLayout& layout, std::uint64_t index);

[[nodiscard]] DocumentHead make_document_head(const DocumentKey& key,
                                              const DocumentContext& context,
                                              const DocumentLayout& layout,
                                              const DocumentChunkKey& chunk_key,
                                              std::uint64_t size_bytes);

// Returns the size of the content. Errors: as document.h says.
[[nodiscard]] Result<std::uint64_t> open_document_head(const DocumentKey& key,
                                                       const DocumentContext& context,
                                                       const DocumentLayout& layout,
                                                       const DocumentChunkKey& chunk_key,
                                                       ByteView head);

}  // namespace kluis
