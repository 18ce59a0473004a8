#pragma once

#include <cstdint>
#include <string>

#include "tools/terminal/console.h"

namespace kluis {

// How far long work is, on one line of a terminal that is wiped at the end. Shows nothing for short
// work, nothing with --json, and nothing when nobody watches.
class Progress {
 public:
  Progress(const Console& console, std::string what, std::uint64_t total_bytes);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void show(std::uint64_t done_bytes);

 private:
  const Console& console_;
  std::string what_;
  std::uint64_t total_bytes_;
  int shown_percent_ = -1;
};

}  // namespace kluis
