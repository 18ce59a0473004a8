#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vault/dossier/answers.h"
#include "vault/dossier/dossiers.h"

// Stukken as a fold over the set of valid records: the order in which they came makes no
// difference, and nothing that was written is overwritten.
namespace kluis {

struct FoldedVersion {
  std::uint32_t number = 0;  // shown; the author's own number is in `row`
  VersionViewRow row;
  StukStatus status = StukStatus::concept_;
  std::set<PersonId> signed_by;
  std::set<RecordId> adoptions;  // those that count
};

struct FoldedStuk {
  StukId id;
  DossierId dossier;
  DossierKind kind = DossierKind::gesprek;
  std::string title;
  std::string type;
  ReaderClass reader_class = ReaderClass::intern;  // of its home
  CircleAlias home;                                // where it was made, else where it is carried
  RecordId record;                                 // that made it
  std::vector<CircleAlias> circles;                // home first
  std::vector<FoldedVersion> versions;             // oldest first
  std::uint64_t note_count = 0;

  // Whether what is said in this circle may be about this stuk.
  [[nodiscard]] bool stands_in(const CircleAlias& circle) const;
};

// All stukken, of one dossier, or one stuk. In the order in which this device got to know them.
[[nodiscard]] Result<std::vector<FoldedStuk>> fold_stukken(Desk& desk,
                                                           const std::optional<DossierId>& dossier,
                                                           const std::optional<StukId>& stuk);
// Errors: no-access "stuk.unknown".
[[nodiscard]] Result<FoldedStuk> folded_stuk(Desk& desk, const StukId& stuk);
// Errors: no-access "version.unknown".
[[nodiscard]] Result<FoldedVersion> version_of(const FoldedStuk& stuk,
                                               std::optional<std::uint32_t> number);

// As they are shown, with delivery and whether they can be read here.
[[nodiscard]] Result<std::vector<StukRow>> stuk_rows(Desk& desk,
                                                     const std::vector<FoldedStuk>& stukken);
[[nodiscard]] Result<std::vector<VersionRow>> version_rows(Desk& desk, const FoldedStuk& stuk);
[[nodiscard]] Result<std::vector<NoteRow>> note_rows(Desk& desk, const FoldedStuk& stuk);
[[nodiscard]] Result<std::vector<DossierRow>> dossier_rows(Desk& desk);

// Who was ever admitted to this circle as commissievoorzitter: beside the officers he makes a
// version vastgesteld.
[[nodiscard]] Result<std::set<PersonId>> commissievoorzitters(Desk& desk,
                                                              const CircleAlias& circle);
// Whether an adoption by that device at that roll head counts. `chairs`: of its circle.
[[nodiscard]] bool may_adopt(const RollState& roll, const std::set<PersonId>& chairs,
                             const DeviceId& author, std::uint64_t roll_act);

}  // namespace kluis
