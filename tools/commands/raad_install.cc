#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"

// `raad install`: a new raad sits; who is not in it any more is out, and all keys are changed.
namespace kluis {
namespace {

constexpr std::array<Parameter, 2> kParameters = {{
    {"NAME", Takes::argument},
    {"--member", Takes::values, Content::text, true, "PERSON"},
}};

// Who is named as a member of the new raad.
Result<std::vector<PersonId>> members_named(Vault& vault, const Given& given) {
  std::vector<PersonId> members;
  for (const std::string& named : given.all("--member")) {
    KLUIS_TRY(person, vault.find_person(named));
    members.push_back(person);
  }
  return members;
}

// Those whose place ended, and which of their laptops have not said yet that they forgot.
struct Ended {
  Value document;
  std::string unseen;  // names, for people
};

Result<Ended> shown_ended(Vault& vault, const std::vector<PersonId>& ended) {
  Ended shown;
  Value::List list;
  KLUIS_TRY(people, vault.people());
  for (const PersonRow& row : people) {
    if (std::find(ended.begin(), ended.end(), row.person) == ended.end()) continue;
    list.push_back(
        Value::object({{"person", row.person.hex()}, {"name", row.name}, {"state", row.state}}));
    if (row.state != "unconfirmed") continue;
    shown.unseen += (shown.unseen.empty() ? "" : ", ") + row.name;
  }
  shown.document = Value(std::move(list));
  return shown;
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(members, members_named(*vault, given));
  KLUIS_TRY(ended, vault->install_raad(given.text("NAME"), members));
  auto afterwards = command.carry_out(*vault);
  KLUIS_TRY(epochs, epochs_value(*vault, std::nullopt));
  KLUIS_TRY(shown, shown_ended(*vault, ended));
  KLUIS_TRY(text, order_text(command, *vault, afterwards, "raad.installed"));
  if (!afterwards && !shown.unseen.empty()) {
    text += "\n" + command.text("raad.unseen", {shown.unseen});
  }
  return Answer{
      Value::object(
          {{"term", given.text("NAME")}, {"ended", std::move(shown.document)}, {"epochs", epochs}}),
      std::move(text), std::move(afterwards)};
}

}  // namespace

Verb raad_install_verb() {
  return {"raad install", kParameters, run};
}

}  // namespace kluis
