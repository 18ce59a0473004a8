#include <algorithm>
#include <set>
#include <utility>

#include "proto/limits.h"
#include "vault/core/device.h"

// Writing without a network, and taking records into their circle, whoever wrote them.
namespace kluis {
namespace {

bool contains(const std::vector<DeviceId>& devices, const DeviceId& device) {
  return std::binary_search(devices.begin(), devices.end(), device);
}

bool is_grant(RecordKind kind) {
  return kind == RecordKind::admit || kind == RecordKind::withdraw_grant;
}

// The new frontier once `record` stands: what it follows is no longer at the front.
void advance_frontier(std::vector<RecordId>& frontier, const VerifiedRecord& record) {
  const auto& parents = record.record().parents;
  std::erase_if(frontier, [&](const RecordId& id) {
    return id == record.record().previous ||
           std::find(parents.begin(), parents.end(), id) != parents.end();
  });
  frontier.insert(std::upper_bound(frontier.begin(), frontier.end(), record.id()), record.id());
}

// The first that somebody writes who came back. What lies before it, and was cut off or kept from
// us, is not waited for: he counts on and never uses a number twice.
bool begins_anew(const Record& record) {
  return record.sequence > 1 && record.previous.is_zero();
}

}  // namespace

Result<std::optional<CircleAlias>> Device::roll_alias() {
  KLUIS_TRY(row, rows_.local("roll"));
  return row ? CircleAlias::from(*row) : std::nullopt;
}

Result<std::optional<CircleState>> Device::circle_named(const CircleName& name) {
  KLUIS_TRY(circles, rows_.circles());
  for (CircleState& state : circles) {
    const bool out = state.standing == Standing::planned || state.standing == Standing::removed;
    // Those that only a welcome brought have no name yet.
    if (out || name.is_zero() || state.name != name) continue;
    return std::optional<CircleState>(std::move(state));
  }
  return std::optional<CircleState>();
}

Result<bool> Device::may_write() {
  KLUIS_TRY(clone, rows_.local_number("clone"));
  return clone == 0;
}

Result<Record> Device::next_record(const CircleState& state, const NewRecord& request) {
  KLUIS_TRY(end, rows_.chain_end(state.alias, id_));
  Record record;
  record.circle = state.alias;
  record.author = id_;
  record.sequence = end.sequence + 1;
  record.previous = end.record;
  record.parents = state.frontier;
  if (record.parents.size() > kRecordParentsMax) record.parents.resize(kRecordParentsMax);
  record.roll_head = roll_->head();
  record.written_unix_ms = around_.clock->now().value;
  record.kind = request.kind;
  if (request.salt) {
    record.salt = *request.salt;
  } else {
    around_.entropy->fill(record.salt);
  }
  record.body = request.body;
  return record;
}

Result<VerifiedRecord> Device::add(const NewRecord& request) {
  if (state_ != DeviceState::active) return fail(ErrorKind::no_access, "device.not_active");
  KLUIS_TRY(found, rows_.circle(request.circle));
  if (!found) return fail(ErrorKind::no_access, "circle.unknown");
  CircleState state = std::move(*found);
  const bool open = state.standing != Standing::ended && state.standing != Standing::removed;
  // Everybody active is in the roll; its list names only those of its last epoch.
  const bool is_member = state.alias == roll_->alias() || contains(state.members, id_);
  if (!open || !is_member) {
    return fail(ErrorKind::no_access, "circle.not_a_member");
  }
  KLUIS_TRY(may, may_write());
  if (!may) return broken("device.clone");
  KLUIS_TRY(suspended, is_suspended(request));
  if (suspended) return refuse("decree.suspended", "V14.4");
  KLUIS_TRY(seed, identity());
  KLUIS_TRY(content, next_record(state, request));
  if (is_destroyed(content)) return refuse("decree.destroyed", "V14.4");
  VerifiedRecord record = sign_record(content, seed);
  if (record.signed_bytes().bytes.size() > kRecordBytesMax) {
    return fail(ErrorKind::usage, "record.too_large");
  }
  const RecordKey key = draw_record_key(*around_.entropy, record.id());
  OutboxEntry entry;
  entry.kind = request.sending;
  entry.circle = state.alias;
  entry.record = record.id();
  entry.document = request.document;
  KLUIS_CHECK(around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.put_record(state.alias, record.id(), record.signed_bytes()));
    KLUIS_CHECK(rows_.put_record_key(state.alias, record.id(), key));
    KLUIS_CHECK(rows_.put_held(state.alias, id_, content.sequence, record.id()));
    KLUIS_CHECK(chain_in(state, record));
    return rows_.put(entry);
  }));
  return record;
}

