#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "vault/law/rules.h"

// `appoint`: gives a person a capacity, or ends one; what needs a decree is proposed.
namespace kluis {
namespace {

constexpr std::array<Parameter, 5> kParameters = {{
    {"PERSON", Takes::argument},
    {"CAPACITY", Takes::argument, Content::word},
    {"--end", Takes::flag},
    {"--reserve", Takes::value, Content::text, false, "PERSON"},
    {"--ground", Takes::value, Content::text, false, "TEXT"},
}};

// Nothing changed yet: others have to sign.
Answer proposed_answer(const CommandRun& command, const DecreeId& decree) {
  return {Value::object({{"decree", decree.hex()}}),
          command.text("decree.proposed", {decree.hex().substr(0, 12)}),
          {}};
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(capacities, capacities_from(given.text("CAPACITY")));
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(person, vault->find_person(given.text("PERSON")));
  std::optional<PersonId> reserve;
  if (const auto named = given.maybe("--reserve")) {
    KLUIS_TRY(found, vault->find_person(*named));
    reserve = found;
  }
  const std::string ground = given.maybe("--ground").value_or("");
  std::optional<DecreeId> decree;
  for (const Capacity capacity : capacities) {
    KLUIS_TRY(proposed, vault->appoint(person, capacity, given.has("--end"), reserve, ground));
    if (proposed) decree = proposed;
  }
  if (decree) return proposed_answer(command, *decree);
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
