#pragma once

#include <memory>
#include <string>

#include "vault/env/disk.h"

namespace kluis {

enum class FolderMode {
  existing,  // "disk.no_folder" (kind disk) when absent
  create,    // made with its parents when absent, readable by its owner alone
  outside,   // existing, and others may enter: for what leaves a vault on purpose
};

// The real Disk: one folder of the file system. Names are resolved inside the opened folder, and
// symbolic links are never followed.
// Errors, kind disk: "disk.folder_shared" for a folder that others may enter or that another user
// owns; "disk.no_folder", "disk.full", "disk.io".
[[nodiscard]] Result<std::unique_ptr<Disk>> open_folder(const std::string& path, FolderMode mode);

// Where a vault lies when nobody says otherwise: the data folder of this user on this platform.
// Empty when the platform does not tell.
[[nodiscard]] std::string default_vault_folder();

}  // namespace kluis
