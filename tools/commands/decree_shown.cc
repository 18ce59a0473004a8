#include "tools/commands/decree_shown.h"

#include <algorithm>

#include "tools/commands/shown.h"
#include "tools/text/visible.h"

namespace kluis {
namespace {

std::string short_id(const DecreeAnswer& decree) {
  return decree.decree.hex().substr(0, 12);
}

std::uint64_t count_of(const DecreeAnswer& decree) {
  std::uint64_t count = 0;
  for (const Covered& covered : decree.covers) count += covered.count;
  return count;
}

// What a vault that may not read it calls it.
std::string subject_text(const CommandRun& command, const DecreeAnswer& decree) {
  return decree.subject.empty() ? command.text("decree.unread") : visible(decree.subject);
}

std::string signers_text(const CommandRun& command, const DecreeAnswer& decree) {
  std::string text;
  for (const SignedBy& by : decree.signatures) {
    text += (text.empty() ? "" : ", ") + visible(by.name) + " (" +
            command.text("place." + by.place) + ")";
  }
  return text;
}

}  // namespace

Result<DecreeAnswer> decree_now(Vault& vault, const DecreeId& id) {
  KLUIS_TRY(decrees, vault.decrees());
  const auto found = std::ranges::find(decrees, id, &DecreeAnswer::decree);
  if (found == decrees.end()) return fail(ErrorKind::no_access, "decree.unknown", {id.hex()});
  return std::move(*found);
}

Result<DecreeAnswer> decree_given(Vault& vault, const std::string& text) {
  KLUIS_TRY(id, vault.find_decree(text));
  return decree_now(vault, id);
}

Value signed_value(const DecreeAnswer& decree) {
  Value::List list;
  for (const SignedBy& by : decree.signatures) {
    list.push_back(
        Value::object({{"person", by.person.hex()}, {"name", by.name}, {"place", by.place}}));
  }
  return Value(std::move(list));
}

Value needs_value(const DecreeAnswer& decree) {
  Value::List list;
  for (const std::string& place : decree.needs) list.emplace_back(place);
  return Value(std::move(list));
}

Value covers_value(const DecreeAnswer& decree) {
  Value::List list;
  for (const Covered& covered : decree.covers) {
    list.push_back(Value::object({{"type", covered.type},
                                  {"year", std::uint64_t{covered.year}},
                                  {"count", std::uint64_t{covered.count}}}));
  }
  return Value(std::move(list));
}

Value devices_value(const std::vector<NamedDevice>& devices) {
  Value::List list;
  for (const NamedDevice& device : devices) {
    list.push_back(Value::object(
        {{"device", device.device.hex()}, {"name", device.name}, {"person", device.person_name}}));
  }
  return Value(std::move(list));
}

Value short_value(const DecreeAnswer& decree) {
  return Value::object({{"decree", decree.decree.hex()},
                        {"state", decree.state},
                        {"signed", signed_value(decree)},
                        {"needs", needs_value(decree)}});
}

std::string what_text(const CommandRun& command, const DecreeAnswer& decree) {
  const std::string what =
      command.text("decree.what." + decree.kind,
                   {subject_text(command, decree), std::to_string(count_of(decree)),
                    capacities_text(decree.capacities)});
  return command.console().bold(short_id(decree)) + "  " + what;
}

std::string details_text(const CommandRun& command, const DecreeAnswer& decree) {
  std::string text = command.text("decree.ground", {visible(decree.ground)});
  for (const Covered& covered : decree.covers) {
    text +=
        "\n" + command.text("decree.covers", {std::to_string(covered.count), visible(covered.type),
                                              std::to_string(covered.year)});
  }
  if (decree.hidden_parts > 0) {
    text += "\n" + command.text("decree.hidden", {std::to_string(decree.hidden_parts)});
  }
  text += "\n" + command.text("decree.signed", {signers_text(command, decree)});
  for (const std::string& place : decree.needs) {
    text += "\n" + command.text("decree.needs." + place);
  }
  return text;
}

std::string state_text(const CommandRun& command, const DecreeAnswer& decree) {
  return command.text("decree.state." + decree.state);
}

std::string devices_text(const std::vector<NamedDevice>& devices) {
  std::string text;
  for (const NamedDevice& device : devices) {
    text += (text.empty() ? "" : ", ") + visible(device.person_name) + " (" + visible(device.name) +
            ")";
  }
  return text;
}

}  // namespace kluis
