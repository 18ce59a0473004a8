#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/ask.h"

// `passphrase change`. What the old passphrase opened is sealed anew and the old keys are gone.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {
    {{"--new-passphrase-file", Takes::value, Content::path, false, "F"}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(chosen, new_passphrase(command.console(), given.maybe("--new-passphrase-file")));
  KLUIS_CHECK(vault->change_passphrase(chosen.expose()));
  return Answer{Value::object({{"changed", true}}), command.text("passphrase.changed")};
}

}  // namespace

Verb passphrase_change_verb() {
  return {"passphrase change", kParameters, run};
}

}  // namespace kluis
