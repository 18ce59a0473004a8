#include "vault/core/erasure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "vault/core/device.h"

// Carrying out what the roll says was decided. The roll alone makes a device forget: no header and
// no silence of the relay has a part in it. Every active device goes through it, holder or not,
// since its leaf, long dead in pages of its disk, may open a box of what was destroyed.
namespace kluis {
namespace {

bool erases(const Decree& decree) {
  return decree.kind == DecreeKind::destroy_dossier || decree.kind == DecreeKind::destroy_stuk;
}

void add_holders(std::set<DeviceId>& devices, const CircleState& state) {
  devices.insert(state.holders_ever.begin(), state.holders_ever.end());
  devices.insert(state.members.begin(), state.members.end());
}

}  // namespace

ErasureProgress erasure_progress(const RollState& roll, const DecreeId& decree,
                                 std::span<const VerifiedRecord> confirmations,
                                 std::span<const VerifiedRecord> leavings) {
  const auto executed = roll.executed().find(decree);
  if (executed == roll.executed().end()) return {};
  const std::uint64_t act = executed->second.act_number;
  std::set<DeviceId> closure(executed->second.holders.begin(), executed->second.holders.end());
  // Nobody has to believe the list of who executed it: everybody active then goes through it.
  for (const auto& [id, device] : roll.devices()) {
    if (roll.was_active(id, act)) closure.insert(id);
  }
  std::set<DeviceId> confirmed;
  for (const VerifiedRecord& record : confirmations) {
    const auto body = decode_confirmation(record.record().body);
    const bool fits = record.record().kind == RecordKind::confirmation && body &&
                      body->decree == decree && record.record().circle == roll.alias();
    if (!fits || roll.device(record.record().author) == nullptr) continue;
    confirmed.insert(record.record().author);
    for (const DeviceId& id : body->also_boxed) {
      const EnrolledDevice* named = roll.device(id);
      if (named != nullptr && named->certified_act <= act) closure.insert(id);
    }
  }
  for (const VerifiedRecord& record : leavings) {
    const auto body = decode_confirmation(record.record().body);
    const bool fits = record.record().kind == RecordKind::confirmation && body &&
                      body->decree.is_zero() && record.record().circle == roll.alias();
    const EnrolledDevice* device = roll.device(record.record().author);
    if (fits && device != nullptr && device->removed_act) confirmed.insert(device->id);
  }
  ErasureProgress progress;
  progress.confirmed.assign(confirmed.begin(), confirmed.end());
  std::ranges::set_difference(closure, confirmed, std::back_inserter(progress.missing));
  return progress;
}

// `before`: the roll as it was here; nullopt: this is the first that this device reads. Then it
// goes through what was executed since it was enrolled.
Status Device::carry_out_decrees(const std::optional<RollState>& before) {
  for (const auto& [id, executed] : roll_->executed()) {
    const bool known =
        before ? before->executed().contains(id) : executed.act_number < self().certified_act;
    if (known || !erases(executed.decree)) continue;
    std::set<DeviceId> also_boxed;
    for (const CircleAlias& circle : executed.decree.circles) {
      KLUIS_TRY(state, rows_.circle(circle));
      if (!state) continue;
      add_holders(also_boxed, *state);
      if (executed.decree.kind == DecreeKind::destroy_dossier) {
        KLUIS_CHECK(end_circle(*state));
      } else if (state->standing != Standing::removed && state->standing != Standing::ended) {
        KLUIS_CHECK(bury_stuk(*state, executed.decree));
      }
    }
    if (executed.decree.kind == DecreeKind::destroy_dossier) {
      KLUIS_CHECK(drop_planned(executed.decree.dossier));
    }
    for (const DeviceId& listed : executed.holders) also_boxed.erase(listed);
    KLUIS_CHECK(rows_.put_unconfirmed({id, {also_boxed.begin(), also_boxed.end()}}));
    KLUIS_CHECK(leave_on_disk());
  }
  return {};
}

// What a circle of a dossier is; nullopt when that has not come yet.
Result<std::optional<CircleInfo>> Device::info_of(const CircleState& state) {
  const RolledCircle* rolled = roll_->circle(state.alias);
  // Its maker says so first of all.
  KLUIS_TRY(id, rows_.held(state.alias, rolled == nullptr ? id_ : rolled->made_by, 1));
  if (!id) return std::optional<CircleInfo>();
  KLUIS_TRY(bytes, rows_.record(state.alias, *id));
  if (!bytes) return std::optional<CircleInfo>();
  KLUIS_TRY(record, decode_record(bytes->bytes));
  if (record.kind != RecordKind::circle_info) return std::optional<CircleInfo>();
  KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
  return std::optional<CircleInfo>(std::get<CircleInfo>(std::move(body)));
}

// A circle more for the dossier that was planned here and not committed.
Status Device::drop_planned(const DossierId& dossier) {
  KLUIS_TRY(circles, rows_.circles());
  for (CircleState& state : circles) {
    if (state.standing != Standing::planned) continue;
    KLUIS_TRY(info, info_of(state));
    if (info && info->dossier == dossier) KLUIS_CHECK(forget(state, Standing::ended));
  }
  return {};
}

// Its name is kept: by that it is asked how it ended.
Status Device::end_circle(CircleState& state) {
  if (state.standing == Standing::ended) return {};
  KLUIS_CHECK(rows_.clear_alarm("waiting-for-officer", state.alias.hex()));
  KLUIS_CHECK(rows_.clear_local("exit/" + state.alias.hex()));
  return forget(state, Standing::ended);
}

Result<bool> Device::has_ended(const CircleName& name) {
  KLUIS_TRY(state, circle_named(name));
  return state && state->standing == Standing::ended;
}

// The last header and the officer's op for it, with which this device too can tell a relay that
// fell behind. What the circle held went when the roll said so.
Result<Device::EpochOutcome> Device::take_end(const CircleState& state, const Superseded& answer) {
  KLUIS_TRY(header, VerifiedHeader::from(answer.signed_header));
  // The relay does not know yet how it ended.
  if (header.header().number < roll_->circle(state.alias)->number()) return EpochOutcome::waiting;
  if (roll_->circle(state.alias)->newest() != header.hash()) return broken("epoch.not_named");
  KLUIS_CHECK(check_op(answer.op, header, nullptr));
  KLUIS_CHECK(around_.store->transact([&] {
    return rows_.put_epoch_bytes(state.alias, {answer.signed_header, {}, {}, answer.op});
  }));
  return EpochOutcome::ended;
}

Status Device::keep_receipt(const SignedReceipt& receipt) {
  KLUIS_TRY(prepared, rows_.prepared());
  KLUIS_TRY(intents, rows_.intents());
  if (!prepared) return {};
  return around_.store->transact([&]() -> Status {
    for (const Intent& intent : intents) {
      const auto* execute = std::get_if<ExecuteIntent>(&intent.body);
      const bool done =
          std::ranges::find(prepared->intents, intent.position) != prepared->intents.end();
      if (execute == nullptr || !done) continue;
      KLUIS_CHECK(rows_.put_receipt(execute->decree, {prepared->commit, receipt}));
    }
    return {};
  });
}

Result<std::optional<DeviceRows::CommitReceipt>> Device::erasure_receipt(const DecreeId& id) {
  return rows_.receipt(id);
}

// Whether what a decree dropped is dropped here, as far as this device ever held it.
Result<bool> Device::is_carried_out(const Decree& decree) {
  for (const CircleAlias& circle : decree.circles) {
    KLUIS_TRY(state, rows_.circle(circle));
    const bool out = !state || state->standing == Standing::removed ||
                     state->standing == Standing::ended || state->standing == Standing::joining;
    if (out) continue;
    if (decree.kind == DecreeKind::destroy_dossier) return false;
    const RolledCircle* rolled = roll_->circle(circle);
    const bool newest = state->standing == Standing::current && rolled->newest() == state->header;
    if (!newest) return false;
  }
  return true;
}

Result<bool> Device::has_confirmation_to_send() {
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (entry.kind != OutboxKind::record || entry.sent || !roll_) continue;
    if (entry.circle != roll_->alias()) continue;
    KLUIS_TRY(bytes, rows_.record(entry.circle, entry.record));
    if (!bytes) continue;
    KLUIS_TRY(record, decode_record(bytes->bytes));
    if (record.kind == RecordKind::confirmation) return true;
  }
  return false;
}

