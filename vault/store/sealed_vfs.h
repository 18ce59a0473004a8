#pragma once

#include <memory>
#include <optional>
#include <string>

#include "vault/env/disk.h"
#include "vault/env/entropy.h"
#include "vault/store/page_sealer.h"

// A SQLite VFS (https://www.sqlite.org/vfs.html) whose files lie sealed on a Disk. It knows two
// kinds of file, the database and its write-ahead log, and refuses every other: no journal that
// is kept, no temporary file, no shared memory, no memory mapping. One process at a time, so it has
// no locks.
namespace kluis {

struct SealedVfsState;

// Registered while it lives, under a name of its own. Threads: one at a time.
// Lifetime: outlives every database opened with it; `disk` and `entropy` outlive it.
class SealedVfs {
 public:
  static constexpr int kReserveBytes = static_cast<int>(kReservedBytes);

  SealedVfs(Disk& disk, Entropy& entropy);
  SealedVfs(const SealedVfs&) = delete;
  SealedVfs& operator=(const SealedVfs&) = delete;
  ~SealedVfs();

  // The database file `name` (and its log) opens under this key from now on. A file without a key
  // cannot be opened.
  void set_key(const std::string& name, DatabaseKey key);
  void forget_key(const std::string& name);

  // Whether the database left a log: its process died, or somebody copied it while it was open.
  [[nodiscard]] Result<bool> has_log(const std::string& name) const;
  // Makes that log durable, its name included. Requires: it has one.
  [[nodiscard]] Status sync_log(const std::string& name) const;

  // The last error of the disk below, once: some checks of SQLite report it as mere damage.
  [[nodiscard]] std::optional<Error> take_disk_error();

  [[nodiscard]] const char* name() const;

 private:
  std::unique_ptr<SealedVfsState> state_;
};

}  // namespace kluis
