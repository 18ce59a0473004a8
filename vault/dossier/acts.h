#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vault/dossier/answers.h"
#include "vault/dossier/papers.h"
#include "vault/env/disk.h"

// What a reader does with a stuk, each leaving its record. As the calls of the same name in
// vault/vault.h.
namespace kluis {

[[nodiscard]] Status read_stuk(Desk& desk, const StukId& stuk, std::optional<std::uint32_t> version,
                               ByteSink& target);
[[nodiscard]] Result<Exported> export_stuk(Desk& desk, const StukId& stuk,
                                           std::optional<std::uint32_t> version, Disk& folder);
[[nodiscard]] Result<RecordId> note_stuk(Desk& desk, const StukId& stuk,
                                         std::optional<std::uint32_t> version,
                                         const std::string& text);
[[nodiscard]] Result<RecordId> sign_stuk(Desk& desk, const StukId& stuk);
[[nodiscard]] Result<StukStatus> adopt_stuk(Desk& desk, const StukId& stuk);
[[nodiscard]] Status undo_stuk(Desk& desk, const StukId& stuk);

[[nodiscard]] Result<std::vector<SearchHit>> search_words(Desk& desk, std::string_view words);
[[nodiscard]] Result<std::vector<RegisterEntry>> journal_of(
    Desk& desk, const std::optional<DossierId>& dossier);

}  // namespace kluis
