#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/table.h"

// `register`: who did and opened what, warnings with their article.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"DOSSIER", Takes::maybe_argument}}};

Value value_of(const RegisterEntry& entry) {
  Value value = Value::object({{"time", time_value(entry.time_unix_ms)},
                               {"person", entry.person.hex()},
                               {"act", entry.act},
                               {"subject", entry.subject}});
  if (!entry.article.empty()) value.add("article", entry.article);
  return value;
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  std::optional<DossierId> dossier;
  if (const auto named = given.maybe("DOSSIER")) {
    KLUIS_TRY(found, vault->find_dossier(*named));
    dossier = found;
  }
  KLUIS_TRY(entries, vault->journal(dossier));
  Value::List list;
  TextTable table({command.text("column.time"), command.text("column.name"),
                   command.text("column.act"), command.text("column.subject")});
  for (const RegisterEntry& entry : entries) {
    list.push_back(value_of(entry));
    std::string act = command.text("act." + entry.act);
    if (!entry.article.empty()) act += " (" + entry.article + ")";
    table.add({time_text(command, entry.time_unix_ms), entry.person_name, act, entry.subject});
  }
  const std::string text =
      table.empty() ? command.text("register.none") : table.text(command.console());
  return Answer{Value::object({{"entries", std::move(list)}}), text};
}

}  // namespace

Verb register_verb() {
  return {"register", kParameters, run};
}

}  // namespace kluis
