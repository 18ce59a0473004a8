#include "tests/tools/driver/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace kluis::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNotYet = -999;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// In the child: becomes the program.
[[noreturn]] void become(const Command& command) {
  std::vector<std::string> words = {command.program};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment = command.environment;
  // One thread in the child, and nothing here changes the environment.
  // NOLINTBEGIN(concurrency-mt-unsafe)
  if (const char* path = std::getenv("PATH")) environment.push_back(std::string("PATH=") + path);
  // What the sanitizers were told stays true for the programs they are built into.
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      environment.push_back(std::string(name) + "=" + value);
    }
  }
  // NOLINTEND(concurrency-mt-unsafe)
  if (command.file_bytes_max) {
    const rlimit limit{static_cast<rlim_t>(*command.file_bytes_max),
                       static_cast<rlim_t>(*command.file_bytes_max)};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
  }
  auto arguments = pointers(words);
  auto variables = pointers(environment);
  ::execve(command.program.c_str(), arguments.data(), variables.data());
  ::_exit(127);
}

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int wait_for(pid_t& process, int seconds) {
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  while (process > 0) {
    int status = 0;
    if (::waitpid(process, &status, WNOHANG) == process) {
      process = -1;
      return code_of(status);
    }
    if (Clock::now() > deadline) return kNotYet;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return kNotYet;
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    read_end = ends[0];
    write_end = ends[1];
  }
};

// Appends what is there. False at the end.
bool drain(int number, std::string& target) {
  std::array<char, 65536> part{};
  const ssize_t count = ::read(number, part.data(), part.size());
  if (count > 0) target.append(part.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

int log_of(const Command& command, int nothing) {
  if (command.log_file.empty()) return nothing;
  return ::open(command.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

}  // namespace

Ran run(const Command& command) {
  Pipe input;
  Pipe output;
  Pipe error;
  const pid_t process = ::fork();
  if (process == 0) {
    ::setsid();  // no terminal to ask on
    ::dup2(input.read_end, STDIN_FILENO);
    ::dup2(output.write_end, STDOUT_FILENO);
    ::dup2(error.write_end, STDERR_FILENO);
    become(command);
  }
  for (const int number : {input.read_end, output.write_end, error.write_end}) ::close(number);
  // Inputs of these tests fit a pipe.
  static_cast<void>(::write(input.write_end, command.input.data(), command.input.size()) < 0);
  ::close(input.write_end);
  Ran ran;
  std::array<pollfd, 2> ends = {{{output.read_end, POLLIN, 0}, {error.read_end, POLLIN, 0}}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) break;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      if (!drain(ends[i].fd, i == 0 ? ran.out : ran.err)) ends[i].fd = -1;
    }
  }
  ::close(output.read_end);
  ::close(error.read_end);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  ran.exit = code_of(status);
  return ran;
}

Background::Background(const Command& command) {
  Pipe output;
  process_ = ::fork();
  if (process_ == 0) {
    ::setsid();
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    const int log = log_of(command, nothing);
    if (nothing < 0 || log < 0) ::_exit(126);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output.write_end, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    become(command);
  }
  ::close(output.write_end);
  output_ = output.read_end;
}

Background::~Background() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    static_cast<void>(wait_for(process_, 10));
  }
  ::close(output_);
}

void Background::read_some(std::chrono::milliseconds patience) {
  pollfd end{output_, POLLIN, 0};
  if (::poll(&end, 1, static_cast<int>(patience.count())) > 0 && !drain(output_, out_)) {
    std::this_thread::sleep_for(patience);
  }
}

bool Background::says(const std::string& text, int seconds) {
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  while (out_.find(text) == std::string::npos) {
    if (Clock::now() > deadline) return false;
    read_some(std::chrono::milliseconds(20));
  }
  return true;
}

void Background::signal(int number) const {
  if (process_ > 0) ::kill(process_, number);
}

int Background::wait(int seconds) {
  const int code = wait_for(process_, seconds);
  while (drain(output_, out_)) {
  }
  return code;
}

OnTerminal::OnTerminal(const Command& command) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = 80;
  process_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
  if (process_ == 0) become(command);
}

OnTerminal::~OnTerminal() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    static_cast<void>(wait_for(process_, 10));
  }
  ::close(terminal_);
}

bool OnTerminal::read_some() {
  pollfd end{terminal_, POLLIN, 0};
  if (::poll(&end, 1, 20) <= 0) return true;
  return drain(terminal_, screen_);
}

bool OnTerminal::shows(const std::string& text, int seconds) {
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  while (true) {
    const std::size_t at = screen_.find(text, seen_);
    if (at != std::string::npos) {
      seen_ = at + text.size();
      return true;
    }
    if (Clock::now() > deadline) return false;
    if (!read_some()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void OnTerminal::type(const std::string& keys) const {
  static_cast<void>(::write(terminal_, keys.data(), keys.size()) < 0);
}

bool OnTerminal::echoes() const {
  termios state{};
  return ::tcgetattr(terminal_, &state) == 0 && (state.c_lflag & ECHO) != 0;
}

int OnTerminal::wait(int seconds) {
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  while (read_some() && Clock::now() < deadline) {
    int status = 0;
    if (process_ > 0 && ::waitpid(process_, &status, WNOHANG) == process_) {
      process_ = -1;
      while (drain(terminal_, screen_)) {
      }
      return code_of(status);
    }
  }
  return wait_for(process_, 5);
}

}  // namespace kluis::test
