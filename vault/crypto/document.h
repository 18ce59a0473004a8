#pragma once

#include <cstdint>

#include "proto/bytes.h"
#include "proto/result.h"
#include "vault/crypto/byte_stream.h"
#include "vault/crypto/document_layout.h"
#include "vault/crypto/secret.h"

// Sealing of documents: chunks of 64 KiB under XChaCha20-Poly1305, bound to the document, its
// version, their position, the end and the length (after STREAM: Hoang, Reyhanitabar, Rogaway,
// Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015). A sealed
// document commits to its key, so that no bytes open as two texts under two keys. The layout is in
// FORMAT.md. Whoever sees the sealed bytes learns the padded size, nothing else.
//
// Errors of everything that opens: integrity "document.unauthentic", the one error for wrong key,
// document or version, damaged, cut, extended or reordered bytes.
namespace kluis {

// The key of ONE version of one document: it seals one plaintext, then only opens.
using DocumentKey = Secret<struct DocumentKeyPurpose>;

// What a sealed document is bound to.
struct DocumentContext {
  ByteView document_id;  // 16 or 32 bytes, lent
  std::uint64_t version = 0;
};

// Reads exactly `size_bytes` from `source` and writes the sealed form, sealed_size(size_bytes)
// bytes, to `target`: a pure function of key, context and content, whatever `thread_count` is.
// `thread_count` counts the caller's thread, which reads and writes; below 1 means 1, above 16
// means 16. Memory: at most 4 MiB.
// Errors: refused "document.too_large" before anything is read or written; usage
// "document.source_changed" when the source is shorter or longer; those of source and sink. After
// an error what was written is of no use.
[[nodiscard]] Status seal_document(const DocumentKey& key, const DocumentContext& context,
                                   std::uint64_t size_bytes, ByteSource& source, ByteSink& target,
                                   unsigned thread_count);

// Reads a sealed document of `sealed_size` bytes (the file's size) and writes its content. Returns
// the content's size. Nothing is written before its chunk is authenticated, and nothing at all
// when key, context or length are wrong; damage further on shows only there, so on an error the
// caller throws away what was written. Threads and memory: as above.
[[nodiscard]] Result<std::uint64_t> open_document(const DocumentKey& key,
                                                  const DocumentContext& context,
                                                  std::uint64_t sealed_size, ByteSource& source,
                                                  ByteSink& target, unsigned thread_count);

// What the author of a version signed of its sealed file: enough to tell it from any other bytes.
struct DocumentSeal {
  DocumentKey key;
  Bytes document_id;
  std::uint64_t version = 0;
  std::uint64_t size_bytes = 0;  // of the content
};

// Reads a sealed document through to its end and throws its content away. One thread; memory: as
// above. Errors: of open_document.
[[nodiscard]] Status check_document(const DocumentSeal& seal, std::uint64_t sealed_size,
                                    ByteSource& source);

// Random access: opens single chunks of a sealed document that the caller reads. Holds a key.
// Threads: const members may run concurrently.
class DocumentOpener {
 public:
  // `head` is the first kDocumentHeadBytes of a sealed document of `sealed_size` bytes.
  [[nodiscard]] static Result<DocumentOpener> begin(const DocumentKey& key,
                                                    const DocumentContext& context,
                                                    std::uint64_t sealed_size, ByteView head);

  [[nodiscard]] std::uint64_t size() const { return size_bytes_; }  // of the content
  // Chunk i holds the content from i * kDocumentChunkBytes; where it lies is in the layout.
  [[nodiscard]] const DocumentLayout& layout() const { return layout_; }

  // The content of one chunk (empty when the chunk is all padding). Requires: index <
  // layout().chunk_count().
  [[nodiscard]] Result<SecretBuffer> open_chunk(std::uint64_t index, ByteView sealed) const;

  // The same within the caller's buffer: returns how many bytes of content stand at its start.
  [[nodiscard]] Result<std::size_t> open_chunk_in_place(std::uint64_t index,
                                                        MutableByteView sealed) const;

 private:
  using ChunkKey = Secret<struct DocumentChunkKeyPurpose>;

  DocumentOpener(ChunkKey key, DocumentLayout layout, std::uint64_t size_bytes)
      : key_(std::move(key)), layout_(layout), size_bytes_(size_bytes) {}

  ChunkKey key_;
  DocumentLayout layout_;
  std::uint64_t size_bytes_;
};

}  // namespace kluis
