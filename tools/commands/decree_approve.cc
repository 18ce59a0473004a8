#include <array>

#include "tools/commands/decree_shown.h"
#include "tools/commands/verbs.h"

// `decree approve`: signs for a decree; offline, in any order. `sync` carries it.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"DECREE", Takes::argument, Content::word}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(id, vault->find_decree(given.text("DECREE")));
  KLUIS_CHECK(vault->approve_decree(id));
  KLUIS_TRY(decree, decree_now(*vault, id));
  return Answer{short_value(decree), command.text("decree.approved") + "\n" +
                                         what_text(command, decree) + "\n" +
                                         details_text(command, decree)};
}

}  // namespace

Verb decree_approve_verb() {
  return {"decree approve", kParameters, run};
}

}  // namespace kluis
