#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "proto/limits.h"
#include "vault/core/chain.h"
#include "vault/core/device.h"
#include "vault/core/sealing.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

// From wishes to one commit: every act, every reseal and every welcome that the present roll and
// the present wishes ask for, in one transaction at the relay, or none of it.
namespace kluis {
namespace {

constexpr std::uint64_t kSupersededCellsMax = 500;
constexpr std::int64_t kEpochAgeMsMax = 90LL * 24 * 3600 * 1000;

std::vector<DeviceId> without(const std::vector<DeviceId>& all, const std::vector<DeviceId>& some) {
  std::vector<DeviceId> rest;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
  return rest;
}

std::vector<DeviceId> both(const std::vector<DeviceId>& one, const std::vector<DeviceId>& other) {
  std::vector<DeviceId> result;
  std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(result));
  return result;
}

// Whether nothing can be added to the circle any more: it ended, or does in this commit.
bool is_gone(const std::optional<CircleState>& state, const std::map<CircleAlias, bool>& ordered) {
  if (!state || state->standing == Standing::ended) return true;
  const auto found = ordered.find(state->alias);
  return found != ordered.end() && found->second;
}

}  // namespace

struct Device::PlannedEpoch {
  CircleState state;                  // as it is before
  std::optional<EpochSecret> secret;  // nullopt: the circle ends
  BuiltEpoch built;
  std::uint64_t number = 0;
  std::vector<DeviceId> newcomers;  // need a welcome: they do not know the circle's name
};

struct Device::CommitPlan {
  std::vector<ActBody> acts;
  std::optional<RollState> after;  // what the acts make of the roll; nullopt: none so far
  std::vector<DeviceId> removed;   // devices that they take out; sorted
  std::vector<std::uint64_t> intents;
  std::set<CircleAlias> forced;
  // Circles that a decree among the acts ends (true) or drops records from.
  std::map<CircleAlias, bool> ordered;
  std::map<CircleAlias, std::set<RecordId>> doomed;  // records that it drops
  struct Change {
    CircleState state;
    std::vector<DeviceId> members;  // sorted; none: the circle ends
  };
  std::vector<Change> epochs;
  struct Addition {
    CircleState state;
    std::vector<DeviceId> newcomers;
  };
  std::vector<Addition> additions;
  std::set<CircleAlias> carries_records;  // circles whose with_commit records go along

  [[nodiscard]] const RollState& roll_after(const RollState& now) const {
    return after ? *after : now;
  }
  [[nodiscard]] bool installs(const RollState& now) const {
    return roll_after(now).term_act() != now.term_act();
  }
  [[nodiscard]] bool nothing() const {
    return acts.empty() && epochs.empty() && additions.empty() && carries_records.empty();
  }
};

// Plans an act if the roll would take it behind those planned already. What it takes no longer
// (another officer was first, or a wish was said twice) is done with: it must not stop the rest.
// False: the roll does not take it.
Result<bool> Device::plan_act(ActBody act, CommitPlan& plan) {
  plan.acts.push_back(std::move(act));
  KLUIS_TRY(acts, sign_acts(plan, {}));
  auto after = roll_->after(acts);
  // Who stops being an officer cannot sign the epochs that this asks for: another carries it out.
  if (!after || !after->is_officer(id_)) {
    plan.acts.pop_back();
    return false;
  }
  plan.removed = without(roll_->active_devices(), after->active_devices());
  plan.after = std::move(*after);
  return true;
}

// Whether this device can reseal all there is: it opened the newest epoch of every circle. One that
// somebody sealed away from us who is no officer any more stops nothing: nobody writes there, since
// its epoch is older than the new raad (may_write).
Result<bool> Device::holds_every_circle() {
  for (const auto& [alias, rolled] : roll_->circles()) {
    if (rolled.ended || !roll_->is_officer(rolled.newest_by)) continue;
    KLUIS_TRY(state, rows_.circle(alias));
    if (!state || !may_reseal(*state)) return false;
  }
  return true;
}

// All circles or none: it waits until this device can reseal every one of them. False: it waits.
Result<bool> Device::plan_term(const TermIntent& wish, CommitPlan& plan) {
  const RollState& then = plan.roll_after(*roll_);
  // Another officer installed a raad meanwhile: this wish was about the one before.
  if (then.term_act() != wish.after) return true;
  KLUIS_TRY(everything, holds_every_circle());
  if (!everything) return false;
  Term term{wish.term.name, {}};
  for (const auto& [id, person] : then.persons()) {
    const bool named = std::ranges::find(wish.term.members, id) != wish.term.members.end();
    if (then.sits_in_raad(id) && (named || then.came_to_sit_after(id, wish.seen_act))) {
      term.members.push_back(id);
    }
  }
  KLUIS_CHECK(plan_act(std::move(term), plan));
  return true;
}

