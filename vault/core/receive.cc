#include <algorithm>
#include <set>
#include <utility>

#include "vault/core/chain.h"
#include "vault/core/device.h"
#include "vault/crypto/hash.h"

// Taking in what the relay has of dossier circles: newer epochs, new items, blobs. The relay is not
// trusted: every header must be the one the verified roll names, every box is recomputed, and no
// silence of the relay erases anything.
namespace kluis {
namespace {

// Welcomes that lead nowhere are asked about again in the next session, for that is the relay's
// word; but no more of them than these.
constexpr std::size_t kWelcomedKept = 8;

bool has(const std::vector<Tombstone>& sorted, const RecordId& id) {
  const auto place = std::ranges::lower_bound(sorted, id, {}, &Tombstone::record);
  return place != sorted.end() && place->record == id;
}

void add_device(std::vector<DeviceId>& sorted, const DeviceId& device) {
  const auto place = std::lower_bound(sorted.begin(), sorted.end(), device);
  if (place == sorted.end() || *place != device) sorted.insert(place, device);
}

std::set<RecordId> listed_records(const KeyList& list) {
  std::set<RecordId> listed;
  for (const KeyEntry& entry : list.entries) listed.insert(entry.record);
  return listed;
}

bool has_value_of_its_kind(const Cell& cell) {
  switch (cell.kind) {
    case CellKind::leaf:
      return decode_leaf_value(cell.value).has_value();
    case CellKind::seen:
      return decode_seen_value(cell.value).has_value();
    case CellKind::opened:
      return decode_opened_value(cell.value).has_value();
  }
  return false;
}

}  // namespace

// Whether the roll and our own state let this header stand; says nothing about its secret.
Result<Device::EpochOutcome> Device::judge_epoch(const VerifiedHeader& header,
                                                 const CircleState& state) {
  const Header& fields = header.header();
  if (fields.raad != roll_->raad()) return broken("header.other_raad");
  const RolledCircle* rolled = roll_->circle(state.alias);
  if (rolled == nullptr || rolled->number() < fields.number) return EpochOutcome::roll_is_behind;
  if (rolled->epochs[fields.number] != header.hash()) return broken("epoch.not_named");
  const bool newer = fields.number > state.number ||
                     (state.standing == Standing::joining && fields.number == state.number);
  if (!newer) return EpochOutcome::known;
  // The roll already names a newer one that the relay does not show.
  if (rolled->number() > fields.number) return EpochOutcome::waiting;
  if (!roll_->was_officer(header.signer(), rolled->newest_act)) return broken("header.officer");
  if (!roll_->contains(fields.roll_position)) return broken("header.roll_position");
  return EpochOutcome::applied;
}

// The secret of this very epoch, if a welcome or the answer to our enrolment brought it.
Result<std::optional<EpochSecret>> Device::welcomed_into(const VerifiedHeader& header,
                                                         const CircleState& state) {
  if (state.standing == Standing::joining) {
    KLUIS_TRY(answered, rows_.epoch_secret(state.alias));
    if (answered && commitment(*answered) == header.header().commitment) return std::move(answered);
  }
  KLUIS_TRY(welcomed, rows_.welcomed());
  for (DeviceRows::Welcomed& one : welcomed) {
    if (one.circle != state.alias || commitment(one.secret) != header.header().commitment) continue;
    return std::optional<EpochSecret>(std::move(one.secret));
  }
  return std::optional<EpochSecret>();
}

Result<std::optional<EpochSecret>> Device::secret_for(const VerifiedHeader& header,
                                                      const Bytes& boxes,
                                                      const CircleState& state) {
  KLUIS_TRY(welcomed, welcomed_into(header, state));
  if (welcomed) return std::move(welcomed);
  for (const char* name : {"leaf", "leaf-next"}) {
    KLUIS_TRY(leaf, rows_.secret<LeafSeed>(name));
    if (!leaf) continue;
    KLUIS_TRY(secret, open_box(header, boxes, *leaf));
    if (secret) return std::move(secret);
  }
  return std::optional<EpochSecret>();
}

Status Device::check_list(const RollState& roll, const KeyList& list, const VerifiedHeader& header,
                          std::uint64_t epoch_act) {
  for (const Member& member : list.members) {
    if (!roll.was_active(member.device, epoch_act)) return broken("epoch.member_not_active");
  }
  const bool is_roll = header.header().circle == roll.alias();
  if (is_roll) {
    const auto active = roll.active_devices();
    const bool all = std::all_of(active.begin(), active.end(), [&](const DeviceId& device) {
      return !roll.was_active(device, epoch_act) ||
             std::any_of(list.members.begin(), list.members.end(),
                         [&](const Member& member) { return member.device == device; });
    });
    if (!all) return broken("epoch.member_missing");
  }
  // Erasure comes with decrees, and those in the roll are carried out here already: what is still
  // held nobody may declare dead. An officer can omit what others do not hold, and no more.
  for (const Tombstone& tombstone : list.tombstones) {
    KLUIS_TRY(held, rows_.record(header.header().circle, tombstone.record));
    if (held || is_roll) return broken("epoch.tombstone_without_decree");
  }
  return {};
}

// The circle that was asked for by this name, if the answer is about it. Behind the name of a
// circle that is held nothing else can lie. A name that a welcome brought may be any circle's: then
// its answer is about one that we did not ask for.
Result<std::optional<CircleState>> Device::circle_asked(const CircleName& asked,
                                                        const CircleAlias& answered) {
  KLUIS_TRY(named, circle_named(asked));
  if (named && named->alias == roll_->alias()) return broken("epoch.other_circle");
  if (named && named->alias == answered) return std::move(named);
  if (named && named->standing != Standing::joining) return broken("epoch.other_circle");
  KLUIS_TRY(welcomed, rows_.welcomed());
  for (const DeviceRows::Welcomed& one : welcomed) {
    if (one.circle == answered && circle_name(one.secret) == asked) return rows_.circle(answered);
  }
  return std::optional<CircleState>();
}

// Out, by an officer's tag. Who was out before, and followed a welcome that somebody made of an old
// secret, has only that to forget, and nothing to hand in but what still waits for that.
Status Device::leave(CircleState& state, const VerifiedHeader& header) {
  KLUIS_TRY(left, rows_.local("left/" + state.alias.hex()));
  if (!left || state.standing != Standing::joining) return become_removed(state, header);
  state.standing = Standing::removed;
  KLUIS_CHECK(rows_.clear_welcomed(state.alias));
  KLUIS_CHECK(leave_on_disk());
  return rows_.put(state);
}

Status Device::led_astray(const CircleName& asked) {
  KLUIS_TRY(welcomed, rows_.welcomed());
  if (welcomed.size() <= kWelcomedKept) return {};
  return around_.store->transact([&]() -> Status {
    for (const DeviceRows::Welcomed& one : welcomed) {
      if (circle_name(one.secret) == asked) KLUIS_CHECK(rows_.clear_secret(one.row));
    }
    return {};
  });
}

Result<Device::EpochOutcome> Device::apply_epoch(const Superseded& epoch,
                                                 const std::optional<Bytes>& list) {
  KLUIS_TRY(header, VerifiedHeader::from(epoch.signed_header));
  KLUIS_TRY(found, circle_asked(epoch.asked, header.header().circle));
  if (!found) return EpochOutcome::astray;
  CircleState state = std::move(*found);
  if (state.standing == Standing::ended) {
    return take_end(state, epoch);
  }
  KLUIS_TRY(outcome, judge_epoch(header, state));
  if (outcome != EpochOutcome::applied && outcome != EpochOutcome::waiting) return outcome;
  // A tag stays until the next reseal; a welcome into this very epoch is newer than it.
  KLUIS_TRY(into, welcomed_into(header, state));
  const bool welcomed = state.standing == Standing::joining && into;
  // judge_epoch saw that its signer was an officer when it was made.
  if (outcome == EpochOutcome::applied && !welcomed && is_tagged(header.header())) {
    KLUIS_CHECK(around_.store->transact([&] { return leave(state, header); }));
    return EpochOutcome::removed;
  }
  if (header.header().kind == HeaderKind::end) return broken("epoch.end_needs_decree");
  std::optional<EpochSecret> secret;
  if (outcome == EpochOutcome::applied) {
    KLUIS_TRY(opened, secret_for(header, epoch.boxes, state));
    secret = std::move(opened);
  }
  if (!secret) {
    state.standing = state.standing == Standing::joining ? Standing::joining : Standing::waiting;
    KLUIS_CHECK(around_.store->transact([&]() -> Status {
      KLUIS_CHECK(rows_.put(state));
      return rows_.raise(
          {"waiting-for-officer", state.alias.hex(), around_.clock->now().value, {}});
    }));
    return EpochOutcome::waiting;
  }
  if (!list) return EpochOutcome::wants_list;
  auto verified = verify_epoch(header, epoch.boxes, *list, *secret);
  if (!verified) {
    KLUIS_CHECK(raise_alarm("bad-box", state.alias.hex(), {verified.error().key}));
    return tl::unexpected<Error>(verified.error());
  }
  KLUIS_CHECK(check_list(*roll_, verified->list, header, roll_->circle(state.alias)->newest_act));
  auto status = around_.store->transact(
      [&] { return take_epoch(state, header, verified->list, *secret, epoch, *list); });
  for (KeyEntry& entry : verified->list.entries) wipe(entry.key);
  KLUIS_CHECK(std::move(status));
  return EpochOutcome::applied;
}

// One transaction: the new epoch stands, the old secret is gone, what vanished is put back.
Status Device::take_epoch(CircleState& state, const VerifiedHeader& header, const KeyList& list,
                          const EpochSecret& secret, const Superseded& answer,
                          const Bytes& list_bytes) {
  const bool is_roll = state.alias == roll_->alias();
  KLUIS_CHECK(check_op(answer.op, header, &secret));
  state.standing = Standing::current;
  state.number = header.header().number;
  state.header = header.hash();
  state.name = circle_name(secret);
  state.item_count = 0;
  state.chain = chain_start(state.header);
  state.removed = header.header().removed;
  state.superseded_cells = 0;
  const std::vector<DeviceId> before = std::exchange(state.members, {});
  for (const Member& member : list.members) add_device(state.members, member.device);
  for (const DeviceId& holder : list.holders_ever) add_device(state.holders_ever, holder);
  KLUIS_CHECK(rows_.set_epoch_secret(state.alias, secret));
  KLUIS_CHECK(rows_.put_epoch_bytes(state.alias,
                                    {answer.signed_header, answer.boxes, list_bytes, answer.op}));
  KLUIS_CHECK(rows_.clear_items(state.alias));
  KLUIS_CHECK(rows_.set_local_number("epoch_since/" + state.alias.hex(),
                                     static_cast<std::uint64_t>(around_.clock->now().value)));
  if (is_roll) KLUIS_CHECK(rows_.clear_welcomes());
  KLUIS_CHECK(rows_.put(state));
  KLUIS_CHECK(take_cuts(state, before, list));
  KLUIS_CHECK(take_tombstones(state, list));
  KLUIS_CHECK(put_back_missing(state, list, header.signer()));
  KLUIS_CHECK(take_entries(state, list));
  KLUIS_CHECK(acknowledge_boxed_leaf(header, answer.boxes));
  for (const SignedCell& signed_cell : list.cells) {
    KLUIS_TRY(cell, VerifiedCell::from(signed_cell));
    // Leaf cells in a dossier's list only prove its boxes; the roll says which leaf is newest.
    if (cell.cell().circle != state.alias) continue;
    KLUIS_CHECK(accept_cell(cell, nullptr));
  }
  KLUIS_CHECK(rows_.clear_welcomed(state.alias));
  KLUIS_CHECK(rows_.clear_alarm("waiting-for-officer", is_roll ? "roll" : state.alias.hex()));
  return rows_.set_local_number("rotate_due", 1);
}

Status Device::take_entries(const CircleState& state, const KeyList& list) {
  for (const KeyEntry& entry : list.entries) {
    KLUIS_CHECK(accept_item_record(state.alias, {entry.record, entry.key}, state.number));
  }
  return {};
}

// A key that a verified epoch gives us; an item may be listed from the next epoch on. What we had
// waiting to be sent has arrived.
Status Device::accept_item_record(const CircleAlias& circle, const ItemRecord& item,
                                  std::uint64_t listed_in) {
  KLUIS_TRY(grave, rows_.grave(circle, item.record));
  if (grave) return {};  // whoever brings back what was destroyed brings it to nobody
  KLUIS_TRY(present, rows_.record_key(circle, item.record));
  if (!present) {
    KLUIS_CHECK(rows_.put_record_key(circle, item.record, RecordKey::copy_of(item.key)));
    return rows_.mark_missing(circle, item.record, listed_in);
  }
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (!stands_outside(entry) || entry.circle != circle) continue;
    if (entry.record == item.record) KLUIS_CHECK(arrived(entry));
  }
  return {};
}

