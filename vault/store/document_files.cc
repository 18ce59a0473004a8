#include "vault/store/document_files.h"

#include <algorithm>

namespace kluis {
namespace {

// A part on its way in is resumed; one on its way from this device is made anew.
std::string part_name(const BlobName& name) {
  return name.hex() + ".part";
}
std::string new_name(const BlobName& name) {
  return name.hex() + ".new";
}

class FileSource final : public ByteSource {
 public:
  explicit FileSource(std::unique_ptr<File> file) : file_(std::move(file)) {}

  Result<std::size_t> read(MutableByteView target) override {
    KLUIS_TRY(count, file_->read_at(offset_, target));
    offset_ += count;
    return count;
  }

 private:
  std::unique_ptr<File> file_;
  std::uint64_t offset_ = 0;
};

Result<std::unique_ptr<File>> open_whole(Disk& disk, const BlobName& name) {
  auto file = disk.open(name.hex(), OpenMode::read);
  if (!file && file.error().key == "disk.no_file") {
    return fail(ErrorKind::no_access, "document.absent");
  }
  return file;
}

Status publish(Disk& disk, File& file, const std::string& source, const BlobName& name) {
  KLUIS_CHECK(file.sync());
  KLUIS_CHECK(disk.rename(source, name.hex()));
  return disk.sync_folder();
}

}  // namespace

DocumentFiles::Writer::Writer(Disk& disk, const BlobName& name, std::unique_ptr<File> file)
    : disk_(&disk), name_(name), file_(std::move(file)) {}

DocumentFiles::Writer::~Writer() {
  if (!file_) return;
  file_.reset();
  // A file that stays behind is replaced by the next writer of this name.
  if (!disk_->remove(new_name(name_))) return;
}

Status DocumentFiles::Writer::write(ByteView source) {
  KLUIS_CHECK(file_->write_at(size_, source));
  size_ += source.size();
  return {};
}

Status DocumentFiles::Writer::finish() {
  KLUIS_CHECK(publish(*disk_, *file_, new_name(name_), name_));
  file_.reset();
  return {};
}

Result<std::unique_ptr<DocumentFiles::Writer>> DocumentFiles::create(const BlobName& name) {
  KLUIS_TRY(file, disk_->open(new_name(name), OpenMode::create));
  KLUIS_CHECK(file->truncate(0));
  return std::make_unique<Writer>(*disk_, name, std::move(file));
}

Result<bool> DocumentFiles::exists(const BlobName& name) {
  return disk_->exists(name.hex());
}

Result<std::uint64_t> DocumentFiles::size(const BlobName& name) {
  KLUIS_TRY(file, open_whole(*disk_, name));
  return file->size();
}

Result<std::unique_ptr<ByteSource>> DocumentFiles::read(const BlobName& name) {
  KLUIS_TRY(file, open_whole(*disk_, name));
  return std::make_unique<FileSource>(std::move(file));
}

Result<Bytes> DocumentFiles::slice(const BlobName& name, std::uint64_t offset) {
  KLUIS_TRY(file, open_whole(*disk_, name));
  Bytes bytes(kDocumentSliceBytes);
  KLUIS_TRY(count, file->read_at(offset, bytes));
  bytes.resize(count);
  return bytes;
}

Result<std::uint64_t> DocumentFiles::received(const BlobName& name) {
  auto file = disk_->open(part_name(name), OpenMode::read);
  if (!file && file.error().key == "disk.no_file") return std::uint64_t{0};
  if (!file) return tl::unexpected<Error>(file.error());
  return (*file)->size();
}

Status DocumentFiles::receive(const BlobName& name, std::uint64_t offset, ByteView slice) {
  KLUIS_TRY(file, disk_->open(part_name(name), OpenMode::create));
  KLUIS_TRY(size, file->size());
  if (offset > size) return fail(ErrorKind::usage, "document.gap");
  return file->write_at(offset, slice);
}

Status DocumentFiles::check_part(const BlobName& name, std::uint64_t size_bytes,
                                 const std::vector<DocumentSeal>& seals) {
  KLUIS_TRY(there, received(name));
  if (there == 0 || there != size_bytes) return broken("document.size");
  for (const DocumentSeal& seal : seals) {
    KLUIS_TRY(file, disk_->open(part_name(name), OpenMode::read));
    FileSource source(std::move(file));
    const Status checked = check_document(seal, size_bytes, source);
    if (checked || checked.error().kind != ErrorKind::integrity) return checked;
  }
  return broken("document.unauthentic");
}

Status DocumentFiles::complete(const BlobName& name, std::uint64_t size_bytes,
                               const std::vector<DocumentSeal>& seals) {
  const Status checked = check_part(name, size_bytes, seals);
  if (!checked && checked.error().kind == ErrorKind::integrity) {
    KLUIS_CHECK(disk_->remove(part_name(name)));
  }
  KLUIS_CHECK(checked);
  KLUIS_TRY(file, disk_->open(part_name(name), OpenMode::create));
  return publish(*disk_, *file, part_name(name), name);
}

Status DocumentFiles::remove(const BlobName& name) {
  for (const auto& file : {name.hex(), part_name(name), new_name(name)}) {
    KLUIS_CHECK(disk_->remove(file));
  }
  return disk_->sync_folder();
}

Result<std::vector<BlobName>> DocumentFiles::list() {
  KLUIS_TRY(files, disk_->list());
  std::vector<BlobName> names;
  for (const auto& file : files) {
    const auto bytes = from_hex(file);
    const auto name = bytes ? BlobName::from(*bytes) : std::nullopt;
    if (name) names.push_back(*name);
  }
  return names;
}

}  // namespace kluis
