#include "tools/text/language.h"

namespace kluis {

Language language_of(const LocaleNames& names) {
  for (const std::string_view name : {names.lc_all, names.lc_messages, names.lang}) {
    if (!name.empty()) return name.starts_with("nl") ? Language::dutch : Language::english;
  }
  return Language::english;
}

}  // namespace kluis
