#include "vault/store/sealed_file.h"

#include <algorithm>

namespace kluis {
namespace {

constexpr std::size_t kLogHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::size_t kFrameBytes = kFrameHeaderBytes + kPageBytes;
constexpr std::size_t kSealedLogHeaderBytes = kLogHeaderBytes + kSealBytes;
constexpr std::size_t kSealedFrameBytes = kFrameBytes + kSealBytes;

tl::unexpected<Error> unexpected_access() {
  return fail(ErrorKind::disk, "disk.io");
}

void zero(MutableByteView bytes) {
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
}

bool is_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
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

Result<ReadOutcome> SealedPages::read(std::uint64_t offset, MutableByteView target) {
  const bool is_part = target.size() != kPageBytes;
  if (is_part ? offset + target.size() > kPageBytes : offset % kPageBytes != 0) {
    return unexpected_access();
  }
  std::array<std::uint8_t, kPageBytes> first{};
  const MutableByteView page = is_part ? MutableByteView(first) : target;
  KLUIS_TRY(count, file().read_at(is_part ? 0 : offset, page));
  if (count == 0 && (is_part || offset == 0)) {
    zero(target);
    return ReadOutcome::short_read;
  }
  // A page past the end is no short read: somebody cut the file, since every page in use is
  // written.
  const bool authentic =
      count == kPageBytes && sealer().open_page(PieceKind::page, offset / kPageBytes + 1, page);
  if (!authentic) {
    zero(target);
    return is_part ? ReadOutcome::short_read : ReadOutcome::unauthentic;
  }
  if (is_part) {
    std::copy_n(page.begin() + static_cast<std::ptrdiff_t>(offset), target.size(), target.begin());
    wipe(first);
  }
  return ReadOutcome::complete;
}

Status SealedPages::write(std::uint64_t offset, ByteView source) {
  KLUIS_CHECK(usable());
  if (source.size() != kPageBytes || offset % kPageBytes != 0) return unexpected_access();
  if (!is_zero(source.subspan(kPageContentBytes))) return unexpected_access();
  constexpr std::size_t kReservedAt = 20;  // in SQLite's database header
  if (offset == 0 && source[kReservedAt] != kSealBytes) return unexpected_access();
  std::array<std::uint8_t, kPageBytes> sealed;  // NOLINT: written whole on the next line
  sealer().seal_page(PieceKind::page, offset / kPageBytes + 1, source, sealed);
  return file().write_at(offset, sealed);
}

Status SealedPages::truncate(std::uint64_t size_bytes) {
  KLUIS_CHECK(usable());
  return file().truncate(size_bytes);
}

Result<std::uint64_t> SealedPages::size() {
  return file().size();
}

ReadOutcome SealedLog::end_of_log(std::uint64_t frame) const {
  return frame <= written_frames_ ? ReadOutcome::unauthentic : ReadOutcome::complete;
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
  std::array<std::uint8_t, kLogHeaderBytes> header{};
  KLUIS_TRY(count, file().read_at(0, sealed));
  zero(target);
  if (count == 0) return ReadOutcome::short_read;
  if (count != sealed.size() || !sealer().open_header(PieceKind::log_header, 0, sealed, header)) {
    return written_frames_ > 0 ? ReadOutcome::unauthentic : ReadOutcome::complete;
  }
  std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(offset), target.size(), target.begin());
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
  std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(offset), target.size(), target.begin());
  return ReadOutcome::complete;
}

Result<ReadOutcome> SealedLog::read_frame(std::uint64_t frame, MutableByteView target) {
  KLUIS_TRY(count, file().read_at(frame_position(frame), frame_));
  if (count == 0) {
    zero(target);
    return ReadOutcome::short_read;
  }
  const MutableByteView sealed(frame_);
  const auto page = sealed.subspan(kSealedFrameHeaderBytes);
  const bool authentic =
      count == frame_.size() &&
      sealer().open_header(PieceKind::frame_header, frame, sealed.first(kSealedFrameHeaderBytes),
                           target.first(kFrameHeaderBytes)) &&
      sealer().open_page(PieceKind::frame_page, frame, page);
  if (!authentic) {
    zero(target);
    return end_of_log(frame);
  }
  std::copy(page.begin(), page.end(), target.begin() + kFrameHeaderBytes);
  wipe(page);
  return ReadOutcome::complete;
}

Result<ReadOutcome> SealedLog::read_frame_page(std::uint64_t frame, MutableByteView target) {
  KLUIS_TRY(count, file().read_at(frame_position(frame) + kSealedFrameHeaderBytes, target));
  if (count == kPageBytes && sealer().open_page(PieceKind::frame_page, frame, target)) {
    return ReadOutcome::complete;
  }
  zero(target);
  return ReadOutcome::unauthentic;
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
  std::array<std::uint8_t, kSealedLogHeaderBytes> sealed{};
  sealer().seal_header(PieceKind::log_header, 0, source, sealed);
  written_frames_ = 0;
  return file().write_at(0, sealed);
}

Status SealedLog::write_frame_page(std::uint64_t frame, ByteView source) {
  if (!is_zero(source.subspan(kPageContentBytes))) return unexpected_access();
  if (waiting_frame_ != frame) KLUIS_CHECK(flush());
  const MutableByteView sealed(frame_);
  const auto page = sealed.subspan(kSealedFrameHeaderBytes);
  sealer().seal_page(PieceKind::frame_page, frame, source, page);
  written_frames_ = std::max(written_frames_, frame);
  if (waiting_frame_ != frame) {
    return file().write_at(frame_position(frame) + kSealedFrameHeaderBytes, page);
  }
  waiting_frame_ = 0;
  return file().write_at(frame_position(frame), sealed);
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
  if (size_bytes == 0) written_frames_ = 0;
  const LogPlace place = place_of(size_bytes);
  if (place.frame == 0) return file().truncate(size_bytes == 0 ? 0 : kSealedLogHeaderBytes);
  // Up to the next whole frame: a size in between is a limit, never a meaning.
  return file().truncate(frame_position(place.frame + (place.offset == 0 ? 0 : 1)));
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
