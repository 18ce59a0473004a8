#include "tests/sync/relay/storage_conformance.h"

#include <map>
#include <random>
#include <string>

#include "tests/support/run_seed.h"

namespace kluis::test {
namespace {

constexpr RelayTable kSmall = RelayTable::epoch;
constexpr RelayTable kLarge = RelayTable::item;

Status stop() {
  return fail(ErrorKind::refused, "test.stop");
}

}  // namespace

void StorageConformance::put(RelayTable table, std::string_view key, std::string_view value) {
  ASSERT_TRUE(storage_->put(table, as_bytes(key), as_bytes(value)));
}

std::optional<std::string> StorageConformance::get(RelayTable table, std::string_view key) {
  const auto value = storage_->get(table, as_bytes(key));
  EXPECT_TRUE(value);
  if (!value || !*value) return std::nullopt;
  return std::string(as_text(**value));
}

std::string StorageConformance::rows(RelayTable table, std::string_view prefix,
                                     std::string_view start, std::size_t count_max) {
  std::string all;
  EXPECT_TRUE(
      storage_->scan(table, as_bytes(prefix), as_bytes(start), [&](ByteView key, ByteView value) {
        if (!all.empty()) all += ",";
        all += std::string(as_text(key)) + "=" + std::string(as_text(value));
        return --count_max > 0;
      }));
  return all;
}

TEST_P(StorageConformance, GivesBackWhatWasPut) {
  ASSERT_TRUE(write([&]() -> Status {
    put(kSmall, "a", "1");
    put(kLarge, "a", "2");
    put(kSmall, "empty", "");
    return {};
  }));
  EXPECT_EQ(get(kSmall, "a"), "1");
  EXPECT_EQ(get(kLarge, "a"), "2");
  EXPECT_EQ(get(kSmall, "empty"), "");
  EXPECT_EQ(get(kSmall, "b"), std::nullopt);
}

TEST_P(StorageConformance, SeesItsOwnChangesInsideATransaction) {
  ASSERT_TRUE(write([&]() -> Status {
    put(kSmall, "a", "old");
    put(kSmall, "b", "old");
    return {};
  }));
  ASSERT_TRUE(write([&]() -> Status {
    put(kSmall, "a", "new");
    KLUIS_CHECK(storage_->erase(kSmall, as_bytes("b")));
    put(kSmall, "c", "new");
    EXPECT_EQ(get(kSmall, "a"), "new");
    EXPECT_EQ(get(kSmall, "b"), std::nullopt);
    EXPECT_EQ(rows(kSmall, ""), "a=new,c=new");
    return {};
  }));
  EXPECT_EQ(rows(kSmall, ""), "a=new,c=new");
}

TEST_P(StorageConformance, ScansByPrefixFromStartInKeyOrder) {
  ASSERT_TRUE(write([&]() -> Status {
    for (const char* key : {"b2", "b", "a", "b1", "c", "b3"}) put(kLarge, key, "v");
    return {};
  }));
  EXPECT_EQ(rows(kLarge, "b"), "b=v,b1=v,b2=v,b3=v");
  EXPECT_EQ(rows(kLarge, "b", "b2"), "b2=v,b3=v");
  EXPECT_EQ(rows(kLarge, "b", "b15"), "b2=v,b3=v");
  EXPECT_EQ(rows(kLarge, "b", "", 2), "b=v,b1=v");
  EXPECT_EQ(rows(kLarge, "d"), "");
  EXPECT_EQ(rows(kLarge, ""), "a=v,b=v,b1=v,b2=v,b3=v,c=v");
}

TEST_P(StorageConformance, ErasesByPrefixStoredAndPendingRows) {
  ASSERT_TRUE(write([&]() -> Status {
    for (const char* key : {"a", "b", "b1", "c"}) put(kLarge, key, "v");
    return {};
  }));
  ASSERT_TRUE(write([&]() -> Status {
    put(kLarge, "b2", "v");
    put(kLarge, "b1", "w");
    KLUIS_CHECK(storage_->erase_prefix(kLarge, as_bytes("b")));
    put(kLarge, "b3", "v");
    return {};
  }));
  EXPECT_EQ(rows(kLarge, ""), "a=v,b3=v,c=v");
}

TEST_P(StorageConformance, LeavesNothingOfATransactionThatFails) {
  ASSERT_TRUE(write([&]() -> Status {
    put(kSmall, "a", "1");
    put(kLarge, "p1", "1");
    return {};
  }));
  EXPECT_FALSE(write([&]() -> Status {
    put(kSmall, "a", "2");
    put(kSmall, "b", "2");
    KLUIS_CHECK(storage_->erase_prefix(kLarge, as_bytes("p")));
    return stop();
  }));
  EXPECT_EQ(rows(kSmall, ""), "a=1");
  EXPECT_EQ(rows(kLarge, ""), "p1=1");
}

TEST_P(StorageConformance, TakesBackOnlyTheInnerTransactionThatFails) {
  ASSERT_TRUE(write([&]() -> Status {
    put(kSmall, "a", "outer");
    EXPECT_FALSE(storage_->transact([&]() -> Status {
      put(kSmall, "a", "inner");
      put(kSmall, "b", "inner");
      EXPECT_EQ(rows(kSmall, ""), "a=inner,b=inner");
      return stop();
    }));
    EXPECT_EQ(rows(kSmall, ""), "a=outer");
    EXPECT_TRUE(storage_->transact([&]() -> Status {
      put(kSmall, "c", "inner");
      return {};
    }));
    return {};
  }));
  EXPECT_EQ(rows(kSmall, ""), "a=outer,c=inner");
}

TEST_P(StorageConformance, LosesAnInnerTransactionWithTheOuterOne) {
  EXPECT_FALSE(write([&]() -> Status {
    EXPECT_TRUE(storage_->transact([&]() -> Status {
      put(kSmall, "a", "inner");
      return {};
    }));
    return stop();
  }));
  EXPECT_EQ(rows(kSmall, ""), "");
}

TEST_P(StorageConformance, KeepsLongAndBinaryValues) {
  std::string value(300'000, '\0');
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i * 31);
  const std::string key{"\x00\xff\x00k", 4};
  ASSERT_TRUE(write([&]() -> Status {
    put(RelayTable::slice, key, value);
    return {};
  }));
  EXPECT_EQ(get(RelayTable::slice, key), value);
}

// Random work against a map that does the same.
TEST_P(StorageConformance, BehavesAsAMapUnderRandomWork) {
  std::mt19937_64 random(run_seed(7));
  std::map<std::string, std::string> model;
  const auto pick = [&] {
    return std::string(1 + random() % 2, static_cast<char>('a' + random() % 4));
  };
  for (int round = 0; round < 300; ++round) {
    auto wanted = model;
    const bool keep = random() % 4 != 0;
    const Status status = write([&]() -> Status {
      for (unsigned step = random() % 6; step > 0; --step) {
        const std::string key = pick();
        const unsigned what = random() % 5;
        if (what < 3) {
          wanted[key] = std::to_string(random());
          put(kLarge, key, wanted[key]);
        } else if (what == 3) {
          wanted.erase(key);
          KLUIS_CHECK(storage_->erase(kLarge, as_bytes(key)));
        } else {
          std::erase_if(wanted, [&](const auto& row) { return row.first.starts_with(key); });
          KLUIS_CHECK(storage_->erase_prefix(kLarge, as_bytes(key)));
        }
        std::string expected;
        for (const auto& [row_key, value] : wanted) {
          expected += (expected.empty() ? "" : ",") + row_key + "=" + value;
        }
        EXPECT_EQ(rows(kLarge, ""), expected);
      }
      return keep ? Status{} : stop();
    });
    EXPECT_EQ(status.has_value(), keep);
    if (keep) model = wanted;
  }
}

TEST_P(DurableStorageConformance, HoldsWhatWasWrittenWhenOpenedAgain) {
  ASSERT_TRUE(write([&]() -> Status {
    put(kSmall, "a", "1");
    put(kLarge, "b", "2");
    return {};
  }));
  EXPECT_FALSE(write([&]() -> Status {
    put(kSmall, "a", "lost");
    return stop();
  }));
  storage_ = GetParam().reopen(std::move(storage_));
  EXPECT_EQ(rows(kSmall, ""), "a=1");
  EXPECT_EQ(rows(kLarge, ""), "b=2");
}

}  // namespace kluis::test
