#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/dossier/answers.h"
#include "vault/dossier/desk.h"

// What several persons decide together: destroying, and who holds an office of the quorum. Law:
// model verordening art. 14; the rule of two persons is the project's own (R9).
namespace kluis {

// As the calls of the same name in vault/vault.h.
[[nodiscard]] Result<ProposedDecree> propose_dossier(Desk& desk, const DossierId& dossier,
                                                     const std::string& ground,
                                                     const std::string& waiver);
[[nodiscard]] Result<ProposedDecree> propose_stuk(Desk& desk, const StukId& stuk,
                                                  const std::string& ground);
[[nodiscard]] Result<DecreeId> propose_office(Desk& desk, DecreeKind kind, const PersonId& person,
                                              Capacity capacity, const std::string& ground);
[[nodiscard]] Status approve_decree(Desk& desk, const DecreeId& decree);
[[nodiscard]] Status withdraw_decree(Desk& desk, const DecreeId& decree);
[[nodiscard]] Status execute_decree(Desk& desk, const DecreeId& decree);
[[nodiscard]] Result<std::vector<DecreeAnswer>> decree_answers(Desk& desk);

[[nodiscard]] Result<RecordId> record_event(Desk& desk, std::string_view code,
                                            const PersonId& person, const std::string& date);

}  // namespace kluis
