#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/bench/measure.h"

// Whole processes, measured by the kernel.
namespace kluis::bench {

struct ChildCost {
  Cost cost;
  std::uint64_t peak_bytes = 0;  // resident
};

// Runs a program (found on the PATH) to its end; its output is thrown away. Stops the benchmark
// when it fails.
[[nodiscard]] ChildCost run_child(const std::vector<std::string>& words);

// This program once more, as `--child words…`.
[[nodiscard]] ChildCost run_self(std::vector<std::string> words);

// The output of a program that ends.
[[nodiscard]] std::string output_of(const std::vector<std::string>& words);

// A program that serves until this object goes.
class Server {
 public:
  explicit Server(const std::vector<std::string>& words);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] pid_t process() const { return process_; }
  [[nodiscard]] const std::string& first_line() const { return first_line_; }

 private:
  pid_t process_ = 0;
  int output_ = -1;
  std::string first_line_;
};

}  // namespace kluis::bench
