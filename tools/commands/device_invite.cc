#include <array>

#include "tools/commands/invited.h"
#include "tools/commands/verbs.h"

// `device invite`: a further or replacing laptop of somebody who is in the raad.
namespace kluis {
namespace {

constexpr std::array<Parameter, 2> kParameters = {{
    {"PERSON", Takes::argument},
    {"--custody", Takes::flag},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(person, vault->find_person(given.text("PERSON")));
  return invite_and_tell(
      command, *vault,
      InviteRequest{
          .name = {}, .person = person, .capacities = {}, .custody = given.has("--custody")});
}

}  // namespace

Verb device_invite_verb() {
  return {"device invite", kParameters, run};
}

}  // namespace kluis
