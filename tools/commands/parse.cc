#include "tools/commands/parse.h"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>

namespace kluis {
namespace {

using Words = std::span<const std::string>;

bool takes_next(const std::string& word) {
  return word == "--vault" || word == "--passphrase-file";
}

// Where the words stand that name a verb: the first two that are neither an option common to all
// verbs nor its value. A verb's own options come after them.
std::vector<std::size_t> verb_places(Words arguments) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < arguments.size() && places.size() < 2; ++i) {
    if (arguments[i] == "--") break;
    if (takes_next(arguments[i])) {
      ++i;
    } else if (!arguments[i].starts_with('-')) {
      places.push_back(i);
    }
  }
  return places;
}

const Verb* find_verb(std::span<const Verb> verbs, const std::string& words) {
  const auto found = std::find_if(verbs.begin(), verbs.end(),
                                  [&](const Verb& verb) { return verb.words == words; });
  return found == verbs.end() ? nullptr : &*found;
}

bool begins_a_verb(std::span<const Verb> verbs, const std::string& word) {
  return std::any_of(verbs.begin(), verbs.end(),
                     [&](const Verb& verb) { return verb.words.starts_with(word + " "); });
}

// Takes the verb's words out of `rest`.
Status choose_verb(std::span<const Verb> verbs, std::vector<std::string>& rest, Parsed& parsed) {
  const auto places = verb_places(rest);
  if (places.empty()) return {};
  const std::string first = rest[places[0]];
  if (places.size() == 2) {
    parsed.verb = find_verb(verbs, first + " " + rest[places[1]]);
    if (parsed.verb != nullptr) rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(places[1]));
  }
  if (parsed.verb == nullptr) parsed.verb = find_verb(verbs, first);
  if (parsed.verb == nullptr) {
    if (!begins_a_verb(verbs, first)) return fail(ErrorKind::usage, "usage.unknown_verb", {first});
    if (places.size() == 2) {
      return fail(ErrorKind::usage, "usage.unknown_verb", {first + " " + rest[places[1]]});
    }
    parsed.group = first;
  }
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(places[0]));
  return {};
}

// More than anybody types; the library treats "no bound" differently.
constexpr int kValuesMax = 10'000;

// The library's options, by the names of our parameters. Their raw words are read, since its
// conversions take "" and "[x]" for something else than what was typed.
using Options = std::map<std::string_view, CLI::Option*>;

CLI::Option* add_single(CLI::App& app, const std::string& name) {
  // expected() makes the option take values; one that takes a list would split "[x]".
  return app.add_option(name)->expected(1)->allow_extra_args(false)->multi_option_policy(
      CLI::MultiOptionPolicy::Throw);
}

void add_common(CLI::App& app, Options& options) {
  for (const char* name : {"--vault", "--passphrase-file"}) options[name] = add_single(app, name);
  options["--json"] = app.add_flag("--json");
  options["--help"] = app.add_flag("-h,--help");
}

std::optional<std::string> value_of(const Options& options, std::string_view name) {
  const CLI::Option* option = options.at(name);
  return option->count() == 0 ? std::nullopt : std::optional(option->results().front());
}

bool is_needed(const Parameter& parameter) {
  return parameter.required || parameter.takes == Takes::argument ||
         parameter.takes == Takes::arguments;
}

const Parameter* find_each(const Verb& verb) {
  const auto found =
      std::find_if(verb.parameters.begin(), verb.parameters.end(),
                   [](const Parameter& parameter) { return parameter.takes == Takes::each; });
  return found == verb.parameters.end() ? nullptr : &*found;
}

