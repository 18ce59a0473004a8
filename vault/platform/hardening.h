#pragma once

#include "proto/result.h"

namespace kluis {

// Called first in every `main` that will hold a secret: no core dumps, no reading of this process'
// memory by other processes of the same user, files made from now on readable by their owner alone.
// Errors: kind disk "process.hardening" when the platform refuses; the program then stops.
[[nodiscard]] Status harden_process();

}  // namespace kluis
