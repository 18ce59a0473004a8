#pragma once

#include <string>
#include <vector>

#include "vault/dossier/desk.h"

// Terms: when a new raad is installed, the one before it is out (Gemeentewet C4; V, toelichting 2).
namespace kluis {

// As Vault::install_raad.
[[nodiscard]] Status install_raad(Desk& desk, const std::string& name,
                                  std::vector<PersonId> members);

}  // namespace kluis
