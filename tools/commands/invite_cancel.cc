#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"

// `invite cancel`: the code is worth nothing from now on, whether the relay is there or not.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"INVITATION", Takes::argument, Content::word}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(mailbox, vault->find_invitation(given.text("INVITATION")));
  KLUIS_CHECK(command.syncing().cancel(*vault, mailbox));
  return Answer{Value::object({{"invitation", mailbox.hex()}, {"state", "cancelled"}}),
                command.text("invite.cancelled")};
}

}  // namespace

Verb invite_cancel_verb() {
  return {"invite cancel", kParameters, run};
}

}  // namespace kluis
