#include "vault/crypto/document_layout.h"

#include <algorithm>

#include "proto/assert.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/padme.h"

namespace kluis {
namespace {

static_assert(kDocumentSealedChunkBytes == kDocumentChunkBytes + kAeadTagBytes);

constexpr std::uint64_t rounded_up_quotient(std::uint64_t dividend, std::uint64_t divisor) {
  return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
}

}  // namespace

std::optional<DocumentLayout> DocumentLayout::of_size(std::uint64_t size_bytes) {
  if (size_bytes > kDocumentSizeMax) return std::nullopt;
  return DocumentLayout(padme_size(std::max(size_bytes, kDocumentPaddedSizeMin)));
}

std::optional<DocumentLayout> DocumentLayout::of_sealed_size(std::uint64_t sealed_size) {
  if (sealed_size <= kDocumentHeadBytes) return std::nullopt;
  const std::uint64_t body = sealed_size - kDocumentHeadBytes;
  const std::uint64_t tags = rounded_up_quotient(body, kDocumentSealedChunkBytes) * kAeadTagBytes;
  if (tags >= body) return std::nullopt;
  // A padded size pads to itself; every other length is refused here.
  const auto layout = of_size(body - tags);
  if (!layout || layout->sealed_size() != sealed_size) return std::nullopt;
  return layout;
}

std::uint64_t DocumentLayout::chunk_count() const {
  return rounded_up_quotient(padded_size_, kDocumentChunkBytes);
}

std::uint64_t DocumentLayout::sealed_size() const {
  return kDocumentHeadBytes + padded_size_ + chunk_count() * kAeadTagBytes;
}

std::uint64_t DocumentLayout::chunk_offset(std::uint64_t index) const {
  KLUIS_ASSERT(index < chunk_count());
  return kDocumentHeadBytes + index * kDocumentSealedChunkBytes;
}

std::size_t DocumentLayout::sealed_chunk_size(std::uint64_t index) const {
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(kDocumentSealedChunkBytes, sealed_size() - chunk_offset(index)));
}

std::uint64_t sealed_size(std::uint64_t size_bytes) {
  const auto layout = DocumentLayout::of_size(size_bytes);
  KLUIS_ASSERT(layout.has_value());
  return layout->sealed_size();
}

}  // namespace kluis
