#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "vault/law/rules.h"

// `dossier new`. Needs no relay: its circles are made when the first stuk or grant wants them.
namespace kluis {
namespace {

constexpr std::array<Parameter, 3> kParameters = {{
    {"TITLE", Takes::argument},
    {"--kind", Takes::value, Content::word, true, "KIND"},
    {"--burgemeester", Takes::value, Content::text, false, "PERSON"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  const auto kind = kind_from(given.text("--kind"));
  if (!kind) {
    return fail(ErrorKind::usage, "usage.choice",
                {"--kind", given.text("--kind"), "gesprek, benoeming, herbenoeming"});
  }
  KLUIS_TRY(vault, command.vault());
  std::optional<PersonId> burgemeester;
  if (const auto named = given.maybe("--burgemeester")) {
    KLUIS_TRY(found, vault->find_person(*named));
    burgemeester = found;
  }
  KLUIS_TRY(dossier, vault->new_dossier(given.text("TITLE"), *kind, burgemeester));
  return Answer{Value::object({{"dossier", dossier.hex()}}),
                command.text("dossier.made", {given.text("TITLE"), dossier.hex().substr(0, 8)})};
}

}  // namespace

Verb dossier_new_verb() {
  return {"dossier new", kParameters, run};
}

}  // namespace kluis