// Records of the decree whose keys are here, and whose bytes are not.
Result<std::vector<RecordId>> Device::unread_of(const CircleAlias& circle,
                                                const std::vector<RecordId>& records) {
  std::vector<RecordId> unread;
  for (const RecordId& id : records) {
    KLUIS_TRY(key, rows_.record_key(circle, id));
    KLUIS_TRY(bytes, rows_.record(circle, id));
    if (key && !bytes) unread.push_back(id);
  }
  return unread;
}

// Whether nothing of what the decree destroys stands, as far as we see, in a circle that it does
// not name: then its signers did not sign for that.
Result<bool> Device::covers_all(const Decree& decree) {
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    const bool within = std::ranges::binary_search(decree.circles, state.alias);
    if (within || state.standing != Standing::current || state.alias == roll_->alias()) continue;
    if (decree.stuk) {
      KLUIS_TRY(about, records_about(state.alias, *decree.stuk));
      if (!about.empty()) return false;
      continue;
    }
    KLUIS_TRY(info, info_of(state));
    if (info && info->dossier == decree.dossier && !decree.person) return false;
  }
  return true;
}

// What it erases is erased in the same commit, so it waits until this device can reseal all of
// that. One that is not signed by enough any more is done with. False: it waits.
Result<bool> Device::plan_execution(const DecreeId& id, CommitPlan& plan) {
  if (roll_->executed().contains(id) || roll_->is_withdrawn(id)) return true;
  KLUIS_TRY(execution, execution_of(id));
  if (!execution) return true;
  KLUIS_TRY(proposal, VerifiedRecord::from(execution->proposal));
  KLUIS_TRY(decree, decode_decree(proposal.record().body));
  std::vector<DeviceId> holders;
  std::map<CircleAlias, bool> ordered = plan.ordered;
  auto doomed = plan.doomed;
  for (const CircleAlias& circle : decree.circles) {
    KLUIS_TRY(state, rows_.circle(circle));
    if (!state || !may_reseal(*state) || plan.ordered.contains(circle)) return false;
    holders = both(holders, both(state->holders_ever, state->members));
    ordered[circle] = decree.kind == DecreeKind::destroy_dossier;
    if (!decree.stuk) continue;
    // What came since the proposal goes as well: it says something of what is to be gone.
    KLUIS_TRY(about, records_about(circle, *decree.stuk));
    doomed[circle].insert(about.begin(), about.end());
    // Of those whose bytes the relay kept from us the key goes all the same.
    KLUIS_TRY(unread, unread_of(circle, decree.records));
    doomed[circle].insert(unread.begin(), unread.end());
  }
  KLUIS_TRY(all, covers_all(decree));
  if (!all) return true;  // another part came since it was signed
  execution->holders = std::move(holders);
  std::swap(plan.ordered, ordered);
  KLUIS_TRY(taken, plan_act(std::move(*execution), plan));
  if (taken) {
    plan.doomed = std::move(doomed);
  } else {
    std::swap(plan.ordered, ordered);
  }
  return true;
}

// The one founding appointment comes with the enrolment of who is to hold the second place.
Status Device::plan_enrolment(const EnrolIntent& wish, CommitPlan& plan) {
  if (roll_->device(wish.certificate.device) != nullptr) return {};
  KLUIS_CHECK(plan_act(wish.certificate, plan));
  if (!wish.found_second_place || roll_->founding_over()) return {};
  Appoint appoint;
  appoint.person = wish.certificate.person;
  appoint.capacities = {Capacity::plv_raadsvoorzitter};
  appoint.ground = AppointGround::founding;
  appoint.speaking_device = wish.certificate.device;
  KLUIS_CHECK(plan_act(std::move(appoint), plan));
  return {};
}

