#include <algorithm>
#include <utility>

#include "proto/limits.h"
#include "vault/core/device.h"

// Being taken out: only an officer's signed tag makes a device forget, never a missing box.
namespace kluis {
namespace {

bool is_word_of_leaving(const VerifiedRecord& record, const RollState& roll) {
  if (record.record().kind != RecordKind::confirmation) return false;
  if (record.record().circle != roll.alias() || roll.is_active(record.record().author)) {
    return false;
  }
  const auto body = decode_confirmation(record.record().body);
  return body && body->decree.is_zero();
}

}  // namespace

bool Device::is_tagged(const Header& header) const {
  return std::ranges::binary_search(header.removed, removed_tag(header.circle, id_));
}

bool Device::removed_by(const VerifiedHeader& header, const RollState& roll) const {
  return is_tagged(header.header()) && roll.is_officer(header.signer());
}

Status Device::forget(CircleState& state, Standing standing) {
  state.standing = standing;
  state.members.clear();
  state.frontier.clear();
  // Who comes back must know which of his own numbers are used: his next record takes the one after
  // them, and follows nothing (begins_anew).
  KLUIS_TRY(own_end, rows_.chain_end(state.alias, id_));
  KLUIS_CHECK(rows_.forget_circle(state.alias));
  KLUIS_CHECK(around_.store->erase_prefix(Table::document, state.alias.view()));
  KLUIS_CHECK(rows_.put_chain_end(state.alias, id_, {own_end.sequence, RecordId{}}));
  if (standing == Standing::removed) KLUIS_CHECK(rows_.set_local("left/" + state.alias.hex(), {}));
  if (around_.observer) KLUIS_CHECK(around_.observer->on_circle_forgotten(state.alias));
  return rows_.put(state);
}

// "I have forgotten all", signed. A device that left the raad never comes back to it, so this stays
// true. It leaves this device when it is true (exit_parcels).
Result<VerifiedRecord> Device::word_of_leaving() {
  KLUIS_TRY(generation, rows_.local_number("generation"));
  KLUIS_TRY(seed, identity());
  Record record;
  record.circle = roll_->alias();
  record.author = id_;
  record.sequence = 1;
  record.roll_head = roll_->head();
  record.written_unix_ms = around_.clock->now().value;
  record.kind = RecordKind::confirmation;
  around_.entropy->fill(record.salt);
  record.body = encode(Confirmation{DecreeId{}, generation + 1, {}});
  return sign_record(record, seed);
}

// Our own records that did not leave this device, or left beyond what stands: the griffier may
// carry them in or refuse them. No document bytes, and only what fits a parcel; its user is told
// that something did not.
Result<ExitParcel> Device::collect_parcel(const CircleAlias& circle) {
  ExitParcel parcel;
  parcel.device = id_;
  parcel.circle = circle;
  const bool everything = circle == roll_->alias();
  std::size_t bytes = 0;
  if (everything) {
    KLUIS_TRY(word, word_of_leaving());
    bytes = word.signed_bytes().bytes.size();
    parcel.records.push_back(word.signed_bytes());
  }
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (entry.kind != OutboxKind::record || (!everything && entry.circle != circle)) continue;
    KLUIS_TRY(record, rows_.record(entry.circle, entry.record));
    if (!record) continue;
    const std::size_t needed = record->bytes.size() + Signature::kSize + 64;
    if (bytes + needed > kExitParcelBytesMax / 2) {
      KLUIS_CHECK(rows_.raise({"not-handed-in", circle.hex(), around_.clock->now().value, {}}));
      continue;
    }
    bytes += needed;
    parcel.records.push_back(std::move(*record));
  }
  return parcel;
}

Status Device::become_removed(CircleState& state, const VerifiedHeader& header) {
  const auto& exit_key = header.header().exit_key;
  if (exit_key) {
    KLUIS_TRY(parcel, collect_parcel(state.alias));
    KLUIS_TRY(seed, identity());
    if (const auto sealed = seal_parcel(*exit_key, parcel, seed, *around_.entropy)) {
      KLUIS_CHECK(rows_.set_local("exit/" + state.alias.hex(), encode(*sealed)));
    }
  }
  const bool everything = state.alias == roll_->alias();
  if (everything) KLUIS_CHECK(keep_way_out());
  KLUIS_TRY(circles, rows_.circles());
  for (CircleState& circle : circles) {
    if (circle.standing == Standing::removed || circle.standing == Standing::ended) continue;
    if (everything || circle.alias == state.alias) KLUIS_CHECK(forget(circle, Standing::removed));
  }
  KLUIS_CHECK(rows_.raise(
      {"removed", everything ? "" : state.alias.hex(), around_.clock->now().value, {}}));
  if (!everything) return leave_on_disk();
  KLUIS_TRY(generation, rows_.local_number("generation"));
  KLUIS_CHECK(rows_.set_local_number("reseal_due", generation + 1));
  // The leaf that opened all this dies with the device reseal; nobody seals to it any more.
  for (const char* name : {"leaf", "leaf-next", "officer", "hedge"}) {
    KLUIS_CHECK(rows_.clear_secret(name));
  }
  KLUIS_CHECK(rows_.forget_plans());
  return rows_.set_local_number("state", static_cast<std::uint64_t>(DeviceState::removed));
}

