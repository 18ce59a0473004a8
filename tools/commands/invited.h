#pragma once

#include "tools/commands/command_run.h"
#include "tools/commands/verb.h"

namespace kluis {

// Makes an invitation, puts it at the relay and tells link and code: `invite` and `device invite`.
[[nodiscard]] Result<Answer> invite_and_tell(CommandRun& command, Vault& vault,
                                             const InviteRequest& request);

}  // namespace kluis
