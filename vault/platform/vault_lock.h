#pragma once

#include <memory>
#include <string>

#include "proto/result.h"

namespace kluis {

inline constexpr int kLockWaitMillis = 5000;

// The right to use a vault folder, held by one process at a time and given back when destroyed or
// when the process dies in whatever way: a lock left behind by a dead process is no lock.
// The file `lock` in the folder carries the holder's process number and name, for the message that
// another process shows.
class VaultLock {
 public:
  virtual ~VaultLock() = default;
};

// Waits up to `wait_millis` for the lock of the folder at `path`.
// Errors: locked "vault.in_use" with two arguments: the other process' name and number ("?" when
// unknown); kind disk "disk.no_folder", "disk.full", "disk.io".
[[nodiscard]] Result<std::unique_ptr<VaultLock>> lock_vault(const std::string& path,
                                                            int wait_millis = kLockWaitMillis);

}  // namespace kluis
