#pragma once

#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "sync/relay/storage.h"

namespace kluis::test {

// An engine under test: how to open it afresh, and how to open again what it holds.
struct StorageUnderTest {
  std::string name;
  // Each call makes a new, empty one with a place of its own.
  std::function<std::unique_ptr<Storage>()> make;
  // Closes `storage` and opens what it left behind. Null for an engine that leaves nothing: it is
  // no DurableStorageConformance.
  std::function<std::unique_ptr<Storage>(std::unique_ptr<Storage> storage)> reopen;
};

// What every engine promises (sync/relay/storage.h). Instantiated in storage_test.cc.
class StorageConformance : public testing::TestWithParam<StorageUnderTest> {
 protected:
  void SetUp() override { storage_ = GetParam().make(); }

  void put(RelayTable table, std::string_view key, std::string_view value);
  std::optional<std::string> get(RelayTable table, std::string_view key);
  // "key=value" of each row, with a comma between.
  std::string rows(RelayTable table, std::string_view prefix, std::string_view start = {},
                   std::size_t count_max = 100);
  Status write(const std::function<Status()>& change) { return storage_->transact(change); }

  std::unique_ptr<Storage> storage_;
};

class DurableStorageConformance : public StorageConformance {};

}  // namespace kluis::test