Status Device::plan_intent(const Intent& intent, CommitPlan& plan) {
  const std::function<void()> done = [&] { plan.intents.push_back(intent.position); };
  struct Planner {
    Device& device;
    CommitPlan& plan;
    const std::function<void()>& done;
    const RollState& roll = *device.roll_;

    Status operator()(const EnrolIntent& wish) const {
      done();
      return device.plan_enrolment(wish, plan);
    }
    Status operator()(const RemoveIntent& wish) const {
      done();
      Remove act;
      for (const DeviceId& id : wish.devices) {
        const bool planned = std::binary_search(plan.removed.begin(), plan.removed.end(), id);
        if (roll.is_active(id) && id != device.id_ && !planned) act.devices.push_back(id);
      }
      const Person* leaving = wish.person ? roll.person(*wish.person) : nullptr;
      if (leaving != nullptr && !leaving->removed) act.person = wish.person;
      if (act.devices.empty() && !act.person) return {};
      std::sort(act.devices.begin(), act.devices.end());
      return plan_only(std::move(act));
    }
    Status operator()(const TermIntent& wish) const {
      KLUIS_TRY(planned, device.plan_term(wish, plan));
      if (planned) done();
      return {};
    }
    Status operator()(const AppointIntent& wish) const {
      done();
      return plan_only(wish.appoint);
    }
    Status operator()(const ExecuteIntent& wish) const {
      KLUIS_TRY(planned, device.plan_execution(wish.decree, plan));
      if (planned) done();
      return {};
    }
    Status operator()(const WithdrawIntent& wish) const {
      done();
      return plan_only(Withdraw{wish.decree});
    }
    Status operator()(const CircleIntent&) const {
      done();
      return {};
    }
    Status operator()(const AdmitIntent& wish) const { return with_record(wish.circle); }
    Status operator()(const DropIntent& wish) const { return with_record(wish.circle); }
    Status operator()(const ResealIntent& wish) const {
      done();
      plan.forced.insert(wish.circle);
      return {};
    }
    [[nodiscard]] Status plan_only(ActBody act) const {
      KLUIS_CHECK(device.plan_act(std::move(act), plan));
      return {};
    }
    [[nodiscard]] Status with_record(const CircleAlias& circle) const {
      KLUIS_TRY(state, device.rows_.circle(circle));
      const bool gone = is_gone(state, plan.ordered);
      const bool ours = gone || state->standing == Standing::planned || device.may_reseal(*state);
      if (!ours) return {};
      done();
      if (!gone) plan.carries_records.insert(circle);
      return {};
    }
  };
  return std::visit(Planner{*this, plan, done}, intent.body);
}

// An officer reseals what he holds completely, in the newest epoch the roll names.
bool Device::may_reseal(const CircleState& state) const {
  const RolledCircle* rolled = roll_->circle(state.alias);
  return state.standing == Standing::current && rolled != nullptr &&
         rolled->newest() == state.header;
}

// Who is in the circle now. Everybody active is in the roll, without an admit.
std::vector<DeviceId> Device::present_members(const CircleState& state) const {
  return state.alias == roll_->alias() ? roll_->active_devices() : state.members;
}

Result<std::vector<DeviceId>> Device::wanted_members(const CircleState& state,
                                                     const CommitPlan& plan) {
  // Who the acts let in comes with the next commit; whom they put out goes with this one.
  KLUIS_TRY(now, entitled_in(state.alias, *roll_));
  KLUIS_TRY(then, entitled_in(state.alias, plan.roll_after(*roll_)));
  std::vector<DeviceId> wanted;
  std::ranges::set_intersection(now, then, std::back_inserter(wanted));
  return wanted;
}

// Admit records for devices that are entitled by the roll and not members yet: further laptops of
// granted persons, new officers, custody devices.
Status Device::admit_newcomers(const CircleState& state, const std::vector<DeviceId>& newcomers) {
  std::set<DeviceId> covered;
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (entry.kind != OutboxKind::with_commit || entry.circle != state.alias) continue;
    KLUIS_TRY(bytes, rows_.record(entry.circle, entry.record));
    if (!bytes) return broken("store.damaged");
    KLUIS_TRY(record, decode_record(bytes->bytes));
    if (record.kind != RecordKind::admit) continue;
    KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
    for (const DeviceId& device : std::get<Admit>(body).devices) covered.insert(device);
  }
  std::map<PersonId, std::vector<DeviceId>> persons;
  for (const DeviceId& device : newcomers) {
    if (!covered.contains(device)) persons[roll_->device(device)->person].push_back(device);
  }
  KLUIS_TRY(granted, grants(state.alias));
  for (const auto& [person, devices] : persons) {
    const auto grant = std::find_if(granted.begin(), granted.end(), [&](const Grant& candidate) {
      return candidate.person == person && !candidate.withdrawn;
    });
    const DossierRole role = grant == granted.end() ? DossierRole::secretaris : grant->role;
    KLUIS_CHECK(add({state.alias, RecordKind::admit, encode(Admit{person, role, devices}),
                     BlobName{}, OutboxKind::with_commit}));
  }
  return {};
}

