#include <algorithm>
#include <utility>

#include "vault/core/device.h"

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
    if (roll.is_officer(id) || (device.active() && device.custody)) result.push_back(id);
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

// What the grant records of a circle say about one person. Each number is that of the roll act that
// the author had seen.
struct Latest {
  struct Admitted {
    std::uint64_t seen = 0;
    DossierRole role = DossierRole::lid;
  };
  std::optional<Admitted> admitted;
  std::optional<Admitted> claimed;  // by who was an officer once, and was none when it came
  std::optional<std::uint64_t> withdrawn;
  std::optional<std::uint64_t> claimed_withdrawn;
};

void take_newer(std::optional<Latest::Admitted>& newest, std::uint64_t seen, DossierRole role) {
  if (!newest || seen >= newest->seen) newest = {seen, role};
}

}  // namespace

// Who says that he was an officer when he wrote it may lie about when that was: what he claims
// changes nothing for who is in, or is not, by the list that an officer signed.
bool Device::has_device_in(const std::vector<DeviceId>& devices, const PersonId& person) const {
  return std::any_of(devices.begin(), devices.end(), [&](const DeviceId& id) {
    const EnrolledDevice* device = roll_->device(id);
    return device != nullptr && device->person == person;
  });
}

Result<std::vector<Device::Grant>> Device::grants(const CircleAlias& circle) {
  std::map<PersonId, Latest> latest;
  KLUIS_TRY(state, rows_.circle(circle));
  KLUIS_TRY(rows, rows_.grant_records(circle));
  for (const DeviceRows::GrantRecord& row : rows) {
    KLUIS_TRY(bytes, rows_.record(circle, row.record));
    if (!bytes) continue;
    KLUIS_TRY(record, decode_record(bytes->bytes));
    const std::uint64_t seen = record.roll_head.act_number;
    if (!roll_->was_officer(record.author, seen)) continue;
    const bool certain = row.from_officer || roll_->is_officer(record.author);
    KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
    if (const auto* admit = std::get_if<Admit>(&body)) {
      Latest& entry = latest[admit->person];
      take_newer(certain ? entry.admitted : entry.claimed, seen, admit->role);
    } else if (const auto* withdrawal = std::get_if<WithdrawGrant>(&body)) {
      Latest& entry = latest[withdrawal->person];
      auto& newest = certain ? entry.withdrawn : entry.claimed_withdrawn;
      newest = std::max(newest.value_or(0), seen);
    }
  }
  std::vector<Grant> result;
  for (auto& [person, entry] : latest) {
    const bool present = state && has_device_in(state->members, person);
    if (!present) entry.withdrawn = std::max(entry.withdrawn, entry.claimed_withdrawn);
    const bool was_in =
        present || (state && !entry.withdrawn && has_device_in(state->holders_ever, person));
    if (!entry.admitted && was_in) entry.admitted = entry.claimed;
    if (!entry.admitted && !entry.withdrawn) continue;
    // An admit must have been written in the light of a later roll than the withdrawal.
    const bool withdrawn =
        !entry.admitted || (entry.withdrawn && *entry.withdrawn >= entry.admitted->seen);
    const DossierRole role = entry.admitted ? entry.admitted->role : DossierRole::lid;
    result.push_back({person, role, withdrawn});
  }
  return result;
}

Result<std::vector<DeviceId>> Device::entitled(const CircleAlias& circle) {
  if (circle == roll_->alias()) return roll_->active_devices();
  std::vector<DeviceId> devices = keepers(*roll_);
  KLUIS_TRY(granted, grants(circle));
  for (const Grant& grant : granted) {
    if (!grant.withdrawn) add_all(devices, roll_->active_devices_of(grant.person));
  }
  sort_unique(devices);
  return devices;
}

}  // namespace kluis
