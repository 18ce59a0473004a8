#pragma once

#include <optional>
#include <vector>

#include "vault/dossier/answers.h"
#include "vault/dossier/stukken.h"

// Who reads what: granted, ended and explained. Grants are wishes; a commit carries them out.
namespace kluis {

// The person in every class that the role reads; classes that have no circle yet get one.
// Errors: refused "grant.only_officer" V3.1, "grant.forbidden" or "grant.other_burgemeester" with
// the article; no-access "person.not_active", "dossier.unknown".
[[nodiscard]] Status grant(Desk& desk, const PersonId& person, const DossierId& dossier,
                           std::optional<DossierRole> role);

// The person in a new circle with these stukken and no other: their readers and he.
[[nodiscard]] Status grant_chosen(Desk& desk, const PersonId& person, const DossierId& dossier,
                                  std::optional<DossierRole> role,
                                  const std::vector<StukId>& stukken);

// Ends the person's grants in the dossier, `chosen` circles included.
// Errors: refused "revoke.only_officer" V3.1, "revoke.by_office" V3.1; no-access "grant.none".
[[nodiscard]] Status revoke_from(Desk& desk, const PersonId& person, const DossierId& dossier);

// The person leaves the raad with all devices.
// Errors: refused "revoke.only_officer" V3.1, "revoke.self", "revoke.needs_decree"; no-access
// "person.not_active".
[[nodiscard]] Status revoke_person(Desk& desk, const PersonId& person);
[[nodiscard]] Status revoke_device(Desk& desk, const DeviceId& device);

[[nodiscard]] Result<Who> who_reads(Desk& desk, const Dossier& dossier);
[[nodiscard]] Result<Who> who_reads(Desk& desk, const FoldedStuk& stuk);

}  // namespace kluis
