#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "vault/platform/companion.h"
#include "vault/platform/posix_error.h"
#include "vault/platform/posix_handle.h"

namespace kluis {
namespace {

constexpr const char* kFailed = "companion.failed";

std::optional<std::string> path_beside(const std::string& name) {
  std::array<char, PATH_MAX> path{};
  const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0 || static_cast<std::size_t>(size) == path.size()) return std::nullopt;
  const std::string_view own(path.data(), static_cast<std::size_t>(size));
  std::string beside = std::string(own.substr(0, own.rfind('/') + 1)) + name;
  if (::access(beside.c_str(), X_OK) != 0) return std::nullopt;
  return beside;
}

// A file in memory, so that neither program waits for the other while it writes.
Result<PosixHandle> file_with(ByteView content) {
  PosixHandle file(::memfd_create("input", MFD_CLOEXEC));
  if (!file.is_open()) return disk_error();
  while (!content.empty()) {
    const auto count = ::write(file.number(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return disk_error();
    content = content.subspan(static_cast<std::size_t>(count));
  }
  if (::lseek(file.number(), 0, SEEK_SET) != 0) return disk_error();
  return file;
}

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  void put(const PosixHandle& file, int as) {
    ::posix_spawn_file_actions_adddup2(&actions_, file.number(), as);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// Everything until the other side closes. nullopt: it broke, or is too much.
std::optional<Bytes> read_all(const PosixHandle& file, std::size_t bytes_max) {
  Bytes all;
  std::array<std::uint8_t, 65536> part{};
  while (true) {
    const auto count = ::read(file.number(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) return all;
    all.insert(all.end(), part.begin(), part.begin() + count);
    if (all.size() > bytes_max) return std::nullopt;
  }
}

bool ended_well(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Result<Bytes> run_companion(const std::string& name, ByteView input, std::size_t output_bytes_max) {
  auto path = path_beside(name);
  if (!path) return fail(ErrorKind::disk, "companion.missing", {name});
  KLUIS_TRY(source, file_with(input));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return disk_error();
  const PosixHandle output(ends[0]);
  PosixHandle writing(ends[1]);
  const PosixHandle nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (!nowhere.is_open()) return disk_error();
  FileActions actions;
  actions.put(source, STDIN_FILENO);
  actions.put(writing, STDOUT_FILENO);
  actions.put(nowhere, STDERR_FILENO);
  std::string locale = "LC_ALL=C.UTF-8";
  const std::array<char*, 2> arguments = {path->data(), nullptr};
  const std::array<char*, 2> environment = {locale.data(), nullptr};
  pid_t process = 0;
  if (::posix_spawn(&process, path->c_str(), actions.get(), nullptr, arguments.data(),
                    environment.data()) != 0) {
    return fail(ErrorKind::disk, kFailed, {name});
  }
  writing = PosixHandle();
  auto written = read_all(output, output_bytes_max);
  // One that writes on gets no reader, and ends.
  if (!written) ::kill(process, SIGKILL);
  const bool ended = ended_well(process);
  if (!written || !ended) return fail(ErrorKind::disk, kFailed, {name});
  return *std::move(written);
}

}  // namespace kluis
