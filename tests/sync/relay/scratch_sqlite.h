#pragma once

#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "sync/relay/sqlite_storage.h"
#include "tests/sync/relay/scratch_folder.h"

namespace kluis::test {

// A SqliteStorage in a folder that is removed with it.
class ScratchSqlite final : public Storage {
 public:
  explicit ScratchSqlite(std::shared_ptr<ScratchFolder> folder) : folder_(std::move(folder)) {
    auto opened = SqliteStorage::open(folder_->path("relay.db"), StoreMode::create);
    EXPECT_TRUE(opened);
    storage_ = std::move(*opened);
  }
  Result<std::optional<Bytes>> get(RelayTable table, ByteView key) override {
    return storage_->get(table, key);
  }
  Status put(RelayTable table, ByteView key, ByteView value) override {
    return storage_->put(table, key, value);
  }
  Status erase(RelayTable table, ByteView key) override { return storage_->erase(table, key); }
  Status erase_prefix(RelayTable table, ByteView prefix) override {
    return storage_->erase_prefix(table, prefix);
  }
  Status scan(RelayTable table, ByteView prefix, ByteView start,
              const std::function<bool(ByteView, ByteView)>& visit) override {
    return storage_->scan(table, prefix, start, visit);
  }
  Status transact(const std::function<Status()>& change) override {
    return storage_->transact(change);
  }
  [[nodiscard]] std::shared_ptr<ScratchFolder> folder() const { return folder_; }

 private:
  std::shared_ptr<ScratchFolder> folder_;
  std::unique_ptr<SqliteStorage> storage_;
};

}  // namespace kluis::test