// Moves chain and frontier on by a record whose place was checked, and tells the observer.
Status Device::chain_in(CircleState& state, const VerifiedRecord& record) {
  const Record& content = record.record();
  KLUIS_CHECK(rows_.put_chain_end(state.alias, content.author,
                                  {content.sequence, record.id(), content.roll_head.act_number}));
  advance_frontier(state.frontier, record);
  if (is_grant(content.kind)) {
    KLUIS_CHECK(
        rows_.put_grant_record(state.alias, {record.id(), roll_->is_officer(content.author)}));
  }
  if (state.alias == roll_->alias()) {
    KLUIS_CHECK(rows_.put_roll_record(content.kind, record.id()));
    if (content.kind == RecordKind::proposal) KLUIS_CHECK(tell_of_succession(record));
  }
  KLUIS_CHECK(note_document(state.alias, content, content.author == id_));
  KLUIS_CHECK(rows_.put(state));
  return observe(record);
}

// An admit takes effect when its item stands in a verified epoch. The list of an epoch says itself
// who is in it: an admit from before the act that made the epoch, read late or put back, adds
// nobody, or else it would bring back those whom the epoch left out.
void Device::apply_admit(CircleState& state, const Record& record) const {
  if (record.kind != RecordKind::admit || state.standing == Standing::planned) return;
  const RolledCircle* rolled = roll_->circle(state.alias);
  if (rolled == nullptr || record.roll_head.act_number < rolled->newest_act) return;
  if (!roll_->was_officer(record.author, record.roll_head.act_number)) return;
  const auto body = decode_circle_body(record.kind, record.body);
  if (!body) return;
  for (const DeviceId& device : std::get<Admit>(*body).devices) {
    if (!roll_->is_active(device) || contains(state.members, device)) continue;
    state.members.insert(std::upper_bound(state.members.begin(), state.members.end(), device),
                         device);
  }
}

Status Device::note_clone(const VerifiedRecord& record) {
  // Two records of one device at one place: its vault was copied, and both copies write.
  const DeviceId& author = record.record().author;
  if (author == id_) KLUIS_CHECK(rows_.set_local_number("clone", 1));
  return rows_.raise({"clone", author.hex(), around_.clock->now().value, {}});
}

Status Device::accept_record(const VerifiedRecord& record) {
  const Record& content = record.record();
  KLUIS_TRY(found, rows_.circle(content.circle));
  if (!found) return broken("record.unknown_circle");
  CircleState state = std::move(*found);
  if (!may_stand(content)) return broken("record.author");
  if (is_destroyed(content)) {
    KLUIS_TRY(end, rows_.chain_end(state.alias, content.author));
    KLUIS_CHECK(bury(state, record.id(), content));
    return chain_in_held(content.circle, content.author, end.sequence + 1);
  }
  KLUIS_TRY(cuts, rows_.cuts(state.alias));
  // Who is admitted again writes on, though the cut stands in the list until the next reseal.
  const bool is_member = contains(state.members, content.author);
  for (const Cut& cut : cuts) {
    if (cut.device != content.author || content.sequence <= cut.sequence || is_member) continue;
    KLUIS_TRY(stood, stood_before_cut(record));
    if (!stood) {
      KLUIS_CHECK(rows_.erase_record(state.alias, record.id()));
      return rows_.put_apart(state.alias, record.id(), record.signed_bytes());
    }
    KLUIS_CHECK(rows_.put_cut(state.alias, {cut.device, content.sequence, record.id()}));
  }
  KLUIS_TRY(end, rows_.chain_end(state.alias, content.author));
  KLUIS_TRY(placed, rows_.held(state.alias, content.author, content.sequence));
  if (placed && *placed != record.id()) return note_clone(record);
  if (content.author == id_ && content.sequence > end.sequence) {
    // Our own chain is longer at the relay than here: this is a copy, or an old backup.
    return note_clone(record);
  }
  KLUIS_CHECK(rows_.put_record(state.alias, record.id(), record.signed_bytes()));
  KLUIS_CHECK(rows_.clear_missing(state.alias, record.id()));
  KLUIS_CHECK(rows_.put_held(state.alias, content.author, content.sequence, record.id()));
  if (content.kind == RecordKind::dropped && content.author != id_) {
    KLUIS_CHECK(take_gaps(record));
    return chain_in_held(content.circle, content.author, end.sequence + 1);
  }
  if (content.sequence <= end.sequence) return placed ? Status() : observe(record);
  if (!begins_anew(content)) {
    if (content.sequence > end.sequence + 1) return {};
    if (content.previous != end.record) return note_clone(record);
  }
  if (!goes_on_from(end, content)) return drop_backdated(record);
  apply_admit(state, content);
  KLUIS_CHECK(chain_in(state, record));
  return chain_in_held(content.circle, content.author, content.sequence + 1);
}

