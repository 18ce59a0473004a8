#include "sync/relay/memory_storage.h"

#include <algorithm>
#include <utility>

#include "proto/assert.h"

namespace kluis {
namespace {

std::size_t index_of(RelayTable table) {
  const auto number = static_cast<std::size_t>(table);
  KLUIS_ASSERT(number >= 1 && number <= kRelayTables);
  return number - 1;
}

bool has_prefix(ByteView key, ByteView prefix) {
  return key.size() >= prefix.size() && same_bytes(key.first(prefix.size()), prefix);
}

}  // namespace

MemoryStorage::MemoryStorage() {
  for (auto& table : tables_) table = std::make_shared<Rows>();
}

MemoryStorage::MemoryStorage(const MemoryStorage& other) : Storage(other), tables_(other.tables_) {
  KLUIS_ASSERT(other.depth_ == 0);
}

MemoryStorage& MemoryStorage::operator=(const MemoryStorage& other) {
  KLUIS_ASSERT(depth_ == 0 && other.depth_ == 0);
  tables_ = other.tables_;
  return *this;
}

const MemoryStorage::Rows& MemoryStorage::rows(RelayTable table) const {
  return *tables_[index_of(table)];
}

MemoryStorage::Rows& MemoryStorage::writable(RelayTable table) {
  KLUIS_ASSERT(depth_ > 0);
  auto& rows = tables_[index_of(table)];
  if (rows.use_count() > 1) rows = std::make_shared<Rows>(*rows);
  return *rows;
}

Result<std::optional<Bytes>> MemoryStorage::get(RelayTable table, ByteView key) {
  const Rows& all = rows(table);
  const auto found = all.find(to_bytes(key));
  if (found == all.end()) return std::optional<Bytes>();
  return std::optional<Bytes>(found->second);
}

void MemoryStorage::remember(RelayTable table, const Bytes& key, const Rows& rows) {
  const auto found = rows.find(key);
  undo_.push_back(
      {table, key, found == rows.end() ? std::nullopt : std::optional<Bytes>(found->second)});
}

Status MemoryStorage::put(RelayTable table, ByteView key, ByteView value) {
  Rows& all = writable(table);
  Bytes owned_key = to_bytes(key);
  remember(table, owned_key, all);
  all.insert_or_assign(std::move(owned_key), to_bytes(value));
  return {};
}

Status MemoryStorage::erase(RelayTable table, ByteView key) {
  Rows& all = writable(table);
  const Bytes owned_key = to_bytes(key);
  remember(table, owned_key, all);
  all.erase(owned_key);
  return {};
}

Status MemoryStorage::erase_prefix(RelayTable table, ByteView prefix) {
  Rows& all = writable(table);
  const auto first = all.lower_bound(to_bytes(prefix));
  auto last = first;
  for (; last != all.end() && has_prefix(last->first, prefix); ++last) {
    undo_.push_back({table, last->first, last->second});
  }
  all.erase(first, last);
  return {};
}

Status MemoryStorage::scan(RelayTable table, ByteView prefix, ByteView start,
                           const std::function<bool(ByteView, ByteView)>& visit) {
  const Rows& all = rows(table);
  const Bytes from = std::max(to_bytes(prefix), to_bytes(start));
  for (auto row = all.lower_bound(from); row != all.end(); ++row) {
    if (!has_prefix(row->first, prefix) || !visit(row->first, row->second)) break;
  }
  return {};
}

void MemoryStorage::take_back(std::size_t mark) {
  while (undo_.size() > mark) {
    Undo& step = undo_.back();
    Rows& all = writable(step.table);
    if (step.before) {
      all.insert_or_assign(std::move(step.key), std::move(*step.before));
    } else {
      all.erase(step.key);
    }
    undo_.pop_back();
  }
}

Status MemoryStorage::transact(const std::function<Status()>& change) {
  const std::size_t mark = undo_.size();
  ++depth_;
  Status status = change();
  if (!status) take_back(mark);
  if (--depth_ == 0) undo_.clear();
  return status;
}

}  // namespace kluis