Status Device::arrived(const OutboxEntry& entry) {
  KLUIS_CHECK(rows_.erase_outbox(entry.position));
  KLUIS_TRY(bytes, rows_.record(entry.circle, entry.record));
  KLUIS_TRY(state, rows_.circle(entry.circle));
  if (!bytes || !state) return broken("store.damaged");
  KLUIS_TRY(record, decode_record(bytes->bytes));
  apply_admit(*state, record);
  return rows_.put(*state);
}

// An officer can omit, never erase: what we hold, and the new list does not name, goes back.
Status Device::put_back_missing(const CircleState& state, const KeyList& list,
                                const DeviceId& officer) {
  const std::set<RecordId> listed = listed_records(list);
  std::set<RecordId> waiting;
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (stands_outside(entry) && entry.circle == state.alias) waiting.insert(entry.record);
  }
  KLUIS_TRY(entries, rows_.key_entries(state.alias));
  bool missing = false;
  for (KeyEntry& entry : entries) {
    wipe(entry.key);
    if (listed.contains(entry.record) || waiting.contains(entry.record)) continue;
    if (has(list.tombstones, entry.record)) continue;
    KLUIS_TRY(bytes, rows_.record(state.alias, entry.record));
    if (!bytes) {
      // Never fetched: only who has the bytes can put them back. Of what was destroyed the key
      // goes.
      if (is_named_dead(state.alias, entry.record)) {
        KLUIS_CHECK(rows_.erase_record(state.alias, entry.record));
      }
      continue;
    }
    missing = true;
    OutboxEntry back;
    back.kind = OutboxKind::put_back;
    back.circle = state.alias;
    back.record = entry.record;
    KLUIS_CHECK(rows_.put(back));
  }
  if (!missing) return {};
  return rows_.raise({"put-back", state.alias.hex(), around_.clock->now().value, {officer.hex()}});
}

