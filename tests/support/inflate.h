#pragma once

#include "proto/bytes.h"

namespace kluis::test {

// What `compressed` (zlib, RFC 1950) holds. Throws when it is not whole.
[[nodiscard]] Bytes inflate(ByteView compressed);

}  // namespace kluis::test
