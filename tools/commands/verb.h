#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "tools/commands/value.h"

// What a verb of the command line is: its words, what it takes, and the function that does it.
namespace kluis {

class CommandRun;

enum class Takes {
  flag,            // --end
  value,           // --title T
  values,          // --only STUK…
  each,            // -r RECIPIENT…, also several times; the argument may stand behind the last
  argument,        // a positional that must be there
  maybe_argument,  // a positional that may be left off
  arguments,       // one or more positionals, the last of the verb
};

enum class Content {
  text,  // "-" asks for it, or takes a line of standard input
  path,  // a file or folder; "-" is standard input where the verb says so
  word,  // one of a fixed set, a number, an id
};

struct Parameter {
  std::string_view name;  // "--title", or "TITLE" for a positional
  Takes takes = Takes::argument;
  Content content = Content::text;
  bool required = false;        // of a value: must be given
  std::string_view shown = {};  // of a value: how help calls what it takes ("T")
};

// What was given on the command line, by the names of the parameters. Asking for a name that the
// verb does not have is a bug of ours and aborts.
class Given {
 public:
  void set(std::string_view name, std::vector<std::string> values) {
    values_[std::string(name)] = std::move(values);
  }

  [[nodiscard]] bool has(std::string_view name) const;
  // Requires: an argument, or a required value.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> maybe(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& all(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// What a verb has to say when it is done.
struct Answer {
  Value document;    // for --json
  std::string text;  // for people, in their language
  // Something that went wrong after what `document` tells was done: an officer's wish is kept, but
  // the relay was away. It is shown after the answer and decides the exit code.
  std::optional<Error> afterwards = {};
};

struct Verb {
  std::string_view words;  // "dossier new"; its help is the sentence "help.dossier_new"
  std::span<const Parameter> parameters;
  Result<Answer> (*run)(CommandRun& command, const Given& given);
};

}  // namespace kluis
