#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

// Programs run by a test, as a shell or a person would run them.
namespace kluis::test {

struct Ran {
  int exit = -1;  // -signal when a signal ended it
  std::string out;
  std::string err;
};

struct Command {
  std::string program;
  std::vector<std::string> arguments;
  std::string input = {};                     // standard input
  std::vector<std::string> environment = {};  // "NAME=value"; nothing else is inherited but PATH
  std::optional<long> file_bytes_max = {};    // RLIMIT_FSIZE: how a disk that is full looks
  std::string log_file = {};  // of a Background's standard error, which else goes nowhere
};

// Runs to the end.
[[nodiscard]] Ran run(const Command& command);

// Runs on. Killed when destroyed.
class Background {
 public:
  explicit Background(const Command& command);
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background();

  [[nodiscard]] pid_t process() const { return process_; }
  // Waits until standard output holds `text`; false after `seconds`.
  [[nodiscard]] bool says(const std::string& text, int seconds);
  [[nodiscard]] const std::string& out() const { return out_; }
  void signal(int number) const;
  // Waits for the end; the exit code, -signal, or -999 after `seconds`.
  [[nodiscard]] int wait(int seconds);

 private:
  void read_some(std::chrono::milliseconds patience);

  pid_t process_ = -1;
  int output_ = -1;
  std::string out_;
};

// A program on a terminal of its own, and a person who types.
class OnTerminal {
 public:
  explicit OnTerminal(const Command& command);
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;
  ~OnTerminal();

  // Waits until the terminal has shown `text` since the last call; false after `seconds`.
  [[nodiscard]] bool shows(const std::string& text, int seconds = 60);
  void type(const std::string& keys) const;
  // Whether what is typed now would be shown.
  [[nodiscard]] bool echoes() const;
  // Everything shown so far.
  [[nodiscard]] const std::string& screen() const { return screen_; }
  [[nodiscard]] int wait(int seconds = 60);

 private:
  [[nodiscard]] bool read_some();

  pid_t process_ = -1;
  int terminal_ = -1;
  std::string screen_;
  std::size_t seen_ = 0;
};

}  // namespace kluis::test