Status Device::plan_circle_change(const CircleState& state, CommitPlan& plan) {
  KLUIS_TRY(wanted, wanted_members(state, plan));
  if (state.standing == Standing::planned) {
    // Made already, by a commit of ours whose welcome the next roll epoch swept away: another
    // member's will come.
    if (roll_->circle(state.alias) != nullptr) return {};
    plan.epochs.push_back({state, wanted});
    plan.carries_records.insert(state.alias);
    return {};
  }
  if (!may_reseal(state)) return {};
  const auto ordered = plan.ordered.find(state.alias);
  if (ordered != plan.ordered.end() && ordered->second) {
    plan.epochs.push_back({state, {}});
    return {};
  }
  const auto present = present_members(state);
  const auto dropped = without(present, wanted);
  const auto newcomers = without(wanted, present);
  KLUIS_TRY(since, rows_.local_number("epoch_since/" + state.alias.hex()));
  const std::int64_t age = around_.clock->now().value - static_cast<std::int64_t>(since);
  const bool stale =
      state.superseded_cells >= kSupersededCellsMax || (since != 0 && age >= kEpochAgeMsMax);
  const bool roll_changes = state.alias == roll_->alias() && !plan.removed.empty();
  const auto term = plan.roll_after(*roll_).term_act();
  const bool of_old_raad = term && roll_->circle(state.alias)->newest_act < *term;
  if (state.alias != roll_->alias() && !newcomers.empty()) {
    KLUIS_CHECK(admit_newcomers(state, newcomers));
    plan.carries_records.insert(state.alias);
  }
  if (!dropped.empty() || roll_changes || of_old_raad || stale ||
      plan.forced.contains(state.alias) || ordered != plan.ordered.end()) {
    plan.epochs.push_back({state, wanted});
  } else if (!newcomers.empty() && state.alias != roll_->alias()) {
    plan.additions.push_back({state, newcomers});
  }
  return {};
}

// Who stops being an officer, and reads on, must not be able to write as if he still were one: an
// admit in the light of the roll before a circle's newest epoch adds nobody (apply_admit).
Status Device::force_where_officers_step_down(CommitPlan& plan) {
  if (!plan.after) return {};
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    const bool steps_down =
        std::any_of(state.members.begin(), state.members.end(), [&](const DeviceId& device) {
          return roll_->is_officer(device) && !plan.after->is_officer(device);
        });
    if (steps_down && state.alias != roll_->alias()) plan.forced.insert(state.alias);
  }
  return {};
}

Result<Device::CommitPlan> Device::plan_commit() {
  CommitPlan plan;
  KLUIS_TRY(intents, rows_.intents());
  // Removals first, then whoever gets or loses a capacity, a whole raad included: they win over
  // older additions, and an enrolment waits for the next commit, so that the members of a resealed
  // roll are exactly the devices active before it.
  for (int turn = 0; turn < 3; ++turn) {
    for (const Intent& intent : intents) {
      const bool removal = std::holds_alternative<RemoveIntent>(intent.body);
      const bool capacities = std::holds_alternative<TermIntent>(intent.body) ||
                              std::holds_alternative<AppointIntent>(intent.body) ||
                              std::holds_alternative<ExecuteIntent>(intent.body);
      if (turn != (removal ? 0 : capacities ? 1 : 2)) continue;
      const bool enrols = std::holds_alternative<EnrolIntent>(intent.body);
      if (enrols && (!plan.removed.empty() || plan.installs(*roll_))) continue;
      KLUIS_CHECK(plan_intent(intent, plan));
    }
  }
  const bool enrols = std::any_of(plan.acts.begin(), plan.acts.end(), [](const ActBody& act) {
    return std::holds_alternative<Certificate>(act);
  });
  KLUIS_CHECK(force_where_officers_step_down(plan));
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    // The roll's boxes are for the devices active before an enrolment; it is resealed on its own.
    if (state.alias == roll_->alias() && enrols) continue;
    KLUIS_CHECK(plan_circle_change(state, plan));
  }
  return plan;
}

// What came after a cut and shows no bytes may be the very thing that the cut holds off, and a list
// would let it stand. It is left out: whoever has it puts it back.
Result<std::set<RecordId>> Device::unproven_records(const CircleAlias& circle) {
  std::optional<std::uint64_t> first_cut;
  KLUIS_TRY(cuts, rows_.cuts(circle));
  for (const Cut& cut : cuts) {
    KLUIS_TRY(since, rows_.cut_since(circle, cut.device));
    if (since) first_cut = std::min(first_cut.value_or(*since), *since);
  }
  std::set<RecordId> unproven;
  if (!first_cut) return unproven;
  KLUIS_TRY(missing, rows_.missing_records(std::numeric_limits<std::size_t>::max()));
  for (const DeviceRows::MissingRecord& record : missing) {
    if (record.circle == circle && record.listed_in > *first_cut) unproven.insert(record.record);
  }
  return unproven;
}

