#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "vault/core/store.h"

namespace kluis::test {

// A Store over a map in memory. Copying it copies the rows, so that an exploration can branch and a
// test can put a state back. Every commit is "durable"; `fail_at_commit` makes one fail, and
// `fail_at_read` a reading.
class MemoryStore final : public Store {
 public:
  using Row = std::pair<std::uint8_t, Bytes>;  // table ‖ key

  [[nodiscard]] Result<std::optional<Bytes>> get(Table table, ByteView key) override;
  [[nodiscard]] Status put(Table table, ByteView key, ByteView value) override;
  [[nodiscard]] Status erase(Table table, ByteView key) override;
  [[nodiscard]] Status erase_prefix(Table table, ByteView prefix) override;
  [[nodiscard]] Status scan(
      Table table, ByteView prefix,
      const std::function<bool(ByteView key, ByteView value)>& visit) override;
  [[nodiscard]] Status transact(const std::function<Status()>& change) override;

  // The `number`-th commit from now on (1 = the next) fails with "disk.full" and leaves no trace;
  // 0 takes the order back.
  void fail_at_commit(std::uint64_t number) { failing_commit_ = number; }
  // The same for a reading, which fails with "disk.io".
  void fail_at_read(std::uint64_t number) { failing_read_ = number; }
  [[nodiscard]] std::uint64_t commit_count() const { return commit_count_; }

  // All rows, in order: equality and fingerprints of states.
  [[nodiscard]] const std::map<Row, Bytes>& rows() const { return rows_; }

 private:
  void remember(const Row& row);
  [[nodiscard]] Status read();

  std::map<Row, Bytes> rows_;
  std::vector<std::pair<Row, std::optional<Bytes>>> undo_;  // what the open transaction replaced
  std::uint64_t commit_count_ = 0;
  std::uint64_t failing_commit_ = 0;
  std::uint64_t failing_read_ = 0;
  bool in_transaction_ = false;
};

}  // namespace kluis::test
