#include "vault/crypto/document.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/assert.h"
#include "vault/crypto/aead_in_place.h"
#include "vault/crypto/document_head.h"
#include "vault/crypto/ordered_pipeline.h"

namespace kluis {
namespace {

// A batch is long enough that handing it over costs little beside sealing it.
constexpr std::uint64_t kChunksPerBatch = 4;
constexpr std::size_t kBatchBytes = kChunksPerBatch * kDocumentSealedChunkBytes;

Error unauthentic() {
  return Error{ErrorKind::integrity, "document.unauthentic", {}, {}};
}

// Calls `use(chunk index, its sealed bytes)` for each chunk of a batch until it returns false.
template <typename Use>
bool for_each_chunk(const DocumentLayout& layout, PipelineSlot& batch, Use&& use) {
  const std::uint64_t first = batch.index * kChunksPerBatch;
  const std::uint64_t end = std::min(first + kChunksPerBatch, layout.chunk_count());
  MutableByteView rest = batch.bytes.expose_writable();
  for (std::uint64_t index = first; index < end; ++index) {
    const std::size_t size = layout.sealed_chunk_size(index);
    if (!use(index, rest.first(size))) return false;
    rest = rest.subspan(size);
  }
  return true;
}

// The number of sealed bytes of a batch; 0 behind the last one.
std::size_t batch_size(const DocumentLayout& layout, std::uint64_t index) {
  const std::uint64_t first = index * kChunksPerBatch;
  if (first >= layout.chunk_count()) return 0;
  const std::uint64_t begin = layout.chunk_offset(first);
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(kBatchBytes, layout.sealed_size() - begin));
}

// No more threads than batches: a short document starts none.
unsigned useful_threads(const DocumentLayout& layout, unsigned thread_count) {
  const std::uint64_t batch_count = (layout.chunk_count() - 1) / kChunksPerBatch + 1;
  return static_cast<unsigned>(std::min<std::uint64_t>(thread_count, batch_count));
}

// Fails unless `source` has ended.
Status expect_end(ByteSource& source, const Error& otherwise) {
  std::array<std::uint8_t, 1> byte;
  KLUIS_TRY(count, source.read(byte));
  if (count != 0) return tl::unexpected<Error>(otherwise);
  return {};
}

// Fills `target` with content as long as there is any, then with zeros.
Status read_padded(ByteSource& source, std::uint64_t& content_left, MutableByteView target) {
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(content_left, target.size()));
  KLUIS_TRY(count, read_fully(source, target.first(wanted)));
  if (count != wanted) return fail(ErrorKind::usage, "document.source_changed");
  std::ranges::fill(target.subspan(wanted), std::uint8_t{0});
  content_left -= wanted;
  return {};
}

}  // namespace

Status seal_document(const DocumentKey& key, const DocumentContext& context,
                     std::uint64_t size_bytes, ByteSource& source, ByteSink& target,
                     unsigned thread_count) {
  const auto layout = DocumentLayout::of_size(size_bytes);
  if (!layout) return fail(ErrorKind::refused, "document.too_large");
  const DocumentChunkKey chunk_key = document_chunk_key(key, context, *layout);
  KLUIS_CHECK(target.write(make_document_head(key, context, *layout, chunk_key, size_bytes)));

  std::uint64_t content_left = size_bytes;
  PipelineStages stages;
  stages.fill = [&](PipelineSlot& batch) -> Result<bool> {
    batch.size = batch_size(*layout, batch.index);
    Status status;
    for_each_chunk(*layout, batch, [&](std::uint64_t, MutableByteView chunk) {
      status = read_padded(source, content_left, chunk.first(chunk.size() - kAeadTagBytes));
      return status.has_value();
    });
    KLUIS_CHECK(std::move(status));
    return batch.size != 0;
  };
  stages.work = [&](PipelineSlot& batch) {
    return for_each_chunk(*layout, batch, [&](std::uint64_t index, MutableByteView chunk) {
      aead_seal_in_place(chunk_key, document_chunk_nonce(*layout, index), chunk);
      return true;
    });
  };
  stages.drain = [&](PipelineSlot& batch) {
    return target.write(batch.bytes.expose().first(batch.size));
  };
  OrderedPipeline pipeline(useful_threads(*layout, thread_count), kBatchBytes);
  KLUIS_CHECK(pipeline.run(stages, unauthentic()));
  return expect_end(source, Error{ErrorKind::usage, "document.source_changed", {}, {}});
}