// A device's roll never goes back. Who claims an older one than in his record before wants to be
// judged by what he was then.
bool Device::goes_on_from(const DeviceRows::ChainEnd& end, const Record& record) {
  return end.record.is_zero() || record.roll_head.act_number >= end.roll_act;
}

Status Device::drop_backdated(const VerifiedRecord& record) {
  const Record& content = record.record();
  KLUIS_CHECK(rows_.erase_record(content.circle, record.id()));
  return rows_.erase_held(content.circle, content.author, content.sequence);
}

// A record that came before its predecessor takes its place once that is there.
Status Device::chain_in_held(const CircleAlias& circle, const DeviceId& author,
                             std::uint64_t sequence) {
  while (true) {
    KLUIS_TRY(end, rows_.chain_end(circle, author));
    KLUIS_TRY(id, rows_.held(circle, author, sequence));
    KLUIS_TRY(gap, rows_.gap(circle, author, sequence));
    if (!id && !gap) return {};
    KLUIS_TRY(grave, rows_.grave(circle, id ? *id : *gap));
    if (!id || grave) {  // its place is all that is left of it
      KLUIS_CHECK(rows_.put_chain_end(circle, author, {sequence, id ? *id : *gap, end.roll_act}));
      ++sequence;
      continue;
    }
    KLUIS_TRY(bytes, rows_.record(circle, *id));
    KLUIS_TRY(state, rows_.circle(circle));
    if (!bytes || !state) return broken("store.damaged");
    KLUIS_TRY(record, VerifiedRecord::from(std::move(*bytes)));
    const Record& content = record.record();
    if (!begins_anew(content) && content.previous != end.record) return note_clone(record);
    if (!goes_on_from(end, record.record())) return drop_backdated(record);
    apply_admit(*state, record.record());
    KLUIS_CHECK(chain_in(*state, record));
    ++sequence;
  }
}

Status Device::take_back(const CircleAlias& circle, const RecordId& id) {
  KLUIS_TRY(outbox, rows_.outbox());
  const auto entry = std::find_if(outbox.begin(), outbox.end(), [&](const OutboxEntry& candidate) {
    return candidate.circle == circle && candidate.record == id;
  });
  if (entry == outbox.end() || entry->attempted) {
    return refuse("record.already_sent", "R4");
  }
  KLUIS_TRY(end, rows_.chain_end(circle, id_));
  if (end.record != id) return refuse("record.not_the_last", "");
  KLUIS_TRY(bytes, rows_.record(circle, id));
  KLUIS_TRY(state, rows_.circle(circle));
  if (!bytes || !state) return broken("store.damaged");
  KLUIS_TRY(record, decode_record(bytes->bytes));
  return around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.erase_record(circle, id));
    KLUIS_CHECK(rows_.erase_held(circle, id_, record.sequence));
    KLUIS_CHECK(rows_.put_chain_end(
        circle, id_, {record.sequence - 1, record.previous, record.roll_head.act_number}));
    std::erase(state->frontier, id);
    for (const RecordId& parent : record.parents) {
      const auto place = std::lower_bound(state->frontier.begin(), state->frontier.end(), parent);
      if (place == state->frontier.end() || *place != parent) state->frontier.insert(place, parent);
    }
    KLUIS_CHECK(rows_.put(*state));
    if (around_.observer == nullptr) return {};
    return around_.observer->on_forgotten(circle, id);
  });
}

