#include "vault/core/device.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "vault/core/chain.h"
#include "vault/crypto/sign.h"

namespace kluis {

Device::Device(const Surroundings& surroundings)
    : around_{&surroundings.store, &surroundings.clock, &surroundings.entropy,
              surroundings.observer},
      rows_(surroundings.store) {}

Result<bool> Device::exists(Store& store) {
  KLUIS_TRY(row, DeviceRows(store).local("state"));
  return row.has_value();
}

Result<Device> Device::load(const Surroundings& surroundings) {
  Device device(surroundings);
  KLUIS_CHECK(device.reload());
  return device;
}

Status Device::reload() {
  KLUIS_TRY(state, rows_.local_number("state"));
  if (state > static_cast<std::uint64_t>(DeviceState::removed)) return broken("store.damaged");
  state_ = static_cast<DeviceState>(state);
  KLUIS_TRY(seed, identity());
  id_ = signing_public<DeviceId>(seed);
  KLUIS_TRY(acts, rows_.acts());
  roll_.reset();
  if (acts.empty()) return {};
  // The acts were verified when they were taken in; the fold alone is done again.
  std::vector<VerifiedRecord> commit;
  for (SignedRecord& act : acts) {
    KLUIS_TRY(record, VerifiedRecord::from(std::move(act)));
    KLUIS_TRY(decoded, decode_act(record.record().kind, record.record().body));
    commit.push_back(std::move(record));
    if (!decoded.place.last_in_commit) continue;
    KLUIS_TRY(next, roll_ ? std::move(*roll_).after(commit) : RollState::found(commit));
    roll_ = std::move(next);
    commit.clear();
  }
  return commit.empty() ? Status() : Status(broken("store.damaged"));
}

Result<IdentitySeed> Device::identity() {
  KLUIS_TRY(seed, rows_.secret<IdentitySeed>("identity"));
  if (!seed) return broken("store.damaged");
  return std::move(*seed);
}

Result<RelayPlace> Device::relay() {
  KLUIS_TRY(address, rows_.local("relay_address"));
  KLUIS_TRY(key, rows_.local("relay_key"));
  if (!address || !key) return broken("store.damaged");
  const auto id = RelayKey::from(*key);
  if (!id) return broken("store.damaged");
  return RelayPlace{std::string(as_text(*address)), *id};
}

Status Device::raise_alarm(std::string_view code, std::string_view subject,
                           std::vector<std::string> arguments) {
  return around_.store->transact([&] {
    return rows_.raise({std::string(code), std::string(subject), around_.clock->now().value,
                        std::move(arguments)});
  });
}

namespace {

bool tells_how_things_stand(const AlarmRow& alarm, const DeviceId& self) {
  constexpr std::array<std::string_view, 5> kStanding = {
      "fork", "waiting-for-officer", "bad-document", "custody-away", "succession"};
  if (std::ranges::find(kStanding, alarm.code) != kStanding.end()) return true;
  return (alarm.code == "clone" && alarm.subject == self.hex()) ||
         (alarm.code == "removed" && alarm.subject.empty());
}

}  // namespace

Status Device::alarms_seen() {
  KLUIS_TRY(alarms, rows_.alarms());
  return around_.store->transact([&]() -> Status {
    for (const AlarmRow& alarm : alarms) {
      if (tells_how_things_stand(alarm, id_)) continue;
      KLUIS_CHECK(rows_.clear_alarm(alarm.code, alarm.subject));
    }
    return {};
  });
}

Status Device::raise_about(std::string_view code, const DeviceId& author) {
  if (!roll_ || roll_->device(author) == nullptr) return {};
  return raise_alarm(code, author.hex(), {author.hex()});
}

// What an officer carried in or refused is no longer apart, on no device.
Status Device::settle_apart(const Record& record) {
  if (record.kind != RecordKind::carry && record.kind != RecordKind::refuse) return {};
  if (!roll_->was_officer(record.author, record.roll_head.act_number)) return {};
  KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
  if (const auto* refused = std::get_if<Refuse>(&body)) {
    return rows_.settle_apart(record.circle, refused->record);
  }
  auto& carried = std::get<Carry>(body);
  if (carried.source != record.circle) return {};
  // Only what every device can show in its place is settled.
  const auto original =
      VerifiedRecord::from({std::move(carried.record_bytes), carried.record_signature});
  const bool is_told =
      original && original->id() == carried.original && original->record().circle == carried.source;
  return is_told ? rows_.settle_apart(record.circle, carried.original) : Status();
}

Status Device::observe(const VerifiedRecord& record) {
  KLUIS_CHECK(settle_apart(record.record()));
  if (around_.observer == nullptr) return {};
  return around_.observer->on_record(record);
}

Result<std::vector<SyncEntry>> Device::sync_entries() {
  KLUIS_TRY(circles, rows_.circles());
  KLUIS_TRY(roll, rows_.local("roll"));
  const auto is_roll = [&](const CircleState& state) {
    return roll && same_bytes(state.alias.view(), *roll);
  };
  const auto roll_state = std::find_if(circles.begin(), circles.end(), is_roll);
  if (roll_state != circles.end()) {
    std::rotate(circles.begin(), roll_state, std::next(roll_state));
  }
  std::vector<SyncEntry> entries;
  std::set<CircleName> names;
  // A name that nothing is held under yet. Each name once: a welcome that somebody made up can bear
  // the name of any other circle.
  const auto add_name = [&](const CircleName& name) {
    if (!name.is_zero() && names.insert(name).second) entries.push_back({name, 0, ChainShort{}});
  };
  std::set<CircleAlias> joining;
  for (const CircleState& state : circles) {
    const bool held = state.standing == Standing::current || state.standing == Standing::waiting;
    if (held) {
      entries.push_back({state.name, state.item_count, shorten(state.chain)});
      names.insert(state.name);
    } else if (state.standing == Standing::joining) {
      joining.insert(state.alias);
      if (is_roll(state)) add_name(state.name);
    }
  }
  for (const CircleState& state : circles) {
    if (joining.contains(state.alias)) add_name(state.name);
  }
  // How a circle ended: to tell a relay that fell behind.
  for (const CircleState& state : circles) {
    if (state.standing != Standing::ended) continue;
    KLUIS_TRY(bytes, rows_.epoch_bytes(state.alias));
    if (!bytes) add_name(state.name);
  }
  KLUIS_TRY(welcomed, rows_.welcomed());
  for (const DeviceRows::Welcomed& one : welcomed) {
    if (joining.contains(one.circle)) add_name(circle_name(one.secret));
  }
  return entries;
}

Result<RaadSeed> Device::raad_key() {
  KLUIS_TRY(roll, rows_.local("roll"));
  const auto alias = roll ? CircleAlias::from(*roll) : std::nullopt;
  if (!alias) return broken("store.damaged");
  KLUIS_TRY(secret, rows_.epoch_secret(*alias));
  if (!secret) return broken("store.damaged");
  return raad_seed(*secret);
}

Result<std::optional<RaadSeed>> Device::raad_key_of(const Superseded& roll) {
  KLUIS_TRY(alias, roll_alias());
  KLUIS_TRY(header, VerifiedHeader::from(roll.signed_header));
  if (!alias || header.header().circle != *alias) return broken("epoch.other_circle");
  KLUIS_TRY(state, rows_.circle(*alias));
  if (!state) return broken("store.damaged");
  KLUIS_TRY(secret, secret_for(header, roll.boxes, *state));
  if (!secret) return std::optional<RaadSeed>();
  return std::optional<RaadSeed>(raad_seed(*secret));
}

Result<std::optional<TenancyId>> Device::tenancy() {
  KLUIS_TRY(row, rows_.local("tenancy"));
  return row ? TenancyId::from(*row) : std::nullopt;
}

}  // namespace kluis
