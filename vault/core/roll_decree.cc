#include <algorithm>
#include <set>
#include <utility>

#include "vault/core/roll.h"

// Decrees at the act that carries them out. Nobody is asked what he thinks of a signature: who
// counts is judged here, by the roll as it is at that act, and by everybody alike.
namespace kluis {

bool ever_barred(const Person& person) {
  return std::ranges::any_of(
      person.history, [](const CapacitySpan& span) { return bars_from_decrees(span.capacity); });
}

// Whether somebody's device can sign for the second place.
bool RollState::has_voice() const {
  return std::ranges::any_of(speaking_,
                             [&](const auto& entry) { return is_active(entry.second.device); });
}

// In the raad when the second place fell silent. Nobody can be enrolled in order to fill it, and
// who was removed since counts among those of whom it takes more than half.
bool RollState::was_before_silence(const PersonId& id) const {
  return silent_since_ && std::ranges::any_of(devices_, [&](const auto& entry) {
           return entry.second.person == id && was_active(entry.first, *silent_since_ - 1);
         });
}

bool RollState::is_succession(const Decree& decree) const {
  return silent_since_ && decree.kind == DecreeKind::appoint &&
         std::ranges::all_of(decree.capacities, is_quorum_capacity);
}

bool RollState::suffices(const Decree& decree, const std::vector<DecreeSigner>& signers) const {
  if (!is_succession(decree)) {
    return std::ranges::all_of(kDecreePlaces, [&](DecreePlace place) {
      return std::ranges::find(signers, place, &DecreeSigner::place) != signers.end();
    });
  }
  const auto voters =
      static_cast<std::size_t>(std::ranges::count_if(persons_, [&](const auto& entry) {
        return was_before_silence(entry.first) && !ever_barred(entry.second);
      }));
  return signers.size() >= kSuccessionPersonsMin && 2 * signers.size() > voters;
}

Result<DecreeSigner> RollState::signing_device(const Decree& decree, const DeviceId& id,
                                               std::uint64_t since_act) const {
  const EnrolledDevice* from = device(id);
  if (from == nullptr || !from->active()) return broken("decree.device");
  const Person& who = *person(from->person);
  // Whoever enrols people must not be able to enrol his own second signer.
  const bool was_there = std::ranges::any_of(devices_, [&](const auto& entry) {
    return entry.second.person == who.id && entry.second.certified_act <= since_act;
  });
  if (!was_there) return broken("decree.newcomer");
  if (ever_barred(who)) return broken("decree.barred");
  if (is_succession(decree)) {
    if (since_act < *silent_since_) return broken("decree.before_silence");
    const bool counts = was_before_silence(who.id) && from->certified_act < *silent_since_;
    if (!counts) return broken("decree.newcomer");
    return DecreeSigner{who.id, from->id, DecreePlace::second};
  }
  for (const auto& [capacity, act] : who.capacities) {
    const auto place = decree_place(capacity);
    if (!place) continue;
    const auto speaks = speaking_.find(who.id);
    const bool silent = speaks == speaking_.end() || speaks->second.device != from->id;
    if (*place == DecreePlace::second && silent) return broken("decree.silent_device");
    // A voice that was given since does not speak about what was proposed before.
    const bool newer = *place == DecreePlace::second && speaks->second.given_act > since_act;
    if (newer) return broken("decree.newcomer");
    return DecreeSigner{who.id, from->id, *place};
  }
  return broken("decree.no_place");
}

Result<DecreeSigner> RollState::signer(const Decree& decree, const VerifiedRecord& signature,
                                       std::uint64_t since_act) const {
  const Record& record = signature.record();
  if (record.circle != alias()) return broken("decree.other_roll");
  if (!contains(record.roll_head)) return broken("decree.head");
  return signing_device(decree, record.author, since_act);
}

Result<std::vector<DecreeSigner>> RollState::signers_of(const Decree& decree,
                                                        const Execute& body) const {
  KLUIS_TRY(proposal, VerifiedRecord::from(body.proposal));
  const std::uint64_t since = proposal.record().roll_head.act_number;
  KLUIS_TRY(proposer, signer(decree, proposal, since));
  std::vector<DecreeSigner> signers = {proposer};
  std::set<PersonId> persons = {proposer.person};
  for (const SignedRecord& signed_record : body.approvals) {
    KLUIS_TRY(record, VerifiedRecord::from(signed_record));
    if (record.record().kind != RecordKind::approval) return broken("decree.not_an_approval");
    KLUIS_TRY(approval, decode_approval(record.record().body));
    if (!same_bytes(approval.decree.view(), proposal.id().view())) {
      return broken("decree.other_decree");
    }
    KLUIS_TRY(approver, signer(decree, record, since));
    if (!persons.insert(approver.person).second) return broken("decree.signed_twice");
    signers.push_back(approver);
  }
  if (!suffices(decree, signers)) return broken("decree.too_few");
  return signers;
}

// As long as somebody holds the second place, and only lost his laptop, no other takes it: an
// officer who removes a laptop must not choose his own counterpart by that. And everybody has had
// two weeks to see the alarm. Both times are claims; they delay, and give nothing.
Status RollState::check_succession(const Decree& decree, const Record& proposal) const {
  if (!is_succession(decree)) return {};
  const bool held = std::ranges::any_of(persons_, [&](const auto& entry) {
    return !entry.second.removed && std::ranges::any_of(entry.second.capacities, [](const auto& c) {
      return is_quorum_capacity(c.first);
    });
  });
  const Person* successor = person(*decree.person);
  const bool himself =
      successor != nullptr && std::ranges::any_of(successor->capacities, [](const auto& c) {
        return is_quorum_capacity(c.first);
      });
  if (held && !himself) return broken("decree.place_is_held");
  if (act_unix_ms_ - proposal.written_unix_ms < kSuccessionDelayMs) {
    return broken("decree.too_early");
  }
  return {};
}

Status RollState::order_erasure(const Decree& decree) {
  const bool ends = decree.kind == DecreeKind::destroy_dossier;
  for (const CircleAlias& circle : decree.circles) {
    const RolledCircle* rolled = this->circle(circle);
    if (rolled == nullptr || rolled->ended || circle == alias()) return broken("decree.circle");
    if (!ordered_.emplace(circle, ends).second) return broken("decree.circle_twice");
  }
  return {};
}

Status RollState::give_by_decree(const Decree& decree) {
  Person& appointed = persons_[*decree.person];
  const bool second = std::ranges::any_of(decree.capacities, is_quorum_capacity);
  if (second && ever_barred(appointed)) return broken("decree.barred");
  for (const Capacity capacity : decree.capacities) give(appointed, capacity);
  // Nobody fills both places.
  std::set<DecreePlace> places;
  for (const auto& [capacity, act] : appointed.capacities) {
    if (const auto place = decree_place(capacity)) places.insert(*place);
  }
  if (places.size() > 1) return broken("decree.both_places");
  if (!second) return decree.speaking_device ? Status(broken("decree.speaking_device")) : Status();
  const EnrolledDevice* speaks = decree.speaking_device ? device(*decree.speaking_device) : nullptr;
  if (speaks == nullptr || !speaks->active() || speaks->person != appointed.id) {
    return broken("decree.speaking_device");
  }
  speaking_[appointed.id] = {speaks->id, act_number_};
  return {};
}

Status RollState::end_by_decree(const Decree& decree) {
  Person& discharged = persons_[*decree.person];
  for (const Capacity capacity : decree.capacities) {
    if (!discharged.capacities.contains(capacity)) return broken("decree.capacity");
    end(discharged, capacity);
    if (is_quorum_capacity(capacity)) speaking_.erase(discharged.id);
  }
  return {};
}

Status RollState::apply_body(const DeviceId& author, const Execute& body, const RecordId&) {
  KLUIS_TRY(proposal, VerifiedRecord::from(body.proposal));
  if (proposal.record().kind != RecordKind::proposal) return broken("decree.not_a_proposal");
  KLUIS_TRY(decree, decode_decree(proposal.record().body));
  const DecreeId id{proposal.id().bytes};
  if (decree.raad != raad_) return broken("decree.other_raad");
  if (executed_.contains(id)) return broken("decree.executed");
  if (is_withdrawn(id)) return broken("decree.withdrawn");
  if (act_unix_ms_ < decree.not_before_unix_ms) return broken("decree.too_early");
  KLUIS_CHECK(check_succession(decree, proposal.record()));
  KLUIS_TRY(signers, signers_of(decree, body));
  const bool erases =
      decree.kind == DecreeKind::destroy_dossier || decree.kind == DecreeKind::destroy_stuk;
  if (erases) {
    KLUIS_CHECK(order_erasure(decree));
  } else {
    const Person* about = person(*decree.person);
    if (about == nullptr || about->removed) return broken("decree.person");
    if (!std::ranges::all_of(decree.capacities, needs_decree)) return broken("decree.capacity");
    KLUIS_CHECK(decree.kind == DecreeKind::appoint ? give_by_decree(decree)
                                                   : end_by_decree(decree));
  }
  executed_[id] = {std::move(decree), act_number_,        author,
                   act_unix_ms_,      std::move(signers), body.holders};
  return {};
}

Status RollState::apply_body(const DeviceId&, const Withdraw& body, const RecordId&) {
  if (!executed_.contains(body.decree)) withdrawn_.insert(body.decree);
  return {};
}

}  // namespace kluis
