#include "vault/store/database.h"

#include <optional>
#include <utility>
#include <vector>

#include <sqlite3.h>

#include "proto/assert.h"
#include "vault/store/sealed_vfs.h"

namespace kluis {

struct Statement::Connection {
  sqlite3* handle = nullptr;
  SealedVfs* vfs = nullptr;  // of a sealed database
  bool in_transaction = false;
  std::optional<Error> failure;  // of the open transaction

  // The Error for `code`, kept when it ends the open transaction.
  tl::unexpected<Error> failed(int code);
};

namespace {

constexpr int kBusyWaitMillis = 5000;

Error error_of(int extended) {
  switch (extended & 0xff) {
    case SQLITE_FULL:
      return {ErrorKind::disk, "disk.full"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorKind::integrity, "store.damaged"};
    case SQLITE_IOERR:
      if (extended == SQLITE_IOERR_DATA || extended == SQLITE_IOERR_CORRUPTFS) {
        return {ErrorKind::integrity, "store.damaged"};
      }
      return {ErrorKind::disk, "disk.io"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::locked, "store.busy"};
    case SQLITE_CONSTRAINT:
      return {ErrorKind::refused, "store.constraint"};
    case SQLITE_ERROR:
      return {ErrorKind::usage, "store.query"};
    default:  // CANTOPEN, READONLY, NOMEM, TOOBIG, …: the engine could not do it
      return {ErrorKind::disk, "disk.io"};
  }
}

sqlite3_destructor_type destructor_of(bool copied) {
  return copied ? SQLITE_TRANSIENT : SQLITE_STATIC;  // NOLINT: the cast is SQLite's own
}

}  // namespace

tl::unexpected<Error> Statement::Connection::failed(int code) {
  Error error = error_of(code);
  const bool ends = error.kind == ErrorKind::disk || error.kind == ErrorKind::integrity;
  if (in_transaction && ends && !failure) failure = error;
  return tl::unexpected<Error>(std::move(error));
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), handle_(std::exchange(other.handle_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(handle_, other.handle_);
  return *this;
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Status Statement::bind_one(int index, ByteView value, Lifetime lifetime) {
  // An empty view may carry a null pointer, which SQLite would take for NULL.
  const void* bytes = value.empty() ? static_cast<const void*>("") : value.data();
  const int code = sqlite3_bind_blob64(handle_, index, bytes, value.size(),
                                       destructor_of(lifetime == Lifetime::copied));
  if (code != SQLITE_OK) return connection_->failed(code);
  return {};
}

Status Statement::bind_one(int index, std::string_view value, Lifetime lifetime) {
  const char* text = value.empty() ? "" : value.data();
  const int code = sqlite3_bind_text64(handle_, index, text, value.size(),
                                       destructor_of(lifetime == Lifetime::copied), SQLITE_UTF8);
  if (code != SQLITE_OK) return connection_->failed(code);
  return {};
}

Status Statement::bind_one(int index, std::int64_t value, Lifetime) {
  const int code = sqlite3_bind_int64(handle_, index, value);
  if (code != SQLITE_OK) return connection_->failed(code);
  return {};
}

Status Statement::bind_one(int index, std::uint64_t value, Lifetime lifetime) {
  KLUIS_ASSERT(value <= static_cast<std::uint64_t>(INT64_MAX));
  return bind_one(index, static_cast<std::int64_t>(value), lifetime);
}

Status Statement::bind_one(int index, std::nullptr_t, Lifetime) {
  const int code = sqlite3_bind_null(handle_, index);
  if (code != SQLITE_OK) return connection_->failed(code);
  return {};
}

Result<bool> Statement::step() {
  if (connection_->failure) return tl::unexpected<Error>(*connection_->failure);
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->failed(sqlite3_extended_errcode(connection_->handle));
}

Status Statement::run_to_end() {
  for (;;) {
    KLUIS_TRY(more, step());
    if (!more) return {};
  }
}

void Statement::reset() {
  sqlite3_reset(handle_);  // The code it returns is that of the last step, already reported.
  sqlite3_clear_bindings(handle_);
}

ByteView Statement::bytes_at(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Statement::text_at(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::int64_t Statement::int_at(int column) const {
  return sqlite3_column_int64(handle_, column);
}

Database::Database(std::unique_ptr<Statement::Connection> connection)
    : connection_(std::move(connection)) {}

Database::Database(Database&& other) noexcept = default;

Database& Database::operator=(Database&& other) noexcept {
  std::swap(connection_, other.connection_);
  return *this;
}

Database::~Database() {
  if (connection_) sqlite3_close_v2(connection_->handle);
}

Result<Database> Database::open(const std::string& name, int flags, const char* vfs) {
  auto connection = std::make_unique<Statement::Connection>();
  const int code = sqlite3_open_v2(name.c_str(), &connection->handle,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  Database database(std::move(connection));
  if (code != SQLITE_OK) return database.connection_->failed(code);
  return database;
}

Result<Database> Database::open_plain(const std::string& path, PlainMode mode) {
  int flags = mode == PlainMode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == PlainMode::create) flags |= SQLITE_OPEN_CREATE;
  auto database = open(path, flags, nullptr);
  if (!database && database.error().key == "disk.io" && mode != PlainMode::create) {
    return fail(ErrorKind::disk, "disk.no_file");
  }
  if (!database) return database;
  sqlite3_busy_timeout(database->connection_->handle, kBusyWaitMillis);
  KLUIS_CHECK(database->run("PRAGMA temp_store = MEMORY"));
  KLUIS_CHECK(database->run("PRAGMA mmap_size = 0"));
  if (mode == PlainMode::read_only) return database;
  KLUIS_CHECK(database->expect_pragma("PRAGMA journal_mode = WAL", "wal"));
  KLUIS_CHECK(database->run("PRAGMA synchronous = FULL"));
  KLUIS_CHECK(database->run("PRAGMA secure_delete = ON"));
  return database;
}

Result<Database> Database::open_sealed(SealedVfs& vfs, const std::string& name) {
  KLUIS_TRY(left_a_log, vfs.has_log(name));
  auto database = open(name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs.name());
  if (!database) return database;
  database->connection_->vfs = &vfs;
  // Before anything else touches the file: pages leave room for nonce and tag.
  int reserve_bytes = SealedVfs::kReserveBytes;
  const int code = sqlite3_file_control(database->connection_->handle, "main",
                                        SQLITE_FCNTL_RESERVE_BYTES, &reserve_bytes);
  if (code != SQLITE_OK) return database->connection_->failed(code);
  // Also before the file is read: the index of the log lies in memory then, not in a -shm file.
  KLUIS_CHECK(database->run("PRAGMA locking_mode = EXCLUSIVE"));
  KLUIS_CHECK(database->run("PRAGMA temp_store = MEMORY"));
  KLUIS_CHECK(database->run("PRAGMA mmap_size = 0"));
  KLUIS_CHECK(database->run("PRAGMA cache_size = -65536"));
  KLUIS_CHECK(database->run("PRAGMA secure_delete = ON"));
  KLUIS_CHECK(database->run("PRAGMA synchronous = FULL"));
  // The pager knows the mode once it has read page 1.
  KLUIS_CHECK(database->run("SELECT 1 FROM sqlite_schema LIMIT 1"));
  KLUIS_TRY(is_log, database->prepare("PRAGMA journal_mode"));
  KLUIS_TRY(has_row, is_log.step());
  if (!has_row) return broken("store.damaged");
  const bool in_log_mode = is_log.text_at(0) == "wal";
  is_log.reset();
  // A fresh database changes to the log through a rollback journal; MEMORY keeps it off the disk.
  // Until the slot names that database, nothing depends on it.
  if (!in_log_mode) {
    KLUIS_CHECK(database->run("PRAGMA journal_mode = MEMORY"));
    KLUIS_CHECK(database->expect_pragma("PRAGMA journal_mode = WAL", "wal"));
  }
  if (left_a_log) {
    // A copy taken at the wrong moment shows in some page; found now, nothing is built on it.
    KLUIS_CHECK(database->check());
    // The process that died may not have synced its last transaction. Others will be told of it
    // from here on, so that no loss of power may take it away.
    KLUIS_CHECK(vfs.sync_log(name));
  }
  return database;
}

Result<Statement> Database::prepare(Sql sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(connection_->handle, sql.text(), -1,
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return connection_->failed(code);
  return Statement(connection_.get(), handle);
}

Status Database::run(Sql sql) {
  if (connection_->failure) return tl::unexpected<Error>(*connection_->failure);
  const int code = sqlite3_exec(connection_->handle, sql.text(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return connection_->failed(code);
  return {};
}

Status Database::expect_pragma(Sql sql, std::string_view answer) {
  KLUIS_TRY(pragma, prepare(sql));
  KLUIS_TRY(has_row, pragma.step());
  if (!has_row || pragma.text_at(0) != answer) return fail(ErrorKind::disk, "disk.io");
  // A change of mode is written when the statement ends, after its row.
  return pragma.run_to_end();
}

Status Database::transact(const std::function<Status()>& change) {
  if (connection_->in_transaction) return change();
  KLUIS_CHECK(run("BEGIN IMMEDIATE"));
  connection_->in_transaction = true;
  Status status = change();
  if (connection_->failure) status = tl::unexpected<Error>(*connection_->failure);
  if (status) status = run("COMMIT");
  connection_->in_transaction = false;
  connection_->failure.reset();
  // Some errors have rolled back already, others wait to be told.
  if (!status && sqlite3_get_autocommit(connection_->handle) == 0) {
    sqlite3_exec(connection_->handle, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return status;
}

bool Database::is_in_transaction() const {
  return connection_->in_transaction;
}

// The only SQL that is put together: the name of a table that the schema itself gives, quoted.
Status Database::optimize_full_text() {
  KLUIS_TRY(find, prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                          "lower(sql) LIKE 'create virtual table%using fts5%'"));
  std::vector<std::string> names;
  for (;;) {
    KLUIS_TRY(found, find.step());
    if (!found) break;
    names.emplace_back(find.text_at(0));
  }
  find.reset();
  for (const auto& name : names) {
    const std::unique_ptr<char, void (*)(void*)> sql(
        sqlite3_mprintf("INSERT INTO \"%w\"(\"%w\") VALUES('optimize')", name.c_str(),
                        name.c_str()),
        &sqlite3_free);
    if (!sql) return fail(ErrorKind::disk, "disk.io");
    const int code = sqlite3_exec(connection_->handle, sql.get(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return connection_->failed(code);
  }
  return {};
}

Status Database::checkpoint() {
  KLUIS_TRY(pragma, prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
  KLUIS_TRY(has_row, pragma.step());
  if (!has_row || pragma.int_at(0) != 0) return fail(ErrorKind::locked, "store.busy");
  return {};
}

Status Database::copy_into(const std::string& target) {
  KLUIS_TRY(copy, prepare("VACUUM INTO ?"));
  Status status = copy.execute(std::string_view(target));
  // A target whose size cannot be told counts as one that is there already.
  if (!status && status.error().kind == ErrorKind::usage) return fail(ErrorKind::disk, "disk.io");
  return status;
}

Status Database::check() {
  SealedVfs* vfs = connection_->vfs;
  if (vfs != nullptr) static_cast<void>(vfs->take_disk_error());
  KLUIS_TRY(pragma, prepare("PRAGMA integrity_check(1)"));
  KLUIS_TRY(has_row, pragma.step());
  if (has_row && pragma.text_at(0) == "ok") return {};
  const auto disk_error = vfs != nullptr ? vfs->take_disk_error() : std::nullopt;
  if (disk_error) return tl::unexpected<Error>(*disk_error);
  return broken("store.damaged");
}

Status Database::close() {
  if (!connection_) return {};
  const int code = sqlite3_close(connection_->handle);
  if (code != SQLITE_OK) return connection_->failed(code);
  connection_.reset();
  return {};
}

}  // namespace kluis
