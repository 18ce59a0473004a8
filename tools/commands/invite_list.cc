#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/table.h"

// `invite list`: this device's invitations and how they stand.
namespace kluis {
namespace {

std::string_view state_word(InvitationState state) {
  switch (state) {
    case InvitationState::posted:
      return "open";
    case InvitationState::burnt:
      return "burnt";
    case InvitationState::admitted:
    case InvitationState::answered:
      return "admitted";
    case InvitationState::cancelled:
      return "cancelled";
    case InvitationState::joining:
      break;
  }
  return "joining";
}

Result<Answer> run(CommandRun& command, const Given& /*given*/) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(invitations, vault->invitations());
  Value::List list;
  TextTable table({command.text("column.invitation"), command.text("column.name"),
                   command.text("column.capacities"), command.text("column.state"),
                   command.text("column.expires")});
  for (const Invitation& invitation : invitations) {
    if (invitation.state == InvitationState::joining) continue;  // how this device itself came in
    const std::string word(state_word(invitation.state));
    list.push_back(Value::object({{"invitation", invitation.mailbox.hex()},
                                  {"person", invitation.person.hex()},
                                  {"name", invitation.person_name},
                                  {"capacities", capacities_value(invitation.capacities)},
                                  {"state", word},
                                  {"expires", time_value(invitation.expires_unix_ms)}}));
    table.add({invitation.mailbox.hex().substr(0, 8), invitation.person_name,
               capacities_text(invitation.capacities), command.text("invitation." + word),
               time_text(command, invitation.expires_unix_ms)});
  }
  const std::string text =
      table.empty() ? command.text("invite.none") : table.text(command.console());
  return Answer{Value::object({{"invitations", std::move(list)}}), text};
}

}  // namespace

Verb invite_list_verb() {
  return {"invite list", {}, run};
}

}  // namespace kluis