// Beyond the cut of a removed device nothing new stands. What stood before the cut was made stands
// all the same: the officer may have left it out, or the relay may have kept its bytes from him.
// Then the cut is moved on to there, and put_back_missing sees to what the list does not name.
Status Device::take_cuts(const CircleState& state, const std::vector<DeviceId>& before,
                         const KeyList& list) {
  for (const Cut& cut : list.cuts) {
    KLUIS_TRY(since, rows_.cut_since(state.alias, cut.device));
    if (!since || std::binary_search(before.begin(), before.end(), cut.device)) {
      KLUIS_CHECK(rows_.put_cut_since(state.alias, cut.device, state.number));
    }
    KLUIS_TRY(end, rows_.chain_end(state.alias, cut.device));
    const bool stands = end.sequence > cut.sequence && cut.device != id_;
    KLUIS_CHECK(
        rows_.put_cut(state.alias, stands ? Cut{cut.device, end.sequence, end.record} : cut));
  }
  return {};
}

// Whether a record beyond the cut of its author was part of the circle before that cut was made.
// Requires: its key is here and its bytes were missing.
Result<bool> Device::stood_before_cut(const VerifiedRecord& record) {
  const CircleAlias& circle = record.record().circle;
  KLUIS_TRY(since, rows_.cut_since(circle, record.record().author));
  KLUIS_TRY(listed_in, rows_.missing_since(circle, record.id()));
  return since && listed_in && *listed_in <= *since;
}

