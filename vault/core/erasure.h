#pragma once

#include <span>
#include <vector>

#include "proto/decree.h"
#include "vault/core/record.h"
#include "vault/core/roll.h"

// How far an erasure got, by what devices signed. Pure: the vault shows it, and a declaration is
// judged by it.
namespace kluis {

struct ErasureProgress {
  std::vector<DeviceId> confirmed;  // sorted
  std::vector<DeviceId> missing;    // sorted; none: it is complete
};

// Everybody who ever had what was destroyed has to say so: those whom the execution lists, and whom
// a confirmation names beside them. Of a device that had left the raad before, its last word
// counts, since it never came back.
// `leavings`: confirmations without a decree. Signatures are verified by type; anything that is not
// what it should be is passed over.
[[nodiscard]] ErasureProgress erasure_progress(const RollState& roll, const DecreeId& decree,
                                               std::span<const VerifiedRecord> confirmations,
                                               std::span<const VerifiedRecord> leavings);

}  // namespace kluis
