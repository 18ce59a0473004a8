#pragma once

#include <optional>
#include <vector>

#include "sync/relay/memory_storage.h"
#include "vault/core/epoch.h"
#include "vault/core/roll.h"
#include "vault/core/state.h"
#include "vault/env/clock.h"

// What a device could open, found out by trying: from the bytes that lie at the relay and the keys
// that lie in a store. It uses none of the product's rules about when a leaf lives or dies.
namespace kluis::test {

struct SealedEpoch {
  CircleAlias circle;
  VerifiedHeader header;
  Bytes boxes;
  std::vector<Member> members;       // empty until read_list
  std::vector<VerifiedCell> leaves;  // the leaf cells that the boxes were sealed to
};

// The newest epoch of a circle as the relay took it; its list is not read yet.
[[nodiscard]] Result<SealedEpoch> newest_epoch(MemoryStorage& relay, const Clock& clock,
                                               const TenancyId& tenancy, const CircleAlias& circle);

// The secret of this epoch, if this store has it, or a leaf or a welcome that leads to it.
[[nodiscard]] Result<std::optional<EpochSecret>> secret_within(DeviceRows& rows,
                                                               const SealedEpoch& epoch);

[[nodiscard]] Status read_list(MemoryStorage& relay, const Clock& clock, const TenancyId& tenancy,
                               const EpochSecret& secret, SealedEpoch& epoch);

// A member whose box was sealed to a leaf that was drawn at a head beyond this roll.
[[nodiscard]] std::optional<DeviceId> sealed_ahead_of(const RollState& roll,
                                                      const SealedEpoch& epoch);

}  // namespace kluis::test
