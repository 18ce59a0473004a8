#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vault/crypto/byte_stream.h"

namespace kluis {

// Lines, and then bytes, of one source: a letter begins as text and goes on as bytes.
// `source` outlives it. Memory: 16 KiB.
class LineSource final : public ByteSource {
 public:
  explicit LineSource(ByteSource& source) : source_(source) {}

  // The next byte, which stays where it is; nullopt at the end.
  [[nodiscard]] Result<std::optional<std::uint8_t>> peek();

  // Up to and with the next line feed. Without one at its end: the source ended, or the line is
  // longer than `bytes_max`, of which so many bytes are given. Empty at the end alone.
  // Requires: bytes_max > 0.
  [[nodiscard]] Result<std::string> read_line(std::size_t bytes_max);

  [[nodiscard]] Result<std::size_t> read(MutableByteView target) override;

 private:
  // Reads on when nothing is held.
  [[nodiscard]] Status fill();

  ByteSource& source_;
  Bytes held_ = Bytes(16 * 1024);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace kluis
