#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "vault/platform/posix_handle.h"
#include "vault/platform/terminal.h"

namespace kluis {
namespace {

constexpr std::size_t kSecretBytesMax = 4096;
constexpr std::uint8_t kInterrupt = 3;  // Ctrl-C

int number_of(Stream stream) {
  switch (stream) {
    case Stream::input:
      return STDIN_FILENO;
    case Stream::output:
      return STDOUT_FILENO;
    case Stream::error:
      return STDERR_FILENO;
  }
  std::abort();
}

// Echo off for as long as it lives. Signals wait until echo is back, so that an interrupted prompt
// never leaves a terminal that shows nothing.
class QuietTerminal {
 public:
  explicit QuietTerminal(int number) : number_(number) {
    sigset_t wait{};
    sigemptyset(&wait);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGTSTP}) sigaddset(&wait, signal);
    pthread_sigmask(SIG_BLOCK, &wait, &signals_before_);
    if (::tcgetattr(number, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    // Ctrl-C arrives as a byte that ends the line, read below.
    quiet.c_lflag &= ~static_cast<tcflag_t>(ISIG);
    quiet.c_cc[VEOL] = kInterrupt;
    active_ = ::tcsetattr(number, TCSAFLUSH, &quiet) == 0;
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;
  ~QuietTerminal() {
    if (active_) ::tcsetattr(number_, TCSAFLUSH, &before_);
    pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr);
  }
  [[nodiscard]] bool is_active() const { return active_; }

 private:
  int number_;
  bool active_ = false;
  termios before_{};
  sigset_t signals_before_{};
};

bool write_all(int number, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(number, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

Result<SecretBuffer> read_line(int number) {
  SecretBuffer line(kSecretBytesMax);
  std::size_t size = 0;
  for (;;) {
    std::uint8_t byte = 0;
    const auto count = ::read(number, &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || byte == kInterrupt) return fail(ErrorKind::usage, "terminal.interrupted");
    if (byte == '\n' || byte == '\r') break;
    if (size == kSecretBytesMax) return fail(ErrorKind::usage, "terminal.too_long");
    line.expose_writable()[size++] = byte;
  }
  line.shrink(size);
  return line;
}

}  // namespace

bool is_terminal(Stream stream) {
  return ::isatty(number_of(stream)) == 1;
}

std::optional<int> terminal_columns(Stream stream) {
  winsize size{};
  if (::ioctl(number_of(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

Result<SecretBuffer> ask_secret(const std::string& prompt) {
  PosixHandle terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.is_open()) return fail(ErrorKind::usage, "terminal.none");
  const QuietTerminal quiet(terminal.number());
  if (!quiet.is_active() || !write_all(terminal.number(), prompt)) {
    return fail(ErrorKind::usage, "terminal.none");
  }
  auto line = read_line(terminal.number());
  if (!write_all(terminal.number(), "\n") && line) return fail(ErrorKind::usage, "terminal.none");
  return line;
}

}  // namespace kluis
