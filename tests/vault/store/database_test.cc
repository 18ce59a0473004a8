#include "vault/store/database.h"

#include "tests/vault/store/vault_fixture.h"
#include "vault/store/sealed_file.h"
#include "vault/store/sealed_vfs.h"

namespace kluis::test {
namespace {

struct SealedDatabase {
  FaultDisk disk;
  SeededEntropy entropy{3};
  DatabaseKey key = DatabaseKey::generate(entropy);
  SealedVfs vfs{disk, entropy};

  SealedDatabase() { vfs.set_key("data", key.clone()); }
  Result<Database> open() { return Database::open_sealed(vfs, "data"); }
};

Result<std::string> one_text(Database& database, Sql sql) {
  KLUIS_TRY(find, database.prepare(sql));
  KLUIS_TRY(found, find.step());
  return found ? std::string(find.text_at(0)) : "(none)";
}

TEST(SealedDatabaseTest, KeepsWhatWasCommittedAcrossOpenings) {
  SealedDatabase sealed;
  for (int round = 0; round < 3; ++round) {
    auto database = sealed.open();
    ASSERT_TRUE(database) << key_of(database);
    ASSERT_TRUE(database->run("CREATE TABLE IF NOT EXISTS t(x TEXT)"));
    ASSERT_TRUE(database->run("INSERT INTO t VALUES('regel')"));
    EXPECT_EQ(one_text(*database, "SELECT group_concat(x) FROM t").value().size(),
              6u * static_cast<unsigned>(round) + 5);
    ASSERT_TRUE(database->close());
  }
  // Closed cleanly: the log is in the file and gone.
  EXPECT_EQ(sealed.disk.names(), std::vector<std::string>{"data"});
}

TEST(SealedDatabaseTest, TouchesNoFileButDatabaseAndLog) {
  SealedDatabase sealed;
  auto database = sealed.open();
  ASSERT_TRUE(database);
  // Each of these makes SQLite want a temporary file or a statement journal.
  ASSERT_TRUE(database->run("PRAGMA cache_size = 10; CREATE TABLE t(a, b)"));
  ASSERT_TRUE(database->run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
      "INSERT INTO t SELECT i, hex(randomblob(60)) FROM n"));
  ASSERT_TRUE(database->run("CREATE INDEX t_b ON t(b)"));
  ASSERT_TRUE(one_text(*database, "SELECT group_concat(b) FROM (SELECT b FROM t ORDER BY b DESC)"));
  ASSERT_TRUE(database->run("CREATE TEMP TABLE u AS SELECT * FROM t ORDER BY b"));
  ASSERT_TRUE(database->run("SAVEPOINT s; UPDATE t SET b = b || 'x'; ROLLBACK TO s; RELEASE s"));
  ASSERT_TRUE(database->run("DELETE FROM t WHERE a % 3 = 0; VACUUM"));
  ASSERT_TRUE(database->check());
  EXPECT_EQ(sealed.disk.names(), (std::vector<std::string>{"data", "data-wal"}));
  ASSERT_TRUE(database->close());
  auto again = sealed.open();
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->check());
  EXPECT_EQ(one_text(*again, "SELECT count(*) FROM t").value(), "13334");
}

TEST(SealedDatabaseTest, RefusesTemporaryFiles) {
  SealedDatabase sealed;
  auto database = sealed.open();
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->run("PRAGMA temp_store = FILE; PRAGMA cache_size = 10; CREATE TABLE t(a)"));
  EXPECT_FALSE(database->run(
      "CREATE TEMP TABLE u AS "
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
      "SELECT i, hex(randomblob(60)) AS b FROM n ORDER BY b"));
}

TEST(SealedDatabaseTest, RefusesAPageThatDoesNotReserveRoomForItsSeal) {
  SealedDatabase sealed;
  auto database = sealed.open();
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->run("CREATE TABLE t(a)"));
  ASSERT_TRUE(database->checkpoint());
  PageSealer sealer(sealed.key, sealed.entropy);
  auto pages = SealedPages::open(sealed.disk.open("data", OpenMode::write).value(), sealed.disk,
                                 std::move(sealer));
  ASSERT_TRUE(pages);
  Bytes page(kPageBytes);
  ASSERT_EQ((*pages)->read(0, page).value(), ReadOutcome::complete);
  EXPECT_EQ(page[20], kReservedBytes);
  Bytes other = page;
  other[20] = 0;
  EXPECT_FALSE((*pages)->write(0, other));
  other = page;
  other[kPageBytes - 1] = 1;
  EXPECT_FALSE((*pages)->write(0, other));
  EXPECT_TRUE((*pages)->write(0, page));
}

