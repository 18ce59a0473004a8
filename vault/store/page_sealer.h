#pragma once

#include <cstdint>
#include <optional>

#include "proto/bytes.h"
#include "vault/crypto/aead_detached.h"
#include "vault/crypto/secret.h"
#include "vault/env/entropy.h"

// Seals database pages and log headers in place. FORMAT.md gives the bytes.
namespace kluis {

// Of one database file: derived from the device root R and the random id of that file.
using DatabaseKey = Secret<struct DatabaseKeyPurpose>;

inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kSealBytes = kAeadNonceBytes + kAeadTagBytes;
inline constexpr std::size_t kStampBytes = 8;
// At the end of every page, kept free by SQLite.
inline constexpr std::size_t kReservedBytes = kStampBytes + kSealBytes;

// A database file has a page for its edition and at least one more.
inline constexpr std::size_t kDatabaseBytesMin = 2 * kPageBytes;

// What a sealed piece is; the numbers are stored in its associated data.
enum class PieceKind : std::uint8_t {
  page = 1,          // of the database file; number: page number, from 1 on
  log_header = 2,    // number: 0
  frame_header = 3,  // number: frame number, from 1 on
  frame_page = 4,    // number: frame number
  edition = 5,       // which edition the database file is complete at; number: which of its copies
};

// Threads: one at a time.
class PageSealer {
 public:
  // Lifetime: `entropy` outlives the sealer.
  PageSealer(const DatabaseKey& key, Entropy& entropy);

  // A page whose reserved bytes are zero becomes ciphertext ‖ nonce ‖ tag of the same size, with
  // `stamp` inside. `page` and `target` have kPageBytes.
  void seal_page(PieceKind kind, std::uint64_t number, std::uint64_t stamp, ByteView page,
                 MutableByteView target);

  // The reverse, in place: the stamp. Nothing, and `page` zeroed, when it is not authentic.
  [[nodiscard]] std::optional<std::uint64_t> open_page(PieceKind kind, std::uint64_t number,
                                                       MutableByteView page) const;

  // A header becomes nonce ‖ ciphertext ‖ tag: kSealBytes larger.
  void seal_header(PieceKind kind, std::uint64_t number, ByteView header, MutableByteView target);
  [[nodiscard]] bool open_header(PieceKind kind, std::uint64_t number, ByteView sealed,
                                 MutableByteView header) const;

 private:
  using PieceKey = Secret<struct PieceKeyPurpose>;

  [[nodiscard]] const PieceKey& key_of(PieceKind kind) const;

  PieceKey page_key_;
  PieceKey log_key_;
  Entropy* entropy_;
};

}  // namespace kluis
