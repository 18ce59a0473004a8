#include "tests/explore/calm.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "tests/explore/judge.h"
#include "tests/explore/visit.h"

namespace kluis::test {
namespace {

constexpr unsigned kRoundsMax = 8;
constexpr unsigned kSessionRequestsMax = 160;
// A hold that was left behind is over by then.
constexpr std::int64_t kCalmComesAfterMs = 61'000;

}  // namespace

struct Calm::Run {
  std::vector<DeviceImagePtr> devices;
  RelayImagePtr relay;
  TapePtr tape;

  [[nodiscard]] State as_state(const State& from) const {
    State state;
    state.devices = devices;
    state.relays = {relay};
    state.tape = tape;
    state.facts = from.facts;
    return state;
  }
};

Fingerprint Calm::place(const Run& run, std::size_t next) const {
  Printer printer;
  for (const DeviceImagePtr& device : run.devices) printer.add(device->print);
  return printer.add(run.relay->print).add(std::uint64_t{next}).print();
}

std::optional<std::string> Calm::session(Run& run, std::size_t device) {
  ++sessions_;
  DeviceImagePtr& image = run.devices[device];
  const std::uint64_t seed = seed_from(
      Printer().add(image->print).add(run.relay->print).add(std::uint64_t{device}).print());
  Pilot pilot(setting_, *image, seed);
  MemoryStorage storage(run.relay->storage);
  Relay relay(storage, setting_.raad.clock, setting_.raad.receipt_seed());
  auto visit = Visit::begin(pilot.around(), handshake_from(seed));
  if (!visit) return setting_.names[device] + " cannot open: " + visit.error().key;
  std::optional<std::string> what;
  for (unsigned requests = 0;; ++requests) {
    const auto request = (*visit)->next();
    if (!request) what = setting_.names[device] + " ends with " + request.error().key;
    if (!request || !*request) break;
    if (requests > kSessionRequestsMax) return setting_.names[device] + " asks without end";
    run.tape = Tape::with(run.tape, **request);
    const auto response = (*visit)->deliver(relay, **request);
    if (!response) return "the relay fails: " + response.error().key;
    const Status status = (*visit)->receive(*response);
    if (status) continue;
    what = setting_.names[device] + " ends with " + status.error().key;
    break;
  }
  image = std::make_shared<const DeviceImage>(pilot.store);
  run.relay = std::make_shared<const RelayImage>(storage, run.relay.get());
  return what;
}

bool Calm::fork_shown(const Run& run) const {
  return std::any_of(run.devices.begin(), run.devices.end(), [&](const DeviceImagePtr& image) {
    MemoryStore store(image->store);
    const auto alarms = DeviceRows(store).alarms();
    return std::any_of(alarms->begin(), alarms->end(), [](const AlarmRow& alarm) {
      return alarm.code == "fork" || alarm.code == "clone";
    });
  });
}

std::optional<std::string> Calm::settled(const Run& run, const Facts& facts) {
  std::vector<Holding> holdings;
  for (std::size_t i = 0; i < run.devices.size(); ++i) {
    Pilot pilot(setting_, *run.devices[i], 0);
    auto device = Device::load(pilot.around());
    if (!device) return setting_.names[i] + " cannot open: " + device.error().key;
    auto holding = holding_of(*device);
    if (!holding) return setting_.names[i] + ": " + holding.error().key;
    for (const auto& [alias, circle] : holding->circles) {
      if (!device->has_roll() || circle.standing != Standing::current) continue;
      const RolledCircle* rolled = device->roll().circle(alias);
      const bool newest = rolled != nullptr && rolled->newest() == circle.header;
      if (!newest) return setting_.names[i] + " is in an epoch that the roll has left";
    }
    holdings.push_back(std::move(*holding));
  }
  if (auto what = unsettled(holdings)) return what;
  for (const Holding& holding : holdings) {
    for (const std::string& alarm : holding.alarms) {
      const bool expected = alarm == "removed" || alarm == "waiting-for-officer";
      const bool lied_to = scenario_.lies != 0;
      if (!expected && !lied_to) return "an alarm without a cause: " + alarm;
    }
  }
  for (std::size_t i = 0; i < holdings.size(); ++i) {
    const bool out = holdings[i].state == DeviceState::removed;
    if (facts.revoked[i] && !out) return setting_.names[i] + " is still in";
  }
  for (const auto& [author, record] : facts.notes) {
    if (facts.removal_wished[author]) continue;
    const auto& circles = holdings.front().circles;
    const auto circle = circles.find(setting_.circle);
    const bool there = circle != circles.end() && circle->second.records.contains(record);
    if (!there) return "a record of " + setting_.names[author] + " did not arrive";
  }
  return std::nullopt;
}

std::optional<std::string> Calm::judge(const State& state) {
  Run run{state.devices, state.relays.front(), state.tape};
  std::vector<Fingerprint> passed;
  const std::int64_t before = setting_.raad.clock.now_ms;
  setting_.raad.clock.now_ms += kCalmComesAfterMs;
  std::optional<std::string> what = "no round";
  unsigned more = 0;
  for (unsigned round = 0; round < kRoundsMax && what && more == 0; ++round) {
    std::optional<std::string> failed;
    for (std::size_t device = 0; device < run.devices.size(); ++device) {
      const Fingerprint here = place(run, device);
      const auto known = known_.find(here);
      if (known != known_.end()) {
        what.reset();
        more = known->second;
        break;
      }
      passed.push_back(here);
      auto ended = session(run, device);
      if (ended) failed = std::move(ended);
    }
    if (!what || more != 0) break;
    what = settled(run, *state.facts);
    if (!what && failed) what = std::move(failed);
    if (!what) what = rules_.judge_state(run.as_state(state));
  }
  setting_.raad.clock.now_ms = before;
  if (what && scenario_.may_fork && fork_shown(run)) return std::nullopt;
  if (what) return "after the calm: " + *what;
  for (std::size_t i = 0; i < passed.size(); ++i) {
    known_[passed[i]] = static_cast<unsigned>(passed.size() - i) + more;
  }
  const auto sessions = static_cast<unsigned>(passed.size()) + more;
  const auto devices = static_cast<unsigned>(run.devices.size());
  rounds_max_ = std::max(rounds_max_, (sessions + devices - 1) / devices);
  return std::nullopt;
}

}  // namespace kluis::test
