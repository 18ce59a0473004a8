#include "tools/commands/help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "proto/assert.h"
#include "tools/text/sentence.h"
#include "tools/text/visible.h"

namespace kluis {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string shown(const Parameter& parameter) {
  std::string name(parameter.name);
  const std::string value(parameter.shown);
  switch (parameter.takes) {
    case Takes::flag:
      return "[" + name + "]";
    case Takes::value:
      return parameter.required ? name + " " + value : "[" + name + " " + value + "]";
    case Takes::values:
    case Takes::each:
      return "[" + name + " " + value + "…]";
    case Takes::argument:
      return name;
    case Takes::maybe_argument:
      return "[" + name + "]";
    case Takes::arguments:
      return name + "…";
  }
  KLUIS_ASSERT(false);
  return {};
}

std::string usage_of(const Verb& verb) {
  std::string line = "kluis " + std::string(verb.words);
  for (const Parameter& parameter : verb.parameters) line += " " + shown(parameter);
  return line;
}

std::string meaning_of(Language language, const Verb& verb, std::string_view parameter) {
  const std::string own = "param." + std::string(verb.words) + "." + std::string(parameter);
  return say(language, find_sentence(own) != nullptr ? own : "param." + std::string(parameter));
}

std::string help_key(const Verb& verb) {
  std::string key = "help." + std::string(verb.words);
  std::replace(key.begin(), key.end(), ' ', '_');
  return key;
}

std::string columns(const Rows& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, width_of(row.first));
  std::string text;
  for (const auto& [left, right] : rows) {
    text.append(2, ' ').append(left).append(width - width_of(left) + 2, ' ');
    text.append(right).append("\n");
  }
  return text;
}

std::string common_options(Language language) {
  Rows rows;
  for (const auto& [shown, name] :
       {std::pair("--vault DIR", "--vault"), std::pair("--passphrase-file F", "--passphrase-file"),
        std::pair("--json", "--json"), std::pair("--help", "--help")}) {
    rows.emplace_back(shown, say(language, "param." + std::string(name)));
  }
  return say(language, "help.common") + "\n" + columns(rows);
}

}  // namespace

std::string help_of_all(Language language, std::span<const Verb> verbs, const std::string& group) {
  Rows rows;
  for (const Verb& verb : verbs) {
    if (!group.empty() && !verb.words.starts_with(group + " ")) continue;
    rows.emplace_back(verb.words, say(language, help_key(verb)));
  }
  return say(language, "help.intro") + "\n\n" + say(language, "help.usage") +
         " kluis [--vault DIR] [--json] [--passphrase-file F] " +
         (group.empty() ? std::string("VERB") : group) + " …\n\n" + say(language, "help.verbs") +
         "\n" + columns(rows) + "\n" + common_options(language) + "\n" +
         say(language, "help.more") + "\n" + say(language, "help.dash") + "\n" +
         say(language, "help.exit") + "\n";
}

std::string help_of(Language language, const Verb& verb) {
  Rows rows;
  for (const Parameter& parameter : verb.parameters) {
    const std::string name = parameter.shown.empty()
                                 ? std::string(parameter.name)
                                 : std::string(parameter.name) + " " + std::string(parameter.shown);
    rows.emplace_back(name, meaning_of(language, verb, parameter.name));
  }
  std::string text = say(language, "help.usage") + " " + usage_of(verb) + "\n\n  " +
                     say(language, help_key(verb)) + "\n\n";
  if (!rows.empty()) text += say(language, "help.options") + "\n" + columns(rows) + "\n";
  return text + common_options(language);
}

}  // namespace kluis
