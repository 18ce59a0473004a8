#include <algorithm>
#include <set>
#include <utility>

#include "proto/limits.h"
#include "vault/core/device.h"
#include "vault/core/sealing.h"
#include "vault/crypto/hash.h"

// What leaves this device outside commits. Everything is sealed at the moment of sending, under the
// epoch the relay has now.
namespace kluis {

// Rule 6: nothing is written into a circle whose members are not all active in the roll we have
// just fetched, or whose epoch is not the newest that roll names.
bool Device::may_write(const CircleState& state) const {
  if (state.standing != Standing::current) return false;
  const RolledCircle* rolled = roll_->circle(state.alias);
  if (rolled == nullptr || rolled->ended || rolled->newest() != state.header) return false;
  if (state.alias == roll_->alias()) return true;  // its members are the active devices
  // In an epoch of the old raad those who sat in it read on.
  if (roll_->term_act() && rolled->newest_act < *roll_->term_act()) return false;
  return std::all_of(state.members.begin(), state.members.end(),
                     [&](const DeviceId& member) { return roll_->is_active(member); });
}

Result<Device::Sendable> Device::make_sendable(const CircleState& state, const OutboxEntry& entry) {
  KLUIS_TRY(secret, rows_.epoch_secret(state.alias));
  if (!secret) return broken("store.damaged");
  Sendable sendable;
  sendable.position = entry.position;
  sendable.request.name = state.name;
  if (entry.kind == OutboxKind::cell) {
    sendable.request.item =
        seal_item(*secret, state.alias, state.number, ItemCell{entry.cell}, *around_.entropy);
    return sendable;
  }
  KLUIS_TRY(record, rows_.record(state.alias, entry.record));
  KLUIS_TRY(key, rows_.record_key(state.alias, entry.record));
  if (!record || !key) return broken("store.damaged");
  SealedEntry sealed =
      seal_entry(*secret, state.alias, state.number, *key, *record, *around_.entropy);
  sendable.request.item = std::move(sealed.item.item);
  sendable.request.blobs = std::move(sealed.item.blobs);
  sendable.blobs.push_back(std::move(sealed.blob));
  sendable.document = entry.document;
  if (!entry.document.is_zero()) sendable.request.blobs.push_back(entry.document);
  sendable.request.expect_commit = roll_->commit_number();
  return sendable;
}

Result<std::optional<Device::Sendable>> Device::next_sendable(
    const std::vector<std::uint64_t>& skip) {
  KLUIS_TRY(may, may_write());
  KLUIS_TRY(outbox, rows_.outbox());
  for (OutboxEntry& entry : outbox) {
    if (entry.sent || entry.kind == OutboxKind::with_commit) continue;
    // Of a copy, what it had written before it knew: nothing that was written is lost, and two
    // records at one place are the proof that stops the other copy too.
    if (!may && entry.kind != OutboxKind::record) continue;
    if (std::find(skip.begin(), skip.end(), entry.position) != skip.end()) continue;
    KLUIS_TRY(state, rows_.circle(entry.circle));
    if (!state || !may_write(*state)) continue;
    if (entry.kind == OutboxKind::refill) {
      // It may have been erased since.
      KLUIS_TRY(record, rows_.record(entry.circle, entry.record));
      if (!record) continue;
    }
    KLUIS_TRY(sendable, make_sendable(*state, entry));
    if (!entry.attempted) {
      entry.attempted = true;
      KLUIS_CHECK(around_.store->transact([&] { return rows_.put(entry); }));
    }
    return std::optional<Sendable>(std::move(sendable));
  }
  return std::optional<Sendable>();
}

Status Device::sent(std::uint64_t position) {
  KLUIS_TRY(outbox, rows_.outbox());
  return around_.store->transact([&]() -> Status {
    for (OutboxEntry& entry : outbox) {
      if (entry.position != position) continue;
      // A cell is repeated by the next one; a record stays until a verified epoch shows it.
      if (entry.kind == OutboxKind::cell) return rows_.erase_outbox(position);
      entry.sent = true;
      return rows_.put(entry);
    }
    return {};
  });
}

// What the relay took stands in the circle, and arrived here with it; or the relay lost it, or
// never meant to keep it. Then the next epoch came without it, and it is still only here.
Status Device::send_again() {
  KLUIS_TRY(outbox, rows_.outbox());
  for (OutboxEntry& entry : outbox) {
    if (!entry.sent) continue;
    KLUIS_TRY(state, rows_.circle(entry.circle));
    if (!state || !may_write(*state)) continue;
    entry.sent = false;
    KLUIS_CHECK(around_.store->transact([&] { return rows_.put(entry); }));
  }
  return {};
}

namespace {

Digest posted_hash(const Welcome& welcome) {
  Bytes bytes = to_bytes(welcome.kem_ciphertext.view());
  append(bytes, welcome.sealed);
  return hash_as<Digest>("welcome-posted", {bytes});
}

std::set<BoxLabel> labels_of(const EpochBytes& bytes) {
  std::set<BoxLabel> labels;
  const auto boxes = decode_boxes(bytes.boxes);
  if (!boxes) return labels;
  for (const Box& box : boxes->boxes) labels.insert(box.label);
  return labels;
}

}  // namespace

// A newest leaf of a device that may be sealed to: published, well formed, and drawn at a head that
// lies in our verified roll.
Result<std::optional<VerifiedCell>> Device::usable_leaf(const DeviceId& device) {
  KLUIS_TRY(signed_cell, rows_.cell(roll_->alias(), device, CellKind::leaf, 0));
  if (!signed_cell) return std::optional<VerifiedCell>();
  KLUIS_TRY(cell, VerifiedCell::from(std::move(*signed_cell)));
  const auto value = decode_leaf_value(cell.cell().value);
  if (!value) return std::optional<VerifiedCell>();
  if (cell.cell().counter != 0 && !roll_->contains(value->drawn_at)) {
    return std::optional<VerifiedCell>();
  }
  return std::optional<VerifiedCell>(std::move(cell));
}

Result<std::optional<Welcome>> Device::lacking_welcome(const CircleState& state,
                                                       const EpochSecret& secret,
                                                       const DeviceId& device) {
  KLUIS_TRY(seen_cell, rows_.cell(state.alias, device, CellKind::seen, 0));
  if (seen_cell) {
    KLUIS_TRY(cell, decode_cell(seen_cell->bytes));
    KLUIS_TRY(seen, decode_seen_value(cell.value));
    if (seen.epoch >= state.number) return std::optional<Welcome>();
  }
  KLUIS_TRY(leaf_cell, usable_leaf(device));
  const auto leaf = leaf_cell ? leaf_of(*leaf_cell) : std::nullopt;
  if (!leaf) return std::optional<Welcome>();
  KLUIS_TRY(bytes, rows_.epoch_bytes(state.alias));
  // The leaf its box was sealed to is still its leaf: it only has to come and open it. But it finds
  // the box by a name of the circle that it knows: who was never in yet needs the welcome as well.
  if (seen_cell && bytes &&
      labels_of(*bytes).contains(box_label(*leaf, state.alias, state.number))) {
    return std::optional<Welcome>();
  }
  auto welcome = make_welcome(secret, roll_->raad(), state.alias, state.number, *leaf);
  if (!welcome) return std::optional<Welcome>();
  const Digest hash = posted_hash(*welcome);
  KLUIS_TRY(posted, rows_.welcome_posted(hash));
  if (posted || topped_up_.contains(hash)) return std::optional<Welcome>();
  return std::move(welcome);
}

Result<std::optional<AppendRequest>> Device::next_top_up() {
  KLUIS_TRY(may, may_write());
  if (!may) return std::optional<AppendRequest>();
  KLUIS_TRY(roll_state, rows_.circle(roll_->alias()));
  KLUIS_TRY(roll_secret, rows_.epoch_secret(roll_->alias()));
  if (!roll_state || !roll_secret || !may_write(*roll_state)) return std::optional<AppendRequest>();
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    if (state.alias == roll_->alias() || !may_write(state)) continue;
    KLUIS_TRY(secret, rows_.epoch_secret(state.alias));
    if (!secret) return broken("store.damaged");
    for (const DeviceId& device : state.members) {
      if (device == id_) continue;
      KLUIS_TRY(welcome, lacking_welcome(state, *secret, device));
      if (!welcome) continue;
      topping_up_ = posted_hash(*welcome);
      AppendRequest request;
      request.name = roll_state->name;
      request.item = seal_item(*roll_secret, roll_->alias(), roll_state->number,
                               std::move(*welcome), *around_.entropy);
      request.expect_commit = roll_->commit_number();
      return std::optional<AppendRequest>(std::move(request));
    }
  }
  return std::optional<AppendRequest>();
}

