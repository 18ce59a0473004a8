#pragma once

#include "proto/declaration.h"
#include "vault/ceremony/declaration_roll.h"

namespace kluis {

// Whether the raad's relay took the very commit that carried the decree out: its officer's
// signature, the relay's over its hash, and in it the last headers that the roll names.
// Errors: integrity "declaration.receipt".
[[nodiscard]] Status check_erasure_receipt(const DeclaredRoll& roll, const ErasureReceipt& receipt);

}  // namespace kluis
