#pragma once

#include <optional>
#include <vector>

#include "vault/core/store.h"
#include "vault/store/database.h"

namespace kluis {

// Whoever keeps prepared statements on the vault's database. A device reseal replaces the database:
// the user is detached from the old one and attached to the new one, which has the same contents.
class DatabaseUser {
 public:
  virtual ~DatabaseUser() = default;
  // Brings its own tables up to date (schema.h) and prepares its statements.
  [[nodiscard]] virtual Status attach(Database& database) = 0;
  // Drops every statement.
  virtual void detach() = 0;
};

// The Store of the protocol core in one table of the sealed database. Only attached and detached by
// the SealedVault that owns it; stays the same object through a reseal.
class SealedStore final : public Store, public DatabaseUser {
 public:
  [[nodiscard]] Result<std::optional<Bytes>> get(Table table, ByteView key) override;
  [[nodiscard]] Status put(Table table, ByteView key, ByteView value) override;
  [[nodiscard]] Status erase(Table table, ByteView key) override;
  [[nodiscard]] Status erase_prefix(Table table, ByteView prefix) override;
  [[nodiscard]] Status scan(
      Table table, ByteView prefix,
      const std::function<bool(ByteView key, ByteView value)>& visit) override;
  [[nodiscard]] Status transact(const std::function<Status()>& change) override;

  [[nodiscard]] Status attach(Database& database) override;
  void detach() override;

 private:
  struct Statements {
    Statement get;
    Statement put;
    Statement erase;
    Statement erase_all;
    Statement erase_range;
  };

  [[nodiscard]] Status usable() const;
  [[nodiscard]] Result<Statement> take_scan();

  Database* database_ = nullptr;
  std::optional<Statements> statements_;
  std::vector<Statement> idle_scans_;  // one is taken for each scan that runs inside another
};

}  // namespace kluis
