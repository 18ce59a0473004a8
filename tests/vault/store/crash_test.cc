#include <map>
#include <optional>

#include "tests/vault/store/vault_fixture.h"

// A workload of everything a vault does to its disk, stopped or disturbed at every single call.
namespace kluis::test {
namespace {

using Rows = std::map<std::string, Bytes>;

constexpr const char* kNewPassphrase = "zeven andere woorden";

struct Promised {
  Rows rows;                  // acknowledged
  std::optional<Rows> maybe;  // the rows if the change that was under way did happen
  std::uint64_t generation = 0;
  bool is_passphrase_new = false;
  bool may_be_new = false;
};

Bytes value_of(int number) {
  Bytes value(static_cast<std::size_t>(number * 977 % 9000 + 1));
  for (std::size_t i = 0; i < value.size(); ++i) {
    value[i] = static_cast<std::uint8_t>(i * 7 + static_cast<std::size_t>(number));
  }
  return value;
}

class Workload {
 public:
  explicit Workload(VaultOnFaultDisk& on) : on_(on) {}

  // Everything, up to the first error.
  Status run() {
    KLUIS_CHECK(open());
    for (int number = 0; number < 24; ++number) {
      KLUIS_CHECK(change_rows(number));
      if (number % 8 == 7) {
        KLUIS_CHECK(close());
        KLUIS_CHECK(open());
      }
      if (number == 11) KLUIS_CHECK(reseal());
      if (number == 18) KLUIS_CHECK(change_passphrase());
    }
    KLUIS_CHECK(reseal());
    KLUIS_CHECK(change_rows(24));
    return close();
  }

  Status change_rows(int number) {
    Rows next = promised_.rows;
    next["row" + std::to_string(number)] = value_of(number);
    next.erase("row" + std::to_string(number / 2 - 1));
    promised_.maybe = next;
    Store& store = vault_->store();
    KLUIS_CHECK(store.transact([&]() -> Status {
      KLUIS_CHECK(store.erase(Table::record, as_bytes("row" + std::to_string(number / 2 - 1))));
      KLUIS_CHECK(search_.add(number, "woord" + std::to_string(number)));
      return store.put(Table::record, as_bytes("row" + std::to_string(number)), value_of(number));
    }));
    promised_.rows = std::move(next);
    promised_.maybe.reset();
    return {};
  }

  Status open() {
    auto vault = on_.open();
    if (!vault) return tl::unexpected<Error>(vault.error());
    vault_.emplace(std::move(*vault));
    return vault_->add_user(search_);
  }
  Status close() {
    const Status closed = vault_->close();
    vault_.reset();
    return closed;
  }
  Status reseal() {
    KLUIS_CHECK(vault_->reseal());
    promised_.generation = vault_->generation();
    return {};
  }
  Status change_passphrase() {
    promised_.may_be_new = true;
    KLUIS_CHECK(vault_->change_passphrase(as_bytes(kNewPassphrase)));
    promised_.is_passphrase_new = true;
    promised_.generation = vault_->generation();
    on_.passphrase = bytes_of(kNewPassphrase);
    return {};
  }

  const Promised& promised() const { return promised_; }
  std::optional<SealedVault>& vault() { return vault_; }

