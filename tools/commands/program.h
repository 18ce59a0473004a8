#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tools/commands/syncing.h"
#include "tools/text/language.h"
#include "vault/crypto/password.h"
#include "vault/env/clock.h"
#include "vault/env/entropy.h"

namespace kluis {

// What `main` makes and reads, once.
struct ProgramParts {
  const Clock& clock;
  Entropy& entropy;
  const PasswordHasher& hasher;
  Syncing& syncing;
  Language language = Language::english;
  std::string vault_folder;  // where the vault lies unless --vault says otherwise
  unsigned thread_count = 1;
};

// Runs one line of the command line, without the program's own name; says what is to be said and
// returns the exit code: 0, or the number of an ErrorKind.
[[nodiscard]] int run_program(const ProgramParts& parts, std::span<const std::string> arguments);

}  // namespace kluis
