#include "tests/support/test_argon2_cost.h"

namespace kluis {

Argon2Cost test_argon2_cost() {
  return Argon2Cost({64, 1});
}

}  // namespace kluis
