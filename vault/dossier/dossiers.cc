#include "vault/dossier/dossiers.h"

#include <algorithm>
#include <set>

#include "vault/dossier/text_rules.h"
#include "vault/law/rules.h"

namespace kluis {
namespace {

bool reads(DossierKind kind, DossierRole role, ReaderClass reader_class) {
  const auto classes = classes_read(kind, role);
  return std::find(classes.begin(), classes.end(), reader_class) != classes.end();
}

Status check_burgemeester(Desk& desk, DossierKind kind,
                          const std::optional<PersonId>& burgemeester) {
  if (!burgemeester) return {};
  if (kind == DossierKind::benoeming) return refuse("dossier.burgemeester", "Ct VI");
  if (!desk.roll().has_capacity(*burgemeester, Capacity::burgemeester)) {
    return refuse("dossier.not_a_burgemeester", "V9.4");
  }
  return {};
}

}  // namespace

std::vector<CircleAlias> Dossier::circles_of(ReaderClass reader_class) const {
  std::vector<CircleAlias> aliases;
  for (const DossierCircle& circle : circles) {
    if (circle.reader_class == reader_class) aliases.push_back(circle.alias);
  }
  return aliases;
}

Result<std::vector<Dossier>> all_dossiers(Desk& desk) {
  KLUIS_TRY(rows, desk.view.circles());
  std::map<DossierId, Dossier> dossiers;
  std::set<CircleAlias> seen;
  for (const CircleInfoRow& row : rows) {
    // The first that its maker wrote in the circle; rows come in that order.
    if (!seen.insert(row.origin.circle).second) continue;
    const auto [place, is_new] = dossiers.try_emplace(row.info.dossier);
    Dossier& dossier = place->second;
    // All circles repeat these; where they differ, the intern one has the word.
    if (is_new || row.info.reader_class == ReaderClass::intern) {
      dossier.id = row.info.dossier;
      dossier.title = row.info.title;
      dossier.kind = row.info.kind;
      dossier.burgemeester = row.info.burgemeester;
    }
    dossier.circles.push_back({row.origin.circle, row.info.reader_class});
  }
  std::vector<Dossier> result;
  for (auto& [id, dossier] : dossiers) {
    std::sort(dossier.circles.begin(), dossier.circles.end(), [](const auto& a, const auto& b) {
      return std::tie(a.reader_class, a.alias) < std::tie(b.reader_class, b.alias);
    });
    result.push_back(std::move(dossier));
  }
  std::sort(result.begin(), result.end(), [](const Dossier& a, const Dossier& b) {
    return std::tie(a.title, a.id) < std::tie(b.title, b.id);
  });
  return result;
}

Result<Dossier> dossier_of(Desk& desk, const DossierId& id) {
  KLUIS_TRY(dossiers, all_dossiers(desk));
  for (Dossier& dossier : dossiers) {
    if (dossier.id == id) return std::move(dossier);
  }
  return fail(ErrorKind::no_access, "dossier.unknown");
}

Result<std::map<PersonId, DossierRole>> roles_in(Desk& desk, const Dossier& dossier) {
  std::map<PersonId, DossierRole> roles;
  for (const DossierCircle& circle : dossier.circles) {
    if (circle.reader_class == ReaderClass::chosen) continue;
    KLUIS_TRY(grants, desk.device.grants(circle.alias));
    for (const Device::Grant& grant : grants) {
      if (!grant.withdrawn) roles.try_emplace(grant.person, grant.role);
    }
  }
  return roles;
}

Result<std::optional<CircleAlias>> writable(Desk& desk, const std::vector<CircleAlias>& circles) {
  for (const CircleAlias& alias : circles) {
    KLUIS_TRY(state, desk.device.rows().circle(alias));
    if (!state || state->standing == Standing::ended || state->standing == Standing::removed) {
      continue;
    }
    if (std::binary_search(state->members.begin(), state->members.end(), desk.device.id())) {
      return std::optional<CircleAlias>(alias);
    }
  }
  return std::optional<CircleAlias>();
}

Result<CircleAlias> make_class_circle(Desk& desk, const Dossier& dossier, ReaderClass reader_class,
                                      const std::map<PersonId, DossierRole>& roles) {
  CircleInfo info;
  info.dossier = dossier.id;
  info.title = dossier.title;
  info.kind = dossier.kind;
  info.reader_class = reader_class;
  info.burgemeester = dossier.burgemeester;
  KLUIS_TRY(alias, desk.device.plan_circle(info));
  for (const auto& [person, role] : roles) {
    const bool reader = reads(dossier.kind, role, reader_class);
    if (!reader || desk.roll().active_devices_of(person).empty()) continue;
    KLUIS_CHECK(desk.device.wish_admit(alias, person, role));
  }
  return alias;
}

Result<DossierId> make_dossier(Desk& desk, const std::string& title, DossierKind kind,
                               const std::optional<PersonId>& burgemeester) {
  KLUIS_CHECK(check_title(title));
  if (!desk.device.is_officer()) return refuse("dossier.only_officer", "V3.1");
  KLUIS_CHECK(check_burgemeester(desk, kind, burgemeester));
  Dossier dossier;
  dossier.id = random_id<DossierId>(desk.device.entropy());
  dossier.title = title;
  dossier.kind = kind;
  dossier.burgemeester = burgemeester;
  KLUIS_CHECK(desk.store().transact([&]() -> Status {
    KLUIS_CHECK(make_class_circle(desk, dossier, classes_of(kind).front(), {}));
    return {};
  }));
  return dossier.id;
}

}  // namespace kluis
