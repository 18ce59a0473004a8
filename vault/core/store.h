#pragma once

#include <functional>
#include <optional>

#include "proto/bytes.h"
#include "proto/result.h"

// What the protocol core needs of durable storage: ordered tables of byte strings, changed in
// transactions. The sealed database implements it on disk; explorations use a map in memory.
namespace kluis {

// Tables. The numbers are stored; never renumber, only append.
enum class Table : std::uint8_t {
  local = 1,       // name -> public facts of this device (ids, counters, relay address)
  secret = 2,      // name -> one secret, a row of its own, so that deleting it deletes nothing else
  act = 3,         // act number (8 bytes big-endian) -> signed act
  circle = 4,      // alias -> state of a circle
  record = 5,      // alias ‖ record id -> signed record
  record_key = 6,  // alias ‖ record id -> K_r
  cell = 7,        // alias ‖ device ‖ kind ‖ sub-key -> newest signed cell
  tombstone = 8,   // alias ‖ record id -> whose it was, its place, and what it followed
  cut = 9,         // alias ‖ device -> last sequence number and id that stand
  outbox = 10,     // sequence (8 bytes big-endian) -> what waits to be sent
  intent = 11,     // sequence (8 bytes big-endian) -> an officer's intent
  prepared = 12,   // one row: the commit that may have reached the relay
  alarm = 13,      // code ‖ subject -> since when, and its arguments
  document = 14,   // blob name -> state of a document's sealed file
  invitation = 15,  // mailbox id -> state of an invitation (either side)
  chain = 16,       // alias ‖ device -> newest sequence number and id of that chain
  apart = 17,       // alias ‖ record id -> record kept apart for the griffier; empty: decided on
  view = 18,        // rows that only speed up reading; rebuilt from records when absent
  item = 19,  // alias ‖ index (8 bytes big-endian) -> sealed item of the current epoch, as sent
  epoch_bytes = 20,  // alias -> header, boxes, list and op of the current epoch, as received
};

// Threads: one at a time. Lifetime: views given to `scan` callbacks die with the callback.
// Errors of every call: kind disk ("disk.full", "disk.io") or integrity ("store.damaged"); after
// one, the transaction is rolled back and nothing of it is visible.
class Store {
 public:
  virtual ~Store() = default;

  [[nodiscard]] virtual Result<std::optional<Bytes>> get(Table table, ByteView key) = 0;
  // Requires (put, erase, erase_prefix): inside `transact`.
  [[nodiscard]] virtual Status put(Table table, ByteView key, ByteView value) = 0;
  [[nodiscard]] virtual Status erase(Table table, ByteView key) = 0;  // absent: no error
  [[nodiscard]] virtual Status erase_prefix(Table table, ByteView prefix) = 0;

  // Visits the rows whose key starts with `prefix`, in key order, until `visit` returns false.
  // `visit` must not change the store.
  [[nodiscard]] virtual Status scan(
      Table table, ByteView prefix,
      const std::function<bool(ByteView key, ByteView value)>& visit) = 0;

  // Runs `change` as one transaction: all of it is durable when this returns success, none of it
  // when it or `change` fails. Transactions do not nest; an inner call joins the outer one.
  [[nodiscard]] virtual Status transact(const std::function<Status()>& change) = 0;
};

}  // namespace kluis
