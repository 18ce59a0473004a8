#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vault/core/device.h"

// What a device holds, read from its store, and whether several devices hold the same.
namespace kluis::test {

struct CircleHolding {
  Standing standing = Standing::planned;
  std::uint64_t number = 0;
  HeaderHash header;
  std::uint32_t item_count = 0;
  std::vector<DeviceId> members;
  std::set<RecordId> records;  // whose bytes are here, less those only in the outbox
  std::size_t missing = 0;     // keys without bytes
};

struct Holding {
  DeviceId id;
  DeviceState state = DeviceState::waiting;
  bool officer = false;
  RollPosition head;
  std::vector<DeviceId> active;  // by this device's roll
  std::map<CircleAlias, CircleHolding> circles;
  std::vector<std::string> alarms;  // codes
  std::size_t outbox = 0;
  std::size_t intents = 0;
  bool prepared = false;
};

[[nodiscard]] Result<Holding> holding_of(Device& device);

// One line for each circle; for traces.
[[nodiscard]] std::vector<std::string> described(const Holding& holding);

// nullopt: everything that is to be equal is equal, and nothing waits. Else what is wrong first.
// Devices that an officer removed hold nothing and stand aside.
[[nodiscard]] std::optional<std::string> unsettled(const std::vector<Holding>& holdings);

}  // namespace kluis::test
