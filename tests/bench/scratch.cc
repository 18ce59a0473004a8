#include "tests/bench/scratch.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "tests/bench/must.h"
#include "vault/platform/folder.h"

namespace kluis::bench {
namespace {

class HastyFile final : public File {
 public:
  explicit HastyFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView target) override {
    return file_->read_at(offset, target);
  }
  Status write_at(std::uint64_t offset, ByteView source) override {
    return file_->write_at(offset, source);
  }
  Status truncate(std::uint64_t size_bytes) override { return file_->truncate(size_bytes); }
  Status sync() override { return {}; }
  Result<std::uint64_t> size() override { return file_->size(); }

 private:
  std::unique_ptr<File> file_;
};

}  // namespace

Scratch::Scratch(const std::string& parent) : path_(parent + "/kluis-bench-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) stop(("no folder can be made in " + parent).c_str());
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<Disk> Scratch::disk() const {
  return must(open_folder(path_, FolderMode::existing));
}

Result<std::unique_ptr<File>> HastyDisk::open(const std::string& name, OpenMode mode) {
  KLUIS_TRY(file, disk_.open(name, mode));
  return std::unique_ptr<File>(std::make_unique<HastyFile>(std::move(file)));
}

}  // namespace kluis::bench
