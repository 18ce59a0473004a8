#include "tests/explore/judge.h"

#include <algorithm>
#include <utility>

namespace kluis::test {
namespace {

Result<CircleHolding> circle_of(DeviceRows& rows, const CircleState& state,
                                const std::set<RecordId>& waiting) {
  CircleHolding held;
  held.standing = state.standing;
  held.number = state.number;
  held.header = state.header;
  held.item_count = state.item_count;
  held.members = state.members;
  KLUIS_TRY(entries, rows.key_entries(state.alias));
  for (const KeyEntry& entry : entries) {
    if (waiting.contains(entry.record)) continue;
    KLUIS_TRY(record, rows.record(state.alias, entry.record));
    if (record) {
      held.records.insert(entry.record);
    } else {
      ++held.missing;
    }
  }
  return held;
}

bool in(const std::vector<DeviceId>& sorted, const DeviceId& device) {
  return std::binary_search(sorted.begin(), sorted.end(), device);
}

std::string named(const char* what, const Holding& holding) {
  return std::string(what) + " at " + holding.id.hex().substr(0, 6);
}

std::optional<std::string> waiting_at(const Holding& holding) {
  if (holding.prepared) return named("a standing commit", holding);
  if (holding.officer && holding.intents != 0) return named("an intent", holding);
  if (holding.outbox != 0) return named("an outbox entry", holding);
  for (const auto& [alias, circle] : holding.circles) {
    if (circle.missing != 0) return named("a record without bytes", holding);
    if (circle.standing == Standing::waiting || circle.standing == Standing::joining) {
      return named("a circle without its newest epoch", holding);
    }
  }
  return std::nullopt;
}

std::optional<std::string> differs(const CircleAlias& alias, const CircleHolding& one,
                                   const Holding& other) {
  const auto found = other.circles.find(alias);
  if (found == other.circles.end() || found->second.standing != Standing::current) {
    return named("no circle for a member", other);
  }
  const CircleHolding& two = found->second;
  if (one.header != two.header) return named("another epoch", other);
  if (one.item_count != two.item_count) return named("another number of items", other);
  if (one.members != two.members) return named("other members", other);
  if (one.records != two.records) return named("other records", other);
  return std::nullopt;
}

}  // namespace

Result<Holding> holding_of(Device& device) {
  Holding holding;
  holding.id = device.id();
  holding.state = device.state();
  if (!device.has_roll()) return holding;
  holding.officer = device.is_officer();
  holding.head = device.roll().head();
  holding.active = device.roll().active_devices();
  DeviceRows& rows = device.rows();
  KLUIS_TRY(outbox, rows.outbox());
  std::map<CircleAlias, std::set<RecordId>> waiting;
  for (const OutboxEntry& entry : outbox) {
    if (entry.kind != OutboxKind::cell) waiting[entry.circle].insert(entry.record);
  }
  holding.outbox = outbox.size();
  KLUIS_TRY(circles, rows.circles());
  for (const CircleState& state : circles) {
    KLUIS_TRY(circle, circle_of(rows, state, waiting[state.alias]));
    // Everybody active is in the roll, whatever its last list said.
    if (state.alias == device.roll().alias()) circle.members = holding.active;
    holding.circles.emplace(state.alias, std::move(circle));
  }
  KLUIS_TRY(alarms, rows.alarms());
  for (const AlarmRow& alarm : alarms) holding.alarms.push_back(alarm.code);
  KLUIS_TRY(intents, rows.intents());
  holding.intents = intents.size();
  KLUIS_TRY(prepared, rows.prepared());
  holding.prepared = prepared.has_value();
  return holding;
}

std::vector<std::string> described(const Holding& holding) {
  std::vector<std::string> lines;
  lines.push_back(holding.id.hex().substr(0, 6) + " act " +
                  std::to_string(holding.head.act_number) + ", outbox " +
                  std::to_string(holding.outbox) + ", intents " + std::to_string(holding.intents));
  for (const auto& [alias, circle] : holding.circles) {
    lines.push_back("  " + alias.hex().substr(0, 6) + " standing " +
                    std::to_string(static_cast<unsigned>(circle.standing)) + " epoch " +
                    std::to_string(circle.number) + " items " + std::to_string(circle.item_count) +
                    " members " + std::to_string(circle.members.size()) + " records " +
                    std::to_string(circle.records.size()) + " missing " +
                    std::to_string(circle.missing));
  }
  return lines;
}

std::optional<std::string> unsettled(const std::vector<Holding>& holdings) {
  const Holding* newest = nullptr;
  for (const Holding& holding : holdings) {
    if (holding.state != DeviceState::active) continue;
    if (newest == nullptr || holding.head.act_number > newest->head.act_number) newest = &holding;
  }
  if (newest == nullptr) return "nobody is active";
  for (const Holding& holding : holdings) {
    const bool active = in(newest->active, holding.id);
    if (active != (holding.state == DeviceState::active)) {
      return named(active ? "an active device thinks itself out" : "a removed device does not know",
                   holding);
    }
    if (!active) continue;
    if (holding.head != newest->head) return named("another roll head", holding);
    if (auto what = waiting_at(holding)) return what;
    for (const auto& [alias, circle] : holding.circles) {
      if (circle.standing != Standing::current) continue;
      for (const Holding& other : holdings) {
        const bool member = in(circle.members, other.id) && in(newest->active, other.id);
        if (!member || &other == &holding) continue;
        if (auto what = differs(alias, circle, other)) return what;
      }
      if (!in(circle.members, holding.id)) return named("an open circle of others", holding);
    }
  }
  return std::nullopt;
}

}  // namespace kluis::test
