#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/relay/storage.h"
#include "vault/store/database.h"

namespace kluis {

enum class StoreMode { create, existing, read_only };

// A relay's storage in one SQLite file. What a transaction changes is collected in memory and
// written when the outermost one ends: a row that many requests of one wake-up change is written
// once, and one write to the disk makes all of them durable.
// Threads: one at a time. Other processes may open the same file: one serves, others make vouchers,
// ask for the status or back up.
class SqliteStorage final : public Storage {
 public:
  // Errors: kind disk "disk.no_file" (existing, read_only), "disk.full", "disk.io"; integrity
  // "store.damaged", "relay.store_version" for a schema this program does not know.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStorage>> open(const std::string& path,
                                                                   StoreMode mode);

  [[nodiscard]] Result<std::optional<Bytes>> get(RelayTable table, ByteView key) override;
  [[nodiscard]] Status put(RelayTable table, ByteView key, ByteView value) override;
  [[nodiscard]] Status erase(RelayTable table, ByteView key) override;
  [[nodiscard]] Status erase_prefix(RelayTable table, ByteView prefix) override;
  [[nodiscard]] Status scan(RelayTable table, ByteView prefix, ByteView start,
                            const std::function<bool(ByteView, ByteView)>& visit) override;
  [[nodiscard]] Status transact(const std::function<Status()>& change) override;

  // A whole, consistent copy, while others write. `path` must not exist.
  // Errors: disk "disk.exists".
  [[nodiscard]] Status back_up(const std::string& path);

 private:
  using Pending = std::map<Bytes, std::optional<Bytes>>;  // no value: erased
  struct Undo {
    RelayTable table;
    Bytes key;
    std::optional<std::optional<Bytes>> before;  // none: the row was not pending
  };
  // The statements over one of the two SQL tables.
  struct Statements {
    Statement get;
    Statement put;
    Statement erase;
    Statement scan;
    Statement scan_keys;
  };

  SqliteStorage(Database database, Statements rows, Statements large_rows);
  [[nodiscard]] static Status prepare_schema(Database& database, StoreMode mode);
  [[nodiscard]] Statements& statements(RelayTable table);
  [[nodiscard]] Pending& pending(RelayTable table);
  [[nodiscard]] Result<std::optional<Bytes>> select(RelayTable table, ByteView key);
  void change(RelayTable table, Bytes key, std::optional<Bytes> value);
  void take_back(std::size_t mark);
  [[nodiscard]] Status flush();

  Database database_;  // before its statements: destroyed after them
  Statements rows_;
  Statements large_rows_;
  std::array<Pending, kRelayTables> pending_;
  // What this transaction read of short rows. It holds the write lock: they cannot change under it.
  std::array<Pending, kRelayTables> read_;
  std::vector<Undo> undo_;
  bool open_ = false;
};

}  // namespace kluis
