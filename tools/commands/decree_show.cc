#include <array>

#include "tools/commands/decree_shown.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"

// `decree show`: what its signer signs for.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"DECREE", Takes::argument, Content::word}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(decree, decree_given(*vault, given.text("DECREE")));
  return Answer{Value::object({{"decree", decree.decree.hex()},
                               {"kind", decree.kind},
                               {"state", decree.state},
                               {"ground", decree.ground},
                               {"covers", covers_value(decree)},
                               {"signed", signed_value(decree)},
                               {"needs", needs_value(decree)}}),
                what_text(command, decree) + "\n" + details_text(command, decree) + "\n" +
                    state_text(command, decree)};
}

}  // namespace

Verb decree_show_verb() {
  return {"decree show", kParameters, run};
}

}  // namespace kluis
