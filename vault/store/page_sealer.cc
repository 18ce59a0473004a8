#include "vault/store/page_sealer.h"

#include <algorithm>
#include <array>

#include "proto/assert.h"
#include "vault/crypto/kdf.h"
#include "vault/crypto/little_endian.h"

namespace kluis {
namespace {

constexpr std::string_view kDomain = "raadkluis/v1/database";

// domain ‖ kind ‖ number: a piece opens only as what it is and where it stands.
struct Context {
  std::array<std::uint8_t, kDomain.size() + 1 + 8> bytes{};

  Context(PieceKind kind, std::uint64_t number) {
    auto* next = std::copy(kDomain.begin(), kDomain.end(), bytes.begin());
    *next++ = static_cast<std::uint8_t>(kind);
    const auto number_bytes = le64(number);
    std::copy(number_bytes.begin(), number_bytes.end(), next);
  }
};

}  // namespace

PageSealer::PageSealer(const DatabaseKey& key, Entropy& entropy)
    : page_key_(derive<PieceKey>(key, "database/pages")),
      log_key_(derive<PieceKey>(key, "database/log")),
      entropy_(&entropy) {}

const PageSealer::PieceKey& PageSealer::key_of(PieceKind kind) const {
  return kind == PieceKind::page || kind == PieceKind::edition ? page_key_ : log_key_;
}

void PageSealer::seal_page(PieceKind kind, std::uint64_t number, std::uint64_t stamp, ByteView page,
                           MutableByteView target) {
  KLUIS_ASSERT(page.size() == kPageBytes && target.size() == kPageBytes);
  AeadNonce nonce;
  AeadTag tag{};
  entropy_->fill(nonce.bytes);
  std::copy(page.begin(), page.end(), target.begin());
  const auto content = target.first(kPageBytes - kSealBytes);
  const auto stamp_bytes = le64(stamp);
  std::copy(stamp_bytes.begin(), stamp_bytes.end(), content.end() - kStampBytes);
  aead_seal_detached(key_of(kind), nonce, Context(kind, number).bytes, content, content, tag);
  const auto seal = target.last(kSealBytes);
  std::copy(nonce.bytes.begin(), nonce.bytes.end(), seal.begin());
  std::copy(tag.begin(), tag.end(), seal.begin() + kAeadNonceBytes);
}

std::optional<std::uint64_t> PageSealer::open_page(PieceKind kind, std::uint64_t number,
                                                   MutableByteView page) const {
  KLUIS_ASSERT(page.size() == kPageBytes);
  AeadNonce nonce;
  AeadTag tag{};
  const auto seal = page.last(kSealBytes);
  std::copy_n(seal.begin(), kAeadNonceBytes, nonce.bytes.begin());
  std::copy_n(seal.begin() + kAeadNonceBytes, kAeadTagBytes, tag.begin());
  const auto content = page.first(kPageBytes - kSealBytes);
  if (!aead_open_detached(key_of(kind), nonce, Context(kind, number).bytes, content, tag,
                          content)) {
    std::fill(page.begin(), page.end(), std::uint8_t{0});
    return std::nullopt;
  }
  // SQLite's log checksum covers the reserved bytes too: they read back as they were written.
  const auto reserved = page.last(kReservedBytes);
  const std::uint64_t stamp = read_le64(reserved);
  std::fill(reserved.begin(), reserved.end(), std::uint8_t{0});
  return stamp;
}

void PageSealer::seal_header(PieceKind kind, std::uint64_t number, ByteView header,
                             MutableByteView target) {
  KLUIS_ASSERT(target.size() == header.size() + kSealBytes);
  AeadNonce nonce;
  AeadTag tag{};
  entropy_->fill(nonce.bytes);
  std::copy(nonce.bytes.begin(), nonce.bytes.end(), target.begin());
  aead_seal_detached(key_of(kind), nonce, Context(kind, number).bytes, header,
                     target.subspan(kAeadNonceBytes, header.size()), tag);
  std::copy(tag.begin(), tag.end(), target.end() - kAeadTagBytes);
}

bool PageSealer::open_header(PieceKind kind, std::uint64_t number, ByteView sealed,
                             MutableByteView header) const {
  KLUIS_ASSERT(sealed.size() == header.size() + kSealBytes);
  AeadNonce nonce;
  AeadTag tag{};
  std::copy_n(sealed.begin(), kAeadNonceBytes, nonce.bytes.begin());
  std::copy(sealed.end() - kAeadTagBytes, sealed.end(), tag.begin());
  return aead_open_detached(key_of(kind), nonce, Context(kind, number).bytes,
                            sealed.subspan(kAeadNonceBytes, header.size()), tag, header);
}

}  // namespace kluis
