#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/bytes.h"
#include "proto/result.h"

// The vault's view of a disk: one folder, with files of its own, and the calls whose durability
// matters. The real one lies in vault/platform/; tests pass one that drops, tears and reorders what
// was not synced, and fails at the n-th call.
namespace kluis {

// An open file. Closed when destroyed. Threads: one at a time.
// Errors: kind disk. "disk.full" for no space, "disk.io" for anything else.
class File {
 public:
  virtual ~File() = default;
  // Reads up to `target.size()` bytes at `offset`; returns how many there were (less only at the
  // end of the file).
  [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset,
                                                    MutableByteView target) = 0;
  [[nodiscard]] virtual Status write_at(std::uint64_t offset, ByteView source) = 0;
  [[nodiscard]] virtual Status truncate(std::uint64_t size_bytes) = 0;
  // After success everything written before survives a loss of power.
  [[nodiscard]] virtual Status sync() = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;
};

enum class OpenMode {
  read,       // must exist
  write,      // must exist; read and write
  create,     // made if absent; read and write
  create_new  // must not exist ("disk.exists" otherwise); read and write
};

// A folder. Names are plain file names, never paths: "" , "." , ".." and names with '/' are refused
// by every implementation. Files are made readable by their owner alone.
class Disk {
 public:
  virtual ~Disk() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& name,
                                                           OpenMode mode) = 0;
  [[nodiscard]] virtual Result<bool> exists(const std::string& name) = 0;
  // No error when the file is absent.
  [[nodiscard]] virtual Status remove(const std::string& name) = 0;
  // Atomic replacement within the folder.
  [[nodiscard]] virtual Status rename(const std::string& source, const std::string& target) = 0;
  // Makes creations, removals and renames in this folder durable.
  [[nodiscard]] virtual Status sync_folder() = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> list() = 0;
};

}  // namespace kluis
