#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/pdf/page_text.h"
#include "tools/text/language.h"
#include "vault/ceremony/declaration.h"

// A declaration of destruction in words.
namespace kluis {

[[nodiscard]] std::string_view decree_word(DecreeKind kind);  // "destroy-dossier"
// "Anna (laptop), Bram (thuis)"
[[nodiscard]] std::string declared_devices_text(Language language,
                                                const std::vector<DeclaredDevice>& devices);
// What it says, a sentence each.
[[nodiscard]] std::vector<std::string> declared_statements(Language language,
                                                           const DeclaredErasure& content);
// The page to sign; in Dutch, as the law is.
[[nodiscard]] std::vector<PageLine> declaration_page(const DeclaredErasure& content);

}  // namespace kluis
