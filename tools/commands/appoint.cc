#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "vault/law/rules.h"

// `appoint`: gives a person a capacity, or ends one.
namespace kluis {
namespace {

constexpr std::array<Parameter, 4> kParameters = {{
    {"PERSON", Takes::argument},
    {"CAPACITY", Takes::argument, Content::word},
    {"--end", Takes::flag},
    {"--reserve", Takes::value, Content::text, false, "PERSON"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(capacities, capacities_from(given.text("CAPACITY")));
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(person, vault->find_person(given.text("PERSON")));
  std::optional<PersonId> reserve;
  if (const auto named = given.maybe("--reserve")) {
    KLUIS_TRY(found, vault->find_person(*named));
    reserve = found;
  }
  for (const Capacity capacity : capacities) {
    KLUIS_CHECK(vault->appoint(person, capacity, given.has("--end"), reserve));
  }
  auto afterwards = command.carry_out(*vault);
  KLUIS_TRY(people, vault->people());
  Answer answer{{}, command.text(afterwards ? "show.kept" : "appoint.done"), std::move(afterwards)};
  for (const PersonRow& row : people) {
    if (row.person != person) continue;
    answer.document =
        Value::object({{"person", person.hex()}, {"capacities", capacities_value(row.capacities)}});
    if (!answer.afterwards) {
      answer.text = command.text("appoint.now", {row.name, capacities_text(row.capacities)});
    }
  }
  return answer;
}

}  // namespace

Verb appoint_verb() {
  return {"appoint", kParameters, run};
}

}  // namespace kluis