 private:
  VaultOnFaultDisk& on_;
  SearchIndex search_;
  std::optional<SealedVault> vault_;
  Promised promised_;
};

Result<Rows> rows_of(Store& store) {
  Rows rows;
  KLUIS_CHECK(store.scan(Table::record, {}, [&](ByteView key, ByteView value) {
    rows[std::string(as_text(key))] = to_bytes(value);
    return true;
  }));
  return rows;
}

// Opens what is left, with whichever passphrase was promised, and compares.
void expect_kept(VaultOnFaultDisk& on, const Promised& promised, const std::string& where) {
  SearchIndex search;  // outlives the vault that it is added to
  auto vault = on.open();
  if (!vault && promised.may_be_new && !promised.is_passphrase_new &&
      vault.error().key == "slot.wrong_passphrase") {
    on.passphrase = bytes_of(kNewPassphrase);
    vault = on.open();
  }
  ASSERT_TRUE(vault) << where << ": " << key_of(vault);
  EXPECT_GE(vault->generation(), promised.generation) << where;
  const auto rows = rows_of(vault->store());
  ASSERT_TRUE(rows) << where << ": " << key_of(rows);
  EXPECT_TRUE(*rows == promised.rows || (promised.maybe && *rows == *promised.maybe)) << where;
  ASSERT_TRUE(vault->add_user(search)) << where;
  ASSERT_TRUE(search.database().check()) << where;
  // The vault works on: what was begun is finished, and a further row is kept.
  ASSERT_TRUE(put_row(vault->store(), "later", as_bytes("x"))) << where;
  ASSERT_TRUE(vault->reseal()) << where;
  ASSERT_TRUE(vault->close()) << where;
}

// A created vault, copied for each run: creating is swept on its own.
class CrashTest : public ::testing::Test {
 protected:
  CrashTest() {
    EXPECT_TRUE(base_.create());
    VaultOnFaultDisk whole = base_;
    const std::uint64_t before = whole.disk.call_count();
    Workload workload(whole);
    EXPECT_TRUE(workload.run());
    call_count_ = whole.disk.call_count() - before;
    EXPECT_TRUE(workload.promised().is_passphrase_new);
    EXPECT_EQ(workload.promised().generation, 3u);
  }

