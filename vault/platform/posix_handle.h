#pragma once

#include <utility>

#include <unistd.h>

namespace kluis {

// An owned file descriptor.
class PosixHandle {
 public:
  explicit PosixHandle(int number = -1) : number_(number) {}
  PosixHandle(PosixHandle&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  PosixHandle& operator=(PosixHandle&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  PosixHandle(const PosixHandle&) = delete;
  PosixHandle& operator=(const PosixHandle&) = delete;
  ~PosixHandle() {
    if (number_ >= 0) ::close(number_);
  }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

}  // namespace kluis
