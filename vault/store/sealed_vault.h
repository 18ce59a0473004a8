#pragma once

#include <cstdint>
#include <memory>

#include "vault/core/store.h"
#include "vault/crypto/password.h"
#include "vault/env/disk.h"
#include "vault/env/entropy.h"
#include "vault/store/sealed_store.h"

namespace kluis {

// A vault folder, opened with its passphrase: the key slot and the sealed database it names.
// The caller holds the vault lock (vault/platform/vault_lock.h). Threads: one at a time.
//
// After a disk error in the last steps of a reseal the vault is closed: everything fails with that
// error until the folder is opened again, which finishes what was begun.
class SealedVault {
 public:
  // What it works with. Lifetime: outlives the vault.
  struct Surroundings {
    Disk* disk;
    Entropy* entropy;
    const PasswordHasher* hasher;
  };

  // A new vault in an empty folder. Durable when this returns.
  // Errors: usage "vault.exists"; disk.
  [[nodiscard]] static Result<SealedVault> create(const Surroundings& surroundings,
                                                  ByteView passphrase);

  // Errors: disk "vault.none" when there is no vault; locked "slot.wrong_passphrase"; integrity
  // "slot.damaged", "slot.unknown_version", "slot.cost_too_low", "slot.cost_too_high",
  // "store.missing", "store.damaged", "vault.newer"; disk.
  [[nodiscard]] static Result<SealedVault> open(const Surroundings& surroundings,
                                                ByteView passphrase);

  SealedVault(SealedVault&& other) noexcept;
  SealedVault& operator=(SealedVault&& other) noexcept;
  SealedVault(const SealedVault&) = delete;
  SealedVault& operator=(const SealedVault&) = delete;
  ~SealedVault();

  // The same object for the life of the vault.
  [[nodiscard]] Store& store();

  // Attaches `user` to the database now and after each reseal, and detaches it before each and when
  // the vault dies. Lifetime: `user` outlives the vault.
  [[nodiscard]] Status add_user(DatabaseUser& user);

  // How often the device was resealed. What was erased in generation g is gone for good once the
  // generation is higher than g.
  [[nodiscard]] std::uint64_t generation() const;

  // The device reseal (reseal.h): everything erased before becomes unreadable for ever, whatever
  // stays on the medium. Durable when this returns. Requires: no open transaction.
  // Errors: disk; when the disk is too full for the copy, the vault goes on as it was.
  [[nodiscard]] Status reseal();

  // A reseal under a key from `passphrase` and a fresh salt: the old passphrase opens nothing more.
  [[nodiscard]] Status change_passphrase(ByteView passphrase);

  // Empties the log and closes; reports what the destructor could not.
  [[nodiscard]] Status close();

 private:
  class Opened;
  explicit SealedVault(std::unique_ptr<Opened> opened);

  std::unique_ptr<Opened> opened_;
};

}  // namespace kluis
