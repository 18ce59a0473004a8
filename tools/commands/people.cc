#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/table.h"

// `people`: who is in the raad, was in it, or was invited.
namespace kluis {
namespace {

Result<Answer> run(CommandRun& command, const Given& /*given*/) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(people, vault->people());
  Value::List list;
  TextTable table({command.text("column.device"), command.text("column.name"),
                   command.text("column.capacities"), command.text("column.devices"),
                   command.text("column.state")});
  for (const PersonRow& row : people) {
    list.push_back(Value::object({{"person", row.person.hex()},
                                  {"name", row.name},
                                  {"capacities", capacities_value(row.capacities)},
                                  {"devices", row.device_count},
                                  {"state", row.state}}));
    table.add({row.person.hex().substr(0, 8), row.name, capacities_text(row.capacities),
               std::to_string(row.device_count), command.text("state." + row.state)});
  }
  return Answer{Value::object({{"people", std::move(list)}}), table.text(command.console())};
}

}  // namespace

Verb people_verb() {
  return {"people", {}, run};
}

}  // namespace kluis
