#include "tests/support/memory_store.h"

#include <algorithm>

#include "proto/assert.h"

namespace kluis::test {
namespace {

MemoryStore::Row row_of(Table table, ByteView key) {
  return {static_cast<std::uint8_t>(table), to_bytes(key)};
}

bool starts_with(const MemoryStore::Row& row, Table table, ByteView prefix) {
  return row.first == static_cast<std::uint8_t>(table) && row.second.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), row.second.begin());
}

// Counts down to the one that fails; 0: none does.
bool is_due(std::uint64_t& countdown) {
  if (countdown == 0) return false;
  --countdown;
  return countdown == 0;
}

}  // namespace

Status MemoryStore::read() {
  return is_due(failing_read_) ? Status(fail(ErrorKind::disk, "disk.io")) : Status();
}

void MemoryStore::remember(const Row& row) {
  const auto found = rows_.find(row);
  undo_.emplace_back(row, found == rows_.end() ? std::nullopt : std::optional(found->second));
}

Result<std::optional<Bytes>> MemoryStore::get(Table table, ByteView key) {
  KLUIS_CHECK(read());
  const auto found = rows_.find(row_of(table, key));
  if (found == rows_.end()) return std::optional<Bytes>{};
  return std::optional<Bytes>{found->second};
}

Status MemoryStore::put(Table table, ByteView key, ByteView value) {
  KLUIS_ASSERT(in_transaction_);
  auto row = row_of(table, key);
  remember(row);
  rows_[std::move(row)] = to_bytes(value);
  return {};
}

Status MemoryStore::erase(Table table, ByteView key) {
  KLUIS_ASSERT(in_transaction_);
  const auto row = row_of(table, key);
  remember(row);
  rows_.erase(row);
  return {};
}

Status MemoryStore::erase_prefix(Table table, ByteView prefix) {
  KLUIS_ASSERT(in_transaction_);
  auto row = rows_.lower_bound(row_of(table, prefix));
  while (row != rows_.end() && starts_with(row->first, table, prefix)) {
    remember(row->first);
    row = rows_.erase(row);
  }
  return {};
}

Status MemoryStore::scan(Table table, ByteView prefix,
                         const std::function<bool(ByteView key, ByteView value)>& visit) {
  KLUIS_CHECK(read());
  for (auto row = rows_.lower_bound(row_of(table, prefix));
       row != rows_.end() && starts_with(row->first, table, prefix); ++row) {
    if (!visit(row->first.second, row->second)) break;
  }
  return {};
}

Status MemoryStore::transact(const std::function<Status()>& change) {
  if (in_transaction_) return change();
  undo_.clear();
  in_transaction_ = true;
  auto changed = change();
  in_transaction_ = false;
  if (changed && is_due(failing_commit_)) changed = fail(ErrorKind::disk, "disk.full");
  if (!changed) {
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) {
      if (step->second) {
        rows_[step->first] = *step->second;
      } else {
        rows_.erase(step->first);
      }
    }
    return changed;
  }
  ++commit_count_;
  return {};
}

}  // namespace kluis::test
