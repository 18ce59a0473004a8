#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"

// `revoke`: takes a person out of a dossier, or out of the raad with every device.
namespace kluis {
namespace {

constexpr std::array<Parameter, 2> kParameters = {{
    {"PERSON", Takes::argument},
    {"--dossier", Takes::value, Content::text, false, "D"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(person, vault->find_person(given.text("PERSON")));
  std::optional<DossierId> dossier;
  if (const auto named = given.maybe("--dossier")) {
    KLUIS_TRY(found, vault->find_dossier(*named));
    dossier = found;
  }
  KLUIS_CHECK(vault->revoke(person, dossier));
  auto afterwards = command.carry_out(*vault);
  KLUIS_TRY(epochs, epochs_value(*vault, dossier));
  const char* done = dossier ? "revoke.from_dossier" : "revoke.from_raad";
  KLUIS_TRY(text, order_text(command, *vault, afterwards, done));
  return Answer{Value::object({{"person", person.hex()}, {"epochs", epochs}}), std::move(text),
                std::move(afterwards)};
}

}  // namespace

Verb revoke_verb() {
  return {"revoke", kParameters, run};
}

}  // namespace kluis
