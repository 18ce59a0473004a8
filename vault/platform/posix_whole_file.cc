#include <array>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "vault/platform/posix_error.h"
#include "vault/platform/posix_handle.h"
#include "vault/platform/whole_file.h"

namespace kluis {
namespace {

constexpr mode_t kFileMode = 0600;

std::string link_of(int file) {
  return "/proc/self/fd/" + std::to_string(file);
}

class PosixWholeFile final : public WholeFile {
 public:
  PosixWholeFile(PosixHandle folder, std::string name)
      : folder_(std::move(folder)), name_(std::move(name)) {}
  ~PosixWholeFile() override {
    // When this fails, the part stays: nobody is left to tell.
    if (!part_.empty()) ::unlinkat(folder_.number(), part_.c_str(), 0);
  }

  // False where that cannot be, for whatever reason: what stops begin_named too, that one tells.
  bool begin_nameless() {
    const int folder = folder_.number();
    file_ = PosixHandle(::openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, kFileMode));
    // It gets its name through this link.
    return file_.is_open() && ::access(link_of(file_.number()).c_str(), F_OK) == 0;
  }

  Status begin_named(Entropy& entropy) {
    const int folder = folder_.number();
    std::array<std::uint8_t, 8> number{};
    entropy.fill(number);
    const std::string part = ".kluis-" + to_hex(number) + ".part";
    constexpr int kFlags = O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC;
    PosixHandle file(::openat(folder, part.c_str(), kFlags, kFileMode));
    if (!file.is_open()) return disk_error();
    file_ = std::move(file);
    part_ = part;
    return {};
  }

  Status write(ByteView source) override {
    while (!source.empty()) {
      const auto count = ::write(file_.number(), source.data(), source.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return disk_error();
      source = source.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

  Status keep() override {
    if (::fsync(file_.number()) != 0) return disk_error();
    if (!give_name()) {
      if (errno == EEXIST) return fail(ErrorKind::disk, "disk.exists");
      return disk_error();
    }
    part_.clear();
    if (::fsync(folder_.number()) != 0) return disk_error();
    return {};
  }

 private:
  // Never over what is there. False with errno.
  bool give_name() const {
    const int folder = folder_.number();
    if (part_.empty()) {
      return ::linkat(AT_FDCWD, link_of(file_.number()).c_str(), folder, name_.c_str(),
                      AT_SYMLINK_FOLLOW) == 0;
    }
    if (::renameat2(folder, part_.c_str(), folder, name_.c_str(), RENAME_NOREPLACE) == 0) {
      return true;
    }
    if (errno != EINVAL && errno != ENOSYS) return false;
    // A file system that knows no such renaming may know a second name.
    if (::linkat(folder, part_.c_str(), folder, name_.c_str(), 0) != 0) return false;
    ::unlinkat(folder, part_.c_str(), 0);
    return true;
  }

  PosixHandle folder_;
  std::string name_;
  PosixHandle file_;
  std::string part_;  // its own name; empty when it has none
};

}  // namespace

Result<std::unique_ptr<WholeFile>> begin_whole_file(const std::string& path, Entropy& entropy,
                                                    WholeFileWay way) {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::string folder_path = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (name.empty() || name == "." || name == "..") return fail(ErrorKind::disk, "disk.name");
  PosixHandle folder(::open(folder_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorKind::disk, "disk.no_folder");
    return disk_error();
  }
  struct stat facts{};
  if (::fstatat(folder.number(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) {
    return fail(ErrorKind::disk, "disk.exists");
  }
  if (errno != ENOENT) return disk_error();
  auto file = std::make_unique<PosixWholeFile>(std::move(folder), name);
  if (way == WholeFileWay::best && file->begin_nameless()) return file;
  KLUIS_CHECK(file->begin_named(entropy));
  return file;
}

}  // namespace kluis
