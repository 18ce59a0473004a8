#include <array>

#include "tools/commands/decree_shown.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"

// `decree execute`: carries out what two persons signed. Of what it destroys nothing comes back.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"DECREE", Takes::argument, Content::word}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(id, vault->find_decree(given.text("DECREE")));
  KLUIS_CHECK(vault->execute_decree(id));
  auto afterwards = command.carry_out(*vault);
  KLUIS_TRY(decree, decree_now(*vault, id));
  KLUIS_TRY(text, order_text(command, *vault, afterwards, "decree.state." + decree.state));
  return Answer{short_value(decree), std::move(text), std::move(afterwards)};
}

}  // namespace

Verb decree_execute_verb() {
  return {"decree execute", kParameters, run};
}

}  // namespace kluis
