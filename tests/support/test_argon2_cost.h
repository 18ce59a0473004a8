#pragma once

#include "vault/crypto/password.h"

namespace kluis {

// A cost at which a thousand unlocks take no time: 64 KiB, 1 pass. In test programs alone; a test
// proves that no product library or program holds this function or a way around it.
[[nodiscard]] Argon2Cost test_argon2_cost();

}  // namespace kluis
