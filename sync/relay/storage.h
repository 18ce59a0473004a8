#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "proto/bytes.h"
#include "proto/result.h"

// What a relay needs of durable storage: ordered tables of byte strings, changed in transactions.
// Keys and values: sync/relay/rows.h; as a page: sync/relay/FORMAT.md. An engine is good when it
// passes tests/sync/relay/storage_conformance.h.
namespace kluis {

// The numbers are stored; never renumber, only append.
enum class RelayTable : std::uint8_t {
  voucher = 1,       // hash of the voucher -> quota
  tenancy = 2,       // tenancy -> commit number, roll, raad key, quota and use
  officer = 3,       // tenancy ‖ officer relay key -> nothing
  raad_key = 4,      // tenancy ‖ raad key -> number of the roll's epoch that brought it
  name = 5,          // tenancy ‖ circle name, now or before -> alias
  epoch = 6,         // tenancy ‖ alias -> newest epoch: number, header hash, name, count, chain
  epoch_text = 7,    // tenancy ‖ alias -> its signed op and signed header
  item = 8,          // tenancy ‖ alias ‖ index -> chain value after it, item, blob names
  blob = 9,          // tenancy ‖ blob name -> sizes, time, number of circles that name it
  slice = 10,        // tenancy ‖ blob name ‖ slice number -> bytes
  circle_blob = 11,  // tenancy ‖ alias ‖ blob name -> nothing
  unnamed = 12,      // time ‖ tenancy ‖ blob name -> nothing: staged, and nobody named it yet
  parcel = 13,       // tenancy ‖ alias ‖ removed tag -> exit parcel
  mailbox = 14,      // mailbox -> tenancy, time, messages
  hold = 15,         // tenancy -> officer relay key, end, circles
  commit = 16,       // tenancy ‖ commit hash -> the number it got, hash of what it dropped
  lift = 17,         // tenancy -> how many epochs were lifted
};
inline constexpr std::uint8_t kRelayTables = 17;

// Threads: one at a time. Lifetime: views given to `scan` callbacks die with the callback.
// Errors of every call: kind disk ("disk.full", "disk.io") or integrity ("relay.store_damaged").
class Storage {
 public:
  virtual ~Storage() = default;

  [[nodiscard]] virtual Result<std::optional<Bytes>> get(RelayTable table, ByteView key) = 0;
  // Requires (put, erase, erase_prefix): inside `transact`.
  [[nodiscard]] virtual Status put(RelayTable table, ByteView key, ByteView value) = 0;
  [[nodiscard]] virtual Status erase(RelayTable table, ByteView key) = 0;  // absent: no error
  [[nodiscard]] virtual Status erase_prefix(RelayTable table, ByteView prefix) = 0;

  // Visits the rows whose key starts with `prefix` and is not before `start`, in key order, until
  // `visit` returns false. `visit` must not change the storage. `start` empty: from the first.
  [[nodiscard]] virtual Status scan(
      RelayTable table, ByteView prefix, ByteView start,
      const std::function<bool(ByteView key, ByteView value)>& visit) = 0;

  // Runs `change` as one transaction: all of it is durable when the outermost call returns success,
  // none of it when `change` fails or cannot be made durable. An inner call that fails takes back
  // its own changes only; one that succeeds becomes durable with the outermost. That is how many
  // requests share one write to the disk.
  [[nodiscard]] virtual Status transact(const std::function<Status()>& change) = 0;
};

}  // namespace kluis
