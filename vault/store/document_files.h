#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/ids.h"
#include "vault/crypto/byte_stream.h"
#include "vault/crypto/document.h"
#include "vault/env/disk.h"

// Sealed documents as files, named by their blob name in hexadecimal. Sealed bytes only. What a
// relay sent is checked before it gets its name; what the disk cuts, damages or swaps afterwards is
// found when the document is opened (vault/crypto/document.h).
namespace kluis {

// The most that goes to or comes from a relay at once.
inline constexpr std::size_t kDocumentSliceBytes = 256 * 1024;

class DocumentFiles {
 public:
  // `disk` is a folder for nothing else. Lifetime: outlives this object.
  explicit DocumentFiles(Disk& disk) : disk_(&disk) {}

  // A document that is being written. Appears under its name when finished, whole and durable, or
  // never.
  class Writer final : public ByteSink {
   public:
    Writer(Disk& disk, const BlobName& name, std::unique_ptr<File> file);
    ~Writer() override;  // Removes what was not finished.
    [[nodiscard]] Status write(ByteView source) override;
    [[nodiscard]] Status finish();

   private:
    Disk* disk_;
    BlobName name_;
    std::unique_ptr<File> file_;  // null once finished
    std::uint64_t size_ = 0;
  };
  // A document with the same name is replaced.
  [[nodiscard]] Result<std::unique_ptr<Writer>> create(const BlobName& name);

  [[nodiscard]] Result<bool> exists(const BlobName& name);
  // Errors of these three: no_access "document.absent".
  [[nodiscard]] Result<std::uint64_t> size(const BlobName& name);
  [[nodiscard]] Result<std::unique_ptr<ByteSource>> read(const BlobName& name);
  // At most kDocumentSliceBytes from `offset` on; empty at the end.
  [[nodiscard]] Result<Bytes> slice(const BlobName& name, std::uint64_t offset);

  // A document that arrives in slices. Resumes after any interruption at `received`.
  [[nodiscard]] Result<std::uint64_t> received(const BlobName& name);  // bytes, durable or not
  // Requires: `offset` is at most received(name); a slice that is there already is written again.
  // Errors: usage "document.gap" otherwise.
  [[nodiscard]] Status receive(const BlobName& name, std::uint64_t offset, ByteView slice);
  // All of it came: checks it against the seals, any of which may be its own, syncs and gives it
  // its name. Errors: integrity "document.size" when it does not have `size_bytes`, and
  // "document.unauthentic" when no seal fits; the part is then dropped and begins anew.
  [[nodiscard]] Status complete(const BlobName& name, std::uint64_t size_bytes,
                                const std::vector<DocumentSeal>& seals);

  // Removes the document, whole or in part. Durable. No error when it is absent.
  [[nodiscard]] Status remove(const BlobName& name);

  // The names of all whole documents.
  [[nodiscard]] Result<std::vector<BlobName>> list();

 private:
  [[nodiscard]] Status check_part(const BlobName& name, std::uint64_t size_bytes,
                                  const std::vector<DocumentSeal>& seals);

  Disk* disk_;
};

}  // namespace kluis
