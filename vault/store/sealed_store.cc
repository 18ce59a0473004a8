#include "vault/store/sealed_store.h"

#include <array>

#include "proto/assert.h"
#include "vault/store/schema.h"

namespace kluis {
namespace {

constexpr std::string_view kPart = "store";
constexpr std::array kMigrations = {
    Migration{1,
              "CREATE TABLE entry(space INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, "
              "PRIMARY KEY(space, key)) WITHOUT ROWID, STRICT"},
};

std::int64_t space_of(Table table) {
  return static_cast<std::int64_t>(table);
}

// The least key above every key that starts with `prefix`; empty when there is none.
Bytes end_of_prefix(ByteView prefix) {
  Bytes end = to_bytes(prefix);
  while (!end.empty() && end.back() == 0xff) end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace

Status SealedStore::attach(Database& database) {
  KLUIS_CHECK(migrate(database, kPart, kMigrations));
  KLUIS_TRY(get, database.prepare("SELECT value FROM entry WHERE space = ? AND key = ?"));
  KLUIS_TRY(put, database.prepare("INSERT INTO entry(space, key, value) VALUES(?, ?, ?) "
                                  "ON CONFLICT DO UPDATE SET value = excluded.value"));
  KLUIS_TRY(erase, database.prepare("DELETE FROM entry WHERE space = ? AND key = ?"));
  KLUIS_TRY(erase_all, database.prepare("DELETE FROM entry WHERE space = ? AND key >= ?"));
  KLUIS_TRY(erase_range,
            database.prepare("DELETE FROM entry WHERE space = ? AND key >= ? AND key < ?"));
  database_ = &database;
  statements_.emplace(Statements{std::move(get), std::move(put), std::move(erase),
                                 std::move(erase_all), std::move(erase_range)});
  return {};
}

void SealedStore::detach() {
  statements_.reset();
  idle_scans_.clear();
  database_ = nullptr;
}

Status SealedStore::usable() const {
  if (database_ == nullptr) return fail(ErrorKind::disk, "disk.io");
  return {};
}

Result<std::optional<Bytes>> SealedStore::get(Table table, ByteView key) {
  KLUIS_CHECK(usable());
  Statement& get = statements_->get;
  KLUIS_CHECK(get.bind(space_of(table), key));
  KLUIS_TRY(found, get.step());
  std::optional<Bytes> value;
  if (found) value = to_bytes(get.bytes_at(0));
  get.reset();
  return value;
}

Status SealedStore::put(Table table, ByteView key, ByteView value) {
  KLUIS_CHECK(usable());
  KLUIS_ASSERT(database_->is_in_transaction());
  return statements_->put.execute(space_of(table), key, value);
}

Status SealedStore::erase(Table table, ByteView key) {
  KLUIS_CHECK(usable());
  KLUIS_ASSERT(database_->is_in_transaction());
  return statements_->erase.execute(space_of(table), key);
}

Status SealedStore::erase_prefix(Table table, ByteView prefix) {
  KLUIS_CHECK(usable());
  KLUIS_ASSERT(database_->is_in_transaction());
  const Bytes end = end_of_prefix(prefix);
  if (end.empty()) return statements_->erase_all.execute(space_of(table), prefix);
  return statements_->erase_range.execute(space_of(table), prefix, end);
}

// Without a bound above: where the prefix ends is seen in the key, and one statement serves all.
Result<Statement> SealedStore::take_scan() {
  if (idle_scans_.empty()) {
    return database_->prepare(
        "SELECT key, value FROM entry WHERE space = ? AND key >= ? ORDER BY key");
  }
  Statement scan = std::move(idle_scans_.back());
  idle_scans_.pop_back();
  return scan;
}

Status SealedStore::scan(Table table, ByteView prefix,
                         const std::function<bool(ByteView key, ByteView value)>& visit) {
  KLUIS_CHECK(usable());
  KLUIS_TRY(scan, take_scan());
  KLUIS_CHECK(scan.bind(space_of(table), prefix));
  for (;;) {
    KLUIS_TRY(found, scan.step());
    if (!found) break;
    const ByteView key = scan.bytes_at(0);
    if (key.size() < prefix.size() || !same_bytes(key.first(prefix.size()), prefix)) break;
    if (!visit(key, scan.bytes_at(1))) break;
  }
  scan.reset();
  idle_scans_.push_back(std::move(scan));
  return {};
}

Status SealedStore::transact(const std::function<Status()>& change) {
  KLUIS_CHECK(usable());
  return database_->transact(change);
}

}  // namespace kluis
