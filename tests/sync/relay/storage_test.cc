#include "sync/relay/memory_storage.h"
#include "sync/relay/sqlite_storage.h"
#include "tests/sync/relay/scratch_folder.h"
#include "tests/sync/relay/scratch_sqlite.h"
#include "tests/sync/relay/storage_conformance.h"

namespace kluis::test {
namespace {

StorageUnderTest memory_engine() {
  return {"Memory", [] { return std::make_unique<MemoryStorage>(); }, nullptr};
}

StorageUnderTest sqlite_engine() {
  return {"Sqlite",
          [] { return std::make_unique<ScratchSqlite>(std::make_shared<ScratchFolder>()); },
          [](std::unique_ptr<Storage> storage) -> std::unique_ptr<Storage> {
            auto folder = static_cast<ScratchSqlite&>(*storage).folder();
            storage.reset();
            return std::make_unique<ScratchSqlite>(std::move(folder));
          }};
}

INSTANTIATE_TEST_SUITE_P(Engines, StorageConformance,
                         testing::Values(memory_engine(), sqlite_engine()),
                         [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(Engines, DurableStorageConformance, testing::Values(sqlite_engine()),
                         [](const auto& info) { return info.param.name; });

TEST(MemoryStorageTest, ACopyIsTheStateAtThatMoment) {
  MemoryStorage first;
  const auto set = [](MemoryStorage& storage, std::string_view value) {
    ASSERT_TRUE(storage.transact(
        [&] { return storage.put(RelayTable::epoch, as_bytes("key"), as_bytes(value)); }));
  };
  set(first, "1");
  MemoryStorage second = first;
  set(first, "2");
  set(second, "3");
  EXPECT_EQ(as_text(**first.get(RelayTable::epoch, as_bytes("key"))), "2");
  EXPECT_EQ(as_text(**second.get(RelayTable::epoch, as_bytes("key"))), "3");
}

TEST(SqliteStorageTest, RefusesASchemaItDoesNotKnow) {
  ScratchFolder folder;
  const std::string path = folder.path("relay.db");
  ASSERT_TRUE(SqliteStorage::open(path, StoreMode::create));
  {
    auto database = Database::open_plain(path, PlainMode::existing);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->run("PRAGMA user_version = 2"));
  }
  const auto opened = SqliteStorage::open(path, StoreMode::existing);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().key, "relay.store_version");
}

TEST(SqliteStorageTest, BacksUpAConsistentCopyWhileOpen) {
  ScratchFolder folder;
  auto storage = SqliteStorage::open(folder.path("relay.db"), StoreMode::create);
  ASSERT_TRUE(storage);
  const auto set = [&](std::string_view value) {
    ASSERT_TRUE((*storage)->transact(
        [&] { return (*storage)->put(RelayTable::epoch, as_bytes("key"), as_bytes(value)); }));
  };
  set("before");
  auto beside = SqliteStorage::open(folder.path("relay.db"), StoreMode::read_only);
  ASSERT_TRUE(beside);
  ASSERT_TRUE((*beside)->back_up(folder.path("copy.db")));
  set("after");
  auto copy = SqliteStorage::open(folder.path("copy.db"), StoreMode::existing);
  ASSERT_TRUE(copy);
  EXPECT_EQ(as_text(**(*copy)->get(RelayTable::epoch, as_bytes("key"))), "before");
}

}  // namespace
}  // namespace kluis::test
