#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/relay/memory_storage.h"
#include "tests/support/memory_store.h"
#include "vault/core/device.h"

// A relay that lies: an officer is shown the raad from before a commit, and leaves that were drawn
// after it. What he seals then must not be sealed to those: he would give secrets that the hidden
// commit replaced to keys that live on.
namespace kluis::test {

struct HiddenCommit {
  MemoryStorage storage;              // the relay from before the commit
  MemoryStore officer;                // an officer who has not seen it
  std::vector<AppendRequest> leaves;  // published after it, in the same epoch of the roll
};

// The rest of the raad that this is played in. Each reference outlives the call.
struct OlderRoll {
  const Clock& clock;
  const SecretBytes<32>& receipt_seed;
  Entropy& entropy;
  const TenancyId& tenancy;
  const CircleAlias& roll;
  const std::vector<CircleAlias>& circles;
};

// One session of that officer, who wants the roll resealed. Says what was wrong with it.
[[nodiscard]] std::optional<std::string> seal_under_older_roll(HiddenCommit& hidden,
                                                               const OlderRoll& shown);

}  // namespace kluis::test
