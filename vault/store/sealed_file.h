#pragma once

#include <memory>
#include <optional>

#include "vault/env/disk.h"
#include "vault/store/page_sealer.h"

// The two files of a sealed database as SQLite addresses them: logical offsets and plaintext on
// this side, sealed bytes on the disk. What SQLite reads and writes, and when, is described at
// https://www.sqlite.org/fileformat.html (section 4: the write-ahead log).
namespace kluis {

enum class ReadOutcome {
  complete,
  short_read,   // past the end: the missing part of the target is zero
  unauthentic,  // the target is zero
};

// Errors: kind disk, from the Disk below; "disk.io" also for an access no sealed database makes,
// and for every write after a sync that failed: what the kernel kept is then unknown.
class SealedFile {
 public:
  SealedFile(std::unique_ptr<File> file, Disk& disk, PageSealer sealer);
  SealedFile(const SealedFile&) = delete;
  SealedFile& operator=(const SealedFile&) = delete;
  virtual ~SealedFile() = default;

  [[nodiscard]] virtual Result<ReadOutcome> read(std::uint64_t offset, MutableByteView target) = 0;
  [[nodiscard]] virtual Status write(std::uint64_t offset, ByteView source) = 0;
  [[nodiscard]] virtual Status truncate(std::uint64_t size_bytes) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;
  // The first one also makes the file's name durable.
  [[nodiscard]] virtual Status sync();

 protected:
  [[nodiscard]] Status usable() const;
  [[nodiscard]] File& file() { return *file_; }
  [[nodiscard]] PageSealer& sealer() { return sealer_; }

 private:
  std::unique_ptr<File> file_;
  Disk* disk_;
  PageSealer sealer_;
  bool is_name_durable_ = false;
  bool has_failed_sync_ = false;
};

// The database file: page n at (n − 1) × 4096, sealed in the same place.
class SealedPages final : public SealedFile {
 public:
  using SealedFile::SealedFile;

  // Whole pages, or a part of page 1, which SQLite reads before it knows of a log. Such a part of a
  // page that does not open reads as a short read: a crash while the log was copied into the
  // database can tear page 1, and the log then has it.
  [[nodiscard]] Result<ReadOutcome> read(std::uint64_t offset, MutableByteView target) override;
  // One whole page whose reserved bytes are zero; page 1 must say that they are reserved.
  [[nodiscard]] Status write(std::uint64_t offset, ByteView source) override;
  [[nodiscard]] Status truncate(std::uint64_t size_bytes) override;
  [[nodiscard]] Result<std::uint64_t> size() override;
};

// The write-ahead log: header 32 and frames of 24 + 4096 bytes as SQLite sees them; each header
// grows by kSealBytes on the disk, each page is sealed in its reserved bytes.
class SealedLog final : public SealedFile {
 public:
  using SealedFile::SealedFile;

  // A header, or header and page together, that does not open reads as zeros, which SQLite takes
  // for the end of the log, as after a torn write; unless it lies before the end that this object
  // has written, where it is unauthentic, as a page alone always is.
  [[nodiscard]] Result<ReadOutcome> read(std::uint64_t offset, MutableByteView target) override;
  // A whole header or a whole page.
  [[nodiscard]] Status write(std::uint64_t offset, ByteView source) override;
  [[nodiscard]] Status truncate(std::uint64_t size_bytes) override;
  [[nodiscard]] Result<std::uint64_t> size() override;
  [[nodiscard]] Status sync() override;

 private:
  // Writes the frame header that waits for its page.
  [[nodiscard]] Status flush();
  [[nodiscard]] Result<ReadOutcome> read_log_header(std::uint64_t offset, MutableByteView target);
  [[nodiscard]] Result<ReadOutcome> read_frame_header(std::uint64_t frame, std::uint64_t offset,
                                                      MutableByteView target);
  [[nodiscard]] Result<ReadOutcome> read_frame(std::uint64_t frame, MutableByteView target);
  [[nodiscard]] Result<ReadOutcome> read_frame_page(std::uint64_t frame, MutableByteView target);
  [[nodiscard]] Status write_log_header(ByteView source);
  [[nodiscard]] Status write_frame_page(std::uint64_t frame, ByteView source);
  // A torn tail ends the log; a frame this object wrote must open.
  [[nodiscard]] ReadOutcome end_of_log(std::uint64_t frame) const;

  static constexpr std::size_t kSealedFrameHeaderBytes = 24 + kSealBytes;

  std::array<std::uint8_t, kSealedFrameHeaderBytes + kPageBytes> frame_{};
  std::uint64_t waiting_frame_ = 0;  // whose sealed header stands in frame_; 0: none
  std::uint64_t written_frames_ = 0;
};

}  // namespace kluis
