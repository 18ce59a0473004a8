#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "vault/core/device.h"
#include "vault/law/rules.h"

// What an officer wants: kept until a commit carries it out, recomputed after each lost race.
namespace kluis {
namespace {

void add_all(std::vector<DeviceId>& target, const std::vector<DeviceId>& source) {
  target.insert(target.end(), source.begin(), source.end());
}

void sort_unique(std::vector<DeviceId>& devices) {
  std::sort(devices.begin(), devices.end());
  devices.erase(std::unique(devices.begin(), devices.end()), devices.end());
}

// Devices that keep every circle: the officers' and the custody devices.
std::vector<DeviceId> keepers(const RollState& roll) {
  std::vector<DeviceId> result;
  for (const auto& [id, device] : roll.devices()) {
    if (roll.keeps_every_circle(id)) result.push_back(id);
  }
  return result;
}

}  // namespace

Status Device::wish(IntentBody intent) {
  if (!is_officer()) return refuse("officer.required", "V3.1");
  KLUIS_TRY(may, may_write());
  if (!may) return broken("device.clone");
  return around_.store->transact([&] { return rows_.put(Intent{0, std::move(intent)}); });
}

Result<CircleAlias> Device::plan_circle(const CircleInfo& info) {
  if (!is_officer()) return refuse("officer.required", "V3.1");
  CircleState state;
  state.alias = random_id<CircleAlias>(*around_.entropy);
  state.standing = Standing::planned;
  state.members = keepers(*roll_);
  KLUIS_CHECK(around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.put(state));
    KLUIS_CHECK(rows_.put(Intent{0, CircleIntent{state.alias}}));
    KLUIS_CHECK(add(
        {state.alias, RecordKind::circle_info, encode(info), BlobName{}, OutboxKind::with_commit}));
    return {};
  }));
  return state.alias;
}

// A wish for a new raad takes the place of one that waits, unless that is under way already.
Status Device::wish_term(Term term) {
  KLUIS_TRY(intents, rows_.intents());
  KLUIS_TRY(prepared, rows_.prepared());
  return around_.store->transact([&]() -> Status {
    for (const Intent& intent : intents) {
      if (!std::holds_alternative<TermIntent>(intent.body)) continue;
      const bool under_way = prepared && std::ranges::find(prepared->intents, intent.position) !=
                                             prepared->intents.end();
      if (under_way) return refuse("raad.under_way", "Vt2");
      KLUIS_CHECK(rows_.erase_intent(intent.position));
    }
    return wish(TermIntent{std::move(term), roll_->head().act_number, roll_->term_act()});
  });
}

Result<bool> Device::awaits_new_raad() {
  KLUIS_TRY(intents, rows_.intents());
  return std::ranges::any_of(intents, [](const Intent& intent) {
    return std::holds_alternative<TermIntent>(intent.body);
  });
}

Status Device::wish_admit(const CircleAlias& circle, const PersonId& person, DossierRole role) {
  if (!is_officer()) return refuse("officer.required", "V3.1");
  const Admit body{person, role, roll_->active_devices_of(person)};
  return around_.store->transact([&]() -> Status {
    KLUIS_TRY(record,
              add({circle, RecordKind::admit, encode(body), BlobName{}, OutboxKind::with_commit}));
    return rows_.put(Intent{0, AdmitIntent{circle, record.id()}});
  });
}

Status Device::wish_drop(const CircleAlias& circle, const PersonId& person) {
  if (!is_officer()) return refuse("officer.required", "V3.1");
  return around_.store->transact([&]() -> Status {
    KLUIS_TRY(record, add({circle, RecordKind::withdraw_grant, encode(WithdrawGrant{person}),
                           BlobName{}, OutboxKind::with_commit}));
    return rows_.put(Intent{0, DropIntent{circle, person, record.id()}});
  });
}

namespace {

// When an officer said something of a person's grant: in the light of which roll, and where in the
// chain of his own records.
struct Said {
  std::uint64_t seen = 0;  // act number
  DeviceId author;
  std::uint64_t sequence = 0;
  DossierRole role = DossierRole::lid;  // of an admit
};

// In the light of the same roll one device has an order of its own. Two devices have none, and a
// withdrawal wins.
bool outlives(const Said& admit, const Said& withdrawal) {
  if (admit.seen != withdrawal.seen) return admit.seen > withdrawal.seen;
  return admit.author == withdrawal.author && admit.sequence > withdrawal.sequence;
}

// What the grant records of a circle say about one person.
struct Spoken {
  std::vector<Said> admits;
  std::vector<Said> withdrawals;
  // By who was an officer once, and was none when it came.
  std::vector<Said> claimed_admits;
  std::vector<Said> claimed_withdrawals;

