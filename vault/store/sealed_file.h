#pragma once

#include <array>
#include <memory>
#include <vector>

#include "vault/env/disk.h"
#include "vault/store/page_sealer.h"

// The two files of a sealed database as SQLite addresses them: logical offsets and plaintext on
// this side, sealed bytes on the disk. What SQLite reads and writes, and when, is described at
// https://www.sqlite.org/fileformat.html (section 4: the write-ahead log).
//
// Editions. The log belongs to one state of the database file, and nothing in SQLite notices when a
// copy of the folder pairs a log with an earlier or later file. So the file is stamped: it is
// complete at edition e; every page carries the edition it was written in; copying the log into the
// file writes pages of edition e + 1, and before the log is emptied the file is declared complete
// at e + 1. A log carries the edition of the file it continues. Then
//   - a log of a lower edition is in the file already: it counts as empty;
//   - a log of a higher edition belongs to a later file: damaged;
//   - a page of a higher edition that no log covers belongs to a later state: damaged.
namespace kluis {

enum class ReadOutcome {
  complete,
  short_read,  // past the end: the missing part of the target is zero
  damaged,     // not authentic, or of another state; the target is zero
};

// A file as SQLite addresses it.
// Errors: kind disk, from the Disk below; "disk.io" also for an access no sealed database makes,
// and for every write after a sync that failed: what the kernel kept is then unknown.
class LogicalFile {
 public:
  virtual ~LogicalFile() = default;
  [[nodiscard]] virtual Result<ReadOutcome> read(std::uint64_t offset, MutableByteView target) = 0;
  [[nodiscard]] virtual Status write(std::uint64_t offset, ByteView source) = 0;
  [[nodiscard]] virtual Status truncate(std::uint64_t size_bytes) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;
  [[nodiscard]] virtual Status sync() = 0;
};

// The rollback journal of a database that is being written for the first time (`VACUUM INTO`): kept
// nowhere, since such a file is complete or thrown away.
class DiscardedJournal final : public LogicalFile {
 public:
  [[nodiscard]] Result<ReadOutcome> read(std::uint64_t offset, MutableByteView target) override;
  [[nodiscard]] Status write(std::uint64_t, ByteView) override { return {}; }
  [[nodiscard]] Status truncate(std::uint64_t) override { return {}; }
  [[nodiscard]] Result<std::uint64_t> size() override { return std::uint64_t{0}; }
  [[nodiscard]] Status sync() override { return {}; }
};

class SealedFile : public LogicalFile {
 public:
  SealedFile(std::unique_ptr<File> file, Disk& disk, PageSealer sealer);
  SealedFile(const SealedFile&) = delete;
  SealedFile& operator=(const SealedFile&) = delete;

  // The first one also makes the file's name durable.
  [[nodiscard]] Status sync() override;

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

// The database file: two copies of the edition in the first 4096 bytes, then page n at n × 4096,
// sealed in its place.
class SealedPages final : public SealedFile {
 public:
  // Reads the edition. Errors: kind disk.
  [[nodiscard]] static Result<std::unique_ptr<SealedPages>> open(std::unique_ptr<File> file,
                                                                 Disk& disk, PageSealer sealer);

  // Whole pages, or a part of page 1, which SQLite reads before it knows of a log. Such a part of a
  // page that does not open reads as a short read: a crash while the log was copied into the
  // database can tear page 1, and the log then has it.
  [[nodiscard]] Result<ReadOutcome> read(std::uint64_t offset, MutableByteView target) override;
  // One whole page whose reserved bytes are zero; page 1 must say that they are reserved.
  [[nodiscard]] Status write(std::uint64_t offset, ByteView source) override;
  [[nodiscard]] Status truncate(std::uint64_t size_bytes) override;
  [[nodiscard]] Result<std::uint64_t> size() override;
  // Without a log, what was written is complete now.
  [[nodiscard]] Status sync() override;

  [[nodiscard]] std::uint64_t edition() const { return edition_; }
  // Declares what was written since to be complete, durably: the log is about to be emptied.
  [[nodiscard]] Status complete();
  void set_has_log(bool has_log) { has_log_ = has_log; }

 private:
  using SealedFile::SealedFile;

  [[nodiscard]] Status read_edition();
  [[nodiscard]] Result<ReadOutcome> read_page(std::uint64_t number, MutableByteView page);
  [[nodiscard]] bool is_expected(std::uint64_t page, std::uint64_t stamp) const;

  std::uint64_t edition_ = 0;
  std::vector<bool> written_;  // by page number: those of edition_ + 1
  bool has_unsynced_ = false;
  bool has_log_ = false;
};

// The write-ahead log: header 32 and frames of 24 + 4096 bytes as SQLite sees them; each header
// grows by its seal on the disk, each page is sealed in its reserved bytes.
class SealedLog final : public SealedFile {
 public:
  // Lifetime: `pages` outlives the log.
  SealedLog(std::unique_ptr<File> file, Disk& disk, PageSealer sealer, SealedPages& pages);
  ~SealedLog() override;

  // A header, or header and page together, that does not open reads as zeros, which SQLite takes
  // for the end of the log, as after a torn write; unless it lies before the end that this object
  // has written, where it is damaged, as a page alone always is.
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
  [[nodiscard]] bool open_frame_page(std::uint64_t frame, MutableByteView page);
  // A torn tail ends the log; a frame this object wrote must open.
  [[nodiscard]] ReadOutcome end_of_log(std::uint64_t frame) const;

  static constexpr std::size_t kSealedFrameHeaderBytes = 24 + kSealBytes;

  SealedPages* pages_;
  std::array<std::uint8_t, kSealedFrameHeaderBytes + kPageBytes> frame_{};
  std::uint64_t waiting_frame_ = 0;  // whose sealed header stands in frame_; 0: none
  std::uint64_t written_frames_ = 0;
};

}  // namespace kluis
