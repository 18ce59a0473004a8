#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/text/visible.h"

// `apart list`: what removed devices wrote and could not send any more, for an officer to decide
// on.
namespace kluis {
namespace {

Value value_of(const ApartRow& row) {
  return Value::object({{"record", row.record.hex()},
                        {"person", row.person.hex()},
                        {"name", row.person_name},
                        {"time", time_value(row.written_unix_ms)},
                        {"act", row.act},
                        {"dossier", row.dossier},
                        {"subject", row.subject},
                        {"text", row.text},
                        {"can_carry", row.can_carry}});
}

Result<Answer> run(CommandRun& command, const Given& /*given*/) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(rows, vault->apart());
  Value::List list;
  std::string text;
  for (const ApartRow& row : rows) {
    list.push_back(value_of(row));
    const std::string act = command.text(row.act == "other" ? "apart.other" : "act." + row.act);
    text += row.record.hex().substr(0, 8) + "  " +
            command.console().bold(visible(row.person_name)) + ", " +
            time_text(command, row.written_unix_ms) + ": " + act + ", " + visible(row.dossier);
    if (!row.subject.empty()) text += ", " + visible(row.subject);
    text += '\n';
    if (!row.text.empty()) text += visible_lines(row.text) + '\n';
    if (!row.can_carry) text += command.text("apart.cannot_carry") + '\n';
    text += '\n';
  }
  text += command.text(rows.empty() ? "apart.none" : "apart.next");
  return Answer{Value::object({{"apart", std::move(list)}}), text};
}

}  // namespace

Verb apart_list_verb() {
  return {"apart list", {}, run};
}

}  // namespace kluis
