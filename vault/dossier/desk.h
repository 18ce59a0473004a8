#pragma once

#include "vault/core/device.h"
#include "vault/store/document_files.h"
#include "vault/store/view.h"

namespace kluis {

// What the work on dossiers needs at hand. Lends; the vault owns it all.
struct Desk {
  Device& device;
  View& view;
  DocumentFiles& documents;
  unsigned thread_count = 1;  // for sealing and opening documents

  [[nodiscard]] const RollState& roll() const { return device.roll(); }
  [[nodiscard]] Store& store() { return device.rows().store(); }
};

// Who a device belongs to; zero when the roll does not know it.
[[nodiscard]] inline PersonId person_of(const RollState& roll, const DeviceId& device) {
  const EnrolledDevice* enrolled = roll.device(device);
  return enrolled == nullptr ? PersonId{} : enrolled->person;
}
[[nodiscard]] inline std::string name_of(const RollState& roll, const PersonId& person) {
  const Person* known = roll.person(person);
  return known == nullptr ? std::string() : known->name;
}
[[nodiscard]] inline std::vector<Capacity> capacities_of(const RollState& roll,
                                                         const PersonId& person) {
  std::vector<Capacity> capacities;
  if (const Person* known = roll.person(person)) {
    for (const auto& [capacity, act] : known->capacities) capacities.push_back(capacity);
  }
  return capacities;
}

}  // namespace kluis
