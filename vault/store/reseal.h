#pragma once

#include <string>

#include "vault/store/slot.h"

// The device reseal: what survives is copied under a fresh root key, then the old root key is
// overwritten, and with it goes everything that was erased. The steps and their numbers:
//   1 the words of deleted rows are rewritten away    5 slot half b is overwritten: committed
//   2 the log is emptied                               6 slot half a is overwritten: the old root
//   3 a copy under a fresh root key, file and folder     key exists nowhere
//     synced                                           7 files the slot does not name are removed
//   4 the copy is opened and read
// A crash before 5 leaves the old vault, one after it the new; `recover_slot` finishes 6 and 7.
namespace kluis {

// The file that holds a database, beside it its log.
[[nodiscard]] std::string database_name(const DatabaseId& id);
[[nodiscard]] DatabaseKey database_key(const RootKey& root, const DatabaseId& id);

// Whoever holds the open database.
class ResealHost {
 public:
  virtual ~ResealHost() = default;
  // Steps 1 and 2.
  [[nodiscard]] virtual Status settle() = 0;
  // Writes the copy and syncs the file (not the folder).
  [[nodiscard]] virtual Status copy_to(const DatabaseId& id, const RootKey& root) = 0;
  // Opens the copy and reads all of it.
  [[nodiscard]] virtual Status check(const DatabaseId& id) = 0;
};

// Steps 1 to 4. Returns what the slot will hold. After an error the vault is as it was, but for a
// file that nothing names.
[[nodiscard]] Result<SlotContent> prepare_reseal(Disk& disk, Entropy& entropy, ResealHost& host,
                                                 const SlotContent& current);

// Steps 5 to 7. After an error the vault is old or new: nothing may be written before it was
// opened again.
[[nodiscard]] Status commit_reseal(Disk& disk, Entropy& entropy, SlotFile& slot,
                                   const SlotContent& next, const SlotKey& key);

struct RecoveredSlot {
  SlotFile file;
  SlotKey key;
  SlotContent content;
};

// What every opening of a vault begins with: the half that counts is opened, the other made equal
// to it, and databases it does not name are removed.
// Errors: those of SlotFile::open and winner, derive_slot_key and open_slot; integrity
// "store.missing" when the database is not there, "store.damaged" when it has no page.
[[nodiscard]] Result<RecoveredSlot> recover_slot(Disk& disk, const PasswordHasher& hasher,
                                                 ByteView passphrase);

}  // namespace kluis
