#pragma once

#include <string>

#include "proto/ids.h"
#include "proto/result.h"
#include "sync/net/descriptor.h"
#include "vault/crypto/x25519.h"
#include "vault/env/entropy.h"

// The files of a relay beside its store.
namespace kluis {

using ReceiptSeed = Secret<struct ReceiptSeedPurpose>;

// What a relay proves itself with. Whoever has the file can pose as the relay: it is readable by
// its owner alone, and never part of a backup.
struct RelayKeyFile {
  X25519Private noise;
  ReceiptSeed receipt;
  Descriptor lock;  // held as long as the relay serves

  [[nodiscard]] RelayKey public_key() const;  // what devices pin
};

// Opens the key file at `path`; makes it if absent. One process at a time may hold it.
// Errors: locked "relay.in_use"; refused "relay.key_file_shared" when others may read it; integrity
// "relay.key_file_damaged"; disk "disk.full", "disk.io".
[[nodiscard]] Result<RelayKeyFile> open_key_file(const std::string& path, Entropy& entropy);

// Makes a file that was just written, and its name, survive a loss of power; readable by its owner
// alone. Errors: kind disk.
// Requires: this process has no database open in that file. Closing any descriptor of a file drops
// all locks that the process holds on it, and another process would then take the log away.
[[nodiscard]] Status make_durable(const std::string& path);

[[nodiscard]] std::string folder_of(const std::string& path);

}  // namespace kluis
