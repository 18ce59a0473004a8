#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vault/dossier/desk.h"

// A dossier is the set of circles that name it: one per reader class, each made when a stuk or a
// grant first needs it, and one more for each choice of stukken (`chosen`). Two officers who make
// the same class's circle at once leave two; both count.
namespace kluis {

struct DossierCircle {
  CircleAlias alias;
  ReaderClass reader_class = ReaderClass::intern;
};

struct Dossier {
  DossierId id;
  std::string title;
  DossierKind kind = DossierKind::gesprek;
  std::optional<PersonId> burgemeester;
  std::vector<DossierCircle> circles;  // by class, then alias

  [[nodiscard]] std::vector<CircleAlias> circles_of(ReaderClass reader_class) const;
};

// All that this device can open something of. By title, then id.
[[nodiscard]] Result<std::vector<Dossier>> all_dossiers(Desk& desk);
// Errors: no-access "dossier.unknown".
[[nodiscard]] Result<Dossier> dossier_of(Desk& desk, const DossierId& id);

// The grants that stand in the dossier, `chosen` circles aside.
[[nodiscard]] Result<std::map<PersonId, DossierRole>> roles_in(Desk& desk, const Dossier& dossier);

// The first of these circles that this device may write to.
[[nodiscard]] Result<std::optional<CircleAlias>> writable(Desk& desk,
                                                          const std::vector<CircleAlias>& circles);

// Officers: plans the circle of a class, with everybody whose role reads that class.
[[nodiscard]] Result<CircleAlias> make_class_circle(Desk& desk, const Dossier& dossier,
                                                    ReaderClass reader_class,
                                                    const std::map<PersonId, DossierRole>& roles);

// Errors: refused "dossier.only_officer" V3.1; usage "title.<what>"; refused
// "dossier.burgemeester" with the article.
[[nodiscard]] Result<DossierId> make_dossier(Desk& desk, const std::string& title, DossierKind kind,
                                             const std::optional<PersonId>& burgemeester);

}  // namespace kluis
