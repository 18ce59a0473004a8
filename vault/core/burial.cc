#include <algorithm>
#include <set>
#include <utility>

#include "vault/core/device.h"
#include "vault/core/row.h"

// One stuk destroyed: its records go, and their places in their authors' chains stay, so that
// nobody waits for them. What this device holds tells it which records those are; a decree that
// lists others under the stuk's name erases none of them.
namespace kluis {
namespace {

// The stuk that content of a dossier is about, its own or a carried one's. What was done with a
// stuk (the register) is no content and stays.
std::optional<StukId> stuk_said(RecordKind kind, ByteView bytes) {
  const auto body = decode_circle_body(kind, bytes);
  if (!body || std::holds_alternative<JournalEntry>(*body)) return std::nullopt;
  if (const auto* carry = std::get_if<Carry>(&*body)) {
    const auto inner = decode_record(carry->record_bytes);
    if (!inner || inner->kind == RecordKind::carry) return std::nullopt;
    return stuk_said(inner->kind, inner->body);
  }
  return std::visit(
      [](const auto& content) -> std::optional<StukId> {
        if constexpr (requires { content.stuk; }) return content.stuk;
        return std::nullopt;
      },
      *body);
}

DeviceRows::Grave grave_of(const RecordId& id, const Record& record) {
  DeviceRows::Grave grave{{id, record.author, record.sequence}, record.parents};
  if (!record.previous.is_zero()) grave.followed.push_back(record.previous);
  return grave;
}

}  // namespace

std::optional<StukId> stuk_of(const Record& record) {
  return stuk_said(record.kind, record.body);
}

Result<std::vector<RecordId>> Device::records_about(const CircleAlias& circle, const StukId& stuk) {
  std::vector<RecordId> ids;
  KLUIS_TRY(entries, rows_.key_entries(circle));
  for (KeyEntry& entry : entries) {
    wipe(entry.key);
    KLUIS_TRY(bytes, rows_.record(circle, entry.record));
    if (!bytes) continue;
    KLUIS_TRY(record, decode_record(bytes->bytes));
    if (stuk_of(record) == stuk) ids.push_back(entry.record);
  }
  return ids;
}

// Whether a decree that was carried out destroyed what this record is about.
bool Device::is_destroyed(const Record& record) const {
  const auto stuk = stuk_of(record);
  return stuk && std::ranges::any_of(roll_->executed(), [&](const auto& entry) {
           const Decree& decree = entry.second.decree;
           return decree.stuk == stuk && std::ranges::binary_search(decree.circles, record.circle);
         });
}

// Whether a decree that was carried out lists the record. By itself that erases nothing.
bool Device::is_named_dead(const CircleAlias& circle, const RecordId& id) const {
  return std::ranges::any_of(roll_->executed(), [&](const auto& entry) {
    const Decree& decree = entry.second.decree;
    return std::ranges::binary_search(decree.circles, circle) &&
           std::ranges::binary_search(decree.records, id);
  });
}

// Requires: inside a transaction. Its place in the chain is kept.
Status Device::bury(CircleState& state, const RecordId& id, const Record& record) {
  if (const auto document = document_in(record)) {
    KLUIS_CHECK(around_.store->erase(Table::document, joined_key(state.alias, *document)));
  }
  KLUIS_CHECK(rows_.erase_record(state.alias, id));
  KLUIS_CHECK(rows_.put_grave(state.alias, grave_of(id, record)));
  KLUIS_CHECK(rows_.put_held(state.alias, record.author, record.sequence, id));
  if (std::erase(state.frontier, id) != 0 && state.frontier.empty()) {
    state.frontier = grave_of(id, record).followed;
    std::ranges::sort(state.frontier);
  }
  KLUIS_CHECK(rows_.put(state));
  return around_.observer == nullptr ? Status() : around_.observer->on_forgotten(state.alias, id);
}

Status Device::bury_stuk(CircleState& state, const Decree& decree) {
  // A secret that a welcome brought opens epochs in which it stood. Who is still wanted is welcomed
  // again.
  KLUIS_CHECK(rows_.clear_welcomed(state.alias));
  KLUIS_TRY(held, records_about(state.alias, *decree.stuk));
  std::vector<Gap> gaps;
  KLUIS_TRY(outbox, rows_.outbox());
  for (const RecordId& id : held) {
    KLUIS_TRY(bytes, rows_.record(state.alias, id));
    if (!bytes) continue;
    KLUIS_TRY(record, decode_record(bytes->bytes));
    const bool unsent = std::ranges::any_of(outbox, [&](const OutboxEntry& entry) {
      return entry.kind == OutboxKind::record && entry.circle == state.alias && entry.record == id;
    });
    if (unsent) gaps.push_back({record.sequence, id});
    KLUIS_CHECK(bury(state, id, record));
  }
  KLUIS_CHECK(drop_apart_about(state.alias, *decree.stuk));
  return tell_of_gaps(state, std::move(gaps));
}

// What a removed device wrote of it waits for no decision any more.
Status Device::drop_apart_about(const CircleAlias& circle, const StukId& stuk) {
  KLUIS_TRY(apart, rows_.apart());
  for (const DeviceRows::ApartRecord& row : apart) {
    if (row.circle != circle) continue;
    KLUIS_TRY(record, decode_record(row.bytes.bytes));
    if (stuk_of(record) == stuk) KLUIS_CHECK(rows_.settle_apart(circle, row.record));
  }
  return {};
}

// What this device had not sent will never come: the others are told not to wait for it.
Status Device::tell_of_gaps(const CircleState& state, std::vector<Gap> gaps) {
  const bool member = std::ranges::binary_search(state.members, id_);
  if (gaps.empty() || !member) return {};
  KLUIS_TRY(may, may_write());
  if (!may) return {};  // a copy tells nobody anything
  std::ranges::sort(gaps, {}, &Gap::sequence);
  KLUIS_CHECK(add({state.alias, RecordKind::dropped, encode(Dropped{std::move(gaps)}), BlobName{},
                   OutboxKind::record}));
  return {};
}

// An author says of places in his own chain that nothing will come there. That is all it says: a
// record that he names, his own or another's, stands where it stands.
Status Device::take_gaps(const VerifiedRecord& record) {
  const Record& content = record.record();
  KLUIS_TRY(body, decode_circle_body(content.kind, content.body));
  for (const Gap& gap : std::get<Dropped>(body).gaps) {
    KLUIS_TRY(placed, rows_.held(content.circle, content.author, gap.sequence));
    if (placed || gap.sequence >= content.sequence) continue;
    KLUIS_CHECK(rows_.put_gap(content.circle, content.author, gap.sequence, gap.record));
  }
  return {};
}

// What a verified list says was erased. Nobody waits for it, and nobody brings it back.
Status Device::take_tombstones(CircleState& state, const KeyList& list) {
  for (const Tombstone& tombstone : list.tombstones) {
    KLUIS_TRY(known, rows_.grave(state.alias, tombstone.record));
    if (known) continue;
    KLUIS_CHECK(rows_.erase_record(state.alias, tombstone.record));
    KLUIS_CHECK(rows_.put_grave(state.alias, {tombstone, {}}));
    if (tombstone.sequence == 0) continue;
    KLUIS_TRY(placed, rows_.held(state.alias, tombstone.author, tombstone.sequence));
    if (placed) continue;
    KLUIS_CHECK(
        rows_.put_held(state.alias, tombstone.author, tombstone.sequence, tombstone.record));
    KLUIS_TRY(end, rows_.chain_end(state.alias, tombstone.author));
    KLUIS_CHECK(chain_in_held(state.alias, tombstone.author, end.sequence + 1));
  }
  KLUIS_TRY(changed, rows_.circle(state.alias));
  if (changed) state.frontier = changed->frontier;
  return {};
}

}  // namespace kluis
