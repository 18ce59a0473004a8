#include "vault/core/roll.h"

#include <algorithm>
#include <utility>

#include "vault/core/epoch.h"
#include "vault/crypto/sign.h"
#include "vault/law/rules.h"

namespace kluis {
namespace {

struct ReadAct {
  const VerifiedRecord* record;
  Act act;
};

Result<std::vector<ReadAct>> read_acts(std::span<const VerifiedRecord> records) {
  std::vector<ReadAct> acts;
  for (const VerifiedRecord& record : records) {
    if (!is_act(record.record().kind)) return broken("roll.not_an_act");
    KLUIS_TRY(act, decode_act(record.record().kind, record.record().body));
    acts.push_back({&record, std::move(act)});
  }
  return acts;
}

}  // namespace

Result<RollState> RollState::found(std::span<const VerifiedRecord> founding) {
  if (founding.empty() || founding.front().record().kind != RecordKind::genesis) {
    return broken("roll.no_genesis");
  }
  RollState empty;
  empty.raad_ = RaadId{founding.front().id().bytes};
  return empty.after(founding);
}

Result<RollState> RollState::after(std::span<const VerifiedRecord> records) const& {
  return RollState(*this).after(records);
}

Result<RollState> RollState::after(std::span<const VerifiedRecord> records) && {
  if (records.empty()) return broken("roll.empty_commit");
  KLUIS_TRY(acts, read_acts(records));
  RollState next = std::move(*this);
  ++next.commit_number_;
  for (std::size_t i = 0; i < acts.size(); ++i) {
    const ActPlace& place = acts[i].act.place;
    if (place.commit_number != next.commit_number_) return broken("roll.commit_number");
    if (place.last_in_commit != (i + 1 == acts.size())) return broken("roll.commit_end");
    KLUIS_CHECK(next.apply(*acts[i].record, acts[i].act));
  }
  KLUIS_CHECK(next.check_complete());
  return next;
}

Status RollState::apply(const VerifiedRecord& record, const Act& act) {
  const bool first = act_ids_.empty();
  if (act.place.act_number != act_ids_.size()) return broken("roll.act_number");
  if (act.place.previous_act != (first ? RecordId{} : act_ids_.back())) {
    return broken("roll.previous_act");
  }
  if (first != (record.record().kind == RecordKind::genesis)) return broken("roll.genesis");
  if (!first && record.record().circle != alias()) return broken("roll.other_circle");
  if (!first && !is_officer(record.record().author)) return broken("roll.not_an_officer");
  act_number_ = act.place.act_number;
  act_unix_ms_ = record.record().written_unix_ms;
  KLUIS_CHECK(std::visit(
      [&](const auto& body) { return apply_body(record.record().author, body, record.id()); },
      act.body));
  if (has_voice() || !founding_over_) {
    silent_since_.reset();
  } else if (!silent_since_) {
    silent_since_ = act_number_;
  }
  act_ids_.push_back(record.id());
  head_ = {act_number_, record.id()};
  return {};
}

Status RollState::apply_body(const DeviceId& author, const Genesis& body, const RecordId&) {
  const auto& capacities = body.founder.capacities;
  if (author != body.founder.device) return broken("roll.founder");
  if (std::find(capacities.begin(), capacities.end(), Capacity::griffier) == capacities.end()) {
    return broken("roll.founder");
  }
  if (std::any_of(capacities.begin(), capacities.end(), is_quorum_capacity)) {
    return broken("roll.founder");
  }
  genesis_ = body;
  RolledCircle roll;
  roll.alias = body.roll;
  circles_[body.roll] = roll;
  return enrol(body.founder);
}

void RollState::give(Person& person, Capacity capacity) {
  if (!person.capacities.emplace(capacity, act_number_).second) return;
  person.history.push_back({capacity, act_number_, std::nullopt});
}

void RollState::end(Person& person, Capacity capacity) {
  person.capacities.erase(capacity);
  for (CapacitySpan& span : person.history) {
    if (span.capacity == capacity && !span.ended_act) span.ended_act = act_number_;
  }
}

// Makes person (if new) and device. Who may give which capacity was judged by the caller.
Status RollState::enrol(const Certificate& body) {
  if (devices_.contains(body.device)) return broken("roll.device_twice");
  KLUIS_TRY(leaf, VerifiedCell::from(body.leaf));
  const Cell& cell = leaf.cell();
  const bool own_circle = cell.circle == alias() || cell.circle.is_zero();
  if (cell.kind != CellKind::leaf || cell.device != body.device || cell.counter != 0 ||
      !own_circle || !leaf_of(leaf)) {
    return broken("roll.leaf");
  }
  Person& person = persons_[body.person];
  if (person.id.is_zero()) {
    person.id = body.person;
    person.name = body.person_name;
    for (const Capacity capacity : body.capacities) give(person, capacity);
  }
  EnrolledDevice& device = devices_[body.device];
  device.id = body.device;
  device.person = body.person;
  device.name = body.device_name;
  device.officer_key = body.officer_key;
  device.first_leaf = body.leaf;
  device.custody = body.custody;
  device.certified_act = act_number_;
  return {};
}

Status RollState::apply_body(const DeviceId&, const Certificate& body, const RecordId&) {
  if (const Person* known = person(body.person)) {
    // A further device says the same of its person; capacities change by `appoint` alone.
    if (known->removed) return broken("roll.person_removed");
    if (known->name != body.person_name) return broken("roll.person_name");
    for (const Capacity capacity : body.capacities) {
      if (!known->capacities.contains(capacity)) return broken("roll.capacity");
    }
    return enrol(body);
  }
  for (const Capacity capacity : body.capacities) {
    // A second griffier and the second place come by decree (or the one founding act).
    if (needs_decree(capacity)) {
      return broken("roll.capacity_needs_decree");
    }
  }
  return enrol(body);
}

Status RollState::apply_body(const DeviceId& author, const Remove& body, const RecordId&) {
  for (const DeviceId& id : body.devices) {
    if (!is_active(id)) return broken("roll.not_active");
    if (id == author) return broken("roll.removes_itself");
    devices_[id].removed_act = act_number_;
  }
  if (!body.person) return body.devices.empty() ? Status(broken("roll.removes_nothing")) : Status();
  const Person* leaving = person(*body.person);
  if (leaving == nullptr || leaving->removed) return broken("roll.not_active");
  for (const auto& [capacity, act] : leaving->capacities) {
    if (needs_decree(capacity)) {
      return broken("roll.capacity_needs_decree");
    }
  }
  if (!active_devices_of(*body.person).empty()) return broken("roll.device_left");
  persons_[*body.person].removed = true;
  return {};
}

Status RollState::found_second_place(const Appoint& body) {
  if (founding_over_) return broken("roll.founding_over");
  if (body.capacities.size() != 1 || !is_quorum_capacity(body.capacities.front())) {
    return broken("roll.founding_capacity");
  }
  const auto place = [&](const PersonId& holder, const std::optional<DeviceId>& device) -> Status {
    const EnrolledDevice* speaking = device ? this->device(*device) : nullptr;
    if (speaking == nullptr || !speaking->active() || speaking->person != holder) {
      return broken("roll.speaking_device");
    }
    // The griffier's own place is the first; nobody fills both.
    if (is_officer(*device)) return broken("roll.founding_officer");
    give(persons_[holder], body.capacities.front());
    if (ever_barred(persons_[holder])) return broken("roll.barred");
    speaking_[holder] = {*device, act_number_};
    return {};
  };
  KLUIS_CHECK(place(body.person, body.speaking_device));
  if (body.reserve) {
    if (*body.reserve == body.person) return broken("roll.reserve");
    KLUIS_CHECK(place(*body.reserve, body.reserve_device));
  }
  founding_over_ = true;
  return {};
}

Status RollState::apply_body(const DeviceId& author, const Appoint& body, const RecordId&) {
  const Person* appointed = person(body.person);
  if (appointed == nullptr || appointed->removed) return broken("roll.not_active");
  if (body.capacities.empty()) return broken("roll.appoints_nothing");
  switch (body.ground) {
    case AppointGround::founding: {
      const Person* griffier = person(devices_[author].person);
      if (griffier == nullptr || !griffier->capacities.contains(Capacity::griffier)) {
        return broken("roll.founding_griffier");
      }
      return found_second_place(body);
    }
    case AppointGround::officer:
      for (const Capacity capacity : body.capacities) {
        if (needs_decree(capacity)) {
          return broken("roll.capacity_needs_decree");
        }
        // Nobody fills both places, or an officer could empty the second.
        // And nobody is barred from the second by being called burgemeester.
        const bool unfit = is_officer_capacity(capacity) || bars_from_decrees(capacity);
        if (unfit && speaking_.contains(body.person)) return broken("roll.both_places");
        give(persons_[body.person], capacity);
      }
      return {};
    case AppointGround::ending:
      for (const Capacity capacity : body.capacities) {
        if (needs_decree(capacity)) {
          return broken("roll.capacity_needs_decree");
        }
        if (!appointed->capacities.contains(capacity)) return broken("roll.capacity");
        end(persons_[body.person], capacity);
      }
      return {};
  }
  return broken("roll.ground");
}

Status RollState::apply_body(const DeviceId& author, const CircleAct& body, const RecordId&) {
  if (body.circle.is_zero() || circles_.contains(body.circle)) return broken("roll.circle_twice");
  RolledCircle made;
  made.alias = body.circle;
  made.made_by = author;
  made.made_act = act_number_;
  circles_[body.circle] = made;
  return {};
}

Status RollState::apply_body(const DeviceId& author, const EpochAct& body, const RecordId&) {
  const auto found = circles_.find(body.circle);
  if (found == circles_.end()) return broken("roll.unknown_circle");
  RolledCircle& rolled = found->second;
  if (rolled.ended) return broken("roll.circle_ended");
  if (body.number != rolled.epochs.size()) return broken("roll.epoch_number");
  // Nothing is erased without a decree, and what one erases it erases in its own commit.
  const auto ordered = ordered_.find(body.circle);
  const bool must_end = ordered != ordered_.end() && ordered->second;
  if (body.ends && !must_end) return broken("roll.end_needs_decree");
  if (must_end && !body.ends) return broken("roll.must_end");
  if (ordered != ordered_.end()) ordered_.erase(ordered);
  rolled.ended = body.ends;
  rolled.epochs.push_back(body.header);
  rolled.newest_act = act_number_;
  rolled.newest_by = author;
  return {};
}

Status RollState::apply_body(const DeviceId&, const Mark&, const RecordId&) {
  return {};
}

// What a person has because he sits in the raad ends. A custody device stays for what it keeps.
void RollState::end_term_of(Person& person) {
  for (const Capacity capacity : {Capacity::raadslid, Capacity::plv_raadsvoorzitter}) {
    end(person, capacity);
  }
  speaking_.erase(person.id);
  if (!person.capacities.empty()) return;
  bool keeps = false;
  for (const DeviceId& id : active_devices_of(person.id)) {
    EnrolledDevice& device = devices_[id];
    keeps = keeps || device.custody;
    if (!device.custody) device.removed_act = act_number_;
  }
  person.removed = !keeps;
}

Status RollState::apply_body(const DeviceId&, const Term& body, const RecordId&) {
  if (body.name.empty()) return broken("roll.term_name");
  for (const PersonId& id : body.members) {
    if (!sits_in_raad(id)) return broken("roll.term_member");
  }
  for (auto& [id, person] : persons_) {
    const bool sits_on = std::ranges::find(body.members, id) != body.members.end();
    if (sits_in_raad(id) && !sits_on) end_term_of(person);
  }
  term_act_ = act_number_;
  term_name_ = body.name;
  return {};
}

// Profiles and the joining of branches: a version that does not know their rules must not go past
// them.
Status RollState::apply_body(const DeviceId&, const OpaqueAct&, const RecordId&) {
  return broken("roll.newer");
}

Status RollState::check_complete() const {
  if (!ordered_.empty()) return broken("roll.decree_not_carried_out");
  for (const auto& [alias, rolled] : circles_) {
    if (rolled.epochs.empty()) return broken("roll.circle_without_epoch");
  }
  for (const auto& [id, member] : devices_) {
    if (is_officer(id)) return {};
  }
  return broken("roll.no_officer_left");
}

const Person* RollState::person(const PersonId& id) const {
  const auto found = persons_.find(id);
  return found == persons_.end() ? nullptr : &found->second;
}

const EnrolledDevice* RollState::device(const DeviceId& id) const {
  const auto found = devices_.find(id);
  return found == devices_.end() ? nullptr : &found->second;
}

const RolledCircle* RollState::circle(const CircleAlias& wanted) const {
  const auto found = circles_.find(wanted);
  return found == circles_.end() ? nullptr : &found->second;
}

bool RollState::is_active(const DeviceId& id) const {
  const EnrolledDevice* found = device(id);
  return found != nullptr && found->active();
}

bool RollState::is_officer(const DeviceId& id) const {
  const EnrolledDevice* found = device(id);
  if (found == nullptr || !found->active()) return false;
  const Person* holder = person(found->person);
  return std::any_of(holder->capacities.begin(), holder->capacities.end(),
                     [](const auto& entry) { return is_officer_capacity(entry.first); });
}

bool RollState::keeps_every_circle(const DeviceId& id) const {
  const EnrolledDevice* found = device(id);
  return is_officer(id) || (found != nullptr && found->active() && found->custody);
}

bool RollState::was_active(const DeviceId& id, std::uint64_t act_number) const {
  const EnrolledDevice* found = device(id);
  return found != nullptr && found->certified_act <= act_number &&
         (!found->removed_act || *found->removed_act > act_number);
}

bool RollState::was_officer(const DeviceId& id, std::uint64_t act_number) const {
  if (!was_active(id, act_number)) return false;
  const auto& history = person(device(id)->person)->history;
  return std::any_of(history.begin(), history.end(), [&](const CapacitySpan& span) {
    return is_officer_capacity(span.capacity) && span.given_act <= act_number &&
           (!span.ended_act || *span.ended_act > act_number);
  });
}

bool RollState::can_have_written(const Record& record) const {
  const std::uint64_t seen_act = record.roll_head.act_number;
  if (!was_active(record.author, seen_act)) return false;
  const RolledCircle* rolled = circle(record.circle);
  return rolled == nullptr || rolled->made_by == record.author || seen_act >= rolled->made_act;
}

bool RollState::has_capacity(const PersonId& id, Capacity capacity) const {
  const Person* found = person(id);
  return found != nullptr && !found->removed && found->capacities.contains(capacity);
}

bool RollState::sits_in_raad(const PersonId& id) const {
  return has_capacity(id, Capacity::raadslid) || has_capacity(id, Capacity::plv_raadsvoorzitter);
}

bool RollState::came_to_sit_after(const PersonId& id, std::uint64_t act_number) const {
  const Person* found = person(id);
  return found != nullptr && !found->removed &&
         std::ranges::any_of(found->capacities, [&](const auto& entry) {
           return (entry.first == Capacity::raadslid ||
                   entry.first == Capacity::plv_raadsvoorzitter) &&
                  entry.second > act_number;
         });
}

std::vector<DeviceId> RollState::active_devices() const {
  std::vector<DeviceId> active;
  for (const auto& [id, member] : devices_) {
    if (member.active()) active.push_back(id);
  }
  return active;
}

std::vector<DeviceId> RollState::active_devices_of(const PersonId& wanted) const {
  std::vector<DeviceId> active;
  for (const auto& [id, member] : devices_) {
    if (member.active() && member.person == wanted) active.push_back(id);
  }
  return active;
}

std::vector<OfficerKey> RollState::officer_keys() const {
  std::vector<OfficerKey> keys;
  for (const auto& [id, member] : devices_) {
    if (is_officer(id)) keys.push_back(member.officer_key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

bool RollState::contains(const RollPosition& position) const {
  return position.act_number < act_ids_.size() && act_ids_[position.act_number] == position.act_id;
}

std::optional<std::uint64_t> RollState::act_number_of(const RecordId& act) const {
  const auto found = std::find(act_ids_.begin(), act_ids_.end(), act);
  if (found == act_ids_.end()) return std::nullopt;
  return static_cast<std::uint64_t>(found - act_ids_.begin());
}

VerifiedRecord sign_act(const CircleAlias& roll, const Act& act, const RollPosition& head,
                        std::int64_t written_unix_ms, Entropy& entropy,
                        const IdentitySeed& identity) {
  Record record;
  record.circle = roll;
  record.author = signing_public<DeviceId>(identity);
  record.roll_head = head;
  record.written_unix_ms = written_unix_ms;
  record.kind = kind_of(act.body);
  entropy.fill(record.salt);
  record.body = encode(act);
  return sign_record(record, identity);
}

}  // namespace kluis
