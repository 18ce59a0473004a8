#pragma once

#include "proto/bytes.h"
#include "proto/ids.h"

namespace kluis {

// SHA-256 (FIPS 180-4) of public bytes: for what others check with programs of their own. Ours are
// hashed by hash.h.
[[nodiscard]] Sha256 sha256(ByteView bytes);

}  // namespace kluis
