#include <algorithm>
#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "vault/law/rules.h"

// `grant`: a person gets access to a dossier, or with --only to chosen stukken of it.
namespace kluis {
namespace {

constexpr std::array<Parameter, 4> kParameters = {{
    {"PERSON", Takes::argument},
    {"DOSSIER", Takes::argument},
    {"--as", Takes::value, Content::word, false, "ROLE"},
    {"--only", Takes::values, Content::text, false, "STUK"},
}};

Result<std::optional<DossierRole>> role_of(const Given& given) {
  const auto word = given.maybe("--as");
  if (!word) return std::optional<DossierRole>();
  const auto role = role_from(*word);
  if (!role) {
    return fail(ErrorKind::usage, "usage.choice",
                {"--as", *word, "lid, commissievoorzitter, secretaris, adviseur, burgemeester"});
  }
  return role;
}

Result<std::uint64_t> newest_epoch(Vault& vault, const DossierId& dossier) {
  KLUIS_TRY(epochs, vault.epochs(dossier));
  std::uint64_t newest = 0;
  for (const CircleEpoch& epoch : epochs) newest = std::max(newest, epoch.number);
  return newest;
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(role, role_of(given));
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(person, vault->find_person(given.text("PERSON")));
  KLUIS_TRY(dossier, vault->find_dossier(given.text("DOSSIER")));
  std::vector<StukId> only;
  for (const std::string& named : given.all("--only")) {
    KLUIS_TRY(stuk, vault->find_stuk(named));
    only.push_back(stuk);
  }
  KLUIS_CHECK(vault->grant(person, dossier, role, only));
  auto afterwards = command.carry_out(*vault);
  KLUIS_TRY(epoch, newest_epoch(*vault, dossier));
  KLUIS_TRY(text, order_text(command, *vault, afterwards, "grant.done"));
  return Answer{
      Value::object({{"person", person.hex()}, {"dossier", dossier.hex()}, {"epoch", epoch}}),
      std::move(text), std::move(afterwards)};
}

}  // namespace

Verb grant_verb() {
  return {"grant", kParameters, run};
}

}  // namespace kluis
