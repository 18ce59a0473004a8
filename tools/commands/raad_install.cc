#include <algorithm>
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

bool sits(const PersonRow& row) {
  return std::ranges::any_of(row.capacities, [](Capacity capacity) {
    return capacity == Capacity::raadslid || capacity == Capacity::plv_raadsvoorzitter;
  });
}

// Who sat before and sits no longer, or will not when the new raad is installed.
Value ended_value(const std::vector<PersonRow>& before, const std::vector<PersonRow>& now,
                  const std::vector<PersonId>& members, bool installed) {
  Value::List list;
  for (const PersonRow& old : before) {
    if (!sits(old)) continue;
    const auto row = std::ranges::find(now, old.person, &PersonRow::person);
    const bool named = std::ranges::find(members, old.person) != members.end();
    if (row == now.end() || (installed ? sits(*row) : named)) continue;
    list.push_back(
        Value::object({{"person", row->person.hex()}, {"name", row->name}, {"state", row->state}}));
  }
  return Value(std::move(list));
}

// The laptops that left and have not said that they forgot.
Result<std::string> unconfirmed(Vault& vault) {
  std::string names;
  KLUIS_TRY(devices, vault.devices());
  for (const DeviceRow& device : devices) {
    if (device.state != "unconfirmed") continue;
    names += (names.empty() ? "" : ", ") + device.person_name + " (" + device.name + ")";
  }
  return names;
}

Result<std::string> told(const CommandRun& command, Vault& vault, const VaultStatus& now,
                         bool installed) {
  if (now.awaits_new_raad) return command.text("raad.waits");
  if (!installed) return command.text("raad.another", {now.term});
  std::string text = command.text("raad.installed", {now.term});
  KLUIS_TRY(names, unconfirmed(vault));
  if (!names.empty()) text += "\n" + command.text("raad.unconfirmed", {names});
  return text;
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(members, members_named(*vault, given));
  KLUIS_TRY(before, vault->people());
  const std::string& name = given.text("NAME");
  KLUIS_CHECK(vault->install_raad(name, members));
  auto afterwards = command.carry_out(*vault);
  KLUIS_TRY(now, vault->status());
  KLUIS_TRY(people, vault->people());
  const bool installed = !now.awaits_new_raad && now.term == name;
  KLUIS_TRY(epochs, epochs_value(*vault, std::nullopt));
  Answer answer;
  answer.document = Value::object({{"term", installed ? Value(name) : Value()},
                                   {"ended", ended_value(before, people, members, installed)},
                                   {"epochs", epochs}});
  KLUIS_TRY(text, told(command, *vault, now, installed));
  answer.text = afterwards ? command.text("show.kept") : std::move(text);
  answer.afterwards = std::move(afterwards);
  return answer;
}

}  // namespace

Verb raad_install_verb() {
  return {"raad install", kParameters, run};
}

}  // namespace kluis
