#pragma once

#include <vector>

#include "proto/message.h"
#include "proto/result.h"
#include "sync/relay/state.h"

// How the relay says what it has.
namespace kluis {

// The newest epoch of a circle, for whoever asked by an older name. Boxes that do not fit a frame
// are left out: they are fetched in slices, under the name that the header's hash gives.
[[nodiscard]] Result<Superseded> superseded(RelayState& state, const TenancyId& tenancy,
                                            const CircleAlias& circle, const CircleName& asked);

// Answers a sync. What does not fit one frame is left out; the digest tells the device, which asks
// again. `circles` gets the alias of each name that is known.
[[nodiscard]] Result<SyncAnswer> answer_sync(RelayState& state, const Tenancy& tenancy,
                                             const std::vector<SyncEntry>& entries,
                                             std::vector<CircleAlias>& circles);

}  // namespace kluis