// Not to be sent again by this run; posted it is when the roll shows it (try_welcome). What the
// relay says that it took may be gone.
void Device::top_up_sent() {
  topped_up_.insert(topping_up_);
}

Status Device::queue_seen() {
  KLUIS_TRY(may, may_write());
  if (!may) return {};
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    if (state.standing != Standing::current) continue;
    SeenValue value{state.number, state.header, roll_->head(), state.frontier};
    const bool is_roll = state.alias == roll_->alias();
    KLUIS_TRY(present, rows_.cell(state.alias, id_, CellKind::seen, 0));
    if (present) {
      KLUIS_TRY(cell, decode_cell(present->bytes));
      KLUIS_TRY(old, decode_seen_value(cell.value));
      // A `seen` alone causes none: in a dossier circle only records and epochs count, in the roll
      // acts as well.
      const bool same = old.epoch == value.epoch && old.header == value.header &&
                        old.frontier == value.frontier &&
                        (!is_roll || old.roll_head == value.roll_head);
      if (same) continue;
    }
    if (value.frontier.size() > kRecordParentsMax) value.frontier.resize(kRecordParentsMax);
    KLUIS_CHECK(set_cell(state.alias, CellKind::seen, 0, encode(value)));
  }
  return {};
}

}  // namespace kluis
