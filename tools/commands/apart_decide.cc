#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"

// `apart carry` and `apart refuse`: an officer decides on what a removed device had not sent.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"RECORD", Takes::argument, Content::word}}};

Result<Answer> decide(CommandRun& command, const Given& given, bool carries) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(record, vault->find_apart(given.text("RECORD")));
  KLUIS_CHECK(carries ? vault->carry_in(record) : vault->refuse_apart(record));
  const char* done = carries ? "apart.carried" : "apart.refused";
  return Answer{
      Value::object({{"record", record.hex()}, {"state", carries ? "carried" : "refused"}}),
      command.text(done)};
}

Result<Answer> run_carry(CommandRun& command, const Given& given) {
  return decide(command, given, true);
}

Result<Answer> run_refuse(CommandRun& command, const Given& given) {
  return decide(command, given, false);
}

}  // namespace

Verb apart_carry_verb() {
  return {"apart carry", kParameters, run_carry};
}

Verb apart_refuse_verb() {
  return {"apart refuse", kParameters, run_refuse};
}

}  // namespace kluis
