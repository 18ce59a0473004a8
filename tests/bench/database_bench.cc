#include <random>

#include "tests/bench/bench.h"
#include "tests/bench/must.h"
#include "tests/bench/plain_sqlite.h"
#include "tests/bench/scratch.h"
#include "tests/support/run_seed.h"
#include "vault/platform/system.h"
#include "vault/store/database.h"
#include "vault/store/sealed_vfs.h"

// The sealed database against the same SQLite on a plain file, on the disk: 100,000 rows of a
// 16-byte key and 300 bytes, 1,000 to a transaction; 10,000 rows by their key; all rows in order.
// Both with 8 MB of cache, so that reading is not from memory alone.
namespace kluis::bench {
namespace {

constexpr std::size_t kRowsAtOnce = 1000;

struct Workload {
  std::vector<Bytes> keys;
  Bytes value;
  std::vector<std::size_t> reads;  // indices into keys
};

Workload make_workload(std::size_t rows, std::size_t reads) {
  std::mt19937_64 generator(test::run_seed(42));
  Workload workload;
  for (std::size_t i = 0; i < rows; ++i) {
    Bytes key(16);
    for (std::uint8_t& byte : key) byte = static_cast<std::uint8_t>(generator());
    workload.keys.push_back(std::move(key));
  }
  workload.value.resize(300);
  for (std::uint8_t& byte : workload.value) byte = static_cast<std::uint8_t>(generator());
  for (std::size_t i = 0; i < reads; ++i) workload.reads.push_back(generator() % rows);
  return workload;
}

struct Phases {
  Cost insert;
  Cost reads;
  Cost scan;
};

#define KLUIS_BENCH_TABLE "CREATE TABLE t(id INTEGER PRIMARY KEY, k BLOB UNIQUE, v BLOB)"
#define KLUIS_BENCH_INSERT "INSERT INTO t(k, v) VALUES(?, ?)"
#define KLUIS_BENCH_FIND "SELECT v FROM t WHERE k = ?"
#define KLUIS_BENCH_SCAN "SELECT k, v FROM t ORDER BY id"
#define KLUIS_BENCH_CACHE "PRAGMA cache_size = -8000"

Phases run_sealed(const Options& options, const Workload& workload) {
  const Scratch scratch(options.disk_folder);
  const auto disk = scratch.disk();
  SystemEntropy entropy;
  SealedVfs vfs(*disk, entropy);
  vfs.set_key("data", DatabaseKey::generate(entropy));
  Phases phases;
  {
    Database database = must(Database::open_sealed(vfs, "data"));
    must(database.run(KLUIS_BENCH_TABLE ";" KLUIS_BENCH_CACHE));
    phases.insert = cost_of([&] {
      Statement insert = must(database.prepare(KLUIS_BENCH_INSERT));
      for (std::size_t i = 0; i < workload.keys.size(); i += kRowsAtOnce) {
        must(database.transact([&]() -> Status {
          for (std::size_t j = i; j < std::min(i + kRowsAtOnce, workload.keys.size()); ++j) {
            KLUIS_CHECK(insert.execute(workload.keys[j], workload.value));
          }
          return {};
        }));
      }
    });
    must(database.checkpoint());
    must(database.close());
  }
  Database database = must(Database::open_sealed(vfs, "data"));
  must(database.run(KLUIS_BENCH_CACHE));
  phases.reads = cost_of([&] {
    Statement find = must(database.prepare(KLUIS_BENCH_FIND));
    for (const std::size_t index : workload.reads) {
      must(find.bind(workload.keys[index]));
      must_hold(must(find.step()) && find.bytes_at(0).size() == workload.value.size(), "no row");
    }
  });
  phases.scan = cost_of([&] {
    Statement scan = must(database.prepare(KLUIS_BENCH_SCAN));
    std::size_t bytes = 0;
    while (must(scan.step())) bytes += scan.bytes_at(0).size() + scan.bytes_at(1).size();
    must_hold(bytes == workload.keys.size() * (16 + workload.value.size()), "rows are missing");
  });
  return phases;
}

Phases run_plain(const Options& options, const Workload& workload) {
  const Scratch scratch(options.disk_folder);
  Phases phases;
  {
    PlainSqlite database(scratch.file("data"));
    database.run(KLUIS_BENCH_TABLE ";" KLUIS_BENCH_CACHE);
    phases.insert = cost_of([&] {
      PlainSqlite::Query insert(database, KLUIS_BENCH_INSERT);
      for (std::size_t i = 0; i < workload.keys.size(); i += kRowsAtOnce) {
        database.run("BEGIN IMMEDIATE");
        for (std::size_t j = i; j < std::min(i + kRowsAtOnce, workload.keys.size()); ++j) {
          insert.bind(1, workload.keys[j]).bind(2, workload.value).execute();
        }
        database.run("COMMIT");
      }
    });
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  PlainSqlite database(scratch.file("data"));
  database.run(KLUIS_BENCH_CACHE);
  phases.reads = cost_of([&] {
    PlainSqlite::Query find(database, KLUIS_BENCH_FIND);
    for (const std::size_t index : workload.reads) {
      find.reset();
      find.bind(1, workload.keys[index]);
      must_hold(find.step() && find.bytes_at(0).size() == workload.value.size(), "no row");
    }
  });
  phases.scan = cost_of([&] {
    PlainSqlite::Query scan(database, KLUIS_BENCH_SCAN);
    std::size_t bytes = 0;
    while (scan.step()) bytes += scan.bytes_at(0).size() + scan.bytes_at(1).size();
    must_hold(bytes == workload.keys.size() * (16 + workload.value.size()), "rows are missing");
  });
  return phases;
}

}  // namespace

Rows bench_database(const Options& options) {
  const Workload workload =
      options.quick ? make_workload(10'000, 1000) : make_workload(100'000, 10'000);
  std::vector<Phases> ours;
  std::vector<Phases> plain;
  const Pairs whole = in_turn(
      options.pairs,
      [&] {
        ours.push_back(run_sealed(options, workload));
        return Cost{};
      },
      [&] {
        plain.push_back(run_plain(options, workload));
        return Cost{};
      });
  const auto row = [&](const char* what, Cost Phases::* phase, double bound) {
    Pairs pairs;
    pairs.foreign_cores = whole.foreign_cores;
    for (const Phases& phases : ours) pairs.ours.push_back(phases.*phase);
    for (const Phases& phases : plain) pairs.yardstick.push_back(phases.*phase);
    return row_of(what, pairs, Aim::at_most, bound);
  };
  return {row("sealed database, insert 100,000 rows, against plain SQLite", &Phases::insert, 1.45),
          row("sealed database, 10,000 point reads, against plain SQLite", &Phases::reads, 2.0),
          row("sealed database, scan of all rows, against plain SQLite", &Phases::scan, 2.6)};
}

}  // namespace kluis::bench
