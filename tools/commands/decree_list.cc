#include "tools/commands/decree_shown.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"

// `decree list`: what is to be decided together, and what was.
namespace kluis {
namespace {

Result<Answer> run(CommandRun& command, const Given& /*given*/) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(decrees, vault->decrees());
  Value::List list;
  std::string text;
  for (const DecreeAnswer& decree : decrees) {
    list.push_back(Value::object({{"decree", decree.decree.hex()},
                                  {"kind", decree.kind},
                                  {"state", decree.state},
                                  {"time", time_value(decree.proposed_unix_ms)},
                                  {"signed", signed_value(decree)},
                                  {"needs", needs_value(decree)}}));
    text +=
        (text.empty() ? "" : "\n") + what_text(command, decree) + " " + state_text(command, decree);
  }
  if (decrees.empty()) text = command.text("decree.none");
  return Answer{Value::object({{"decrees", std::move(list)}}), text};
}

}  // namespace

Verb decree_list_verb() {
  return {"decree list", {}, run};
}

}  // namespace kluis
