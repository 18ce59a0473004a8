#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "vault/platform/folder.h"
#include "vault/platform/posix_error.h"
#include "vault/platform/posix_handle.h"

namespace kluis {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;

class PosixFile final : public File {
 public:
  explicit PosixFile(PosixHandle handle) : handle_(std::move(handle)) {}

  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView target) override {
    std::size_t done = 0;
    while (done < target.size()) {
      const auto count = ::pread(handle_.number(), target.data() + done, target.size() - done,
                                 static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return disk_error();
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

  Status write_at(std::uint64_t offset, ByteView source) override {
    std::size_t done = 0;
    while (done < source.size()) {
      const auto count = ::pwrite(handle_.number(), source.data() + done, source.size() - done,
                                  static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return disk_error();
      done += static_cast<std::size_t>(count);
    }
    return {};
  }

  Status truncate(std::uint64_t size_bytes) override {
    if (::ftruncate(handle_.number(), static_cast<off_t>(size_bytes)) != 0) return disk_error();
    return {};
  }

  // fdatasync also writes the size, which is all of the metadata that reading back needs.
  Status sync() override {
    if (::fdatasync(handle_.number()) != 0) return disk_error();
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat facts{};
    if (::fstat(handle_.number(), &facts) != 0) return disk_error();
    return static_cast<std::uint64_t>(facts.st_size);
  }

 private:
  PosixHandle handle_;
};

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

int flags_of(OpenMode mode) {
  constexpr int kAlways = O_NOFOLLOW | O_CLOEXEC;
  switch (mode) {
    case OpenMode::read:
      return kAlways | O_RDONLY;
    case OpenMode::write:
      return kAlways | O_RDWR;
    case OpenMode::create:
      return kAlways | O_RDWR | O_CREAT;
    case OpenMode::create_new:
      return kAlways | O_RDWR | O_CREAT | O_EXCL;
  }
  std::abort();
}

class PosixDisk final : public Disk {
 public:
  explicit PosixDisk(PosixHandle folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<File>> open(const std::string& name, OpenMode mode) override {
    if (!is_plain_name(name)) return fail(ErrorKind::disk, "disk.name");
    PosixHandle handle(::openat(folder_.number(), name.c_str(), flags_of(mode), kFileMode));
    if (!handle.is_open()) {
      if (errno == EEXIST) return fail(ErrorKind::disk, "disk.exists");
      if (errno == ENOENT) return fail(ErrorKind::disk, "disk.no_file");
      return disk_error();
    }
    struct stat facts{};
    if (::fstat(handle.number(), &facts) != 0) return disk_error();
    if (!S_ISREG(facts.st_mode)) return fail(ErrorKind::disk, "disk.io");
    return std::make_unique<PosixFile>(std::move(handle));
  }

  Result<bool> exists(const std::string& name) override {
    if (!is_plain_name(name)) return fail(ErrorKind::disk, "disk.name");
    struct stat facts{};
    if (::fstatat(folder_.number(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) return true;
    if (errno == ENOENT) return false;
    return disk_error();
  }

  Status remove(const std::string& name) override {
    if (!is_plain_name(name)) return fail(ErrorKind::disk, "disk.name");
    if (::unlinkat(folder_.number(), name.c_str(), 0) != 0 && errno != ENOENT) return disk_error();
    return {};
  }

  Status rename(const std::string& source, const std::string& target) override {
    if (!is_plain_name(source) || !is_plain_name(target)) {
      return fail(ErrorKind::disk, "disk.name");
    }
    const int folder = folder_.number();
    if (::renameat(folder, source.c_str(), folder, target.c_str()) != 0) return disk_error();
    return {};
  }

  Status sync_folder() override {
    if (::fsync(folder_.number()) != 0) return disk_error();
    return {};
  }

  Result<std::vector<std::string>> list() override {
    // A handle of its own: reading moves the position of the open folder description.
    const int copy = ::openat(folder_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) return disk_error();
    std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy), &::closedir);
    if (!stream) {
      const auto error = disk_error();
      ::close(copy);
      return error;
    }
    std::vector<std::string> names;
    errno = 0;
    // The stream is this call's own, so readdir is safe beside other threads.
    while (const dirent* entry = ::readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe)
      if (entry->d_type == DT_DIR) continue;
      const std::string name = entry->d_name;
      if (is_plain_name(name)) names.push_back(name);
    }
    if (errno != 0) return disk_error();
    return names;
  }

 private:
  PosixHandle folder_;
};

// Makes `path` and what is missing above it. A parent that is made here is private as well.
Status make_folders(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (!part.empty() && ::mkdir(part.c_str(), kFolderMode) != 0 && errno != EEXIST) {
      return disk_error();
    }
    if (end == std::string::npos) return {};
  }
}

// A new folder must itself survive a loss of power: its name stands in the folder above it.
Status sync_parent(int folder) {
  PosixHandle parent(::openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A parent that may not be read (another user's) cannot be synced; it was not made by us either.
  if (!parent.is_open() && errno == EACCES) return {};
  if (!parent.is_open() || ::fsync(parent.number()) != 0) return disk_error();
  return {};
}

}  // namespace

Result<std::unique_ptr<Disk>> open_folder(const std::string& path, FolderMode mode) {
  if (mode == FolderMode::create) KLUIS_CHECK(make_folders(path));
  PosixHandle folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorKind::disk, "disk.no_folder");
    return disk_error();
  }
  if (mode == FolderMode::outside) return std::make_unique<PosixDisk>(std::move(folder));
  struct stat facts{};
  if (::fstat(folder.number(), &facts) != 0) return disk_error();
  if (facts.st_uid != ::geteuid()) return fail(ErrorKind::disk, "disk.folder_shared");
  if ((facts.st_mode & 077) != 0) {
    if (mode != FolderMode::create) return fail(ErrorKind::disk, "disk.folder_shared");
    if (::fchmod(folder.number(), kFolderMode) != 0) return disk_error();
  }
  if (mode == FolderMode::create) KLUIS_CHECK(sync_parent(folder.number()));
  return std::make_unique<PosixDisk>(std::move(folder));
}

std::string default_vault_folder() {
  // Read before any thread is started. NOLINTBEGIN(concurrency-mt-unsafe)
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return std::string(data) + "/raadkluis";
  const char* home = std::getenv("HOME");
  // NOLINTEND(concurrency-mt-unsafe)
  if (home == nullptr || *home != '/') return {};
  return std::string(home) + "/.local/share/raadkluis";
}

}  // namespace kluis
