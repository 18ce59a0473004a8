#include "sync/relay/sqlite_storage.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "proto/assert.h"

namespace kluis {
namespace {

constexpr std::int64_t kSchemaVersion = 1;

bool has_prefix(ByteView key, ByteView prefix) {
  return key.size() >= prefix.size() && same_bytes(key.first(prefix.size()), prefix);
}

// Rows whose values are long lie in a table of their own: there a value stays on the page of its
// row up to nearly the whole page.
bool is_large(RelayTable table) {
  switch (table) {
    case RelayTable::epoch_text:
    case RelayTable::item:
    case RelayTable::slice:
    case RelayTable::parcel:
    case RelayTable::mailbox:
      return true;
    default:
      return false;
  }
}

std::int64_t number_of(RelayTable table) {
  return static_cast<std::int64_t>(table);
}

}  // namespace

Status SqliteStorage::prepare_schema(Database& database, StoreMode mode) {
  KLUIS_TRY(version, database.prepare("PRAGMA user_version"));
  KLUIS_TRY(has_row, version.step());
  const std::int64_t found = has_row ? version.int_at(0) : 0;
  version.reset();
  if (found == kSchemaVersion) return {};
  if (found != 0 || mode != StoreMode::create) return broken("relay.store_version");
  return database.transact([&] {
    return database.run(
        "CREATE TABLE rows (kind INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
        " PRIMARY KEY (kind, key)) WITHOUT ROWID;"
        "CREATE TABLE large_rows (kind INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
        " UNIQUE (kind, key));"
        "PRAGMA application_id = 1263291731;"
        "PRAGMA user_version = 1");
  });
}

Result<std::unique_ptr<SqliteStorage>> SqliteStorage::open(const std::string& path,
                                                           StoreMode mode) {
  const PlainMode plain = mode == StoreMode::create     ? PlainMode::create
                          : mode == StoreMode::existing ? PlainMode::existing
                                                        : PlainMode::read_only;
  KLUIS_TRY(database, Database::open_plain(path, plain));
  KLUIS_CHECK(prepare_schema(database, mode));
  KLUIS_TRY(get, database.prepare("SELECT value FROM rows WHERE kind = ? AND key = ?"));
  KLUIS_TRY(put, database.prepare("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)"));
  KLUIS_TRY(erase, database.prepare("DELETE FROM rows WHERE kind = ? AND key = ?"));
  KLUIS_TRY(scan, database.prepare("SELECT key, value FROM rows WHERE kind = ? AND key >= ?"
                                   " ORDER BY key"));
  KLUIS_TRY(scan_keys, database.prepare("SELECT key FROM rows WHERE kind = ? AND key >= ?"
                                        " ORDER BY key"));
  KLUIS_TRY(get_large, database.prepare("SELECT value FROM large_rows WHERE kind = ? AND key = ?"));
  KLUIS_TRY(put_large, database.prepare("INSERT OR REPLACE INTO large_rows VALUES (?, ?, ?)"));
  KLUIS_TRY(erase_large, database.prepare("DELETE FROM large_rows WHERE kind = ? AND key = ?"));
  KLUIS_TRY(scan_large, database.prepare("SELECT key, value FROM large_rows"
                                         " WHERE kind = ? AND key >= ? ORDER BY key"));
  KLUIS_TRY(scan_keys_large, database.prepare("SELECT key FROM large_rows"
                                              " WHERE kind = ? AND key >= ? ORDER BY key"));
  return std::unique_ptr<SqliteStorage>(new SqliteStorage(
      std::move(database),
      {std::move(get), std::move(put), std::move(erase), std::move(scan), std::move(scan_keys)},
      {std::move(get_large), std::move(put_large), std::move(erase_large), std::move(scan_large),
       std::move(scan_keys_large)}));
}

SqliteStorage::SqliteStorage(Database database, Statements rows, Statements large_rows)
    : database_(std::move(database)), rows_(std::move(rows)), large_rows_(std::move(large_rows)) {}

SqliteStorage::Statements& SqliteStorage::statements(RelayTable table) {
  return is_large(table) ? large_rows_ : rows_;
}

SqliteStorage::Pending& SqliteStorage::pending(RelayTable table) {
  return pending_[static_cast<std::size_t>(table) - 1];
}

Result<std::optional<Bytes>> SqliteStorage::select(RelayTable table, ByteView key) {
  Statement& statement = statements(table).get;
  KLUIS_CHECK(statement.bind(number_of(table), key));
  KLUIS_TRY(found, statement.step());
  std::optional<Bytes> value;
  if (found) value = to_bytes(statement.bytes_at(0));
  statement.reset();
  return value;
}

Result<std::optional<Bytes>> SqliteStorage::get(RelayTable table, ByteView key) {
  if (!open_) return select(table, key);
  Bytes owned_key = to_bytes(key);
  if (const auto row = pending(table).find(owned_key); row != pending(table).end()) {
    return row->second;
  }
  if (is_large(table)) return select(table, key);
  Pending& read = read_[static_cast<std::size_t>(table) - 1];
  if (const auto row = read.find(owned_key); row != read.end()) return row->second;
  KLUIS_TRY(value, select(table, key));
  return read.emplace(std::move(owned_key), std::move(value)).first->second;
}

void SqliteStorage::change(RelayTable table, Bytes key, std::optional<Bytes> value) {
  KLUIS_ASSERT(open_);
  auto [row, is_new] = pending(table).try_emplace(key, std::nullopt);
  if (is_new) {
    undo_.push_back({table, std::move(key), std::nullopt});
  } else {
    undo_.push_back({table, std::move(key), std::move(row->second)});
  }
  row->second = std::move(value);
}

Status SqliteStorage::put(RelayTable table, ByteView key, ByteView value) {
  change(table, to_bytes(key), to_bytes(value));
  return {};
}

Status SqliteStorage::erase(RelayTable table, ByteView key) {
  change(table, to_bytes(key), std::nullopt);
  return {};
}

Status SqliteStorage::erase_prefix(RelayTable table, ByteView prefix) {
  std::vector<Bytes> keys;
  const Pending& changed = pending(table);
  for (auto row = changed.lower_bound(to_bytes(prefix));
       row != changed.end() && has_prefix(row->first, prefix); ++row) {
    keys.push_back(row->first);
  }
  Statement& select = statements(table).scan_keys;
  KLUIS_CHECK(select.bind(number_of(table), prefix));
  for (;;) {
    KLUIS_TRY(found, select.step());
    if (!found || !has_prefix(select.bytes_at(0), prefix)) break;
    keys.push_back(to_bytes(select.bytes_at(0)));
  }
  select.reset();
  for (Bytes& key : keys) change(table, std::move(key), std::nullopt);
  return {};
}

Status SqliteStorage::scan(RelayTable table, ByteView prefix, ByteView start,
                           const std::function<bool(ByteView, ByteView)>& visit) {
  const Bytes from = std::max(to_bytes(prefix), to_bytes(start));
  const Pending& changed = pending(table);
  auto newer = changed.lower_bound(from);
  const auto has_newer = [&] { return newer != changed.end() && has_prefix(newer->first, prefix); };
  Statement& select = statements(table).scan;
  KLUIS_CHECK(select.bind(number_of(table), from));
  bool wanted = true;
  while (wanted) {
    KLUIS_TRY(found, select.step());
    const bool stored = found && has_prefix(select.bytes_at(0), prefix);
    // Pending rows that come before the stored one, then the stored one unless it is pending too.
    while (wanted && has_newer() &&
           (!stored || std::ranges::lexicographical_compare(newer->first, select.bytes_at(0)))) {
      if (newer->second) wanted = visit(newer->first, *newer->second);
      ++newer;
    }
    if (!stored) break;
    const bool replaced = has_newer() && same_bytes(newer->first, select.bytes_at(0));
    if (!replaced && wanted) wanted = visit(select.bytes_at(0), select.bytes_at(1));
    if (replaced && wanted) {
      if (newer->second) wanted = visit(newer->first, *newer->second);
      ++newer;
    }
  }
  select.reset();
  return {};
}

void SqliteStorage::take_back(std::size_t mark) {
  while (undo_.size() > mark) {
    Undo& step = undo_.back();
    if (step.before) {
      pending(step.table).insert_or_assign(std::move(step.key), std::move(*step.before));
    } else {
      pending(step.table).erase(step.key);
    }
    undo_.pop_back();
  }
}

Status SqliteStorage::flush() {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const auto table = static_cast<RelayTable>(i + 1);
    Statements& to = statements(table);
    for (const auto& [key, value] : pending_[i]) {
      if (value) {
        KLUIS_CHECK(to.put.execute(number_of(table), key, *value));
      } else {
        KLUIS_CHECK(to.erase.execute(number_of(table), key));
      }
    }
  }
  return {};
}

Status SqliteStorage::transact(const std::function<Status()>& change) {
  if (open_) {
    const std::size_t mark = undo_.size();
    Status status = change();
    if (!status) take_back(mark);
    return status;
  }
  open_ = true;
  Status status = database_.transact([&]() -> Status {
    KLUIS_CHECK(change());
    return flush();
  });
  open_ = false;
  undo_.clear();
  for (Pending& table : pending_) table.clear();
  for (Pending& table : read_) table.clear();
  return status;
}

Status SqliteStorage::back_up(const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    return fail(ErrorKind::disk, "disk.exists");
  }
  return database_.copy_into(path);
}

}  // namespace kluis
