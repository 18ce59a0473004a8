#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/table.h"
#include "vault/law/rules.h"

// `dossier list`: the dossiers of which this device may open something.
namespace kluis {
namespace {

Result<Answer> run(CommandRun& command, const Given& /*given*/) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(dossiers, vault->dossiers());
  Value::List list;
  TextTable table({command.text("column.dossier"), command.text("column.title"),
                   command.text("column.kind"), command.text("column.phase"),
                   command.text("column.stukken")});
  for (const DossierRow& row : dossiers) {
    const std::string kind(kind_word(row.kind));
    list.push_back(Value::object({{"dossier", row.dossier.hex()},
                                  {"title", row.title},
                                  {"kind", kind},
                                  {"phase", row.phase},
                                  {"stukken", row.stuk_count}}));
    table.add({row.dossier.hex().substr(0, 8), row.title, kind, row.phase,
               std::to_string(row.stuk_count)});
  }
  const std::string text =
      table.empty() ? command.text("dossier.none") : table.text(command.console());
  return Answer{Value::object({{"dossiers", std::move(list)}}), text};
}

}  // namespace

Verb dossier_list_verb() {
  return {"dossier list", {}, run};
}

}  // namespace kluis