Result<std::uint64_t> open_document(const DocumentKey& key, const DocumentContext& context,
                                    std::uint64_t sealed_size, ByteSource& source, ByteSink& target,
                                    unsigned thread_count) {
  DocumentHead head;
  KLUIS_TRY(head_size, read_fully(source, head));
  KLUIS_TRY(opener,
            DocumentOpener::begin(key, context, sealed_size, ByteView(head).first(head_size)));
  const DocumentLayout& layout = opener.layout();

  PipelineStages stages;
  stages.fill = [&](PipelineSlot& batch) -> Result<bool> {
    batch.size = batch_size(layout, batch.index);
    KLUIS_TRY(count, read_fully(source, batch.bytes.expose_writable().first(batch.size)));
    if (count != batch.size) return tl::unexpected<Error>(unauthentic());
    return batch.size != 0;
  };
  stages.work = [&](PipelineSlot& batch) {
    return for_each_chunk(layout, batch, [&](std::uint64_t index, MutableByteView chunk) {
      return opener.open_chunk_in_place(index, chunk).has_value();
    });
  };
  std::uint64_t content_left = opener.size();
  stages.drain = [&](PipelineSlot& batch) {
    Status status;
    for_each_chunk(layout, batch, [&](std::uint64_t, MutableByteView chunk) {
      const auto size = static_cast<std::size_t>(
          std::min<std::uint64_t>(content_left, chunk.size() - kAeadTagBytes));
      content_left -= size;
      if (size != 0) status = target.write(chunk.first(size));
      return status.has_value();
    });
    return status;
  };
  OrderedPipeline pipeline(useful_threads(layout, thread_count), kBatchBytes);
  KLUIS_CHECK(pipeline.run(stages, unauthentic()));
  KLUIS_CHECK(expect_end(source, unauthentic()));
  return opener.size();
}

namespace {

class NoSink final : public ByteSink {
 public:
  Status write(ByteView) override { return {}; }
};

}  // namespace

Status check_document(const DocumentSeal& seal, std::uint64_t sealed_size, ByteSource& source) {
  NoSink nowhere;
  KLUIS_TRY(size, open_document(seal.key, {seal.document_id, seal.version}, sealed_size, source,
                                nowhere, 1));
  return size == seal.size_bytes ? Status() : Status(tl::unexpected<Error>(unauthentic()));
}

Result<DocumentOpener> DocumentOpener::begin(const DocumentKey& key, const DocumentContext& context,
                                             std::uint64_t sealed_size, ByteView head) {
  const auto layout = DocumentLayout::of_sealed_size(sealed_size);
  if (!layout) return tl::unexpected<Error>(unauthentic());
  ChunkKey chunk_key = document_chunk_key(key, context, *layout);
  KLUIS_TRY(size_bytes, open_document_head(key, context, *layout, chunk_key, head));
  return DocumentOpener(std::move(chunk_key), *layout, size_bytes);
}

Result<SecretBuffer> DocumentOpener::open_chunk(std::uint64_t index, ByteView sealed) const {
  SecretBuffer chunk = SecretBuffer::take(to_bytes(sealed));
  KLUIS_TRY(size, open_chunk_in_place(index, chunk.expose_writable()));
  chunk.shrink(size);
  return chunk;
}

Result<std::size_t> DocumentOpener::open_chunk_in_place(std::uint64_t index,
                                                        MutableByteView sealed) const {
  KLUIS_ASSERT(index < layout_.chunk_count());
  const bool authentic = sealed.size() == layout_.sealed_chunk_size(index) &&
                         aead_open_in_place(key_, document_chunk_nonce(layout_, index), sealed);
  if (!authentic) return tl::unexpected<Error>(unauthentic());
  const std::uint64_t begin = index * kDocumentChunkBytes;
  const MutableByteView plaintext = sealed.first(sealed.size() - kAeadTagBytes);
  const auto size = static_cast<std::size_t>(
      std::min<std::uint64_t>(plaintext.size(), size_bytes_ - std::min(begin, size_bytes_)));
  // One content has one sealed form: padding is zeros, and nothing can be hidden in it.
  const bool clean = std::ranges::all_of(plaintext.subspan(size), [](auto b) { return b == 0; });
  if (!clean) return tl::unexpected<Error>(unauthentic());
  return size;
}

}  // namespace kluis
