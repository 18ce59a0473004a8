#pragma once

#include "proto/decree.h"
#include "vault/ceremony/declaration_roll.h"

// Which words of devices count in a declaration. Who makes one and who verifies one ask the same.
namespace kluis {

// That it erased this: of a device that was in the raad when the decree was carried out, and that
// can have seen it.
[[nodiscard]] bool confirms(const DeclaredRoll& roll, const Record& record,
                            const Confirmation& body);

// That it forgot everything: of a device that had left the raad by then. Who was in it has to say
// so of this decree.
[[nodiscard]] bool tells_of_leaving(const DeclaredRoll& roll, const Record& record,
                                    const Confirmation& body);

}  // namespace kluis
