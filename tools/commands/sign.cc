#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"

// `sign`: this person's signature on the newest version, kanttekeningen included.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"STUK", Takes::argument}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(stuk, vault->find_stuk(given.text("STUK")));
  KLUIS_TRY(record, vault->sign(stuk));
  return Answer{Value::object({{"signed", record.hex()}}), command.text("sign.done")};
}

}  // namespace

Verb sign_verb() {
  return {"sign", kParameters, run};
}

}  // namespace kluis