Result<KeyList> Device::next_list(const CircleState& state, const std::vector<DeviceId>& members,
                                  const std::vector<DeviceId>& dropped,
                                  const std::set<RecordId>& doomed) {
  KeyList list;
  std::set<RecordId> unsent;
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (stands_outside(entry) && entry.circle == state.alias) unsent.insert(entry.record);
  }
  KLUIS_TRY(unproven, unproven_records(state.alias));
  KLUIS_TRY(entries, rows_.key_entries(state.alias));
  for (KeyEntry& entry : entries) {
    const bool stands = !unsent.contains(entry.record) && !unproven.contains(entry.record) &&
                        !doomed.contains(entry.record);
    if (stands) list.entries.push_back(entry);
    wipe(entry.key);
  }
  KLUIS_TRY(cells, rows_.cells(state.alias));
  for (SignedCell& signed_cell : cells) {
    KLUIS_TRY(cell, decode_cell(signed_cell.bytes));
    // Leaf cells are put in by build_epoch, the very ones it seals to.
    if (cell.kind != CellKind::leaf) list.cells.push_back(std::move(signed_cell));
  }
  KLUIS_TRY(tombstones, rows_.tombstones(state.alias));
  list.tombstones = std::move(tombstones);
  for (const RecordId& id : doomed) {
    KLUIS_TRY(bytes, rows_.record(state.alias, id));
    if (!bytes || unsent.contains(id)) continue;
    KLUIS_TRY(record, decode_record(bytes->bytes));
    list.tombstones.push_back({id, record.author, record.sequence});
  }
  std::ranges::sort(list.tombstones, {}, &Tombstone::record);
  KLUIS_TRY(cuts, rows_.cuts(state.alias));
  for (const DeviceId& device : dropped) {
    KLUIS_TRY(end, rows_.chain_end(state.alias, device));
    std::erase_if(cuts, [&](const Cut& cut) { return cut.device == device; });
    cuts.push_back({device, end.sequence, end.record});
  }
  // Who is admitted again writes on.
  std::erase_if(cuts, [&](const Cut& cut) {
    return std::binary_search(members.begin(), members.end(), cut.device);
  });
  std::sort(cuts.begin(), cuts.end(),
            [](const Cut& a, const Cut& b) { return a.device < b.device; });
  list.cuts = std::move(cuts);
  list.holders_ever = both(state.holders_ever, both(present_members(state), members));
  return list;
}

// Tags of devices that were taken out. One stands until its device has given back what it had.
Result<std::vector<RemovedTag>> Device::standing_tags(const CircleState& state) {
  std::vector<RemovedTag> tags;
  for (const RemovedTag& tag : state.removed) {
    KLUIS_TRY(came, rows_.local_number("parcel/" + tag.hex()));
    if (came == 0) tags.push_back(tag);
  }
  return tags;
}

// Who was taken out before still learns from it that he has to forget.
Result<Device::PlannedEpoch> Device::build_planned_end(const CircleState& state) {
  EpochPlan plan;
  plan.raad = roll_->raad();
  plan.circle = state.alias;
  plan.number = state.number + 1;
  plan.previous = state.header;
  plan.roll_position = roll_->head();
  KLUIS_TRY(tags, standing_tags(state));
  plan.removed = std::move(tags);
  KLUIS_TRY(seed, identity());
  return PlannedEpoch{state, std::nullopt, build_end(plan, seed), plan.number, {}};
}

