#include "vault/crypto/document_head.h"

#include <algorithm>

#include "proto/assert.h"
#include "vault/crypto/aead_in_place.h"
#include "vault/crypto/kdf.h"
#include "vault/crypto/little_endian.h"

namespace kluis {
namespace {

// Magic "RKDOC" ‖ 0, format 1, suite 1 (XChaCha20-Poly1305, BLAKE2b, Padmé).
constexpr std::array<std::uint8_t, 8> kIntroduction = {'R', 'K', 'D', 'O', 'C', 0, 1, 1};
constexpr std::size_t kCommitmentOffset = kIntroduction.size();
constexpr std::size_t kCommitmentBytes = 32;
constexpr std::size_t kLengthOffset = kCommitmentOffset + kCommitmentBytes;
constexpr std::size_t kLengthBytes = 8;
static_assert(kLengthOffset + kLengthBytes + kAeadTagBytes == kDocumentHeadBytes);

enum class NonceKind : std::uint8_t { inner_chunk = 0, final_chunk = 1, length = 2 };

AeadNonce nonce_of(std::uint64_t index, NonceKind kind) {
  AeadNonce nonce;
  std::ranges::copy(le64(index), nonce.bytes.begin());
  nonce.bytes[8] = static_cast<std::uint8_t>(kind);
  return nonce;
}

std::array<std::uint8_t, kCommitmentBytes> commitment_of(const DocumentKey& key,
                                                         const DocumentContext& context,
                                                         const DocumentLayout& layout) {
  std::array<std::uint8_t, kCommitmentBytes> commitment;
  kdf_into(commitment, key, "document/commit",
           {context.document_id, le64(context.version), le64(layout.padded_size())});
  return commitment;
}

}  // namespace

DocumentChunkKey document_chunk_key(const DocumentKey& key, const DocumentContext& context,
                                    const DocumentLayout& layout) {
  KLUIS_ASSERT(context.document_id.size() == 16 || context.document_id.size() == 32);
  return derive<DocumentChunkKey>(
      key, "document/chunks",
      {context.document_id, le64(context.version), le64(layout.padded_size())});
}

AeadNonce document_chunk_nonce(const DocumentLayout& layout, std::uint64_t index) {
  const bool final = index + 1 == layout.chunk_count();
  return nonce_of(index, final ? NonceKind::final_chunk : NonceKind::inner_chunk);
}

DocumentHead make_document_head(const DocumentKey& key, const DocumentContext& context,
                                const DocumentLayout& layout, const DocumentChunkKey& chunk_key,
                                std::uint64_t size_bytes) {
  DocumentHead head;
  std::ranges::copy(kIntroduction, head.begin());
  std::ranges::copy(commitment_of(key, context, layout), head.begin() + kCommitmentOffset);
  std::ranges::copy(le64(size_bytes), head.begin() + kLengthOffset);
  aead_seal_in_place(chunk_key, nonce_of(0, NonceKind::length),
                     MutableByteView(head).subspan(kLengthOffset));
  return head;
}

Result<std::uint64_t> open_document_head(const DocumentKey& key, const DocumentContext& context,
                                         const DocumentLayout& layout,
                                         const DocumentChunkKey& chunk_key, ByteView head) {
  DocumentHead copy;
  if (head.size() != copy.size()) return broken("document.unauthentic");
  std::ranges::copy(head, copy.begin());
  const MutableByteView bytes = copy;
  const bool introduced = same_bytes(bytes.first(kIntroduction.size()), kIntroduction);
  // The commitment comes before the AEAD: Poly1305 alone lets one tag fit two keys.
  const bool committed = same_bytes(bytes.subspan(kCommitmentOffset, kCommitmentBytes),
                                    commitment_of(key, context, layout));
  if (!introduced || !committed) return broken("document.unauthentic");
  const MutableByteView length = bytes.subspan(kLengthOffset);
  if (!aead_open_in_place(chunk_key, nonce_of(0, NonceKind::length), length)) {
    return broken("document.unauthentic");
  }
  const std::uint64_t size_bytes = read_le64(length);
  const auto expected = DocumentLayout::of_size(size_bytes);
  if (!expected || expected->padded_size() != layout.padded_size()) {
    return broken("document.unauthentic");
  }
  return size_bytes;
}

}  // namespace kluis
