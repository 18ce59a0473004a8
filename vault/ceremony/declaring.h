#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/declaration.h"
#include "vault/core/device.h"

// Making a declaration of destruction (V14.4), by an officer's device that holds the raad's roll.
namespace kluis {

// What its maker states, beside what the roll holds.
struct DeclarationTerms {
  std::vector<std::string> exceptions;  // what is outside reach, a line each
  std::string place;
  std::string software_version;
  UnixMillis now;
  std::optional<Sha256> pdf = std::nullopt;  // of the page that it is to travel in
};

// The encoded SignedDeclaration of what is known here now; it passes verify_declaration. The same
// terms at the same state give the same bytes. A later one supersedes it; none is ever changed.
// Errors: refused "declaration.not_executed" V14.4,
// "declaration.destroys_nothing" V14.4, "declaration.only_officer" V3.1; usage
// "declaration.long" when an exception, the place or their number is too much for the format.
[[nodiscard]] Result<Bytes> make_declaration(Device& device, const DecreeId& decree,
                                             const DeclarationTerms& terms);

}  // namespace kluis
