#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"

// `device revoke`: a device that was lost or replaced is out.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"DEVICE", Takes::argument}}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(device, vault->find_device(given.text("DEVICE")));
  KLUIS_CHECK(vault->revoke_device(device));
  auto afterwards = command.carry_out(*vault);
  KLUIS_TRY(epochs, epochs_value(*vault, std::nullopt));
  KLUIS_TRY(text, order_text(command, *vault, afterwards, "device.revoked"));
  return Answer{Value::object({{"device", device.hex()}, {"epochs", epochs}}), std::move(text),
                std::move(afterwards)};
}

}  // namespace

Verb device_revoke_verb() {
  return {"device revoke", kParameters, run};
}

}  // namespace kluis
