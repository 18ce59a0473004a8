#include "tests/support/inflate.h"

#include <array>
#include <stdexcept>

#include <zlib.h>

namespace kluis::test {

Bytes inflate(ByteView compressed) {
  z_stream stream{};
  if (::inflateInit(&stream) != Z_OK) throw std::runtime_error("inflate: cannot begin");
  Bytes input = to_bytes(compressed);
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  Bytes content;
  std::array<std::uint8_t, 16 * 1024> part{};
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = part.data();
    stream.avail_out = part.size();
    state = ::inflate(&stream, Z_NO_FLUSH);
    append(content, ByteView(part).first(part.size() - stream.avail_out));
  }
  ::inflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("inflate: not a whole stream");
  return content;
}

}  // namespace kluis::test