  VaultOnFaultDisk base_;
  std::uint64_t call_count_ = 0;
};

TEST_F(CrashTest, LosesNothingAtAnyKillPoint) {
  int points = 0;
  for (std::uint64_t call = 1; call <= call_count_; ++call) {
    VaultOnFaultDisk killed = base_;
    killed.disk.fail_at(call, Fault::stop);
    Workload workload(killed);
    // The very last calls tidy up: the workload is over, and still nothing may be lost.
    if (workload.run()) ASSERT_GT(call, call_count_ - 4);
    workload.vault().reset();
    // The process dies, or the power goes; the third time also while what is left is opened.
    for (std::uint64_t outcome = 0; outcome < 3; ++outcome) {
      VaultOnFaultDisk after = killed;
      const std::string where =
          "call " + std::to_string(call) + ", outcome " + std::to_string(outcome);
      if (outcome == 0) {
        after.disk.restart_process();
      } else {
        after.disk.cut_power(call * 3 + outcome);
      }
      if (outcome == 2) {
        after.disk.fail_at(call % 60 + 1, Fault::stop);
        if (auto again = after.open()) {
          if (!again->close()) again = tl::unexpected<Error>(Error{ErrorKind::disk, "disk.io"});
        }
        after.disk.cut_power(call * 7 + outcome);
      }
      expect_kept(after, workload.promised(), where);
      ++points;
      if (HasFatalFailure()) return;
    }
  }
  RecordProperty("kill_points", points);
  std::printf("%d kill points at %d calls\n", points, static_cast<int>(call_count_));
  EXPECT_GE(points, 1000);
}

struct Disturbance {
  Fault fault;
  Repeat repeat;
};

class DisturbedDiskTest : public CrashTest, public ::testing::WithParamInterface<Disturbance> {};

TEST_P(DisturbedDiskTest, FailsCleanlyAndKeepsEverything) {
  int failures = 0;
  for (std::uint64_t call = 1; call <= call_count_; ++call) {
    VaultOnFaultDisk disturbed = base_;
    disturbed.disk.fail_at(call, GetParam().fault, GetParam().repeat);
    Workload workload(disturbed);
    const Status status = workload.run();
    const std::string where = "call " + std::to_string(call);
    if (!status) {
      ++failures;
      EXPECT_EQ(status.error().kind, ErrorKind::disk) << where << status.error().key;
      if (GetParam().fault == Fault::full) EXPECT_EQ(status.error().key, "disk.full") << where;
      // What is still open shows committed rows or an error, never anything else.
      if (workload.vault()) {
        const auto rows = rows_of(workload.vault()->store());
        if (rows) EXPECT_EQ(*rows, workload.promised().rows) << where;
      }
    } else {
      // Nothing but a clean-up that may fail: what was promised holds all the same.
      EXPECT_EQ(workload.promised().rows.size(), 13u) << where;
    }
    workload.vault().reset();
    disturbed.disk.stop_failing();
    if (call % 2 == 0) {
      disturbed.disk.cut_power(call);
    } else {
      disturbed.disk.restart_process();
    }
    expect_kept(disturbed, workload.promised(), where);
    if (HasFatalFailure()) return;
  }
  std::printf("%d of %d calls made it fail\n", failures, static_cast<int>(call_count_));
  EXPECT_GT(failures, 100);
}

INSTANTIATE_TEST_SUITE_P(Errors, DisturbedDiskTest,
                         ::testing::Values(Disturbance{Fault::io, Repeat::once},
                                           Disturbance{Fault::io, Repeat::for_ever},
                                           Disturbance{Fault::full, Repeat::once},
                                           Disturbance{Fault::full, Repeat::for_ever}));

// A process that died before its log was synced leaves rows that the next one reads and builds on:
// from then on they have to survive a loss of power as well.
TEST(CrashBeforeSyncTest, WhatTheNextProcessReadsIsDurable) {
  VaultOnFaultDisk base;
  ASSERT_TRUE(base.create());
  int unsynced = 0;
  for (std::uint64_t call = 1;; ++call) {
    VaultOnFaultDisk on = base;
    auto vault = on.open();
    ASSERT_TRUE(vault);
    on.disk.fail_at(call, Fault::stop);
    const bool written = put_row(vault->store(), "a", as_bytes("b")).has_value();
    if (written && !on.disk.has_failed()) break;
    vault = tl::unexpected<Error>(Error{ErrorKind::disk, "disk.io"});
    on.disk.restart_process();
    if (on.disk.pending_count() > 0) ++unsynced;
    vault = on.open();
    ASSERT_TRUE(vault) << call << key_of(vault);
    const auto seen = rows_of(vault->store()).value();
    on.disk.fail_at(1, Fault::stop);
    vault = tl::unexpected<Error>(Error{ErrorKind::disk, "disk.io"});
    on.disk.cut_power(std::vector<Fate>(on.disk.pending_count(), Fate::lost));
    vault = on.open();
    ASSERT_TRUE(vault) << call << key_of(vault);
    EXPECT_EQ(rows_of(vault->store()).value(), seen) << call;
  }
  EXPECT_GT(unsynced, 0);
}

TEST(CrashWhileCreatingTest, LeavesNoVaultOrAWholeOne) {
  for (std::uint64_t call = 1;; ++call) {
    ASSERT_LT(call, 500u);
    VaultOnFaultDisk on;
    on.disk.fail_at(call, Fault::stop);
    const bool created = on.create().has_value();
    if (!on.disk.has_failed()) break;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      VaultOnFaultDisk after = on;
      after.disk.cut_power(call * 4 + seed);
      auto vault = after.open();
      if (created) ASSERT_TRUE(vault) << call;
      if (!vault) {
        EXPECT_EQ(key_of(vault), "vault.none") << call;
        vault = after.create();
      }
      ASSERT_TRUE(vault) << call << key_of(vault);
      EXPECT_TRUE(put_row(vault->store(), "a", as_bytes("b")));
    }
  }
}

TEST(FullDiskTest, AResealThatHasNoRoomLeavesTheVaultInUse) {
  VaultOnFaultDisk on;
  auto vault = on.create();
  ASSERT_TRUE(vault);
  ASSERT_TRUE(put_row(vault->store(), "a", as_bytes("1")));
  ASSERT_TRUE(vault->reseal());
  ASSERT_EQ(on.disk.names().size(), 3u);  // slot, database, log
  on.disk.fail_at(12, Fault::full, Repeat::for_ever);
  EXPECT_EQ(key_of(vault->reseal()), "disk.full");
  on.disk.stop_failing();
  EXPECT_EQ(on.disk.names().size(), 3u);
  EXPECT_EQ(vault->generation(), 1u);
  EXPECT_TRUE(put_row(vault->store(), "b", as_bytes("2")));
  EXPECT_TRUE(vault->reseal());
  EXPECT_EQ(vault->generation(), 2u);
  EXPECT_EQ(rows_of(vault->store()).value().size(), 2u);
}

}  // namespace
}  // namespace kluis::test
