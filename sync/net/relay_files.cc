#include "sync/net/relay_files.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kluis {
namespace {

constexpr std::string_view kMagic = "RKRELAY1";
constexpr std::size_t kKeyFileBytes = 8 + 32 + 32;
constexpr mode_t kOwnerOnly = 0600;

tl::unexpected<Error> disk_error() {
  if (errno == ENOSPC || errno == EDQUOT) return fail(ErrorKind::disk, "disk.full");
  return fail(ErrorKind::disk, "disk.io");
}

Status sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.number()) != 0) return disk_error();
  return {};
}

Status write_new_keys(const Descriptor& file, const std::string& path, Entropy& entropy) {
  std::array<std::uint8_t, kKeyFileBytes> bytes{};
  std::copy(kMagic.begin(), kMagic.end(), bytes.begin());
  entropy.fill(MutableByteView(bytes).subspan(kMagic.size()));
  const ssize_t written = ::pwrite(file.number(), bytes.data(), bytes.size(), 0);
  wipe(bytes);
  if (written != static_cast<ssize_t>(kKeyFileBytes) || ::fsync(file.number()) != 0) {
    return disk_error();
  }
  return sync_folder(folder_of(path));
}

}  // namespace

RelayKey RelayKeyFile::public_key() const {
  return RelayKey{x25519_public(noise).bytes};
}

Result<RelayKeyFile> open_key_file(const std::string& path, Entropy& entropy) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (!file.is_open()) return disk_error();
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::locked, "relay.in_use");
  }
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return disk_error();
  if ((status.st_mode & 077U) != 0) return fail(ErrorKind::refused, "relay.key_file_shared");
  // Empty: just made, or the process that made it died before it had written.
  if (status.st_size == 0) KLUIS_CHECK(write_new_keys(file, path, entropy));

  std::array<std::uint8_t, kKeyFileBytes + 1> bytes{};
  const ssize_t size = ::pread(file.number(), bytes.data(), bytes.size(), 0);
  if (size < 0) return disk_error();
  const ByteView view(bytes);
  if (size != static_cast<ssize_t>(kKeyFileBytes) || as_text(view.first(kMagic.size())) != kMagic) {
    wipe(bytes);
    return broken("relay.key_file_damaged");
  }
  RelayKeyFile keys{X25519Private::copy_of(view.subspan<8, 32>()),
                    ReceiptSeed::copy_of(view.subspan<40, 32>()), std::move(file)};
  wipe(bytes);
  return keys;
}

Status make_durable(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open() || ::fchmod(file.number(), kOwnerOnly) != 0 || ::fsync(file.number()) != 0) {
    return disk_error();
  }
  return sync_folder(folder_of(path));
}

std::string folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

}  // namespace kluis
