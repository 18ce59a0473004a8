#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

// How long a sealed document is and where its chunks lie (FORMAT.md, "Sealed document").
namespace kluis {

inline constexpr std::uint64_t kDocumentSizeMax = std::uint64_t{4} << 30;
// Shorter documents are padded to this size, so that an empty one looks like a short one.
inline constexpr std::uint64_t kDocumentPaddedSizeMin = 1024;
inline constexpr std::size_t kDocumentHeadBytes = 64;
inline constexpr std::size_t kDocumentChunkBytes = 64 * 1024;                       // plaintext
inline constexpr std::size_t kDocumentSealedChunkBytes = kDocumentChunkBytes + 16;  // and tag

class DocumentLayout {
 public:
  // Of a document of `size_bytes`. nullopt above kDocumentSizeMax.
  [[nodiscard]] static std::optional<DocumentLayout> of_size(std::uint64_t size_bytes);
  // Of a sealed document that is `sealed_size` bytes long. nullopt when none has this length.
  [[nodiscard]] static std::optional<DocumentLayout> of_sealed_size(std::uint64_t sealed_size);

  [[nodiscard]] std::uint64_t padded_size() const { return padded_size_; }
  [[nodiscard]] std::uint64_t sealed_size() const;
  [[nodiscard]] std::uint64_t chunk_count() const;  // at least 1
  // Where the sealed chunk begins, and its size with tag. Requires: index < chunk_count().
  [[nodiscard]] std::uint64_t chunk_offset(std::uint64_t index) const;
  [[nodiscard]] std::size_t sealed_chunk_size(std::uint64_t index) const;

 private:
  explicit DocumentLayout(std::uint64_t padded_size) : padded_size_(padded_size) {}

  std::uint64_t padded_size_;
};

// The length of the sealed form. Requires: size_bytes <= kDocumentSizeMax.
[[nodiscard]] std::uint64_t sealed_size(std::uint64_t size_bytes);

}  // namespace kluis
