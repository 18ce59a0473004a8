#include <array>

#include "tools/commands/decree_shown.h"
#include "tools/commands/verbs.h"

// `decree status`: which devices said that they forgot what was destroyed, and which did not yet.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"DECREE", Takes::argument, Content::word}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(decree, decree_given(*vault, given.text("DECREE")));
  std::string text = what_text(command, decree) + "\n" + state_text(command, decree);
  const auto add_devices = [&](std::string_view key, const std::vector<NamedDevice>& devices) {
    if (!devices.empty()) text += "\n" + command.text(key, {devices_text(devices)});
  };
  add_devices("decree.confirmed", decree.confirmed);
  add_devices("decree.missing", decree.missing);
  if (decree.relay_receipt) text += "\n" + command.text("decree.receipt");
  return Answer{Value::object({{"decree", decree.decree.hex()},
                               {"state", decree.state},
                               {"confirmed", devices_value(decree.confirmed)},
                               {"missing", devices_value(decree.missing)},
                               {"relay_receipt", decree.relay_receipt}}),
                std::move(text)};
}

}  // namespace

Verb decree_status_verb() {
  return {"decree status", kParameters, run};
}

}  // namespace kluis