Status Device::apply_items(const CircleName& name, std::uint32_t from,
                           const std::vector<SentItem>& items) {
  KLUIS_TRY(found, circle_named(name));
  if (!found || found->standing != Standing::current) return {};
  if (from != found->item_count) return broken("sync.wrong_index");
  KLUIS_TRY(secret, rows_.epoch_secret(found->alias));
  if (!secret) return broken("store.damaged");
  const CircleAlias alias = found->alias;
  return around_.store->transact([&]() -> Status {
    for (const SentItem& sent : items) {
      // Read anew each time: an admit among the items changes the members.
      KLUIS_TRY(state, rows_.circle(alias));
      KLUIS_CHECK(accept_item(*state, *secret, sent));
    }
    return {};
  });
}

Status Device::accept_item(CircleState& state, const EpochSecret& secret, const SentItem& sent) {
  KLUIS_CHECK(rows_.put_item(state.alias, state.item_count, sent));
  state.chain = chain_next(state.chain, sent.item);
  ++state.item_count;
  KLUIS_CHECK(rows_.put(state));
  auto item = open_item(secret, state.alias, state.number, sent.item);
  // Whoever knows the name can append junk. It counts in the chain and means nothing.
  if (!item) return {};
  if (auto* record = std::get_if<ItemRecord>(&*item)) {
    auto status = note_repeated(state.alias, record->record);
    if (status) status = accept_item_record(state.alias, *record, state.number + 1);
    wipe(record->key);
    return status;
  }
  if (const auto* signed_cell = std::get_if<ItemCell>(&*item)) {
    const auto cell = VerifiedCell::from(signed_cell->cell);
    if (!cell || cell->cell().circle != state.alias) return {};
    return accept_cell(*cell, &state);
  }
  const auto& welcome = std::get<Welcome>(*item);
  if (!roll_ || state.alias != roll_->alias()) return {};
  return try_welcome(welcome);
}

