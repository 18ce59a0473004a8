#pragma once

#include <cstddef>

#include "proto/bytes.h"
#include "proto/result.h"

// Where long byte sequences come from and go to, when they are too long to hold.
namespace kluis {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads up to `target.size()` bytes; returns how many, 0 only at the end. Requires: `target` is
  // not empty.
  [[nodiscard]] virtual Result<std::size_t> read(MutableByteView target) = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  [[nodiscard]] virtual Status write(ByteView source) = 0;
};

// Reads until `target` is full or the source ends; returns how many bytes there were.
[[nodiscard]] inline Result<std::size_t> read_fully(ByteSource& source, MutableByteView target) {
  std::size_t size = 0;
  while (size < target.size()) {
    KLUIS_TRY(count, source.read(target.subspan(size)));
    if (count == 0) break;
    size += count;
  }
  return size;
}

}  // namespace kluis
