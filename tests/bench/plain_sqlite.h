#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "proto/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

// Yardstick: the same SQLite without anything of ours around it. Settings as vault/store/database.h
// has them, but for the file: write-ahead log, synchronous FULL, secure_delete, 64 MiB of cache,
// temporary tables in memory, locked for good by one process.
namespace kluis::bench {

class PlainSqlite {
 public:
  explicit PlainSqlite(const std::string& path);
  PlainSqlite(const PlainSqlite&) = delete;
  PlainSqlite& operator=(const PlainSqlite&) = delete;
  ~PlainSqlite();

  void run(const std::string& sql);

  class Query {
   public:
    Query(PlainSqlite& database, const std::string& sql);
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    // Lifetime: the bytes live until the next reset.
    Query& bind(int index, ByteView value);
    Query& bind(int index, std::int64_t value);
    bool step();
    [[nodiscard]] ByteView bytes_at(int column) const;
    void reset();
    void execute() {
      step();
      reset();
    }

   private:
    sqlite3_stmt* handle_ = nullptr;
  };

 private:
  friend class Query;
  sqlite3* handle_ = nullptr;
};

}  // namespace kluis::bench