TEST(SealedDatabaseTest, NeverShowsPlaintext) {
  SealedDatabase sealed;
  auto database = sealed.open();
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->run(
      "CREATE TABLE geheim_tabel(inhoud TEXT); CREATE VIRTUAL TABLE zoek USING fts5(inhoud)"));
  ASSERT_TRUE(database->transact([&]() -> Status {
    KLUIS_TRY(insert, database->prepare("INSERT INTO geheim_tabel VALUES(?)"));
    for (int i = 0; i < 2000; ++i) KLUIS_CHECK(insert.execute("burgemeestersgesprek"));
    return database->run("INSERT INTO zoek SELECT inhoud FROM geheim_tabel");
  }));
  EXPECT_FALSE(database->copy_into("data"));  // not over a file that is there
  for (const bool after_checkpoint : {false, true}) {
    if (after_checkpoint) ASSERT_TRUE(database->checkpoint());
    const Bytes image = sealed.disk.raw_image();
    EXPECT_GT(image.size(), 100'000u);
    for (const char* marker :
         {"burgemeester", "geheim_tabel", "CREATE", "SQLite format", "gesprek"}) {
      EXPECT_FALSE(contains(image, as_bytes(marker))) << marker;
    }
  }
  // The search that finds nothing is able to find something.
  const std::string path = ::testing::TempDir() + "/plain_control.db";
  std::remove(path.c_str());
  auto plain = Database::open_plain(path, PlainMode::create);
  ASSERT_TRUE(plain);
  ASSERT_TRUE(plain->run("CREATE TABLE geheim_tabel(inhoud TEXT)"));
  ASSERT_TRUE(plain->checkpoint());
  std::FILE* file = std::fopen(path.c_str(), "rb");
  Bytes bytes(4096);
  EXPECT_EQ(std::fread(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fclose(file);
  EXPECT_TRUE(contains(bytes, as_bytes("geheim_tabel")));
}

TEST(SealedDatabaseTest, AnotherKeyOpensNothing) {
  SealedDatabase sealed;
  {
    auto database = sealed.open();
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->run("CREATE TABLE t(a)"));
  }
  sealed.vfs.set_key("data", DatabaseKey::generate(sealed.entropy));
  EXPECT_EQ(key_of(sealed.open()), "store.damaged");
}

TEST(SealedDatabaseTest, AnErrorInsideATransactionEndsIt) {
  SealedDatabase sealed;
  auto database = sealed.open();
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->run("PRAGMA cache_size = 5; CREATE TABLE t(a)"));
  const auto status = database->transact([&]() -> Status {
    auto insert = database->prepare("INSERT INTO t VALUES(hex(randomblob(3000)))");
    EXPECT_TRUE(insert);
    sealed.disk.fail_at(1, Fault::full);
    for (int i = 0; i < 100; ++i) {
      if (!insert->execute()) break;
    }
    EXPECT_TRUE(sealed.disk.has_failed());
    EXPECT_EQ(key_of(insert->execute()), "disk.full");
    return {};  // as a caller would that does not look
  });
  EXPECT_EQ(key_of(status), "disk.full");
  sealed.disk.stop_failing();
  EXPECT_EQ(one_text(*database, "SELECT count(*) FROM t").value(), "0");
  EXPECT_TRUE(database->run("INSERT INTO t VALUES(1)"));
}

TEST(SealedDatabaseTest, NothingIsWrittenAfterASyncThatFailed) {
  SealedDatabase sealed;
  auto database = sealed.open();
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->run("CREATE TABLE t(a)"));
  const auto insert = [&] { return database->run("INSERT INTO t VALUES(1)"); };
  bool recovered = false;
  bool refused = false;
  for (std::uint64_t call = 1; call < 20 && !refused; ++call) {
    sealed.disk.fail_at(call, Fault::io);
    const bool failed = !insert();
    sealed.disk.stop_failing();
    const bool next_failed = !insert();
    recovered = recovered || (failed && !next_failed);  // a write that failed is only that
    refused = failed && next_failed;                    // the sync
  }
  EXPECT_TRUE(recovered);
  EXPECT_TRUE(refused);
  EXPECT_EQ(key_of(insert()), "disk.io");
}

TEST(PlainDatabaseTest, OpensInItsModes) {
  const std::string path = ::testing::TempDir() + "/plain_modes.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
  EXPECT_EQ(key_of(Database::open_plain(path, PlainMode::existing)), "disk.no_file");
  EXPECT_EQ(key_of(Database::open_plain(path, PlainMode::read_only)), "disk.no_file");
  auto writer = Database::open_plain(path, PlainMode::create);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->run("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES('x')"));
  auto reader = Database::open_plain(path, PlainMode::read_only);
  ASSERT_TRUE(reader);
  EXPECT_EQ(one_text(*reader, "SELECT a FROM t").value(), "x");
  EXPECT_FALSE(reader->run("INSERT INTO t VALUES('y')"));
  EXPECT_EQ(key_of(writer->run("INSERT INTO t VALUES('x')")), "store.constraint");
  const std::string copy = path + ".copy";
  std::remove(copy.c_str());
  ASSERT_TRUE(reader->copy_into(copy));
  auto backup = Database::open_plain(copy, PlainMode::existing);
  ASSERT_TRUE(backup);
  EXPECT_EQ(one_text(*backup, "SELECT a FROM t").value(), "x");
}

TEST(SchemaTest, TakesEachStepOnceAndRefusesANewerDatabase) {
  SealedDatabase sealed;
  auto database = sealed.open();
  ASSERT_TRUE(database);
  static constexpr Migration kTwo[] = {{1, "CREATE TABLE a(x)"}, {2, "CREATE TABLE b(x)"}};
  const std::span<const Migration> two(kTwo);
  ASSERT_TRUE(migrate(*database, "part", two.first(1)));
  ASSERT_TRUE(migrate(*database, "part", two));
  ASSERT_TRUE(migrate(*database, "part", two));
  ASSERT_TRUE(database->run("INSERT INTO b VALUES(1)"));
  EXPECT_EQ(key_of(migrate(*database, "part", two.first(1))), "vault.newer");
  ASSERT_TRUE(migrate(*database, "other", {}));
}

TEST(SchemaTest, AStepThatFailsLeavesNothing) {
  SealedDatabase sealed;
  auto database = sealed.open();
  ASSERT_TRUE(database);
  static constexpr Migration kBad[] = {{1, "CREATE TABLE a(x)"}, {2, "CREATE TABLE a(x)"}};
  EXPECT_FALSE(migrate(*database, "part", kBad));
  EXPECT_EQ(one_text(*database, "SELECT count(*) FROM sqlite_schema").value(), "0");
}

}  // namespace
}  // namespace kluis::test
