#pragma once

#include <string_view>

namespace kluis {

enum class Language { dutch, english };

// The environment's say in what language people read, as it stood when the program started.
struct LocaleNames {
  std::string_view lc_all;
  std::string_view lc_messages;
  std::string_view lang;
};

// Dutch when the first of the three that is not empty begins with "nl", else English.
[[nodiscard]] Language language_of(const LocaleNames& names);

}  // namespace kluis
