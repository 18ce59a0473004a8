#pragma once

#include <vector>

#include "proto/declaration.h"
#include "vault/core/roll.h"

// The roll inside a declaration.
namespace kluis {

// A roll that was folded from its genesis, with what it was at the commit that carried the decree
// out.
struct DeclaredRoll {
  RollState now;                     // at its last act
  RollState then;                    // when that commit had been applied
  std::vector<OfficerKey> officers;  // before it; sorted
  DecreeId decree;

  [[nodiscard]] const ExecutedDecree& executed() const { return now.executed().at(decree); }
  // Whether this device may declare it: an officer's when it was carried out, or at the end.
  [[nodiscard]] bool may_declare(const DeviceId& device) const {
    return now.is_officer(device) || now.was_officer(device, executed().act_number);
  }
};

// Folds `acts` commit by commit, by the rules that every device folds its roll by. Errors:
// integrity "record.signature", "roll.<what>", "decree.<what>"; "declaration.acts" when the last
// commit is not whole, "declaration.not_executed" when none of them carries the decree out.
[[nodiscard]] Result<DeclaredRoll> fold_declared_roll(const std::vector<SignedRecord>& acts,
                                                      const DecreeId& decree);

}  // namespace kluis
