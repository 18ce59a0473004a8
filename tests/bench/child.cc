#include "tests/bench/child.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/must.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX declares it nowhere

namespace kluis::bench {
namespace {

// Starts a program whose output goes to `output`; -1: nowhere.
pid_t start(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (output < 0) {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  } else {
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  }
  // The relay tells of its connections there.
  if (output >= 0) {
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  pid_t process = 0;
  const int code =
      posix_spawnp(&process, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) stop(("cannot start " + words.front()).c_str());
  return process;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  must_hold(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
  return {ends[0], ends[1]};
}

}  // namespace

ChildCost run_child(const std::vector<std::string>& words) {
  const double begin = now_seconds();
  const pid_t process = start(words, -1);
  int status = 0;
  rusage usage{};
  must_hold(wait4(process, &status, 0, &usage) == process, "wait4");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) stop((words.front() + " failed").c_str());
  ChildCost result;
  result.cost = {now_seconds() - begin, seconds(usage.ru_utime) + seconds(usage.ru_stime)};
  result.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  return result;
}

ChildCost run_self(std::vector<std::string> words) {
  words.insert(words.begin(), {"/proc/self/exe", "--child"});
  return run_child(words);
}

std::string output_of(const std::vector<std::string>& words) {
  const Pipe pipe = make_pipe();
  const pid_t process = start(words, pipe.write);
  close(pipe.write);
  std::string output;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = read(pipe.read, buffer.data(), buffer.size())) > 0;) {
    output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(pipe.read);
  int status = 0;
  waitpid(process, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) stop((words.front() + " failed").c_str());
  return output;
}

Server::Server(const std::vector<std::string>& words) {
  const Pipe pipe = make_pipe();
  process_ = start(words, pipe.write);
  close(pipe.write);
  output_ = pipe.read;
  char letter = 0;
  while (read(output_, &letter, 1) == 1 && letter != '\n') first_line_ += letter;
  must_hold(!first_line_.empty(), "the server did not start");
}

Server::~Server() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
  close(output_);
}

}  // namespace kluis::bench
