#include "vault/core/state.h"

#include <utility>

#include "vault/core/row.h"
#include "vault/core/state_fields.h"

namespace kluis {
namespace {

// Prefixes of rows in Table::view.
constexpr std::string_view kMissing = "missing";   // alias ‖ record id -> epoch that first lists it
constexpr std::string_view kHeld = "held";         // alias ‖ author ‖ sequence -> record id
constexpr std::string_view kGap = "gap";           // alias ‖ author ‖ sequence -> record id
constexpr std::string_view kGrant = "grant";       // alias ‖ record id -> 1: an officer wrote it
constexpr std::string_view kRollRecord = "roll";   // kind (2 bytes) ‖ record id -> nothing
constexpr std::string_view kLeaving = "leaving/";  // device -> signed confirmation
constexpr std::string_view kReceipt = "receipt/";  // decree -> commit and receipt
constexpr std::string_view kUnconfirmed = "unconfirmed/";  // decree -> devices to name
constexpr std::string_view kWelcome = "welcome";           // hash of a welcome -> nothing
constexpr std::string_view kCutSince = "cutsince";  // alias ‖ device -> epoch that made the cut

template <typename... Ids>
Bytes view_key(std::string_view prefix, const Ids&... ids) {
  Bytes key = key_of(prefix);
  (append(key, ids.view()), ...);
  return key;
}

Bytes place_key(std::string_view prefix, const CircleAlias& alias, const DeviceId& author,
                std::uint64_t sequence) {
  Bytes key = view_key(prefix, alias, author);
  append(key, key_of(sequence));
  return key;
}

Bytes item_key(const CircleAlias& alias, std::uint64_t index) {
  Bytes key = joined_key(alias);
  append(key, key_of(index));
  return key;
}

Bytes cell_key(const CircleAlias& alias, const DeviceId& device, CellKind kind,
               std::uint32_t sub_key) {
  Bytes key = joined_key(alias, device);
  append(key, key_of(static_cast<std::uint64_t>(kind)));
  append(key, key_of(std::uint64_t{sub_key}));
  return key;
}

// A row that holds one number. An empty one holds nought.
std::optional<std::uint64_t> number_in(ByteView row) {
  if (row.empty()) return 0;
  RowReader reader(row);
  const std::uint64_t number = reader.number();
  return reader.finish() ? std::optional(number) : std::nullopt;
}

Result<std::optional<std::uint64_t>> view_number(Store& store, const Bytes& key) {
  KLUIS_TRY(row, store.get(Table::view, key));
  if (!row) return std::nullopt;
  const auto number = number_in(*row);
  if (!number) return broken("store.damaged");
  return number;
}

std::string epoch_secret_name(const CircleAlias& alias) {
  return "epoch/" + alias.hex();
}

// The part of a key behind its circle's alias.
template <typename Id>
std::optional<Id> behind_alias(ByteView key) {
  if (key.size() < CircleAlias::kSize) return std::nullopt;
  return Id::from(key.subspan(CircleAlias::kSize));
}

template <typename Signed>  // a SignedRecord or a SignedCell
Bytes write_signed(const Signed& value) {
  return RowWriter().blob(value.bytes).id(value.signature).take();
}
template <typename Signed>
Result<Signed> read_signed(ByteView row) {
  return read_row(row, [](RowReader& reader) {
    Signed value;
    value.bytes = to_bytes(reader.blob());
    value.signature = reader.id<Signature>();
    return std::optional<Signed>(std::move(value));
  });
}

Bytes write_circle(const CircleState& state) {
  RowWriter row;
  row.id(state.alias).number(static_cast<std::uint64_t>(state.standing)).number(state.number);
  row.id(state.header).id(state.name).number(state.item_count).id(state.chain);
  write_ids(row, state.members);
  write_ids(row, state.holders_ever);
  write_ids(row, state.removed);
  write_ids(row, state.frontier);
  row.number(state.superseded_cells);
  return row.take();
}

std::optional<CircleState> read_circle(RowReader& row) {
  CircleState state;
  bool known = true;
  state.alias = row.id<CircleAlias>();
  state.standing = read_enum(row, Standing::removed, known);
  state.number = row.number();
  state.header = row.id<HeaderHash>();
  state.name = row.id<CircleName>();
  state.item_count = static_cast<std::uint32_t>(row.number());
  state.chain = row.id<Chain>();
  state.members = read_ids<DeviceId>(row);
  state.holders_ever = read_ids<DeviceId>(row);
  state.removed = read_ids<RemovedTag>(row);
  state.frontier = read_ids<RecordId>(row);
  state.superseded_cells = row.number();
  return known ? std::optional<CircleState>(std::move(state)) : std::nullopt;
}

Bytes write_epoch_bytes(const EpochBytes& bytes) {
  RowWriter row;
  row.blob(bytes.signed_header).blob(bytes.boxes).blob(bytes.list);
  row.blob(bytes.op.bytes).id(bytes.op.signer).id(bytes.op.signature);
  return row.take();
}

std::optional<EpochBytes> read_epoch_bytes(RowReader& row) {
  EpochBytes bytes;
  bytes.signed_header = to_bytes(row.blob());
  bytes.boxes = to_bytes(row.blob());
  bytes.list = to_bytes(row.blob());
  bytes.op.bytes = to_bytes(row.blob());
  bytes.op.signer = row.id<OfficerKey>();
  bytes.op.signature = row.id<Signature>();
  return bytes;
}

Bytes write_item(const SentItem& item) {
  RowWriter row;
  row.blob(item.item);
  write_ids(row, item.blobs);
  return row.take();
}

std::optional<SentItem> read_item(RowReader& row) {
  SentItem item;
  item.item = to_bytes(row.blob());
  item.blobs = read_ids<BlobName>(row);
  return item;
}

// Reads one row of `table` with `read`; nullopt when there is none.
template <typename Read>
auto find_row(Store& store, Table table, ByteView key, Read&& read)
    -> Result<std::optional<typename decltype(read(ByteView()))::value_type>> {
  KLUIS_TRY(row, store.get(table, key));
  if (!row) return std::nullopt;
  KLUIS_TRY(value, read(ByteView(*row)));
  return std::move(value);
}

// Reads all rows of `table` under `prefix` with `read(key, value)`.
template <typename Read>
auto all_rows(Store& store, Table table, ByteView prefix, Read&& read)
    -> Result<std::vector<typename decltype(read(ByteView(), ByteView()))::value_type>> {
  std::vector<typename decltype(read(ByteView(), ByteView()))::value_type> values;
  Status damaged{};
  KLUIS_CHECK(store.scan(table, prefix, [&](ByteView key, ByteView value) {
    auto read_value = read(key, value);
    if (!read_value) {
      damaged = tl::unexpected<Error>(std::move(read_value).error());
      return false;
    }
    values.push_back(std::move(*read_value));
    return true;
  }));
  KLUIS_CHECK(damaged);
  return values;
}

}  // namespace

Bytes DeviceRows::key_of_name(std::string_view name) {
  return key_of(name);
}

// ---- Facts and secrets ----

Result<std::optional<Bytes>> DeviceRows::local(std::string_view name) {
  return store_.get(Table::local, key_of(name));
}

Status DeviceRows::set_local(std::string_view name, ByteView value) {
  return store_.put(Table::local, key_of(name), value);
}

Status DeviceRows::clear_local(std::string_view name) {
  return store_.erase(Table::local, key_of(name));
}

Result<std::uint64_t> DeviceRows::local_number(std::string_view name) {
  KLUIS_TRY(row, local(name));
  if (!row) return std::uint64_t{0};
  return read_row(*row, [](RowReader& reader) { return std::optional(reader.number()); });
}

Status DeviceRows::set_local_number(std::string_view name, std::uint64_t value) {
  return set_local(name, RowWriter().number(value).take());
}

Status DeviceRows::set_secret(std::string_view name, ByteView value) {
  return store_.put(Table::secret, key_of(name), value);
}

Status DeviceRows::clear_secret(std::string_view name) {
  return store_.erase(Table::secret, key_of(name));
}

// ---- Circles ----

Result<std::optional<CircleState>> DeviceRows::circle(const CircleAlias& alias) {
  return find_row(store_, Table::circle, alias.view(),
                  [](ByteView row) { return read_row(row, read_circle); });
}

Result<std::vector<CircleState>> DeviceRows::circles() {
  return all_rows(store_, Table::circle, {},
                  [](ByteView, ByteView row) { return read_row(row, read_circle); });
}

Status DeviceRows::put(const CircleState& state) {
  return store_.put(Table::circle, state.alias.view(), write_circle(state));
}

Result<std::optional<EpochSecret>> DeviceRows::epoch_secret(const CircleAlias& alias) {
  return secret<EpochSecret>(epoch_secret_name(alias));
}

Status DeviceRows::set_epoch_secret(const CircleAlias& alias, const EpochSecret& secret) {
  return set_secret(epoch_secret_name(alias), secret.expose());
}

Status DeviceRows::clear_epoch_secret(const CircleAlias& alias) {
  return clear_secret(epoch_secret_name(alias));
}

Result<std::optional<EpochBytes>> DeviceRows::epoch_bytes(const CircleAlias& alias) {
  return find_row(store_, Table::epoch_bytes, alias.view(),
                  [](ByteView row) { return read_row(row, read_epoch_bytes); });
}

Status DeviceRows::put_epoch_bytes(const CircleAlias& alias, const EpochBytes& bytes) {
  return store_.put(Table::epoch_bytes, alias.view(), write_epoch_bytes(bytes));
}

Result<std::vector<SentItem>> DeviceRows::items(const CircleAlias& alias) {
  return all_rows(store_, Table::item, alias.view(),
                  [](ByteView, ByteView row) { return read_row(row, read_item); });
}

Status DeviceRows::put_item(const CircleAlias& alias, std::uint64_t index, const SentItem& item) {
  return store_.put(Table::item, item_key(alias, index), write_item(item));
}

Status DeviceRows::clear_items(const CircleAlias& alias) {
  return store_.erase_prefix(Table::item, alias.view());
}

// ---- Records ----

Result<std::optional<SignedRecord>> DeviceRows::record(const CircleAlias& alias,
                                                       const RecordId& id) {
  return find_row(store_, Table::record, joined_key(alias, id),
                  [](ByteView row) { return read_signed<SignedRecord>(row); });
}

Status DeviceRows::put_record(const CircleAlias& alias, const RecordId& id,
                              const SignedRecord& record) {
  return store_.put(Table::record, joined_key(alias, id), write_signed(record));
}

Result<std::optional<RecordKey>> DeviceRows::record_key(const CircleAlias& alias,
                                                        const RecordId& id) {
  KLUIS_TRY(row, store_.get(Table::record_key, joined_key(alias, id)));
  if (!row) return std::nullopt;
  if (row->size() != RecordKey::kSize) return broken("store.damaged");
  auto key = RecordKey::copy_of(
      std::span<const std::uint8_t, RecordKey::kSize>(row->data(), RecordKey::kSize));
  wipe(*row);
  return std::optional<RecordKey>(std::move(key));
}

Status DeviceRows::put_record_key(const CircleAlias& alias, const RecordId& id,
                                  const RecordKey& key) {
  return store_.put(Table::record_key, joined_key(alias, id), key.expose());
}

Status DeviceRows::erase_record(const CircleAlias& alias, const RecordId& id) {
  KLUIS_CHECK(store_.erase(Table::record, joined_key(alias, id)));
  KLUIS_CHECK(store_.erase(Table::record_key, joined_key(alias, id)));
  KLUIS_CHECK(store_.erase(Table::view, view_key(kGrant, alias, id)));
  KLUIS_TRY(waiting, outbox());
  for (const OutboxEntry& entry : waiting) {
    if (entry.circle == alias && entry.record == id) KLUIS_CHECK(erase_outbox(entry.position));
  }
  return clear_missing(alias, id);
}

Result<std::vector<KeyEntry>> DeviceRows::key_entries(const CircleAlias& alias) {
  return all_rows(store_, Table::record_key, alias.view(),
                  [](ByteView key, ByteView value) -> Result<KeyEntry> {
                    const auto id = behind_alias<RecordId>(key);
                    KeyEntry entry;
                    if (!id || value.size() != entry.key.size()) return broken("store.damaged");
                    entry.record = *id;
                    std::copy(value.begin(), value.end(), entry.key.begin());
                    return entry;
                  });
}

Result<std::vector<DeviceRows::MissingRecord>> DeviceRows::missing_records(std::size_t count_max) {
  std::vector<MissingRecord> missing;
  bool damaged = false;
  KLUIS_CHECK(store_.scan(Table::view, as_bytes(kMissing), [&](ByteView key, ByteView row) {
    if (missing.size() == count_max) return false;
    const ByteView ids = key.subspan(kMissing.size());
    const auto record = behind_alias<RecordId>(ids);
    const auto listed_in = number_in(row);
    damaged = !record || !listed_in;
    if (damaged) return false;
    missing.push_back({*CircleAlias::from(ids.first(CircleAlias::kSize)), *record, *listed_in});
    return true;
  }));
  if (damaged) return broken("store.damaged");
  return missing;
}

Status DeviceRows::mark_missing(const CircleAlias& alias, const RecordId& id,
                                std::uint64_t listed_in) {
  return store_.put(Table::view, view_key(kMissing, alias, id),
                    RowWriter().number(listed_in).take());
}

Result<std::optional<std::uint64_t>> DeviceRows::missing_since(const CircleAlias& alias,
                                                               const RecordId& id) {
  return view_number(store_, view_key(kMissing, alias, id));
}

Status DeviceRows::clear_missing(const CircleAlias& alias, const RecordId& id) {
  return store_.erase(Table::view, view_key(kMissing, alias, id));
}

Result<std::optional<RecordId>> DeviceRows::held(const CircleAlias& alias, const DeviceId& author,
                                                 std::uint64_t sequence) {
  KLUIS_TRY(row, store_.get(Table::view, place_key(kHeld, alias, author, sequence)));
  if (!row) return std::nullopt;
  auto id = RecordId::from(*row);
  if (!id) return broken("store.damaged");
  return id;
}

Status DeviceRows::put_held(const CircleAlias& alias, const DeviceId& author,
                            std::uint64_t sequence, const RecordId& id) {
  return store_.put(Table::view, place_key(kHeld, alias, author, sequence), id.view());
}

Status DeviceRows::erase_held(const CircleAlias& alias, const DeviceId& author,
                              std::uint64_t sequence) {
  return store_.erase(Table::view, place_key(kHeld, alias, author, sequence));
}

Result<std::optional<RecordId>> DeviceRows::gap(const CircleAlias& alias, const DeviceId& author,
                                                std::uint64_t sequence) {
  KLUIS_TRY(row, store_.get(Table::view, place_key(kGap, alias, author, sequence)));
  if (!row) return std::nullopt;
  auto id = RecordId::from(*row);
  if (!id) return broken("store.damaged");
  return id;
}

Status DeviceRows::put_gap(const CircleAlias& alias, const DeviceId& author, std::uint64_t sequence,
                           const RecordId& id) {
  return store_.put(Table::view, place_key(kGap, alias, author, sequence), id.view());
}

Result<std::vector<DeviceRows::GrantRecord>> DeviceRows::grant_records(const CircleAlias& alias) {
  const Bytes prefix = view_key(kGrant, alias);
  return all_rows(store_, Table::view, prefix,
                  [&](ByteView key, ByteView row) -> Result<GrantRecord> {
                    const auto id = RecordId::from(key.subspan(prefix.size()));
                    const auto number = number_in(row);
                    if (!id || !number) return broken("store.damaged");
                    return GrantRecord{*id, *number != 0};
                  });
}

Status DeviceRows::put_grant_record(const CircleAlias& alias, const GrantRecord& grant) {
  return store_.put(Table::view, view_key(kGrant, alias, grant.record),
                    RowWriter().number(grant.from_officer ? 1 : 0).take());
}

namespace {

Bytes roll_record_prefix(RecordKind kind) {
  Bytes prefix = view_key(kRollRecord);
  const auto number = static_cast<std::uint16_t>(kind);
  prefix.push_back(static_cast<std::uint8_t>(number >> 8U));
  prefix.push_back(static_cast<std::uint8_t>(number & 0xFFU));
  return prefix;
}

Bytes decree_key(std::string_view prefix, const DecreeId& decree) {
  Bytes key = to_bytes(as_bytes(prefix));
  append(key, decree.view());
  return key;
}

}  // namespace

Result<std::vector<RecordId>> DeviceRows::roll_records(RecordKind kind) {
  const Bytes prefix = roll_record_prefix(kind);
  return all_rows(store_, Table::view, prefix, [&](ByteView key, ByteView) -> Result<RecordId> {
    const auto id = RecordId::from(key.subspan(prefix.size()));
    if (!id) return broken("store.damaged");
    return *id;
  });
}

Status DeviceRows::put_roll_record(RecordKind kind, const RecordId& id) {
  Bytes key = roll_record_prefix(kind);
  append(key, id.view());
  return store_.put(Table::view, key, {});
}

Result<std::vector<DeviceRows::Unconfirmed>> DeviceRows::unconfirmed() {
  const Bytes prefix = to_bytes(as_bytes(kUnconfirmed));
  return all_rows(store_, Table::local, prefix,
                  [&](ByteView key, ByteView row) -> Result<Unconfirmed> {
                    const auto id = DecreeId::from(key.subspan(prefix.size()));
                    if (!id) return broken("store.damaged");
                    return read_row(row, [&](RowReader& reader) {
                      return std::optional<Unconfirmed>({*id, read_ids<DeviceId>(reader)});
                    });
                  });
}

Status DeviceRows::put_unconfirmed(const Unconfirmed& erasure) {
  RowWriter row;
  write_ids(row, erasure.also_boxed);
  return store_.put(Table::local, decree_key(kUnconfirmed, erasure.decree), row.take());
}

Status DeviceRows::clear_unconfirmed(const DecreeId& decree) {
  return store_.erase(Table::local, decree_key(kUnconfirmed, decree));
}

Result<std::optional<DeviceRows::CommitReceipt>> DeviceRows::receipt(const DecreeId& decree) {
  return find_row(store_, Table::local, decree_key(kReceipt, decree), [](ByteView row) {
    return read_row(row, [](RowReader& reader) {
      CommitReceipt kept;
      kept.commit.bytes = to_bytes(reader.blob());
      kept.commit.signer = reader.id<OfficerKey>();
      kept.commit.signature = reader.id<Signature>();
      kept.receipt.bytes = to_bytes(reader.blob());
      kept.receipt.signature = reader.id<Signature>();
      return std::optional<CommitReceipt>(std::move(kept));
    });
  });
}

Status DeviceRows::put_receipt(const DecreeId& decree, const CommitReceipt& receipt) {
  RowWriter row;
  row.blob(receipt.commit.bytes).id(receipt.commit.signer).id(receipt.commit.signature);
  row.blob(receipt.receipt.bytes).id(receipt.receipt.signature);
  return store_.put(Table::local, decree_key(kReceipt, decree), row.take());
}

Result<std::vector<SignedRecord>> DeviceRows::words_of_leaving() {
  return all_rows(store_, Table::local, as_bytes(kLeaving),
                  [](ByteView, ByteView row) { return read_signed<SignedRecord>(row); });
}

Status DeviceRows::put_word_of_leaving(const DeviceId& author, const SignedRecord& word) {
  Bytes key = to_bytes(as_bytes(kLeaving));
  append(key, author.view());
  return store_.put(Table::local, key, write_signed(word));
}

Result<bool> DeviceRows::welcome_posted(const Digest& welcome) {
  KLUIS_TRY(row, store_.get(Table::view, view_key(kWelcome, welcome)));
  return row.has_value();
}

Status DeviceRows::put_welcome(const Digest& welcome) {
  return store_.put(Table::view, view_key(kWelcome, welcome), {});
}

Status DeviceRows::clear_welcomes() {
  return store_.erase_prefix(Table::view, key_of(kWelcome));
}

Result<std::vector<DeviceRows::ApartRecord>> DeviceRows::apart() {
  KLUIS_TRY(rows, all_rows(store_, Table::apart, {},
                           [](ByteView key, ByteView row) -> Result<ApartRecord> {
                             const auto circle = CircleAlias::from(key.first(CircleAlias::kSize));
                             const auto id = RecordId::from(key.subspan(CircleAlias::kSize));
                             if (!circle || !id) return broken("store.damaged");
                             if (row.empty()) return ApartRecord{*circle, *id, {}};
                             KLUIS_TRY(bytes, read_signed<SignedRecord>(row));
                             return ApartRecord{*circle, *id, std::move(bytes)};
                           }));
  std::erase_if(rows, [](const ApartRecord& record) { return record.bytes.bytes.empty(); });
  return rows;
}

Status DeviceRows::put_apart(const CircleAlias& alias, const RecordId& id,
                             const SignedRecord& record) {
  const Bytes key = joined_key(alias, id);
  KLUIS_TRY(known, store_.get(Table::apart, key));
  return known ? Status() : store_.put(Table::apart, key, write_signed(record));
}

Status DeviceRows::settle_apart(const CircleAlias& alias, const RecordId& id) {
  return store_.put(Table::apart, joined_key(alias, id), {});
}

Status DeviceRows::forget_circle(const CircleAlias& alias) {
  KLUIS_CHECK(clear_epoch_secret(alias));
  KLUIS_CHECK(clear_welcomed(alias));
  for (const Table table :
       {Table::record, Table::record_key, Table::cell, Table::tombstone, Table::cut, Table::chain,
        Table::apart, Table::item, Table::epoch_bytes}) {
    KLUIS_CHECK(store_.erase_prefix(table, alias.view()));
  }
  for (const std::string_view prefix : {kMissing, kHeld, kGap, kGrant, kCutSince}) {
    KLUIS_CHECK(store_.erase_prefix(Table::view, view_key(prefix, alias)));
  }
  KLUIS_TRY(waiting, outbox());
  for (const OutboxEntry& entry : waiting) {
    if (entry.circle == alias) KLUIS_CHECK(erase_outbox(entry.position));
  }
  return {};
}

// ---- Cells, chains, cuts, tombstones ----

Result<std::vector<SignedCell>> DeviceRows::cells(const CircleAlias& alias) {
  return all_rows(store_, Table::cell, alias.view(),
                  [](ByteView, ByteView row) { return read_signed<SignedCell>(row); });
}

Result<std::optional<SignedCell>> DeviceRows::cell(const CircleAlias& alias, const DeviceId& device,
                                                   CellKind kind, std::uint32_t sub_key) {
  return find_row(store_, Table::cell, cell_key(alias, device, kind, sub_key),
                  [](ByteView row) { return read_signed<SignedCell>(row); });
}

Status DeviceRows::put_cell(const Cell& cell, const SignedCell& signed_cell) {
  return store_.put(Table::cell, cell_key(cell.circle, cell.device, cell.kind, cell.sub_key),
                    write_signed(signed_cell));
}

Result<DeviceRows::ChainEnd> DeviceRows::chain_end(const CircleAlias& alias,
                                                   const DeviceId& device) {
  KLUIS_TRY(row, store_.get(Table::chain, joined_key(alias, device)));
  if (!row) return ChainEnd{};
  return read_row(*row, [](RowReader& reader) {
    ChainEnd end;
    end.sequence = reader.number();
    end.record = reader.id<RecordId>();
    end.roll_act = reader.number();
    return std::optional(end);
  });
}

Status DeviceRows::put_chain_end(const CircleAlias& alias, const DeviceId& device,
                                 const ChainEnd& end) {
  return store_.put(Table::chain, joined_key(alias, device),
                    RowWriter().number(end.sequence).id(end.record).number(end.roll_act).take());
}

Result<std::vector<Cut>> DeviceRows::cuts(const CircleAlias& alias) {
  return all_rows(store_, Table::cut, alias.view(), [](ByteView key, ByteView row) {
    return read_row(row, [&](RowReader& reader) {
      const auto device = behind_alias<DeviceId>(key);
      const std::uint64_t sequence = reader.number();
      const auto record = reader.id<RecordId>();
      return device ? std::optional(Cut{*device, sequence, record}) : std::nullopt;
    });
  });
}

Status DeviceRows::put_cut(const CircleAlias& alias, const Cut& cut) {
  return store_.put(Table::cut, joined_key(alias, cut.device),
                    RowWriter().number(cut.sequence).id(cut.record).take());
}

Result<std::optional<std::uint64_t>> DeviceRows::cut_since(const CircleAlias& alias,
                                                           const DeviceId& device) {
  return view_number(store_, view_key(kCutSince, alias, device));
}

Status DeviceRows::put_cut_since(const CircleAlias& alias, const DeviceId& device,
                                 std::uint64_t number) {
  return store_.put(Table::view, view_key(kCutSince, alias, device),
                    RowWriter().number(number).take());
}

namespace {

Result<DeviceRows::Grave> read_grave(const RecordId& id, ByteView row) {
  return read_row(row, [&](RowReader& reader) {
    DeviceRows::Grave grave;
    grave.tombstone.record = id;
    grave.tombstone.author = reader.id<DeviceId>();
    grave.tombstone.sequence = reader.number();
    grave.followed = read_ids<RecordId>(reader);
    return std::optional<DeviceRows::Grave>(std::move(grave));
  });
}

}  // namespace

Result<std::vector<Tombstone>> DeviceRows::tombstones(const CircleAlias& alias) {
  return all_rows(store_, Table::tombstone, alias.view(),
                  [](ByteView key, ByteView row) -> Result<Tombstone> {
                    const auto id = behind_alias<RecordId>(key);
                    if (!id) return broken("store.damaged");
                    KLUIS_TRY(grave, read_grave(*id, row));
                    return grave.tombstone;
                  });
}

Result<std::optional<DeviceRows::Grave>> DeviceRows::grave(const CircleAlias& alias,
                                                           const RecordId& id) {
  return find_row(store_, Table::tombstone, joined_key(alias, id),
                  [&](ByteView row) { return read_grave(id, row); });
}

Status DeviceRows::put_grave(const CircleAlias& alias, const Grave& grave) {
  RowWriter row;
  row.id(grave.tombstone.author).number(grave.tombstone.sequence);
  write_ids(row, grave.followed);
  return store_.put(Table::tombstone, joined_key(alias, grave.tombstone.record), row.take());
}

// ---- Acts ----

Result<std::vector<SignedRecord>> DeviceRows::acts() {
  return all_rows(store_, Table::act, {},
                  [](ByteView, ByteView row) { return read_signed<SignedRecord>(row); });
}

Status DeviceRows::put_act(std::uint64_t number, const SignedRecord& act) {
  return store_.put(Table::act, key_of(number), write_signed(act));
}

}  // namespace kluis
