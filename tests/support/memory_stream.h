#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "vault/crypto/byte_stream.h"

// Long byte sequences that tests hold in memory.
namespace kluis::test {

// Gives bytes in pieces of at most `piece` bytes. Lifetime: `bytes` is lent.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(ByteView bytes, std::size_t piece = SIZE_MAX)
      : rest_(bytes), piece_(piece) {}

  Result<std::size_t> read(MutableByteView target) override {
    ++reads;
    const std::size_t size = std::min({target.size(), rest_.size(), piece_});
    std::copy_n(rest_.begin(), size, target.begin());
    rest_ = rest_.subspan(size);
    return size;
  }

  int reads = 0;

 private:
  ByteView rest_;
  std::size_t piece_;
};

class MemorySink final : public ByteSink {
 public:
  Status write(ByteView source) override {
    append(bytes, source);
    return {};
  }
  [[nodiscard]] std::string text() const { return std::string(as_text(bytes)); }

  Bytes bytes;
};

}  // namespace kluis::test
