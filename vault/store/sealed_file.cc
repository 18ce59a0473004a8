#include "vault/store/sealed_file.h"

#include <algorithm>

#include "vault/crypto/little_endian.h"

namespace kluis {
namespace {

constexpr std::size_t kLogHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::size_t kFrameBytes = kFrameHeaderBytes + kPageBytes;
constexpr std::size_t kSealedLogHeaderBytes = kLogHeaderBytes + kStampBytes + kSealBytes;
constexpr std::size_t kSealedFrameBytes = kFrameBytes + kSealBytes;
constexpr std::size_t kEditionAreaBytes = kPageBytes;
constexpr std::size_t kEditionCopies = 2;
constexpr std::size_t kSealedEditionBytes = kStampBytes + kSealBytes;

using SealedEdition = std::array<std::uint8_t, kSealedEditionBytes>;

tl::unexpected<Error> unexpected_access() {
  return fail(ErrorKind::disk, "disk.io");
}

void zero(MutableByteView bytes) {
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
}

bool is_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

void copy_part(ByteView source, std::uint64_t offset, MutableByteView target) {
  const auto part = source.subspan(static_cast<std::size_t>(offset), target.size());
  std::copy(part.begin(), part.end(), target.begin());
}

std::uint64_t edition_position(std::uint64_t copy) {
  return copy * (kEditionAreaBytes / kEditionCopies);
}

// Where frame `frame` (from 1 on) begins on the disk.
std::uint64_t frame_position(std::uint64_t frame) {
  return kSealedLogHeaderBytes + (frame - 1) * kSealedFrameBytes;
}

// A logical offset inside the log: frame 0 is the log's own header.
struct LogPlace {
  std::uint64_t frame;
  std::uint64_t offset;
};

LogPlace place_of(std::uint64_t offset) {
  if (offset < kLogHeaderBytes) return {0, offset};
  const std::uint64_t in_frames = offset - kLogHeaderBytes;
  return {in_frames / kFrameBytes + 1, in_frames % kFrameBytes};
}

}  // namespace

Result<ReadOutcome> DiscardedJournal::read(std::uint64_t, MutableByteView target) {
  zero(target);
  return ReadOutcome::short_read;
}

SealedFile::SealedFile(std::unique_ptr<File> file, Disk& disk, PageSealer sealer)
    : file_(std::move(file)), disk_(&disk), sealer_(std::move(sealer)) {}

Status SealedFile::usable() const {
  if (has_failed_sync_) return fail(ErrorKind::disk, "disk.io");
  return {};
}

Status SealedFile::sync() {
  KLUIS_CHECK(usable());
  Status status = file_->sync();
  // Even a file that was there: a process may have made it and died before its name was durable.
  if (status && !is_name_durable_) status = disk_->sync_folder();
  has_failed_sync_ = !status;
  is_name_durable_ = is_name_durable_ || status;
  return status;
}

Result<std::unique_ptr<SealedPages>> SealedPages::open(std::unique_ptr<File> file, Disk& disk,
                                                       PageSealer sealer) {
  std::unique_ptr<SealedPages> pages(new SealedPages(std::move(file), disk, std::move(sealer)));
  KLUIS_CHECK(pages->read_edition());
  return pages;
}

// The two copies are written in turn, so that a torn write leaves the one before.
Status SealedPages::read_edition() {
  for (std::uint64_t copy = 0; copy < kEditionCopies; ++copy) {
    SealedEdition sealed{};
    std::array<std::uint8_t, kStampBytes> edition{};
    KLUIS_TRY(count, file().read_at(edition_position(copy), sealed));
    if (count != sealed.size()) continue;
    if (!sealer().open_header(PieceKind::edition, copy, sealed, edition)) continue;
    edition_ = std::max(edition_, read_le64(edition));
  }
  return {};
}

Status SealedPages::complete() {
  if (written_.empty()) return {};
  KLUIS_CHECK(usable());
  // The pages first: an edition is a promise about them.
  if (has_unsynced_) KLUIS_CHECK(SealedFile::sync());
  has_unsynced_ = false;
  const std::uint64_t next = edition_ + 1;
  SealedEdition sealed{};
  sealer().seal_header(PieceKind::edition, next % kEditionCopies, le64(next), sealed);
  KLUIS_CHECK(file().write_at(edition_position(next % kEditionCopies), sealed));
  KLUIS_CHECK(SealedFile::sync());
  edition_ = next;
  written_.clear();
  return {};
}

bool SealedPages::is_expected(std::uint64_t page, std::uint64_t stamp) const {
  if (stamp <= edition_) return true;
  return stamp == edition_ + 1 && page < written_.size() && written_[page];
}

Result<ReadOutcome> SealedPages::read(std::uint64_t offset, MutableByteView target) {
  if (target.size() == kPageBytes) {
    if (offset % kPageBytes != 0) return unexpected_access();
    return read_page(offset / kPageBytes + 1, target);
  }
  // The header of the first page; and, from SQLite 3.45 on, the start of an overflow page, which
  // goes past the page cache (SQLITE_DIRECT_OVERFLOW_READ).
  const std::uint64_t in_page = offset % kPageBytes;
  if (in_page + target.size() > kPageBytes) return unexpected_access();
  std::array<std::uint8_t, kPageBytes> page{};
  KLUIS_TRY(outcome, read_page(offset / kPageBytes + 1, page));
  if (outcome == ReadOutcome::damaged && offset / kPageBytes != 0) return outcome;
  copy_part(page, in_page, target);
  wipe(page);
  return outcome == ReadOutcome::complete ? outcome : ReadOutcome::short_read;
}

Result<ReadOutcome> SealedPages::read_page(std::uint64_t number, MutableByteView page) {
  KLUIS_TRY(count, file().read_at(number * kPageBytes, page));
  if (count == 0 && number == 1) {
    zero(page);
    return ReadOutcome::short_read;
  }
  // Past the end is damage as well: every page in use was written, so somebody cut the file.
  const auto stamp =
      count == kPageBytes ? sealer().open_page(PieceKind::page, number, page) : std::nullopt;
  if (stamp && is_expected(number, *stamp)) return ReadOutcome::complete;
  zero(page);
  return ReadOutcome::damaged;
}

Status SealedPages::write(std::uint64_t offset, ByteView source) {
  KLUIS_CHECK(usable());
  if (source.size() != kPageBytes || offset % kPageBytes != 0) return unexpected_access();
  constexpr std::size_t kReservedAt = 20;  // in SQLite's database header
  if (!is_zero(source.last(kReservedBytes))) return unexpected_access();
  if (offset == 0 && source[kReservedAt] != kReservedBytes) return unexpected_access();
  const std::uint64_t number = offset / kPageBytes + 1;
  std::array<std::uint8_t, kPageBytes> sealed;  // NOLINT: written whole on the next line
  sealer().seal_page(PieceKind::page, number, edition_ + 1, source, sealed);
  if (written_.size() <= number) written_.resize(number + 1);
  written_[number] = true;
  has_unsynced_ = true;
  return file().write_at(number * kPageBytes, sealed);
}

Status SealedPages::truncate(std::uint64_t size_bytes) {
  KLUIS_CHECK(usable());
  return file().truncate(kEditionAreaBytes + size_bytes);
}

Result<std::uint64_t> SealedPages::size() {
  KLUIS_TRY(sealed, file().size());
  return sealed < kEditionAreaBytes ? std::uint64_t{0} : sealed - kEditionAreaBytes;
}

Status SealedPages::sync() {
  KLUIS_CHECK(SealedFile::sync());
  has_unsynced_ = false;
  return has_log_ ? Status{} : complete();
}

SealedLog::SealedLog(std::unique_ptr<File> file, Disk& disk, PageSealer sealer, SealedPages& pages)
    : SealedFile(std::move(file), disk, std::move(sealer)), pages_(&pages) {
  pages_->set_has_log(true);
}

SealedLog::~SealedLog() {
  pages_->set_has_log(false);
}

ReadOutcome SealedLog::end_of_log(std::uint64_t frame) const {
  return frame <= written_frames_ ? ReadOutcome::damaged : ReadOutcome::complete;
}

Result<ReadOutcome> SealedLog::read(std::uint64_t offset, MutableByteView target) {
  KLUIS_CHECK(flush());
  const LogPlace place = place_of(offset);
  if (place.frame == 0) return read_log_header(place.offset, target);
  if (place.offset == 0 && target.size() == kFrameBytes) return read_frame(place.frame, target);
  if (place.offset + target.size() <= kFrameHeaderBytes) {
    return read_frame_header(place.frame, place.offset, target);
  }
  if (place.offset == kFrameHeaderBytes && target.size() == kPageBytes) {
    return read_frame_page(place.frame, target);
  }
  return unexpected_access();
}

Result<ReadOutcome> SealedLog::read_log_header(std::uint64_t offset, MutableByteView target) {
  if (offset + target.size() > kLogHeaderBytes) return unexpected_access();
  std::array<std::uint8_t, kSealedLogHeaderBytes> sealed{};
  std::array<std::uint8_t, kLogHeaderBytes + kStampBytes> header{};
  KLUIS_TRY(count, file().read_at(0, sealed));
  zero(target);
  if (count == 0) return ReadOutcome::short_read;
  if (count != sealed.size() || !sealer().open_header(PieceKind::log_header, 0, sealed, header)) {
    return written_frames_ > 0 ? ReadOutcome::damaged : ReadOutcome::complete;
  }
  const std::uint64_t edition = read_le64(ByteView(header).subspan(kLogHeaderBytes));
  if (edition > pages_->edition()) return ReadOutcome::damaged;
  if (edition < pages_->edition()) return ReadOutcome::complete;  // zeros: no log
  copy_part(header, offset, target);
  return ReadOutcome::complete;
}

Result<ReadOutcome> SealedLog::read_frame_header(std::uint64_t frame, std::uint64_t offset,
                                                 MutableByteView target) {
  std::array<std::uint8_t, kSealedFrameHeaderBytes> sealed{};
  std::array<std::uint8_t, kFrameHeaderBytes> header{};
  KLUIS_TRY(count, file().read_at(frame_position(frame), sealed));
  zero(target);
  if (count == 0) return ReadOutcome::short_read;
  if (count != sealed.size() ||
      !sealer().open_header(PieceKind::frame_header, frame, sealed, header)) {
    return end_of_log(frame);
  }
  copy_part(header, offset, target);
  return ReadOutcome::complete;
}

bool SealedLog::open_frame_page(std::uint64_t frame, MutableByteView page) {
  return sealer().open_page(PieceKind::frame_page, frame, page) == pages_->edition();
}

Result<ReadOutcome> SealedLog::read_frame(std::uint64_t frame, MutableByteView target) {
  KLUIS_TRY(count, file().read_at(frame_position(frame), frame_));
  if (count == 0) {
    zero(target);
    return ReadOutcome::short_read;
  }
  const auto header = MutableByteView(frame_).first(kSealedFrameHeaderBytes);
  const auto page = MutableByteView(frame_).last(kPageBytes);
  const bool authentic = count == frame_.size() &&
                         sealer().open_header(PieceKind::frame_header, frame, header,
                                              target.first(kFrameHeaderBytes)) &&
                         open_frame_page(frame, page);
  if (!authentic) {
    zero(target);
    return end_of_log(frame);
  }
  copy_part(page, 0, target.last(kPageBytes));
  wipe(page);
  return ReadOutcome::complete;
}

Result<ReadOutcome> SealedLog::read_frame_page(std::uint64_t frame, MutableByteView target) {
  KLUIS_TRY(count, file().read_at(frame_position(frame) + kSealedFrameHeaderBytes, target));
  if (count == kPageBytes && open_frame_page(frame, target)) return ReadOutcome::complete;
  zero(target);
  return ReadOutcome::damaged;
}

Status SealedLog::write(std::uint64_t offset, ByteView source) {
  KLUIS_CHECK(usable());
  const LogPlace place = place_of(offset);
  if (place.frame != 0 && place.offset == kFrameHeaderBytes && source.size() == kPageBytes) {
    return write_frame_page(place.frame, source);
  }
  KLUIS_CHECK(flush());
  if (place.offset != 0) return unexpected_access();
  if (place.frame == 0) return write_log_header(source);
  if (source.size() != kFrameHeaderBytes) return unexpected_access();
  // Kept until its page comes, which SQLite writes next: one call to the disk for both.
  sealer().seal_header(PieceKind::frame_header, place.frame, source,
                       MutableByteView(frame_).first(kSealedFrameHeaderBytes));
  waiting_frame_ = place.frame;
  return {};
}

Status SealedLog::write_log_header(ByteView source) {
  if (source.size() != kLogHeaderBytes) return unexpected_access();
  // A new header abandons the frames behind it: they must be in the file by now.
  KLUIS_CHECK(pages_->complete());
  std::array<std::uint8_t, kLogHeaderBytes + kStampBytes> header{};
  std::array<std::uint8_t, kSealedLogHeaderBytes> sealed{};
  const auto edition = le64(pages_->edition());
  std::copy(source.begin(), source.end(), header.begin());
  std::copy(edition.begin(), edition.end(), header.begin() + kLogHeaderBytes);
  sealer().seal_header(PieceKind::log_header, 0, header, sealed);
  written_frames_ = 0;
  return file().write_at(0, sealed);
}

Status SealedLog::write_frame_page(std::uint64_t frame, ByteView source) {
  if (!is_zero(source.last(kReservedBytes))) return unexpected_access();
  if (waiting_frame_ != frame) KLUIS_CHECK(flush());
  const auto page = MutableByteView(frame_).last(kPageBytes);
  sealer().seal_page(PieceKind::frame_page, frame, pages_->edition(), source, page);
  written_frames_ = std::max(written_frames_, frame);
  if (waiting_frame_ != frame) {
    return file().write_at(frame_position(frame) + kSealedFrameHeaderBytes, page);
  }
  waiting_frame_ = 0;
  return file().write_at(frame_position(frame), frame_);
}

Status SealedLog::flush() {
  if (waiting_frame_ == 0) return {};
  const std::uint64_t frame = waiting_frame_;
  waiting_frame_ = 0;
  return file().write_at(frame_position(frame), ByteView(frame_).first(kSealedFrameHeaderBytes));
}

Status SealedLog::truncate(std::uint64_t size_bytes) {
  KLUIS_CHECK(usable());
  KLUIS_CHECK(flush());
  const LogPlace place = place_of(size_bytes);
  // Up to the next whole frame: a size in between is a limit, never a meaning.
  if (size_bytes > kLogHeaderBytes) {
    return file().truncate(frame_position(place.frame + (place.offset == 0 ? 0 : 1)));
  }
  KLUIS_CHECK(pages_->complete());
  written_frames_ = 0;
  return file().truncate(size_bytes == 0 ? 0 : kSealedLogHeaderBytes);
}

Result<std::uint64_t> SealedLog::size() {
  KLUIS_CHECK(flush());
  KLUIS_TRY(sealed, file().size());
  if (sealed < kSealedLogHeaderBytes) return std::uint64_t{0};
  return kLogHeaderBytes + (sealed - kSealedLogHeaderBytes) / kSealedFrameBytes * kFrameBytes;
}

Status SealedLog::sync() {
  KLUIS_CHECK(flush());
  return SealedFile::sync();
}

}  // namespace kluis
