#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/invited.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"

// `invite`: a link to send and four words to speak.
namespace kluis {
namespace {

constexpr std::array<Parameter, 2> kParameters = {{
    {"NAME", Takes::argument},
    {"--as", Takes::value, Content::word, true, "CAPACITY"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(capacities, capacities_from(given.text("--as")));
  KLUIS_TRY(vault, command.vault());
  return invite_and_tell(
      command, *vault,
      InviteRequest{.name = given.text("NAME"), .person = std::nullopt, .capacities = capacities});
}

}  // namespace

Result<Answer> invite_and_tell(CommandRun& command, Vault& vault, const InviteRequest& request) {
  KLUIS_CHECK(vault.check_invite(request));
  KLUIS_TRY(invited, command.syncing().invite(vault, request));
  auto afterwards = command.carry_out(vault);
  const Invitation& invitation = invited.invitation;
  const auto& console = command.console();
  std::string text = command.text("invite.link", {invitation.person_name}) + "\n\n  " +
                     invited.link + "\n\n" + command.text("invite.code") + "\n\n  " +
                     console.bold(invited.code) + "\n\n" +
                     command.text("invite.next", {time_text(command, invitation.expires_unix_ms)});
  return Answer{Value::object({{"invitation", invitation.mailbox.hex()},
                               {"person", invitation.person.hex()},
                               {"link", invited.link},
                               {"code", invited.code},
                               {"expires", time_value(invitation.expires_unix_ms)}}),
                text, std::move(afterwards)};
}

Verb invite_verb() {
  return {"invite", kParameters, run};
}

}  // namespace kluis