Result<Device::PlannedEpoch> Device::build_planned(const CircleState& state,
                                                   const std::vector<DeviceId>& members,
                                                   const std::set<RecordId>& doomed) {
  const bool first = state.standing == Standing::planned;
  const auto present = first ? std::vector<DeviceId>() : present_members(state);
  const auto dropped = without(present, members);
  EpochPlan plan;
  plan.raad = roll_->raad();
  plan.circle = state.alias;
  plan.number = first ? 0 : state.number + 1;
  plan.previous = first ? HeaderHash{} : state.header;
  plan.roll_position = roll_->head();
  KLUIS_TRY(standing, standing_tags(state));
  std::set<RemovedTag> tags(standing.begin(), standing.end());
  for (const DeviceId& device : dropped) {
    const RemovedTag tag = removed_tag(state.alias, device);
    tags.insert(tag);
    // What it gave back after an earlier removal is not what it has now.
    KLUIS_CHECK(rows_.clear_local("parcel/" + tag.hex()));
  }
  for (const DeviceId& device : members) {
    tags.erase(removed_tag(state.alias, device));
    KLUIS_TRY(leaf, usable_leaf(device));
    plan.members.push_back({device, std::move(leaf)});
  }
  plan.removed.assign(tags.begin(), tags.end());
  KLUIS_TRY(list, next_list(state, members, dropped, doomed));
  plan.list = std::move(list);
  KLUIS_TRY(hedge, rows_.secret<HedgeSecret>("hedge"));
  KLUIS_TRY(seed, identity());
  if (!hedge) return broken("store.damaged");
  EpochSecret secret =
      draw_epoch_secret(*around_.entropy, *hedge, plan, roll_->commit_number() + 1);
  const std::uint64_t number = plan.number;
  BuiltEpoch built = build_epoch(std::move(plan), secret, seed);
  PlannedEpoch planned{state, std::move(secret), std::move(built), number,
                       without(members, present)};
  return planned;
}

Result<std::vector<VerifiedRecord>> Device::sign_acts(const CommitPlan& plan,
                                                      const std::vector<PlannedEpoch>& epochs) {
  std::vector<ActBody> bodies = plan.acts;
  for (const PlannedEpoch& epoch : epochs) {
    if (epoch.number == 0) bodies.emplace_back(CircleAct{epoch.state.alias});
  }
  for (const PlannedEpoch& epoch : epochs) {
    bodies.emplace_back(
        EpochAct{epoch.state.alias, epoch.number, epoch.built.header, !epoch.secret});
  }
  // Before the epochs are built, the roll is asked all the same whether it takes the acts.
  for (const auto& [circle, ends] : plan.ordered) {
    if (!epochs.empty()) break;
    bodies.emplace_back(EpochAct{circle, roll_->circle(circle)->epochs.size(), {}, ends});
  }
  if (bodies.empty()) bodies.emplace_back(Mark{});
  KLUIS_TRY(seed, identity());
  std::vector<VerifiedRecord> acts;
  ActPlace place{roll_->head().act_number, roll_->head().act_id, roll_->commit_number() + 1, false};
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    ++place.act_number;
    place.last_in_commit = i + 1 == bodies.size();
    acts.push_back(sign_act(roll_->alias(), Act{place, std::move(bodies[i])}, roll_->head(),
                            around_.clock->now().value, *around_.entropy, seed));
    place.previous_act = acts.back().id();
  }
  return acts;
}

// Everything a commit is put together from, and its parts so far.
struct Device::CommitDraft {
  const CommitPlan& plan;
  const std::vector<PlannedEpoch>& epochs;
  const OfficerSeed& officer;
  Commit commit;
  PreparedCommit prepared;

  [[nodiscard]] const PlannedEpoch* epoch_of(const CircleAlias& circle) const {
    for (const PlannedEpoch& epoch : epochs) {
      if (epoch.state.alias == circle) return &epoch;
    }
    return nullptr;
  }
};

Status Device::draft_epochs(CommitDraft& draft) {
  KLUIS_TRY(tenancy, rows_.local("tenancy"));
  const auto tenancy_id = tenancy ? TenancyId::from(*tenancy) : std::nullopt;
  if (!tenancy_id) return broken("store.damaged");
  draft.commit.tenancy = *tenancy_id;
  for (const PlannedEpoch& epoch : draft.epochs) {
    EpochOp op;
    op.tenancy = *tenancy_id;
    op.circle = epoch.state.alias;
    op.number = epoch.number;
    op.header = epoch.built.header;
    if (epoch.secret) {
      op.name_hash = hash_as<Digest>("name", {epoch.built.name.view()});
    } else {
      op.kind = HeaderKind::end;
    }
    if (op.circle == roll_->alias()) {
      op.raad_key = signing_public<RaadKey>(raad_seed(*epoch.secret));
    } else if (epoch.number > 0) {
      draft.commit.expect.circles.push_back(
          {op.circle, epoch.state.number, epoch.state.item_count});
    }
    op.boxes_hash = epoch.built.boxes_hash;
    op.list_hash = epoch.built.list_hash;
    SignedOp signed_op;
    signed_op.bytes = encode(op);
    signed_op.signer = signing_public<OfficerKey>(draft.officer);
    signed_op.signature = sign(draft.officer, "epoch-op", signed_op.bytes);
    draft.commit.epochs.push_back(
        {std::move(signed_op), epoch.built.signed_header, epoch.built.name});
    if (!epoch.secret) continue;
    draft.prepared.stage.push_back({blob_name_of(epoch.built.boxes_hash), epoch.built.boxes});
    draft.prepared.stage.push_back({blob_name_of(epoch.built.list_hash), epoch.built.list});
  }
  return {};
}