  // The last admit that no withdrawal took back.
  // `term`: the act that installed the present raad; what was said before it holds for no raadslid.
  // `in_office`: the person may be secretaris. Of others an admit in that role tells only that a
  // custody device of theirs came along, or that they were officers once.
  [[nodiscard]] const Said* standing(std::optional<std::uint64_t> term, bool in_office) const {
    const Said* last = nullptr;
    for (const Said& admit : admits) {
      const bool of_old_raad = term && admit.seen < *term && ends_with_term(admit.role);
      const bool by_office = admit.role == DossierRole::secretaris && !in_office;
      const bool stands = !of_old_raad && !by_office &&
                          std::ranges::all_of(withdrawals, [&](const Said& withdrawal) {
                            return outlives(admit, withdrawal);
                          });
      const auto place = [](const Said& said) {
        return std::tie(said.seen, said.author, said.sequence);
      };
      if (stands && (last == nullptr || place(*last) < place(admit))) last = &admit;
    }
    return last;
  }
};

}  // namespace

// Who says that he was an officer when he wrote it may lie about when that was: what he claims
// changes nothing for who is in, or is not, by the list that an officer signed.
bool Device::has_device_in(const std::vector<DeviceId>& devices, const PersonId& person) const {
  return std::any_of(devices.begin(), devices.end(), [&](const DeviceId& id) {
    const EnrolledDevice* device = roll_->device(id);
    return device != nullptr && device->person == person;
  });
}

bool Device::holds_office(const PersonId& person) const {
  const Person* known = roll_->person(person);
  return known != nullptr && std::ranges::any_of(known->capacities, [](const auto& entry) {
           return may_hold(DossierRole::secretaris, entry.first);
         });
}

Result<std::vector<Device::Grant>> Device::grants(const CircleAlias& circle) {
  return grants_since(circle, roll_->term_act());
}

Result<std::vector<Device::Grant>> Device::grants_since(const CircleAlias& circle,
                                                        std::optional<std::uint64_t> term) {
  std::map<PersonId, Spoken> persons;
  KLUIS_TRY(state, rows_.circle(circle));
  KLUIS_TRY(rows, rows_.grant_records(circle));
  for (const DeviceRows::GrantRecord& row : rows) {
    KLUIS_TRY(bytes, rows_.record(circle, row.record));
    if (!bytes) continue;
    KLUIS_TRY(record, decode_record(bytes->bytes));
    Said said{record.roll_head.act_number, record.author, record.sequence, DossierRole::lid};
    if (!roll_->was_officer(said.author, said.seen)) continue;
    const bool certain = row.from_officer || roll_->is_officer(said.author);
    KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
    if (const auto* admit = std::get_if<Admit>(&body)) {
      said.role = admit->role;
      Spoken& spoken = persons[admit->person];
      (certain ? spoken.admits : spoken.claimed_admits).push_back(said);
    } else if (const auto* withdrawal = std::get_if<WithdrawGrant>(&body)) {
      Spoken& spoken = persons[withdrawal->person];
      (certain ? spoken.withdrawals : spoken.claimed_withdrawals).push_back(said);
    }
  }
  std::vector<Grant> result;
  for (auto& [person, spoken] : persons) {
    const bool present = state && has_device_in(state->members, person);
    if (!present) {
      std::ranges::copy(spoken.claimed_withdrawals, std::back_inserter(spoken.withdrawals));
    }
    const bool was_in = present || (state && spoken.withdrawals.empty() &&
                                    has_device_in(state->holders_ever, person));
    if (spoken.admits.empty() && was_in) {
      // A term ends grants without a withdrawal: that he was in once says nothing after it.
      std::ranges::copy_if(
          spoken.claimed_admits, std::back_inserter(spoken.admits),
          [&](const Said& claimed) { return present || !term || !ends_with_term(claimed.role); });
    }
    if (spoken.admits.empty() && spoken.withdrawals.empty()) continue;
    const Said* standing = spoken.standing(term, holds_office(person));
    // One for each role that he ever had, of which one may stand: what he did in others stays done.
    std::set<DossierRole> roles;
    for (const Said& admit : spoken.admits) roles.insert(admit.role);
    if (roles.empty()) roles.insert(DossierRole::lid);
    for (const DossierRole role : roles) {
      result.push_back({person, role, standing == nullptr || standing->role != role});
    }
  }
  return result;
}

Result<std::vector<DeviceId>> Device::entitled(const CircleAlias& circle) {
  return entitled_in(circle, *roll_);
}

Result<std::vector<DeviceId>> Device::entitled_in(const CircleAlias& circle,
                                                  const RollState& roll) {
  if (circle == roll_->alias()) return roll.active_devices();
  std::vector<DeviceId> devices = keepers(roll);
  KLUIS_TRY(granted, grants_since(circle, roll.term_act()));
  for (const Grant& grant : granted) {
    if (!grant.withdrawn) add_all(devices, roll.active_devices_of(grant.person));
  }
  sort_unique(devices);
  return devices;
}

}  // namespace kluis
