#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/relay_place.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/ask.h"

// `init`: founds a raad; the caller becomes its griffier.
namespace kluis {
namespace {

constexpr std::array<Parameter, 6> kParameters = {{
    {"--gemeente", Takes::value, Content::text, true, "G"},
    {"--name", Takes::value, Content::text, true, "N"},
    {"--relay", Takes::value, Content::word, true, "ADDR:PORT"},
    {"--relay-key", Takes::value, Content::word, true, "KEY"},
    {"--voucher-file", Takes::value, Content::path, false, "F"},
    {"--device-name", Takes::value, Content::text, false, "N"},
}};

Result<Answer> told(CommandRun& command, Vault& vault) {
  KLUIS_TRY(status, vault.status());
  const std::string words = fingerprint_words(*status.raad);
  return Answer{Value::object({{"raad", status.raad->hex()},
                               {"fingerprint", words},
                               {"person", status.person.hex()},
                               {"device", status.device.hex()}}),
                command.text("init.done", {status.gemeente}) + "\n\n  " +
                    command.console().bold(words) + "\n\n" + command.text("init.next")};
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(relay, relay_place(given.text("--relay"), given.text("--relay-key")));
  KLUIS_TRY(voucher, secret_line(command.console(), given.maybe("--voucher-file"),
                                 command.text("ask.voucher")));
  const FoundRequest request{
      .gemeente = given.text("--gemeente"),
      .person_name = given.text("--name"),
      .device_name = given.maybe("--device-name").value_or(command.computer_name()),
      .relay = relay,
      .voucher = std::move(voucher)};
  KLUIS_TRY(vault, command.new_vault());
  if (auto founded = command.syncing().found(*vault, request); !founded) {
    KLUIS_CHECK(command.discard_new_vault());
    return tl::unexpected<Error>(std::move(founded).error());
  }
  return told(command, *vault);
}

}  // namespace

Verb init_verb() {
  return {"init", kParameters, run};
}

}  // namespace kluis