// "I have forgotten" is said when it is true: the leaf that could open it is gone, and then the
// disk was resealed.
Status Device::confirm_erasures() {
  if (state_ != DeviceState::active) return {};
  KLUIS_TRY(may, may_write());
  KLUIS_TRY(reseal, rows_.local_number("reseal_due"));
  KLUIS_TRY(after_leaf, rows_.local_number("reseal_after_leaf"));
  if (!may || reseal != 0 || after_leaf != 0) return {};
  KLUIS_TRY(unconfirmed, rows_.unconfirmed());
  KLUIS_TRY(generation, rows_.local_number("generation"));
  for (const DeviceRows::Unconfirmed& waiting : unconfirmed) {
    const auto executed = roll_->executed().find(waiting.decree);
    if (executed == roll_->executed().end()) return broken("store.damaged");
    KLUIS_TRY(done, is_carried_out(executed->second.decree));
    if (!done) continue;
    const Confirmation body{waiting.decree, generation, waiting.also_boxed};
    KLUIS_CHECK(around_.store->transact([&]() -> Status {
      KLUIS_CHECK(add({roll_->alias(), RecordKind::confirmation, encode(body), BlobName{},
                       OutboxKind::record}));
      return rows_.clear_unconfirmed(waiting.decree);
    }));
  }
  return {};
}

}  // namespace kluis
