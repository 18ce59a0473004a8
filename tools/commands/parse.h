#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "proto/result.h"
#include "tools/commands/verb.h"

namespace kluis {

struct CommonOptions {
  std::optional<std::string> vault;
  std::optional<std::string> passphrase_file;
  bool json = false;
  bool help = false;
  bool version = false;
};

struct Parsed {
  CommonOptions options;
  const Verb* verb = nullptr;  // null: none was named
  std::string group;           // words that begin verbs but are none: "dossier"
  Given given;
};

// The common options may stand anywhere. "-" is not replaced yet: that asks, and belongs to who may
// ask.
// Errors: usage "usage.unknown_verb", "usage.missing", "usage.missing_value", "usage.too_much",
// "usage.twice", "usage.malformed"; nothing was done then.
[[nodiscard]] Result<Parsed> parse(std::span<const std::string> arguments,
                                   std::span<const Verb> verbs);

// Whether --json stands among the arguments, for telling a caller that it could not be parsed.
[[nodiscard]] bool wants_json(std::span<const std::string> arguments);

}  // namespace kluis
