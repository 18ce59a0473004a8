#include <array>

#include "proto/limits.h"
#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/ask.h"

// `note`: a kanttekening, which stays as its author wrote it.
namespace kluis {
namespace {

constexpr std::array<Parameter, 2> kParameters = {{
    {"STUK", Takes::argument},
    {"--text-file", Takes::value, Content::path, true, "F"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(text, read_text(given.text("--text-file"), kTextBytesMax));
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(stuk, vault->find_stuk(given.text("STUK")));
  KLUIS_TRY(note, vault->note(stuk, std::nullopt, text));
  return Answer{Value::object({{"note", note.hex()}}), command.text("note.done")};
}

}  // namespace

Verb note_verb() {
  return {"note", kParameters, run};
}

}  // namespace kluis