Status Device::accept_cell(const VerifiedCell& cell, CircleState* counted) {
  const Cell& content = cell.cell();
  // Anything can stand in a cell that a member signs, and anybody can make a key to sign one with.
  if (!has_value_of_its_kind(content) || roll_->device(content.device) == nullptr) return {};
  KLUIS_TRY(present, rows_.cell(content.circle, content.device, content.kind, content.sub_key));
  if (content.device == id_ && content.kind == CellKind::leaf) {
    KLUIS_TRY(drawn, rows_.local("leaf-next-cell"));
    if (drawn && *drawn == encode(cell.signed_bytes())) return leaf_acknowledged();
  }
  std::uint64_t newest = 0;
  if (present) {
    KLUIS_TRY(old, decode_cell(present->bytes));
    newest = old.counter;
    if (counted != nullptr) {
      ++counted->superseded_cells;
      KLUIS_CHECK(rows_.put(*counted));
    }
    if (content.counter <= newest) return {};
  }
  KLUIS_TRY(left, rows_.local("left/" + content.circle.hex()));
  // A circle that this device had to forget keeps the cells of that time; they count on from there.
  if (content.device == id_ && !(left && !present)) {
    // Our own cell is newer at the relay than here: a copy of this vault writes too.
    KLUIS_CHECK(rows_.set_local_number("clone", 1));
    return rows_.raise({"clone", id_.hex(), around_.clock->now().value, {}});
  }
  if (content.kind == CellKind::leaf) {
    const auto value = decode_leaf_value(content.value);
    const bool known =
        value && (content.counter == 0 || !roll_ || roll_->contains(value->drawn_at));
    if (!known) return {};
  }
  KLUIS_CHECK(rows_.put_cell(content, cell.signed_bytes()));
  return around_.observer == nullptr ? Status() : around_.observer->on_cell(cell);
}

Result<Device::DiffersOutcome> Device::consider_differs(const Differs& answer) {
  KLUIS_TRY(found, circle_named(answer.name));
  if (!found) return broken("sync.unknown_name");
  const CircleState& state = *found;
  if (answer.count < state.item_count) {
    KLUIS_TRY(items, rows_.items(state.alias));
    Chain chain = chain_start(state.header);
    for (std::uint32_t i = 0; i < answer.count && i < items.size(); ++i) {
      chain = chain_next(chain, items[i].item);
    }
    if (shorten(chain) == answer.chain) {
      KLUIS_CHECK(raise_alarm("relay-behind", ""));
      return DiffersOutcome::relay_behind;
    }
  }
  KLUIS_CHECK(raise_alarm("fork", state.alias.hex()));
  return DiffersOutcome::fork;
}

}  // namespace kluis
