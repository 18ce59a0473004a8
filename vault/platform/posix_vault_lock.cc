#include <array>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>

#include "vault/platform/posix_error.h"
#include "vault/platform/posix_handle.h"
#include "vault/platform/vault_lock.h"

namespace kluis {
namespace {

constexpr auto kRetryInterval = std::chrono::milliseconds(50);
constexpr const char* kLockFile = "lock";

class PosixVaultLock final : public VaultLock {
 public:
  explicit PosixVaultLock(PosixHandle file) : file_(std::move(file)) {}

 private:
  PosixHandle file_;  // flock ends with the last handle, so with this one
};

// The name this program was started under, as the kernel knows it.
std::string own_name() {
  std::string name = "kluis";
  if (std::FILE* file = std::fopen("/proc/self/comm", "re")) {
    std::array<char, 64> line{};
    if (std::fgets(line.data(), line.size(), file) != nullptr) name = line.data();
    std::fclose(file);
  }
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

// Best effort: the lock is the kernel's, these bytes are only for people.
void write_holder(int file) {
  const std::string text = std::to_string(::getpid()) + " " + own_name() + "\n";
  if (::ftruncate(file, 0) != 0) return;
  if (::pwrite(file, text.data(), text.size(), 0) < 0) return;
}

// Name and number of the holder. The file may hold anything: only plain characters are passed on.
std::vector<std::string> read_holder(int file) {
  std::array<char, 96> text{};
  const auto count = ::pread(file, text.data(), text.size() - 1, 0);
  std::string number;
  std::string name;
  bool in_name = false;
  for (ssize_t i = 0; i < count; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c == '\n') break;
    if (c == ' ' && !in_name) {
      in_name = true;
    } else if (in_name && std::isprint(static_cast<unsigned char>(c)) != 0) {
      name += c;
    } else if (!in_name && std::isdigit(static_cast<unsigned char>(c)) != 0) {
      number += c;
    }
  }
  return {name.empty() ? "?" : name, number.empty() ? "?" : number};
}

}  // namespace

Result<std::unique_ptr<VaultLock>> lock_vault(const std::string& path, int wait_millis) {
  PosixHandle folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return fail(ErrorKind::disk, "disk.no_folder");
  PosixHandle file(
      ::openat(folder.number(), kLockFile, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return disk_error();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_millis);
  while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return disk_error();
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorKind::locked, "vault.in_use", read_holder(file.number()));
    }
    std::this_thread::sleep_for(kRetryInterval);
  }
  write_holder(file.number());
  return std::make_unique<PosixVaultLock>(std::move(file));
}

}  // namespace kluis
