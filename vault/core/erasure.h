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

// Who has to say that it is gone: every device that was active at the execution, holder or not;
// those that the execution lists as holders; and those, enrolled by then, that a confirmation names
// beside them. Of a device that left the raad its last word counts as well, since it never comes
// back. `leavings`: confirmations without a decree. Signatures are verified by type; anything that
// is not what it should be is passed over. Both lists are empty while the decree is not executed.
// Source: proto/FORMAT.md, "Decrees"; model verordening art. 14.
[[nodiscard]] ErasureProgress erasure_progress(const RollState& roll, const DecreeId& decree,
                                               std::span<const VerifiedRecord> confirmations,
                                               std::span<const VerifiedRecord> leavings);

}  // namespace kluis