Status Device::set_cell(const CircleAlias& circle, CellKind kind, std::uint32_t sub_key,
                        ByteView value) {
  KLUIS_TRY(seed, identity());
  KLUIS_TRY(present, rows_.cell(circle, id_, kind, sub_key));
  Cell cell;
  cell.circle = circle;
  cell.device = id_;
  cell.kind = kind;
  cell.sub_key = sub_key;
  cell.counter = 1;
  if (present) {
    KLUIS_TRY(old, decode_cell(present->bytes));
    cell.counter = old.counter + 1;
  }
  cell.value = to_bytes(value);
  const VerifiedCell signed_cell = sign_cell(cell, seed);
  return around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.put_cell(signed_cell.cell(), signed_cell.signed_bytes()));
    KLUIS_TRY(outbox, rows_.outbox());
    for (const OutboxEntry& waiting : outbox) {
      if (waiting.kind != OutboxKind::cell || waiting.circle != circle) continue;
      KLUIS_TRY(old, decode_cell(waiting.cell.bytes));
      if (old.kind == kind && old.sub_key == sub_key) {
        KLUIS_CHECK(rows_.erase_outbox(waiting.position));
      }
    }
    OutboxEntry entry;
    entry.kind = OutboxKind::cell;
    entry.circle = circle;
    entry.cell = signed_cell.signed_bytes();
    KLUIS_CHECK(rows_.put(entry));
    return around_.observer == nullptr ? Status() : around_.observer->on_cell(signed_cell);
  });
}

namespace {

// Every record in the past of `frontier`, itself included.
Result<std::set<RecordId>> past_of(DeviceRows& rows, const CircleAlias& circle,
                                   std::vector<RecordId> frontier) {
  std::set<RecordId> past;
  while (!frontier.empty()) {
    const RecordId id = frontier.back();
    frontier.pop_back();
    if (id.is_zero() || !past.insert(id).second) continue;
    KLUIS_TRY(bytes, rows.record(circle, id));
    if (!bytes) {  // erased, or not fetched yet
      KLUIS_TRY(grave, rows.grave(circle, id));
      if (grave) frontier.insert(frontier.end(), grave->followed.begin(), grave->followed.end());
      continue;
    }
    KLUIS_TRY(record, decode_record(bytes->bytes));
    frontier.push_back(record.previous);
    frontier.insert(frontier.end(), record.parents.begin(), record.parents.end());
  }
  return past;
}

}  // namespace

Result<std::map<RecordId, Device::Delivery>> Device::deliveries(const CircleAlias& circle) {
  std::map<RecordId, Delivery> result;
  KLUIS_TRY(state, rows_.circle(circle));
  if (!state) return result;
  KLUIS_TRY(everything, past_of(rows_, circle, state->frontier));
  for (const RecordId& id : everything) result[id] = Delivery::received;
  for (const DeviceId& member : state->members) {
    if (member == id_ || !roll_->is_active(member)) continue;
    KLUIS_TRY(signed_cell, rows_.cell(circle, member, CellKind::seen, 0));
    std::vector<RecordId> frontier;
    if (signed_cell) {
      KLUIS_TRY(cell, decode_cell(signed_cell->bytes));
      KLUIS_TRY(seen, decode_seen_value(cell.value));
      frontier = seen.frontier;
    }
    if (frontier == state->frontier) continue;
    KLUIS_TRY(received, past_of(rows_, circle, std::move(frontier)));
    for (auto& [id, delivery] : result) {
      if (!received.contains(id)) delivery = Delivery::sent;
    }
  }
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (!stands_outside(entry) || entry.circle != circle) continue;
    result[entry.record] = entry.sent ? Delivery::sent : Delivery::local;
  }
  return result;
}

}  // namespace kluis