// Appends one record under the epoch that its circle has after this commit.
Status Device::draft_record(CommitDraft& draft, const CircleAlias& circle, const RecordKey& key,
                            const SignedRecord& record) {
  const PlannedEpoch* epoch = draft.epoch_of(circle);
  std::optional<EpochSecret> held;
  std::uint64_t number = 0;
  if (epoch == nullptr) {
    KLUIS_TRY(state, rows_.circle(circle));
    KLUIS_TRY(secret, rows_.epoch_secret(circle));
    if (!state || !secret) return broken("store.damaged");
    held = std::move(*secret);
    number = state->number;
  }
  SealedEntry sealed = seal_entry(epoch ? *epoch->secret : *held, circle,
                                  epoch ? epoch->number : number, key, record, *around_.entropy);
  draft.commit.appends.push_back({circle, std::move(sealed.item.item), sealed.item.blobs});
  draft.prepared.stage.push_back(std::move(sealed.blob));
  return {};
}

Status Device::draft_welcomes(CommitDraft& draft) {
  const PlannedEpoch* roll_epoch = draft.epoch_of(roll_->alias());
  KLUIS_TRY(roll_state, rows_.circle(roll_->alias()));
  KLUIS_TRY(roll_secret, rows_.epoch_secret(roll_->alias()));
  if (!roll_state || !roll_secret) return broken("store.damaged");
  const auto welcome_all = [&](const CircleAlias& circle, std::uint64_t number,
                               const EpochSecret& secret,
                               const std::vector<DeviceId>& newcomers) -> Status {
    for (const DeviceId& device : newcomers) {
      KLUIS_TRY(cell, usable_leaf(device));
      const auto leaf = cell ? leaf_of(*cell) : std::nullopt;
      auto welcome =
          leaf ? make_welcome(secret, roll_->raad(), circle, number, *leaf) : std::nullopt;
      if (!welcome) continue;
      Bytes item = seal_item(roll_epoch ? *roll_epoch->secret : *roll_secret, roll_->alias(),
                             roll_epoch ? roll_epoch->number : roll_state->number,
                             std::move(*welcome), *around_.entropy);
      draft.commit.appends.push_back({roll_->alias(), std::move(item), {}});
    }
    return {};
  };
  for (const PlannedEpoch& epoch : draft.epochs) {
    if (epoch.state.alias == roll_->alias()) continue;
    if (!epoch.secret) continue;
    KLUIS_CHECK(welcome_all(epoch.state.alias, epoch.number, *epoch.secret, epoch.newcomers));
  }
  for (const CommitPlan::Addition& addition : draft.plan.additions) {
    KLUIS_TRY(secret, rows_.epoch_secret(addition.state.alias));
    if (!secret) return broken("store.damaged");
    KLUIS_CHECK(
        welcome_all(addition.state.alias, addition.state.number, *secret, addition.newcomers));
  }
  return {};
}

Status Device::draft_carried_records(CommitDraft& draft) {
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (entry.kind != OutboxKind::with_commit) continue;
    if (!draft.plan.carries_records.contains(entry.circle)) continue;
    const PlannedEpoch* epoch = draft.epoch_of(entry.circle);
    if (epoch != nullptr && !epoch->secret) continue;  // it ends
    KLUIS_TRY(record, rows_.record(entry.circle, entry.record));
    KLUIS_TRY(key, rows_.record_key(entry.circle, entry.record));
    if (!record || !key) return broken("store.damaged");
    KLUIS_CHECK(draft_record(draft, entry.circle, *key, *record));
  }
  return {};
}

void Device::draft_officers(CommitDraft& draft, const RollState& after) {
  const auto before = roll_->officer_keys();
  const auto now = after.officer_keys();
  std::set_difference(now.begin(), now.end(), before.begin(), before.end(),
                      std::back_inserter(draft.commit.officers_added));
  std::set_difference(before.begin(), before.end(), now.begin(), now.end(),
                      std::back_inserter(draft.commit.officers_removed));
}

