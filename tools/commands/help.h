#pragma once

#include <span>
#include <string>

#include "tools/commands/verb.h"
#include "tools/text/language.h"

namespace kluis {

// All verbs, or with `group` those that begin with that word; one line each.
[[nodiscard]] std::string help_of_all(Language language, std::span<const Verb> verbs,
                                      const std::string& group);

// What one verb does and takes.
[[nodiscard]] std::string help_of(Language language, const Verb& verb);

}  // namespace kluis
