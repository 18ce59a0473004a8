#include <array>

#include "tools/commands/decree_shown.h"
#include "tools/commands/verbs.h"

// `destroy propose`: proposes to destroy a dossier or one stuk, and signs for it; another has to
// sign as well.
namespace kluis {
namespace {

constexpr std::array<Parameter, 3> kParameters = {{
    {"THING", Takes::argument},
    {"--ground", Takes::value, Content::text, true, "TEXT"},
    {"--waive", Takes::value, Content::text, false, "TEXT"},
}};

Value blocks_value(const ProposedDecree& proposed) {
  Value::List list;
  for (const std::string& block : proposed.waived) list.emplace_back(block);
  return Value(std::move(list));
}

// A dossier, or else a stuk, by what was typed.
Result<ProposedDecree> propose(Vault& vault, const Given& given) {
  const std::string& named = given.text("THING");
  const std::string& ground = given.text("--ground");
  const auto dossier = vault.find_dossier(named);
  if (dossier) {
    return vault.propose_destruction(*dossier, ground, given.maybe("--waive").value_or(""));
  }
  if (dossier.error().key != "dossier.unknown") return tl::unexpected<Error>(dossier.error());
  KLUIS_TRY(stuk, vault.find_stuk(named));
  return vault.propose_destruction(stuk, ground);
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(proposed, propose(*vault, given));
  KLUIS_TRY(decree, decree_now(*vault, proposed.decree));
  return Answer{Value::object({{"decree", decree.decree.hex()},
                               {"needs", needs_value(decree)},
                               {"signed", signed_value(decree)},
                               {"blocked_by", blocks_value(proposed)}}),
                what_text(command, decree) + "\n" + details_text(command, decree) + "\n" +
                    command.text("destroy.next")};
}

}  // namespace

Verb destroy_propose_verb() {
  return {"destroy propose", kParameters, run};
}

}  // namespace kluis