Result<PreparedCommit> Device::build_commit(CommitPlan& plan) {
  std::vector<PlannedEpoch> epochs;
  for (const CommitPlan::Change& change : plan.epochs) {
    auto epoch = change.members.empty()
                     ? build_planned_end(change.state)
                     : build_planned(change.state, change.members, plan.doomed[change.state.alias]);
    if (!epoch) return tl::unexpected<Error>(std::move(epoch).error());
    epochs.push_back(std::move(*epoch));
  }
  KLUIS_TRY(acts, sign_acts(plan, epochs));
  // What everybody else will judge, we judge first.
  KLUIS_TRY(after, roll_->after(acts));
  KLUIS_TRY(officer, rows_.secret<OfficerSeed>("officer"));
  KLUIS_TRY(roll_state, rows_.circle(roll_->alias()));
  if (!officer || !roll_state) return broken("store.damaged");
  CommitDraft draft{plan, epochs, *officer, {}, {}};
  draft.commit.expect.commit_number = roll_->commit_number();
  draft.commit.expect.roll_item_count = roll_state->item_count;
  KLUIS_CHECK(draft_epochs(draft));
  for (const VerifiedRecord& act : acts) {
    const RecordKey key = draw_record_key(*around_.entropy, act.id());
    KLUIS_CHECK(draft_record(draft, roll_->alias(), key, act.signed_bytes()));
  }
  KLUIS_CHECK(draft_carried_records(draft));
  KLUIS_CHECK(draft_welcomes(draft));
  draft_officers(draft, after);
  PreparedCommit& prepared = draft.prepared;
  prepared.commit.bytes = encode(draft.commit);
  prepared.commit.signer = signing_public<OfficerKey>(*officer);
  prepared.commit.signature = sign(*officer, "commit", prepared.commit.bytes);
  prepared.position = roll_->commit_number() + 1;
  prepared.first_act = acts.front().id();
  prepared.intents = plan.intents;
  return std::move(prepared);
}

Result<std::optional<PreparedCommit>> Device::prepare_commit() {
  KLUIS_TRY(may, may_write());
  if (!may || !is_officer()) return std::optional<PreparedCommit>();
  KLUIS_TRY(standing, rows_.prepared());
  if (standing && roll_->act_number_of(standing->first_act)) {
    return std::optional<PreparedCommit>();  // it landed, and is kept for what it made
  }
  if (standing) return std::move(standing);
  std::optional<PreparedCommit> result;
  KLUIS_CHECK(around_.store->transact([&]() -> Status {
    KLUIS_TRY(plan, plan_commit());
    if (plan.nothing()) {
      for (const std::uint64_t position : plan.intents) {
        KLUIS_CHECK(rows_.erase_intent(position));
      }
      return {};
    }
    KLUIS_TRY(prepared, build_commit(plan));
    KLUIS_CHECK(rows_.put(prepared));
    result = std::move(prepared);
    // Staged or refused, its boxes count as published for ever: what they were sealed to must go.
    return result->stage.empty() ? Status() : rows_.set_local_number("rotate_due", 1);
  }));
  return result;
}

Result<Device::PreparedFate> Device::settle_prepared() {
  KLUIS_TRY(prepared, rows_.prepared());
  if (!prepared) return PreparedFate::none;
  const bool landed = roll_->act_number_of(prepared->first_act).has_value();
  if (!landed && roll_->commit_number() < prepared->position) return PreparedFate::unknown;
  KLUIS_TRY(unread, unread_epochs(*prepared));
  KLUIS_CHECK(around_.store->transact([&]() -> Status {
    if (landed) {
      for (const std::uint64_t position : prepared->intents) {
        KLUIS_CHECK(rows_.erase_intent(position));
      }
    }
    return unread.empty() ? rows_.clear_prepared() : Status();
  }));
  if (!unread.empty()) return PreparedFate::unread;
  return landed ? PreparedFate::landed : PreparedFate::lost;
}

Status Device::check_receipt(const SignedReceipt& receipt, const SignedCommit& commit) {
  KLUIS_TRY(key, rows_.local("receipt_key"));
  KLUIS_TRY(content, decode_receipt(receipt.bytes));
  if (!key || !verify(*key, "receipt", receipt.bytes, receipt.signature) ||
      content.commit_hash != hash_as<Digest>("commit", {commit.bytes})) {
    return broken("relay.receipt");
  }
  return {};
}

Status Device::prepared_conflicts(const SignedReceipt& receipt) {
  KLUIS_TRY(prepared, rows_.prepared());
  if (!prepared) return {};
  KLUIS_CHECK(check_receipt(receipt, prepared->commit));
  KLUIS_TRY(content, decode_receipt(receipt.bytes));
  if (content.verdict != Verdict::conflict) return broken("relay.receipt");
  return around_.store->transact([&] { return rows_.clear_prepared(); });
}

}  // namespace kluis
