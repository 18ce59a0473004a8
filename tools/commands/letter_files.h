#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/commands/command_run.h"
#include "vault/letter/letter_key.h"
#include "vault/platform/whole_file.h"

// The files that the verbs of sealed letters write and read.
namespace kluis {

// Errors: usage "letter.exists" when there is one already; those of begin_whole_file.
[[nodiscard]] Result<std::unique_ptr<WholeFile>> new_letter_file(CommandRun& command,
                                                                 const std::string& path);
// The same for what came meanwhile.
[[nodiscard]] Status keep_letter_file(WholeFile& file);

// The identities in these files. No copy of their text is left.
// Errors: disk "letter.identity_file" when one cannot be read; usage "letter.identity_long" beyond
// kLetterIdentityFileBytesMax; those of parse_letter_identities.
[[nodiscard]] Result<std::vector<LetterIdentity>> identities_in(
    const std::vector<std::string>& paths);

}  // namespace kluis
