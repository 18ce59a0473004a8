#include <array>

#include "sync/enrol/words.h"
#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/ask.h"

// `join`: answers an invitation. The griffier's next sync admits, our next sync learns it.
namespace kluis {
namespace {

constexpr std::array<Parameter, 3> kParameters = {{
    {"LINK", Takes::argument},
    {"--code-file", Takes::value, Content::path, false, "F"},
    {"--device-name", Takes::value, Content::text, false, "N"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(link, parse_link(given.text("LINK")));
  KLUIS_TRY(code,
            secret_line(command.console(), given.maybe("--code-file"), command.text("ask.code")));
  // One guess is all there is: what cannot be a code is not spent on it.
  if (!bits_from_words(as_text(code.expose()), kCodeWords)) {
    return fail(ErrorKind::usage, "code.malformed");
  }
  KLUIS_TRY(vault, command.new_vault());
  const std::string name = given.maybe("--device-name").value_or(command.computer_name());
  if (auto begun = command.syncing().join(*vault, link, code, name); !begun) {
    KLUIS_CHECK(command.discard_new_vault());
    return tl::unexpected<Error>(std::move(begun).error());
  }
  auto afterwards = command.carry_out(*vault);
  return Answer{Value::object({{"state", "waiting"}}), command.text("join.waiting"),
                std::move(afterwards)};
}

}  // namespace

Verb join_verb() {
  return {"join", kParameters, run};
}

}  // namespace kluis
