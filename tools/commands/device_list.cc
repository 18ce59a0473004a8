#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/table.h"

// `device list`: every device of the raad, those that left included.
namespace kluis {
namespace {

Result<Answer> run(CommandRun& command, const Given& /*given*/) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(devices, vault->devices());
  Value::List list;
  TextTable table({command.text("column.device"), command.text("column.person"),
                   command.text("column.name"), command.text("column.state"),
                   command.text("column.last_seen")});
  for (const DeviceRow& row : devices) {
    list.push_back(Value::object({{"person", row.person.hex()},
                                  {"device", row.device.hex()},
                                  {"name", row.name},
                                  {"state", row.state},
                                  {"custody", row.custody},
                                  {"last_seen", time_value(row.last_seen_unix_ms)}}));
    std::string state = command.text("state." + row.state);
    if (row.custody) state += ", " + command.text("device.custody");
    if (row.is_this) state += ", " + command.text("device.this");
    table.add({row.device.hex().substr(0, 8), row.person_name, row.name, state,
               time_text(command, row.last_seen_unix_ms)});
  }
  return Answer{Value::object({{"devices", std::move(list)}}), table.text(command.console())};
}

}  // namespace

Verb device_list_verb() {
  return {"device list", {}, run};
}

}  // namespace kluis
