#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/text/visible.h"

// `notes`: the kanttekeningen on a stuk, word for word.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"STUK", Takes::argument}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(stuk, vault->find_stuk(given.text("STUK")));
  KLUIS_TRY(notes, vault->notes(stuk));
  Value::List list;
  std::string text;
  for (const NoteRow& note : notes) {
    list.push_back(Value::object({{"note", note.note.hex()},
                                  {"person", note.author.hex()},
                                  {"name", note.author_name},
                                  {"version", note.version},
                                  {"time", time_value(note.written_unix_ms)},
                                  {"text", note.text}}));
    text += command.console().bold(visible(note.author_name)) + ", " +
            time_text(command, note.written_unix_ms) + "\n" + visible_lines(note.text);
    if (!text.ends_with('\n')) text += '\n';
    text += '\n';
  }
  if (text.empty()) text = command.text("note.none");
  return Answer{Value::object({{"notes", std::move(list)}}), text};
}

}  // namespace

Verb notes_verb() {
  return {"notes", kParameters, run};
}

}  // namespace kluis
