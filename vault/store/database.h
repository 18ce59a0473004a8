#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proto/bytes.h"
#include "proto/result.h"

struct sqlite3_stmt;

// The one door to SQLite (https://www.sqlite.org/c3ref/intro.html): a connection, its prepared
// statements and its transactions. The vault opens it on sealed pages (sealed_vfs.h), the relay on
// a plain file.
namespace kluis {

class SealedVfs;

// SQL text. Only a literal converts into it, so that no value can ever become part of a statement.
class Sql {
 public:
  template <std::size_t kSize>
  consteval Sql(const char (&text)[kSize]) : text_(text) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] const char* text() const { return text_; }

 private:
  const char* text_;
};

// A prepared statement. Lifetime: destroyed before its Database. Threads: one at a time.
//
//   KLUIS_TRY(find, database.prepare("SELECT value FROM t WHERE id = ?"));
//   KLUIS_CHECK(find.bind(id));
//   KLUIS_TRY(found, find.step());
//   if (found) use(find.bytes_at(0));
//   find.reset();
//
// Errors of step and execute: kind disk "disk.full", "disk.io"; integrity "store.damaged"; locked
// "store.busy"; refused "store.constraint"; usage "store.query" for text the engine cannot parse
// (a full-text expression).
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Gives the parameters their values, from ?1 on, and forgets earlier ones. Bytes are copied.
  template <typename... Values>
  [[nodiscard]] Status bind(const Values&... values) {
    reset();
    int index = 0;
    Status status{};
    ((status = status ? bind_one(++index, values, Lifetime::copied) : status), ...);
    return status;
  }

  // The next row: true when there is one, whose columns can then be read.
  [[nodiscard]] Result<bool> step();

  // Runs a statement that returns no rows, with these parameters.
  template <typename... Values>
  [[nodiscard]] Status execute(const Values&... values) {
    reset();
    int index = 0;
    Status status{};
    // The values outlive this call, and the call resets the statement: no copy is needed.
    ((status = status ? bind_one(++index, values, Lifetime::borrowed) : status), ...);
    if (status) status = run_to_end();
    reset();
    return status;
  }

  // Ends the row: views given by bytes_at and text_at die, locks are dropped.
  void reset();

  // Columns of the current row, from 0 on. Lifetime: until the next step, bind or reset.
  [[nodiscard]] ByteView bytes_at(int column) const;
  [[nodiscard]] std::string_view text_at(int column) const;
  [[nodiscard]] std::int64_t int_at(int column) const;

 private:
  friend class Database;
  enum class Lifetime { copied, borrowed };
  struct Connection;

  Statement(Connection* connection, sqlite3_stmt* handle)
      : connection_(connection), handle_(handle) {}
  [[nodiscard]] Status bind_one(int index, ByteView value, Lifetime lifetime);
  [[nodiscard]] Status bind_one(int index, const Bytes& value, Lifetime lifetime) {
    return bind_one(index, ByteView(value), lifetime);
  }
  [[nodiscard]] Status bind_one(int index, std::string_view value, Lifetime lifetime);
  [[nodiscard]] Status bind_one(int index, std::int64_t value, Lifetime lifetime);
  [[nodiscard]] Status bind_one(int index, std::uint64_t value, Lifetime lifetime);
  [[nodiscard]] Status bind_one(int index, std::nullptr_t, Lifetime lifetime);  // NULL
  [[nodiscard]] Status run_to_end();

  Connection* connection_;
  sqlite3_stmt* handle_;
};

enum class PlainMode {
  create,     // made if absent
  existing,   // "disk.no_file" when absent
  read_only,  // "disk.no_file" when absent; beside a process that writes
};

// One connection. Both ways of opening: write-ahead log, synchronous FULL, secure_delete, temporary
// tables in memory, no memory mapping. Threads: one at a time.
class Database {
 public:
  // A plain database file, for what is sealed already (the relay's store).
  [[nodiscard]] static Result<Database> open_plain(const std::string& path, PlainMode mode);

  // The database called `name` in the folder and under the keys of `vfs`; made if absent.
  // Lifetime: `vfs` outlives the database.
  [[nodiscard]] static Result<Database> open_sealed(SealedVfs& vfs, const std::string& name);

  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  [[nodiscard]] Result<Statement> prepare(Sql sql);

  // Runs statements that take no parameters; rows are thrown away.
  [[nodiscard]] Status run(Sql sql);

  // Runs `change` as one transaction: durable when this returns success, without a trace when it
  // or `change` fails. An inner call joins the outer one. Once a disk or integrity error happened
  // inside, every further statement and the commit fail with it, whatever `change` returns.
  [[nodiscard]] Status transact(const std::function<Status()>& change);
  [[nodiscard]] bool is_in_transaction() const;

  // Rewrites every full-text index (FTS5) into one segment: the words of deleted rows stay in older
  // segments until then, and a copy of the database would take them along.
  [[nodiscard]] Status optimize_full_text();

  // Moves the write-ahead log into the database and empties it.
  // Requires: no open transaction and no statement with a row.
  [[nodiscard]] Status checkpoint();

  // Writes a compact copy that holds no deleted row to `target` (a path; for a sealed database a
  // name of the same folder, whose key the vfs knows). The copy is not synced.
  [[nodiscard]] Status copy_into(const std::string& target);

  // Reads every page. Errors: integrity "store.damaged".
  [[nodiscard]] Status check();

  // Closes, and reports what the destructor could not. The object is then only good to destroy.
  [[nodiscard]] Status close();

 private:
  explicit Database(std::unique_ptr<Statement::Connection> connection);
  [[nodiscard]] static Result<Database> open(const std::string& name, int flags, const char* vfs);
  [[nodiscard]] Status expect_pragma(Sql sql, std::string_view answer);

  std::unique_ptr<Statement::Connection> connection_;
};

}  // namespace kluis
