#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"

// `event`: records something that happened in the world and that a rule of law asks for.
namespace kluis {
namespace {

constexpr std::array<Parameter, 3> kParameters = {{
    {"EVENT", Takes::argument, Content::word},
    {"--date", Takes::value, Content::word, true, "DATE"},
    {"--person", Takes::value, Content::text, true, "PERSON"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(person, vault->find_person(given.text("--person")));
  KLUIS_TRY(event, vault->record_event(given.text("EVENT"), person, given.text("--date")));
  return Answer{Value::object({{"event", event.hex()}}), command.text("event.recorded")};
}

}  // namespace

Verb event_verb() {
  return {"event", kParameters, run};
}

}  // namespace kluis
