#include "tools/commands/program.h"

#include "sync/enrol/words.h"
#include "tools/commands/command_run.h"
#include "tools/commands/help.h"
#include "tools/commands/parse.h"
#include "tools/commands/verbs.h"
#include "tools/commands/version.h"
#include "tools/terminal/ask.h"
#include "tools/text/sentence.h"

namespace kluis {
namespace {

void complain(const Console& console, const Error& error) {
  const std::string sentence = say(console.language(), error);
  if (!console.is_json()) return console.complain("kluis: " + sentence);
  Value value = Value::object({{"error", word_of(error.kind)}, {"message", sentence}});
  if (!error.article.empty()) value.add("article", error.article);
  console.complain(value.json());
}

int fail_with(const Console& console, const Error& error) {
  complain(console, error);
  return static_cast<int>(error.kind);
}

int fail_usage(const Console& console, const Error& error, const std::string& help) {
  complain(console, error);
  console.note(say(console.language(), "usage.see_help", {help}));
  return static_cast<int>(error.kind);
}

// Two laptops of one person are told apart by it; easy to say on the telephone.
std::string name_for_this_device(Entropy& entropy) {
  std::array<std::uint8_t, 2> bits{};
  entropy.fill(bits);
  return "laptop-" + words_from_bits(bits, 1);
}

// Asks for every text argument that was given as "-".
Status ask_for_dashes(const Console& console, const Verb& verb, Given& given) {
  for (const Parameter& parameter : verb.parameters) {
    if (parameter.takes == Takes::flag || parameter.content != Content::text) continue;
    std::vector<std::string> values = given.all(parameter.name);
    for (std::string& value : values) {
      if (value != "-") continue;
      KLUIS_TRY(line, ask_line(console, say(console.language(), "ask.value",
                                            {std::string(parameter.name)})));
      value = std::move(line);
    }
    given.set(parameter.name, std::move(values));
  }
  return {};
}

int finish(const Console& console, const Answer& answer, const Verb& verb) {
  // `read` has given its bytes already and has no document; it refuses --json.
  if (console.is_json() && verb.words != "read") {
    console.print_document(answer.document.json());
  } else {
    console.print(answer.text);
  }
  if (!console.finish()) return fail_with(console, Error{ErrorKind::disk, "output.failed", {}, {}});
  return answer.afterwards ? fail_with(console, *answer.afterwards) : 0;
}

int run_verb(const ProgramParts& parts, const Console& console, Parsed& parsed) {
  CommandRun command({.console = console,
                      .clock = parts.clock,
                      .entropy = parts.entropy,
                      .hasher = parts.hasher,
                      .syncing = parts.syncing,
                      .vault_folder = parsed.options.vault.value_or(parts.vault_folder),
                      .passphrase_file = parsed.options.passphrase_file,
                      .device_name = name_for_this_device(parts.entropy),
                      .thread_count = parts.thread_count});
  if (auto asked = ask_for_dashes(console, *parsed.verb, parsed.given); !asked) {
    return fail_with(console, asked.error());
  }
  const auto answer = parsed.verb->run(command, parsed.given);
  command.close();
  if (!answer) return fail_with(console, answer.error());
  return finish(console, *answer, *parsed.verb);
}

}  // namespace

int run_program(const ProgramParts& parts, std::span<const std::string> arguments) {
  const bool json = wants_json(arguments);
  const Console console(parts.language, json ? Console::Output::json : Console::Output::text);
  const std::vector<Verb> verbs = all_verbs();
  auto parsed = parse(arguments, verbs);
  if (!parsed) return fail_usage(console, parsed.error(), "kluis --help");
  const bool helps = parsed->options.help || arguments.empty();
  if (parsed->verb == nullptr) {
    const std::string help = help_of_all(parts.language, verbs, parsed->group);
    if (parsed->options.version) {
      console.print(kVersion);
    } else if (helps && !arguments.empty()) {
      console.print(help);
    } else {
      console.note(help);
      return fail_with(console, Error{ErrorKind::usage, "usage.no_verb", {}, {}});
    }
    return 0;
  }
  if (helps) {
    console.print(help_of(parts.language, *parsed->verb));
    return 0;
  }
  return run_verb(parts, console, *parsed);
}

}  // namespace kluis
