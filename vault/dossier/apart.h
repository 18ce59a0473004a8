#pragma once

#include <vector>

#include "vault/dossier/answers.h"
#include "vault/dossier/desk.h"

// Records kept apart: what a removed device wrote and could not send any more, or sent too late.
// They stand in no stuk until an officer carries them in, with their author, time and signature as
// they are; or he refuses them. Either is a record, so that the other officers see them decided.
namespace kluis {

// Oldest first. Errors: refused "apart.only_officer".
[[nodiscard]] Result<std::vector<ApartRow>> apart_rows(Desk& desk);

// As Vault::carry_in and Vault::refuse_apart.
[[nodiscard]] Status carry_in(Desk& desk, const RecordId& record);
[[nodiscard]] Status refuse_apart(Desk& desk, const RecordId& record);

}  // namespace kluis
