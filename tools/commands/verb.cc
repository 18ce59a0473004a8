#include "tools/commands/verb.h"

#include "proto/assert.h"

namespace kluis {

bool Given::has(std::string_view name) const {
  return !all(name).empty();
}

const std::string& Given::text(std::string_view name) const {
  const auto& values = all(name);
  KLUIS_ASSERT(!values.empty());
  return values.front();
}

std::optional<std::string> Given::maybe(std::string_view name) const {
  return has(name) ? std::optional(text(name)) : std::nullopt;
}

const std::vector<std::string>& Given::all(std::string_view name) const {
  const auto found = values_.find(name);
  KLUIS_ASSERT(found != values_.end());
  return found->second;
}

}  // namespace kluis
