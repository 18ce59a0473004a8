#include "vault/letter/payload.h"

#include <array>

#include "vault/crypto/chachapoly.h"
#include "vault/crypto/hkdf_sha256.h"

namespace kluis {
namespace {

constexpr std::size_t kSealedChunkBytes = kLetterChunkBytes + kChaChaPolyTagBytes;

using PayloadKey = Secret<struct PayloadKeyPurpose>;
using PayloadNonce = std::array<std::uint8_t, kLetterNonceBytes>;

PayloadKey payload_key(const FileKey& file_key, const PayloadNonce& nonce) {
  return hkdf_sha256<PayloadKey>(file_key.expose(), nonce, "payload");
}

enum class ChunkPlace { inner, last };

// Eleven bytes of counter, big-endian; one that tells the last chunk.
ChaChaPolyNonce chunk_nonce(std::uint64_t number, ChunkPlace place) {
  ChaChaPolyNonce nonce;
  for (std::size_t i = 0; i < 8; ++i) {
    nonce.bytes.at(10 - i) = static_cast<std::uint8_t>(number >> (8 * i));
  }
  nonce.bytes[11] = place == ChunkPlace::last ? 1 : 0;
  return nonce;
}

}  // namespace

Status seal_letter_payload(const FileKey& file_key, Entropy& entropy, ByteSource& source,
                           ByteSink& target) {
  PayloadNonce nonce{};
  entropy.fill(nonce);
  KLUIS_CHECK(target.write(nonce));
  const PayloadKey key = payload_key(file_key, nonce);
  // One byte more than a chunk: without a byte behind it a chunk is the last.
  SecretBuffer held(kLetterChunkBytes + 1);
  const MutableByteView content = held.expose_writable();
  Bytes sealed(kSealedChunkBytes);
  std::size_t carried = 0;
  for (std::uint64_t number = 0;; ++number) {
    KLUIS_TRY(count, read_fully(source, content.subspan(carried)));
    const std::size_t size = std::min(carried + count, kLetterChunkBytes);
    const auto place = carried + count > kLetterChunkBytes ? ChunkPlace::inner : ChunkPlace::last;
    const auto chunk = MutableByteView(sealed).first(size + kChaChaPolyTagBytes);
    chachapoly_seal_into(chunk, key, chunk_nonce(number, place), content.first(size));
    KLUIS_CHECK(target.write(chunk));
    if (place == ChunkPlace::last) return {};
    content[0] = content[kLetterChunkBytes];
    carried = 1;
  }
}

Result<std::uint64_t> open_letter_payload(const FileKey& file_key, ByteSource& source,
                                          ByteSink& target) {
  PayloadNonce nonce{};
  KLUIS_TRY(nonce_size, read_fully(source, nonce));
  if (nonce_size < nonce.size()) return broken("letter.header");
  const PayloadKey key = payload_key(file_key, nonce);
  Bytes sealed(kSealedChunkBytes);
  SecretBuffer content(kLetterChunkBytes);
  std::uint64_t total = 0;
  for (std::uint64_t number = 0;; ++number) {
    KLUIS_TRY(size, read_fully(source, sealed));
    if (size < kChaChaPolyTagBytes) return broken("letter.payload");
    const auto chunk = ByteView(sealed).first(size);
    const auto opened = content.expose_writable().first(size - kChaChaPolyTagBytes);
    const auto opens_as = [&](ChunkPlace place) {
      return chachapoly_open_into(opened, key, chunk_nonce(number, place), chunk);
    };
    // A full chunk may be either; one that is not full can only be the last.
    const bool is_inner = size == kSealedChunkBytes && opens_as(ChunkPlace::inner);
    if (!is_inner && !opens_as(ChunkPlace::last)) return broken("letter.payload");
    // The last chunk is empty only when it is the first.
    if (opened.empty() && number > 0) return broken("letter.payload");
    KLUIS_CHECK(target.write(opened));
    total += opened.size();
    if (is_inner) continue;
    std::array<std::uint8_t, 1> more{};
    KLUIS_TRY(behind, source.read(more));
    if (behind > 0) return broken("letter.payload");
    return total;
  }
}

}  // namespace kluis
