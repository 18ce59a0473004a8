#include <algorithm>
#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"
#include "tools/text/visible.h"

// `search`: in titles, kanttekeningen and texts of what this device may open; never leaves it.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"WORDS", Takes::arguments}}};

// What was found, without the line ends around it.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char letter) { return letter >= '\t' && letter <= '\r'; }, ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

Result<Answer> run(CommandRun& command, const Given& given) {
  std::string words;
  for (const std::string& word : given.all("WORDS")) words += (words.empty() ? "" : " ") + word;
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(hits, vault->search(words));
  Value::List list;
  std::string text;
  for (const SearchHit& hit : hits) {
    list.push_back(
        Value::object({{"stuk", hit.stuk.hex()}, {"title", hit.title}, {"snippet", hit.snippet}}));
    text += hit.stuk.hex().substr(0, 8) + "  " + command.console().bold(visible(hit.title)) +
            "\n          " + visible(one_line(hit.snippet)) + "\n";
  }
  if (text.empty()) text = command.text("search.none");
  return Answer{Value::object({{"hits", std::move(list)}}), text};
}

}  // namespace

Verb search_verb() {
  return {"search", kParameters, run};
}

}  // namespace kluis