// What was erased is forgotten by a device reseal, and the leaf that opened it by the next.
Status Device::leave_on_disk() {
  KLUIS_TRY(generation, rows_.local_number("generation"));
  KLUIS_CHECK(rows_.set_local_number("reseal_due", generation + 1));
  // A device reseal that comes first carries the leaf over: one more is due when that is gone.
  KLUIS_CHECK(rows_.set_local_number("reseal_after_leaf", 1));
  // A next leaf that was drawn may stand at the relay, and boxes made to it: that one goes too.
  KLUIS_TRY(next_leaf, rows_.secret<LeafSeed>("leaf-next"));
  KLUIS_CHECK(rows_.set_local_number("rotate_again", next_leaf ? 1 : 0));
  return rows_.set_local_number("rotate_due", 1);
}

// The raad key of the epoch that we were taken out of opens nothing, and lets us hand in the
// parcel.
Status Device::keep_way_out() {
  KLUIS_TRY(secret, rows_.epoch_secret(roll_->alias()));
  return secret ? rows_.set_secret("exit-raad", raad_seed(*secret).expose()) : Status();
}

Result<std::optional<RaadSeed>> Device::way_out() {
  return rows_.secret<RaadSeed>("exit-raad");
}

// "I have forgotten" is said when it is true: after the device reseal, and where the leaf goes with
// it, after the one that follows that.
Result<std::vector<ExitRequest>> Device::exit_parcels() {
  std::vector<ExitRequest> requests;
  KLUIS_TRY(reseal, rows_.local_number("reseal_due"));
  KLUIS_TRY(after_leaf, rows_.local_number("reseal_after_leaf"));
  const bool leaf_lives = state_ != DeviceState::removed && after_leaf != 0;
  if (reseal != 0 || leaf_lives) return requests;
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    KLUIS_TRY(parcel, rows_.local("exit/" + state.alias.hex()));
    if (parcel) requests.push_back({state.alias, removed_tag(state.alias, id_), *parcel});
  }
  return requests;
}

Result<std::vector<CircleAlias>> Device::circles_with_tags() {
  std::vector<CircleAlias> result;
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    if (state.standing != Standing::current || state.removed.empty()) continue;
    result.push_back(state.alias);
  }
  return result;
}

// What a removed device gave back. Its records are kept apart: the griffier carries or refuses
// each. A parcel that does not open, or that its device did not sign, is dropped and stops nobody.
Status Device::take_parcels(const CircleAlias& circle, const std::vector<Bytes>& parcels) {
  KLUIS_TRY(secret, rows_.epoch_secret(circle));
  if (!secret) return {};
  const ExitSeed seed = exit_seed(*secret);
  return around_.store->transact([&]() -> Status {
    for (const Bytes& encoded : parcels) {
      const auto sealed = decode_sealed_parcel(encoded);
      if (!sealed) continue;
      auto parcel = open_parcel(seed, *sealed);
      if (!parcel || parcel->circle != circle) continue;
      KLUIS_CHECK(note_parcel(circle, parcel->device));
      for (SignedRecord& signed_record : parcel->records) {
        const auto record = VerifiedRecord::from(std::move(signed_record));
        if (!record || record->record().author != parcel->device) continue;
        const bool word = is_word_of_leaving(*record, *roll_);
        KLUIS_CHECK(word ? rows_.put_word_of_leaving(parcel->device, record->signed_bytes())
                         : keep_apart(*record));
      }
    }
    return {};
  });
}

// Who left the raad forgot all circles, and says so once.
Status Device::note_parcel(const CircleAlias& circle, const DeviceId& device) {
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    if (circle != roll_->alias() && circle != state.alias) continue;
    const RemovedTag tag = removed_tag(state.alias, device);
    KLUIS_CHECK(rows_.set_local_number("parcel/" + tag.hex(), 1));
  }
  return {};
}

Status Device::keep_apart(const VerifiedRecord& record) {
  const Record& content = record.record();
  // Junk: nothing that could be decided on.
  if (!may_stand(content) || !roll_->can_have_written(content) || is_destroyed(content)) return {};
  const CircleAlias& circle = content.circle;
  KLUIS_TRY(state, rows_.circle(circle));
  if (!state || state->standing != Standing::current) return {};
  KLUIS_TRY(present, rows_.record(circle, record.id()));
  return present ? Status() : rows_.put_apart(circle, record.id(), record.signed_bytes());
}

Status Device::exit_handed_in(const CircleAlias& circle) {
  return around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.clear_local("exit/" + circle.hex()));
    KLUIS_TRY(left, exit_parcels());
    return left.empty() ? rows_.clear_secret("exit-raad") : Status();
  });
}

Status Device::set_generation(std::uint64_t generation) {
  KLUIS_TRY(known, rows_.local_number("generation"));
  if (known == generation) return {};
  return around_.store->transact([&] { return rows_.set_local_number("generation", generation); });
}

Result<bool> Device::reseal_due(std::uint64_t generation) {
  KLUIS_TRY(due, rows_.local_number("reseal_due"));
  if (due == 0) return false;
  KLUIS_TRY(prepared, rows_.prepared());
  // A prepared commit may still land; its box is sealed to a leaf that must live until then.
  if (prepared) return false;
  return generation < due;
}

Status Device::resealed(std::uint64_t generation) {
  return around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.set_local_number("generation", generation));
    KLUIS_TRY(due, rows_.local_number("reseal_due"));
    return generation < due ? Status() : rows_.set_local_number("reseal_due", 0);
  });
}

}  // namespace kluis
