#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "proto/ids.h"
#include "vault/crypto/password.h"
#include "vault/env/disk.h"
#include "vault/env/entropy.h"
#include "vault/store/page_sealer.h"

// The key slot: one small file that holds the device's root key R, sealed under the passphrase, and
// nothing else. Whatever the device can forget is sealed under R, so that overwriting the slot
// forgets it. Two halves, equal at rest and far apart, so that a write that goes wrong never takes
// both. FORMAT.md gives the bytes.
namespace kluis {

using RootKey = Secret<struct RootKeyPurpose>;
using DatabaseId = FixedBytes<struct DatabaseIdTag, 16>;  // random

inline constexpr std::size_t kSlotHalfBytes = 4096;
inline constexpr std::uint64_t kSlotHalfDistanceBytes = 128 * 1024;
inline constexpr std::size_t kMachineFactorBytes = 1024;

using SlotHalf = std::array<std::uint8_t, kSlotHalfBytes>;

// What a half says in clear.
struct SlotFacts {
  std::uint64_t counter = 0;     // one more at every change of the slot
  std::uint64_t generation = 0;  // one more at every device reseal
  DatabaseId database;           // the file that R opens
  StoredCost cost;
  PasswordSalt salt;
};

// The key of the slot: from the passphrase, at this cost and salt. Kept while the vault is open, so
// that a device reseal needs no passphrase.
struct SlotKey {
  PassphraseKey key;
  StoredCost cost;
  PasswordSalt salt;
};

// A fresh salt at the hasher's cost. Errors: those of PasswordHasher::derive.
[[nodiscard]] Result<SlotKey> make_slot_key(const PasswordHasher& hasher, Entropy& entropy,
                                            ByteView passphrase);

struct SlotContent {
  std::uint64_t counter = 0;
  std::uint64_t generation = 0;
  DatabaseId database;
  RootKey root;
};

// Each call seals with a fresh nonce.
[[nodiscard]] SlotHalf seal_slot(const SlotContent& content, const SlotKey& key, Entropy& entropy);

// Errors: integrity "slot.damaged" when the checksum or a fixed field is wrong,
// "slot.unknown_version" for a half written by another version of this program.
[[nodiscard]] Result<SlotFacts> read_slot(const SlotHalf& half);

// Errors: those of read_slot; those of PasswordHasher::derive for a cost out of bounds; locked
// "slot.wrong_passphrase" when it does not open, which is also what a forged half looks like.
[[nodiscard]] Result<SlotKey> derive_slot_key(const SlotHalf& half, const PasswordHasher& hasher,
                                              ByteView passphrase);
[[nodiscard]] Result<SlotContent> open_slot(const SlotHalf& half, const SlotKey& key);

// The file `slot` with its two halves.
class SlotFile {
 public:
  enum class Half { a, b };

  // Makes and preallocates the file with both halves, synced, name and all.
  // Errors: "disk.exists" when there is one.
  [[nodiscard]] static Status create(Disk& disk, const SlotHalf& content);

  // Errors: kind disk "vault.none" when there is no such file.
  [[nodiscard]] static Result<SlotFile> open(Disk& disk);

  // The half that counts: the valid one with the highest counter, a first.
  // Errors: when neither is valid, that of read_slot.
  [[nodiscard]] Result<SlotHalf> winner();

  // Overwrites in place, syncs, reads back. Errors: disk; the half's content is then unknown.
  [[nodiscard]] Status write(Half half, const SlotHalf& content);

  // Makes both halves equal to `content` where they differ in any byte.
  [[nodiscard]] Status repair(const SlotHalf& content);

 private:
  explicit SlotFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
  // A half that lies past the end of the file reads as zeros.
  [[nodiscard]] Result<SlotHalf> read(Half half);

  std::unique_ptr<File> file_;
};

}  // namespace kluis
