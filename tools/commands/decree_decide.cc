#include <array>

#include "tools/commands/decree_shown.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"

// `decree withdraw` and `decree execute`: an officer kills a decree, and what it was about opens
// again; or carries out what two persons signed, and of what it destroys nothing comes back.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"DECREE", Takes::argument, Content::word}}};

Result<Answer> decide(CommandRun& command, const Given& given,
                      Status (Vault::*order)(const DecreeId& decree)) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(id, vault->find_decree(given.text("DECREE")));
  KLUIS_CHECK((vault->*order)(id));
  auto afterwards = command.carry_out(*vault);
  KLUIS_TRY(decree, decree_now(*vault, id));
  KLUIS_TRY(text, order_text(command, *vault, afterwards, "decree.state." + decree.state));
  return Answer{short_value(decree), std::move(text), std::move(afterwards)};
}

Result<Answer> withdraw(CommandRun& command, const Given& given) {
  return decide(command, given, &Vault::withdraw_decree);
}

Result<Answer> execute(CommandRun& command, const Given& given) {
  return decide(command, given, &Vault::execute_decree);
}

}  // namespace

Verb decree_withdraw_verb() {
  return {"decree withdraw", kParameters, withdraw};
}

Verb decree_execute_verb() {
  return {"decree execute", kParameters, execute};
}

}  // namespace kluis
