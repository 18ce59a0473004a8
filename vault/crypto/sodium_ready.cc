#include "vault/crypto/sodium_ready.h"

#include <sodium.h>

#include "proto/assert.h"

namespace kluis {

void require_sodium() {
  static const bool ready = sodium_init() >= 0;
  KLUIS_ASSERT(ready);
}

}  // namespace kluis
