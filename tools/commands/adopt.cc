#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"
#include "vault/law/rules.h"

// `adopt`: the newest version of a stuk becomes vastgesteld.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"STUK", Takes::argument}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(stuk, vault->find_stuk(given.text("STUK")));
  KLUIS_TRY(status, vault->adopt(stuk));
  return Answer{Value::object({{"status", status_word(status)}}), command.text("adopt.done")};
}

}  // namespace

Verb adopt_verb() {
  return {"adopt", kParameters, run};
}

}  // namespace kluis
