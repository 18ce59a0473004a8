#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/table.h"
#include "tools/text/sentence.h"

// `who`: who may see this, and why; who may not, and by which article.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"THING", Takes::argument}}};

std::string because_text(const CommandRun& command, const std::string& article) {
  return article.empty() ? std::string() : say_article(command.language(), article);
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(who, vault->who(given.text("THING")));
  Value::List readers;
  TextTable yes({command.text("column.name"), command.text("column.role"),
                 command.text("column.devices"), command.text("column.because")});
  for (const Reader& reader : who.readers) {
    readers.push_back(Value::object({{"person", reader.person.hex()},
                                     {"name", reader.name},
                                     {"because", reader.because},
                                     {"devices", reader.device_count}}));
    yes.add({reader.name, reader.role, std::to_string(reader.device_count),
             because_text(command, reader.because)});
  }
  Value::List refused;
  TextTable no({command.text("column.name"), command.text("column.because")});
  for (const RefusedReader& person : who.refused) {
    refused.push_back(
        Value::object({{"person", person.person.hex()}, {"article", person.article}}));
    no.add({person.name, because_text(command, person.article)});
  }
  std::string text = command.text("who.may") + "\n\n" + yes.text(command.console());
  if (!no.empty()) {
    text += "\n" + command.text("who.may_not") + "\n\n" + no.text(command.console());
  }
  return Answer{Value::object({{"readers", std::move(readers)}, {"refused", std::move(refused)}}),
                text};
}

}  // namespace

Verb who_verb() {
  return {"who", kParameters, run};
}

}  // namespace kluis
