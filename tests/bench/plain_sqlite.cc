#include "tests/bench/plain_sqlite.h"

#include <sqlite3.h>

#include "tests/bench/must.h"

namespace kluis::bench {

PlainSqlite::PlainSqlite(const std::string& path) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  must_hold(sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) == SQLITE_OK, "SQLite");
  for (const char* pragma :
       {"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA temp_store = MEMORY", "PRAGMA mmap_size = 0",
        "PRAGMA cache_size = -65536", "PRAGMA secure_delete = ON", "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL"}) {
    run(pragma);
  }
}

PlainSqlite::~PlainSqlite() {
  sqlite3_close_v2(handle_);
}

void PlainSqlite::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) stop(sqlite3_errmsg(handle_));
}

PlainSqlite::Query::Query(PlainSqlite& database, const std::string& sql) {
  const int code = sqlite3_prepare_v3(database.handle_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                                      &handle_, nullptr);
  if (code != SQLITE_OK) stop(sqlite3_errmsg(database.handle_));
}

PlainSqlite::Query::~Query() {
  sqlite3_finalize(handle_);
}

PlainSqlite::Query& PlainSqlite::Query::bind(int index, ByteView value) {
  must_hold(
      sqlite3_bind_blob64(handle_, index, value.data(), value.size(), SQLITE_STATIC) == SQLITE_OK,
      "SQLite");
  return *this;
}

PlainSqlite::Query& PlainSqlite::Query::bind(int index, std::int64_t value) {
  must_hold(sqlite3_bind_int64(handle_, index, value) == SQLITE_OK, "SQLite");
  return *this;
}

bool PlainSqlite::Query::step() {
  const int code = sqlite3_step(handle_);
  must_hold(code == SQLITE_ROW || code == SQLITE_DONE, "SQLite");
  return code == SQLITE_ROW;
}

ByteView PlainSqlite::Query::bytes_at(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

void PlainSqlite::Query::reset() {
  sqlite3_reset(handle_);
}

}  // namespace kluis::bench
