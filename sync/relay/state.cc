#include "sync/relay/state.h"

#include <functional>
#include <string_view>

#include "proto/limits.h"
#include "sync/relay/refusal.h"
#include "vault/core/chain.h"
#include "vault/crypto/hash.h"

namespace kluis {
namespace {

// What an item costs a tenancy beside its own bytes.
constexpr std::uint64_t kItemOverheadBytes = 128;

// Items whose places are kept in memory, of all circles together; a circle counts as some more.
constexpr std::size_t kKnownItemsMax = 1U << 20U;
constexpr std::size_t kKnownCircleItems = 16;

std::size_t quick_hash(ByteView item) {
  return std::hash<std::string_view>{}(as_text(item));
}

Bytes unnamed_key(const BlobRow& row, const TenancyId& tenancy, const BlobName& name) {
  return row_key(static_cast<std::uint64_t>(row.staged_unix_ms), tenancy, name);
}

}  // namespace

Result<bool> RelayState::has(RelayTable table, ByteView key) {
  KLUIS_TRY(value, storage_.get(table, key));
  return value.has_value();
}

Result<Tenancy> RelayState::tenancy(const TenancyId& id) {
  KLUIS_TRY(row, find<TenancyRow>(RelayTable::tenancy, id.view()));
  if (!row) return refused(RefusalCode::unknown_name);
  return Tenancy{id, *row};
}

Status RelayState::save(const Tenancy& tenancy) {
  return save(RelayTable::tenancy, tenancy.id.view(), tenancy.row);
}

Result<std::optional<CircleAlias>> RelayState::alias_of(const TenancyId& tenancy,
                                                        const CircleName& name) {
  KLUIS_TRY(value, storage_.get(RelayTable::name, row_key(tenancy, name)));
  if (!value) return std::optional<CircleAlias>();
  const auto alias = CircleAlias::from(*value);
  if (!alias) return broken("relay.store_damaged");
  return alias;
}

Result<std::optional<EpochRow>> RelayState::epoch(const TenancyId& tenancy,
                                                  const CircleAlias& circle) {
  return find<EpochRow>(RelayTable::epoch, row_key(tenancy, circle));
}

Status RelayState::save_epoch(const TenancyId& tenancy, const CircleAlias& circle,
                              const EpochRow& row) {
  return save(RelayTable::epoch, row_key(tenancy, circle), row);
}

Result<EpochTextRow> RelayState::epoch_text(const TenancyId& tenancy, const CircleAlias& circle) {
  KLUIS_TRY(row, find<EpochTextRow>(RelayTable::epoch_text, row_key(tenancy, circle)));
  if (!row) return refused(RefusalCode::unknown_name);
  return std::move(*row);
}

Result<bool> RelayState::is_officer(const TenancyId& tenancy, const OfficerKey& key) {
  return has(RelayTable::officer, row_key(tenancy, key));
}

Result<std::uint64_t> RelayState::lifts(const TenancyId& tenancy) {
  KLUIS_TRY(row, find<LiftRow>(RelayTable::lift, tenancy.view()));
  return row ? row->count : 0;
}

Status RelayState::count_lift(const TenancyId& tenancy) {
  KLUIS_TRY(count, lifts(tenancy));
  return save(RelayTable::lift, tenancy.view(), LiftRow{count + 1});
}

// ---- Blobs ----

Result<std::optional<BlobRow>> RelayState::blob(const TenancyId& tenancy, const BlobName& name) {
  return find<BlobRow>(RelayTable::blob, row_key(tenancy, name));
}

Result<BlobRow> RelayState::stage(Tenancy& tenancy, const StageRequest& request) {
  const BlobName& name = request.blob;
  KLUIS_TRY(known, blob(tenancy.id, name));
  BlobRow row = known.value_or(BlobRow{});
  if (row.total_bytes == 0) {
    row.total_bytes = request.total_bytes;
    row.staged_unix_ms = now();
  }
  if (row.total_bytes != request.total_bytes) return refused(RefusalCode::exists);
  if (std::uint64_t{request.slice} * kSliceBytes != row.have_bytes || row.complete()) return row;

  KLUIS_CHECK(
      storage_.put(RelayTable::slice, row_key(tenancy.id, name, request.slice), request.bytes));
  if (row.have_bytes == 0 && row.circles == 0) {
    KLUIS_CHECK(storage_.put(RelayTable::unnamed, unnamed_key(row, tenancy.id, name), {}));
  }
  row.have_bytes += request.bytes.size();
  tenancy.row.used_bytes += request.bytes.size();
  KLUIS_CHECK(save(RelayTable::blob, row_key(tenancy.id, name), row));
  if (!row.complete() || row.use == BlobUse::item) return row;

  KLUIS_TRY(right, hashes_to(tenancy.id, name, row.use, row.expected));
  if (right) return row;
  KLUIS_CHECK(erase_slices(tenancy.id, name));
  tenancy.row.used_bytes -= row.have_bytes;
  row.have_bytes = 0;
  row.total_bytes = 0;
  KLUIS_CHECK(save(RelayTable::blob, row_key(tenancy.id, name), row));
  return row;
}

Result<Bytes> RelayState::read_slice(const TenancyId& tenancy, const BlobName& name,
                                     std::uint32_t slice) {
  KLUIS_TRY(value, storage_.get(RelayTable::slice, row_key(tenancy, name, slice)));
  if (!value) return broken("relay.store_damaged");
  return std::move(*value);
}

Result<Bytes> RelayState::read_blob(const TenancyId& tenancy, const BlobName& name) {
  KLUIS_TRY(row, blob(tenancy, name));
  if (!row || !row->complete()) return broken("relay.store_damaged");
  Bytes all;
  all.reserve(row->total_bytes);
  for (std::uint32_t slice = 0; all.size() < row->total_bytes; ++slice) {
    KLUIS_TRY(bytes, read_slice(tenancy, name, slice));
    if (bytes.empty()) return broken("relay.store_damaged");
    append(all, bytes);
  }
  return all;
}

Status RelayState::name_blob(const TenancyId& tenancy, const CircleAlias& circle,
                             const BlobName& name, BlobUse use, const Digest& expected) {
  const Bytes link = row_key(tenancy, circle, name);
  KLUIS_TRY(linked, has(RelayTable::circle_blob, link));
  if (linked) return {};
  KLUIS_TRY(known, blob(tenancy, name));
  BlobRow row = known.value_or(BlobRow{});
  if (row.circles == 0 && row.have_bytes > 0) {
    KLUIS_CHECK(storage_.erase(RelayTable::unnamed, unnamed_key(row, tenancy, name)));
  }
  ++row.circles;
  if (use != BlobUse::item) {
    row.use = use;
    row.expected = expected;
  }
  KLUIS_CHECK(save(RelayTable::blob, row_key(tenancy, name), row));
  return storage_.put(RelayTable::circle_blob, link, {});
}

Status RelayState::drop_blob(Tenancy& tenancy, const CircleAlias& circle, const BlobName& name,
                             BlobNames& erased) {
  const Bytes link = row_key(tenancy.id, circle, name);
  KLUIS_TRY(linked, has(RelayTable::circle_blob, link));
  if (!linked) return {};
  KLUIS_CHECK(storage_.erase(RelayTable::circle_blob, link));
  KLUIS_TRY(row, blob(tenancy.id, name));
  if (!row || row->circles == 0) return broken("relay.store_damaged");
  if (--row->circles > 0) return save(RelayTable::blob, row_key(tenancy.id, name), *row);
  if (row->have_bytes > 0) erased.insert(name);
  return erase_blob(tenancy, name, *row);
}

Status RelayState::drop_all_blobs(Tenancy& tenancy, const CircleAlias& circle, BlobNames& erased) {
  std::vector<BlobName> names;
  const Bytes prefix = row_key(tenancy.id, circle);
  KLUIS_CHECK(storage_.scan(RelayTable::circle_blob, prefix, {}, [&](ByteView key, ByteView) {
    if (const auto name = BlobName::from(key.subspan(prefix.size()))) names.push_back(*name);
    return true;
  }));
  for (const BlobName& name : names) KLUIS_CHECK(drop_blob(tenancy, circle, name, erased));
  return {};
}

Status RelayState::erase_slices(const TenancyId& tenancy, const BlobName& name) {
  return storage_.erase_prefix(RelayTable::slice, row_key(tenancy, name));
}

Status RelayState::erase_blob(Tenancy& tenancy, const BlobName& name, const BlobRow& row) {
  KLUIS_CHECK(erase_slices(tenancy.id, name));
  KLUIS_CHECK(storage_.erase(RelayTable::blob, row_key(tenancy.id, name)));
  KLUIS_CHECK(storage_.erase(RelayTable::unnamed, unnamed_key(row, tenancy.id, name)));
  tenancy.row.used_bytes -= row.have_bytes;
  return {};
}

Result<bool> RelayState::hashes_to(const TenancyId& tenancy, const BlobName& name, BlobUse use,
                                   const Digest& expected) {
  KLUIS_TRY(bytes, read_blob(tenancy, name));
  return hash_as<Digest>(use == BlobUse::boxes ? "boxes" : "list", {bytes}) == expected;
}

// ---- Items ----

Result<RelayState::KnownItems*> RelayState::known_items(const TenancyId& tenancy,
                                                        const CircleAlias& circle,
                                                        const EpochRow& epoch) {
  if (known_count_ + known_items_.size() * kKnownCircleItems > kKnownItemsMax) {
    known_items_.clear();
    known_count_ = 0;
  }
  KnownItems& known = known_items_[{tenancy, circle}];
  if (known.chain == epoch.chain) return &known;
  // After a restart, a new epoch, or a transaction that was taken back.
  known_count_ -= known.indexes.size();
  known.indexes.clear();
  Status damage;
  std::uint32_t index = 0;
  KLUIS_CHECK(
      storage_.scan(RelayTable::item, row_key(tenancy, circle), {}, [&](ByteView, ByteView value) {
        auto row = from_row<ItemRow>(value);
        if (!row) damage = broken("relay.store_damaged");
        if (!row) return false;
        known.indexes.emplace(quick_hash(row->sent.item), index++);
        return true;
      }));
  KLUIS_CHECK(std::move(damage));
  known_count_ += known.indexes.size();
  known.chain = epoch.chain;
  return &known;
}

Result<std::optional<std::uint32_t>> RelayState::find_item(const TenancyId& tenancy,
                                                           const CircleAlias& circle,
                                                           const EpochRow& epoch, ByteView item) {
  KLUIS_TRY(known, known_items(tenancy, circle, epoch));
  const auto found = known->indexes.find(quick_hash(item));
  if (found == known->indexes.end()) return std::optional<std::uint32_t>();
  KLUIS_TRY(row, find<ItemRow>(RelayTable::item, row_key(tenancy, circle, found->second)));
  if (!row) return broken("relay.store_damaged");
  if (!same_bytes(row->sent.item, item)) return std::optional<std::uint32_t>();
  return std::optional<std::uint32_t>(found->second);
}

Result<std::uint32_t> RelayState::append_item(Tenancy& tenancy, const CircleAlias& circle,
                                              EpochRow& epoch, const SentItem& item) {
  KLUIS_TRY(there, find_item(tenancy.id, circle, epoch, item.item));
  if (there) return *there;
  const std::uint32_t index = epoch.count;
  epoch.chain = chain_next(epoch.chain, item.item);
  ++epoch.count;
  const std::uint64_t cost =
      item.item.size() + item.blobs.size() * BlobName::kSize + kItemOverheadBytes;
  epoch.item_bytes += cost;
  tenancy.row.used_bytes += cost;
  KnownItems& known = known_items_[{tenancy.id, circle}];
  known.chain = epoch.chain;
  known_count_ += known.indexes.emplace(quick_hash(item.item), index).second ? 1 : 0;
  KLUIS_CHECK(
      save(RelayTable::item, row_key(tenancy.id, circle, index), ItemRow{epoch.chain, item}));
  return index;
}

Status RelayState::erase_items(Tenancy& tenancy, const CircleAlias& circle, EpochRow& epoch) {
  const Bytes prefix = row_key(tenancy.id, circle);
  KLUIS_CHECK(storage_.erase_prefix(RelayTable::item, prefix));
  tenancy.row.used_bytes -= epoch.item_bytes;
  epoch.item_bytes = 0;
  epoch.count = 0;
  return {};
}

Result<Chain> RelayState::chain_at(const TenancyId& tenancy, const CircleAlias& circle,
                                   const EpochRow& epoch, std::uint32_t count) {
  if (count == epoch.count) return epoch.chain;
  if (count == 0) return chain_start(epoch.header);
  KLUIS_TRY(row, find<ItemRow>(RelayTable::item, row_key(tenancy, circle, count - 1)));
  if (!row) return broken("relay.store_damaged");
  return row->chain;
}

}  // namespace kluis
