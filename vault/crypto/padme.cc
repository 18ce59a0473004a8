#include "vault/crypto/padme.h"

#include <algorithm>
#include <bit>

#include "proto/assert.h"
#include "vault/crypto/little_endian.h"

namespace kluis {
namespace {

constexpr std::size_t kLengthBytes = 8;

}  // namespace

std::uint64_t padme_size(std::uint64_t size_bytes) {
  if (size_bytes < 2) return size_bytes;
  KLUIS_ASSERT(size_bytes <= (std::uint64_t{1} << 63));  // Rounding up would overflow.
  const unsigned exponent = static_cast<unsigned>(std::bit_width(size_bytes)) - 1;
  const unsigned kept_bits = static_cast<unsigned>(std::bit_width(exponent));
  const std::uint64_t mask = (std::uint64_t{1} << (exponent - kept_bits)) - 1;
  return (size_bytes + mask) & ~mask;
}

Bytes pad(ByteView content) {
  Bytes padded;
  padded.reserve(padme_size(kLengthBytes + content.size()));
  append(padded, le64(content.size()));
  append(padded, content);
  padded.resize(padme_size(padded.size()));
  return padded;
}

Result<ByteView> unpad(ByteView padded) {
  if (padded.size() < kLengthBytes) return broken("pad.malformed");
  const std::uint64_t size = read_le64(padded);
  const ByteView rest = padded.subspan(kLengthBytes);
  if (size > rest.size()) return broken("pad.malformed");
  if (padme_size(kLengthBytes + size) != padded.size()) return broken("pad.malformed");
  const ByteView zeros = rest.subspan(size);
  const bool clean = std::all_of(zeros.begin(), zeros.end(), [](auto byte) { return byte == 0; });
  if (!clean) return broken("pad.malformed");
  return rest.first(size);
}

}  // namespace kluis
