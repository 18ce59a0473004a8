#include "tests/support/memory_store.h"
#include "tests/vault/store/vault_fixture.h"

namespace kluis::test {
namespace {

// What both stores promise (vault/core/store.h).
struct StoreUnderTest {
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
};
struct InMemory final : StoreUnderTest {
  MemoryStore memory;
  Store& store() override { return memory; }
};
struct OnDisk final : StoreUnderTest {
  VaultOnFaultDisk vault;
  Result<SealedVault> opened = vault.create();
  Store& store() override { return opened->store(); }
};

class StoreContractTest : public ::testing::TestWithParam<bool> {
 protected:
  StoreContractTest() {
    if (GetParam()) {
      under_test_ = std::make_unique<OnDisk>();
    } else {
      under_test_ = std::make_unique<InMemory>();
    }
  }
  Store& store() { return under_test_->store(); }
  Status put(std::string_view key, std::string_view value) {
    return store().transact(
        [&] { return store().put(Table::record, as_bytes(key), as_bytes(value)); });
  }
  std::string read(std::string_view key) {
    auto value = store().get(Table::record, as_bytes(key));
    if (!value || !*value) return "(none)";
    return std::string(as_text(**value));
  }
  std::string scan(ByteView prefix) {
    std::string seen;
    EXPECT_TRUE(store().scan(Table::record, prefix, [&](ByteView key, ByteView value) {
      seen += std::string(as_text(key)) + "=" + std::string(as_text(value)) + ";";
      return true;
    }));
    return seen;
  }

 private:
  std::unique_ptr<StoreUnderTest> under_test_;
};

TEST_P(StoreContractTest, KeepsReplacesAndErases) {
  ASSERT_TRUE(put("a", "1"));
  EXPECT_EQ(read("a"), "1");
  ASSERT_TRUE(put("a", "2"));
  EXPECT_EQ(read("a"), "2");
  ASSERT_TRUE(store().transact([&] { return store().erase(Table::record, as_bytes("a")); }));
  ASSERT_TRUE(store().transact([&] { return store().erase(Table::record, as_bytes("a")); }));
  EXPECT_EQ(read("a"), "(none)");
}

TEST_P(StoreContractTest, KeepsEmptyKeysAndValues) {
  ASSERT_TRUE(put("", "x"));
  ASSERT_TRUE(put("y", ""));
  EXPECT_EQ(read(""), "x");
  EXPECT_EQ(read("y"), "");
}

TEST_P(StoreContractTest, TablesAreApart) {
  ASSERT_TRUE(put("a", "1"));
  auto other = store().get(Table::secret, as_bytes("a"));
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->has_value());
}

TEST_P(StoreContractTest, ScansAPrefixInOrderAndStops) {
  for (const char* key : {"b", "ab", "a", "aa", "c"}) ASSERT_TRUE(put(key, "v"));
  EXPECT_EQ(scan(as_bytes("a")), "a=v;aa=v;ab=v;");
  EXPECT_EQ(scan({}), "a=v;aa=v;ab=v;b=v;c=v;");
  EXPECT_EQ(scan(as_bytes("x")), "");
  int count = 0;
  ASSERT_TRUE(store().scan(Table::record, {}, [&](ByteView, ByteView) { return ++count < 2; }));
  EXPECT_EQ(count, 2);
}

TEST_P(StoreContractTest, ScansInsideAScan) {
  for (const char* key : {"a", "b"}) ASSERT_TRUE(put(key, "v"));
  std::string seen;
  ASSERT_TRUE(store().scan(Table::record, {}, [&](ByteView key, ByteView) {
    seen += std::string(as_text(key)) + "(" + scan({}) + read("b") + ")";
    return true;
  }));
  EXPECT_EQ(seen, "a(a=v;b=v;v)b(a=v;b=v;v)");
}

TEST_P(StoreContractTest, ErasesAPrefixAlsoOfTheHighestBytes) {
  const Bytes high{0xff, 0xff};
  ASSERT_TRUE(store().transact([&]() -> Status {
    KLUIS_CHECK(store().put(Table::record, high, as_bytes("1")));
    KLUIS_CHECK(store().put(Table::record, as_bytes("a1"), as_bytes("1")));
    KLUIS_CHECK(store().put(Table::record, as_bytes("a2"), as_bytes("1")));
    KLUIS_CHECK(store().put(Table::record, as_bytes("b"), as_bytes("1")));
    KLUIS_CHECK(store().put(Table::secret, high, as_bytes("other table")));
    KLUIS_CHECK(store().erase_prefix(Table::record, as_bytes("a")));
    return store().erase_prefix(Table::record, Bytes{0xff});
  }));
  EXPECT_EQ(scan({}), "b=1;");
  auto other = store().get(Table::secret, high);
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->has_value());
}

TEST_P(StoreContractTest, AFailedChangeLeavesNoTrace) {
  ASSERT_TRUE(put("a", "1"));
  const auto status = store().transact([&]() -> Status {
    KLUIS_CHECK(store().put(Table::record, as_bytes("a"), as_bytes("2")));
    KLUIS_CHECK(store().put(Table::record, as_bytes("b"), as_bytes("2")));
    return refuse("test.refused", "");
  });
  EXPECT_EQ(key_of(status), "test.refused");
  EXPECT_EQ(scan({}), "a=1;");
}

TEST_P(StoreContractTest, AnInnerTransactionJoinsTheOuter) {
  const auto status = store().transact([&]() -> Status {
    KLUIS_CHECK(put("a", "inner"));
    EXPECT_EQ(read("a"), "inner");
    return refuse("test.refused", "");
  });
  EXPECT_FALSE(status);
  EXPECT_EQ(scan({}), "");
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContractTest, ::testing::Bool(),
                         [](const auto& run) { return run.param ? "Sealed" : "Memory"; });

TEST(MemoryStoreTest, FailsAtTheCommitThatWasOrdered) {
  MemoryStore store;
  store.fail_at_commit(2);
  EXPECT_TRUE(put_row(store, "a", as_bytes("1")));
  EXPECT_EQ(key_of(put_row(store, "b", as_bytes("1"))), "disk.full");
  EXPECT_EQ(store.rows().size(), 1u);
  EXPECT_TRUE(put_row(store, "b", as_bytes("1")));
  EXPECT_EQ(store.commit_count(), 2u);
}

}  // namespace
}  // namespace kluis::test