// `may_follow_each`: what the library takes for the last value of an `each` can be this argument.
void add_parameter(CLI::App& app, const Parameter& parameter, bool may_follow_each,
                   Options& options) {
  const std::string name(parameter.name);
  CLI::Option* option = nullptr;
  switch (parameter.takes) {
    case Takes::flag:
      option = app.add_flag(name);
      break;
    case Takes::value:
    case Takes::maybe_argument:
    case Takes::argument:
      option = add_single(app, name);
      break;
    case Takes::values:
    case Takes::each:
      option = app.add_option(name)->expected(1, kValuesMax)->allow_extra_args(false);
      break;
    case Takes::arguments:
      // Without extra ones the library takes one alone; "[x]" as a word to search for loses its
      // brackets, which no search looks at.
      option = app.add_option(name)->expected(1, kValuesMax)->allow_extra_args(true);
      break;
  }
  option->required(is_needed(parameter) && !may_follow_each);
  options[parameter.name] = option;
}

tl::unexpected<Error> explain(const CLI::ParseError& error, const Parsed& parsed,
                              const Options& options) {
  const auto is = [&](CLI::ExitCodes code) {
    return error.get_exit_code() == static_cast<int>(code);
  };
  const auto usage = [](std::string key, std::vector<std::string> arguments = {}) {
    return fail(ErrorKind::usage, std::move(key), std::move(arguments));
  };
  if (is(CLI::ExitCodes::ExtrasError)) return usage("usage.too_much");
  if (is(CLI::ExitCodes::RequiredError)) {
    for (const Parameter& parameter : parsed.verb->parameters) {
      const CLI::Option* option = options.at(parameter.name);
      if (option->get_required() && option->count() == 0) {
        return usage("usage.missing", {std::string(parameter.name)});
      }
    }
    return usage("usage.malformed");
  }
  if (is(CLI::ExitCodes::ArgumentMismatch)) return usage("usage.missing_value");
  return usage("usage.malformed");
}

void collect(Parsed& parsed, const Options& options) {
  for (const Parameter& parameter : parsed.verb->parameters) {
    parsed.given.set(parameter.name, options.at(parameter.name)->results());
  }
}

// "-r A B FILE": the library cannot know that FILE is no further value of -r.
Status hand_over_from_each(Parsed& parsed) {
  const Parameter* each = find_each(*parsed.verb);
  if (each == nullptr) return {};
  for (const Parameter& parameter : parsed.verb->parameters) {
    if (parameter.takes != Takes::argument || parsed.given.has(parameter.name)) continue;
    std::vector<std::string> values = parsed.given.all(each->name);
    if (values.size() < 2) {
      return fail(ErrorKind::usage, "usage.missing", {std::string(parameter.name)});
    }
    parsed.given.set(parameter.name, {values.back()});
    values.pop_back();
    parsed.given.set(each->name, std::move(values));
  }
  return {};
}

}  // namespace

Result<Parsed> parse(std::span<const std::string> arguments, std::span<const Verb> verbs) {
  Parsed parsed;
  std::vector<std::string> rest(arguments.begin(), arguments.end());
  KLUIS_CHECK(choose_verb(verbs, rest, parsed));
  CLI::App app;
  app.set_help_flag();
  Options options;
  add_common(app, options);
  if (parsed.verb != nullptr) {
    const bool has_each = find_each(*parsed.verb) != nullptr;
    for (const Parameter& parameter : parsed.verb->parameters) {
      add_parameter(app, parameter, has_each && parameter.takes == Takes::argument, options);
    }
  } else {
    options["--version"] = app.add_flag("--version");
  }
  std::reverse(rest.begin(), rest.end());
  try {
    app.parse(rest);
  } catch (const CLI::ParseError& error) {
    if (options["--help"]->count() == 0) return explain(error, parsed, options);
  }
  parsed.options = {.vault = value_of(options, "--vault"),
                    .passphrase_file = value_of(options, "--passphrase-file"),
                    .json = options["--json"]->count() > 0,
                    .help = options["--help"]->count() > 0,
                    .version = parsed.verb == nullptr && options["--version"]->count() > 0};
  if (parsed.verb != nullptr) {
    collect(parsed, options);
    if (!parsed.options.help) KLUIS_CHECK(hand_over_from_each(parsed));
  }
  return parsed;
}

bool wants_json(std::span<const std::string> arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  return std::find(arguments.begin(), end, "--json") != end;
}

}  // namespace kluis
