#pragma once

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "tests/support/fault_disk.h"
#include "tests/support/test_argon2_cost.h"
#include "vault/store/schema.h"
#include "vault/store/sealed_vault.h"

namespace kluis::test {

inline Bytes bytes_of(std::string_view text) {
  return to_bytes(as_bytes(text));
}

inline std::string key_of(const Status& status) {
  return status ? "" : status.error().key;
}
template <typename T>
std::string key_of(const Result<T>& result) {
  return result ? "" : result.error().key;
}

inline bool contains(ByteView haystack, ByteView needle) {
  return std::search(haystack.begin(), haystack.end(), needle.begin(), needle.end()) !=
         haystack.end();
}

// A user of the database with a full-text index, as the vault's views are.
class SearchIndex final : public DatabaseUser {
 public:
  Status attach(Database& database) override {
    static constexpr Migration kSteps[] = {
        {1, "CREATE VIRTUAL TABLE word USING fts5(body, tokenize = 'unicode61')"}};
    database_ = &database;
    return migrate(database, "test-search", kSteps);
  }
  void detach() override { database_ = nullptr; }

  Status add(std::int64_t id, std::string_view body) {
    KLUIS_TRY(insert, database_->prepare("INSERT INTO word(rowid, body) VALUES(?, ?)"));
    return insert.execute(id, body);
  }
  Status remove(std::int64_t id) {
    KLUIS_TRY(erase, database_->prepare("DELETE FROM word WHERE rowid = ?"));
    return erase.execute(id);
  }
  Result<std::int64_t> count(std::string_view query) {
    KLUIS_TRY(find, database_->prepare("SELECT count(*) FROM word WHERE word MATCH ?"));
    KLUIS_CHECK(find.bind(query));
    KLUIS_TRY(found, find.step());
    return found ? find.int_at(0) : 0;
  }
  Database& database() { return *database_; }

 private:
  Database* database_ = nullptr;
};

// A vault on a disk that fails on purpose.
struct VaultOnFaultDisk {
  FaultDisk disk;
  SeededEntropy entropy{7};
  PasswordHasher hasher{test_argon2_cost()};
  Bytes passphrase = bytes_of("zes woorden voor een kluis");

  SealedVault::Surroundings surroundings() { return {&disk, &entropy, &hasher}; }
  Result<SealedVault> create() { return SealedVault::create(surroundings(), passphrase); }
  Result<SealedVault> open() { return SealedVault::open(surroundings(), passphrase); }
};

inline Status put_row(Store& store, const std::string& key, ByteView value) {
  return store.transact([&] { return store.put(Table::record, as_bytes(key), value); });
}

}  // namespace kluis::test
