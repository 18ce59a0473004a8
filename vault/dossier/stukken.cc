#include "vault/dossier/stukken.h"

#include <algorithm>
#include <utility>

#include "vault/law/rules.h"

namespace kluis {
namespace {

using Place = std::pair<StukId, CircleAlias>;

// Gathers the rows of the view into stukken. A row counts only in a circle where its stuk stands:
// nobody adds to a stuk that his circle cannot read.
class Folder {
 public:
  explicit Folder(Desk& desk) : desk_(desk) {}

  Status fold(const std::optional<DossierId>& dossier, const std::optional<StukId>& stuk);
  std::vector<FoldedStuk> take() { return std::move(stukken_); }

 private:
  struct Home {
    DossierId dossier;
    DossierKind kind = DossierKind::gesprek;
    ReaderClass reader_class = ReaderClass::intern;
  };

  Status take_circles(const std::optional<DossierId>& dossier);
  Status take_stukken(const std::optional<StukId>& stuk);
  Status take_versions(const std::optional<StukId>& stuk);
  Status take_signatures(const std::optional<StukId>& stuk);
  Status take_adoptions(const std::optional<StukId>& stuk);
  Status take_notes(const std::optional<StukId>& stuk);
  Result<const std::set<PersonId>*> chairs_of(const CircleAlias& circle);
  FoldedStuk* stuk_in(const StukId& stuk, const CircleAlias& circle);
  FoldedVersion* version_in(const MarkViewRow& mark);

  Desk& desk_;
  std::map<CircleAlias, Home> homes_;
  std::vector<FoldedStuk> stukken_;
  std::map<StukId, std::size_t> index_;
  std::set<Place> places_;
  std::map<CircleAlias, std::set<PersonId>> chairs_;
  std::map<RecordId, std::pair<std::size_t, std::size_t>> versions_;
};

Status Folder::fold(const std::optional<DossierId>& dossier, const std::optional<StukId>& stuk) {
  KLUIS_CHECK(take_circles(dossier));
  KLUIS_CHECK(take_stukken(stuk));
  KLUIS_CHECK(take_versions(stuk));
  KLUIS_CHECK(take_signatures(stuk));
  KLUIS_CHECK(take_adoptions(stuk));
  KLUIS_CHECK(take_notes(stuk));
  // A stuk whose version has not come yet has nothing to show.
  std::erase_if(stukken_, [](const FoldedStuk& folded) { return folded.versions.empty(); });
  return {};
}

Status Folder::take_circles(const std::optional<DossierId>& dossier) {
  KLUIS_TRY(dossiers, all_dossiers(desk_));
  for (const Dossier& known : dossiers) {
    if (dossier && known.id != *dossier) continue;
    for (const DossierCircle& circle : known.circles) {
      homes_[circle.alias] = {known.id, known.kind, circle.reader_class};
    }
  }
  return {};
}

Status Folder::take_stukken(const std::optional<StukId>& stuk) {
  KLUIS_TRY(rows, desk_.view.stukken(stuk));
  for (StukViewRow& row : rows) {
    const auto home = homes_.find(row.origin.circle);
    if (home == homes_.end()) continue;
    places_.insert({row.stuk.stuk, row.origin.circle});
    const auto [place, is_new] = index_.try_emplace(row.stuk.stuk, stukken_.size());
    if (is_new) stukken_.emplace_back();
    FoldedStuk& folded = stukken_[place->second];
    if (!is_new && row.origin.carried()) {
      folded.circles.push_back(row.origin.circle);
      continue;
    }
    folded.id = row.stuk.stuk;
    folded.dossier = home->second.dossier;
    folded.kind = home->second.kind;
    folded.reader_class = home->second.reader_class;
    folded.title = std::move(row.stuk.title);
    folded.type = std::move(row.stuk.type);
    folded.home = row.origin.circle;
    folded.record = row.origin.record;
    folded.circles.insert(folded.circles.begin(), row.origin.circle);
  }
  return {};
}

Result<const std::set<PersonId>*> Folder::chairs_of(const CircleAlias& circle) {
  const auto known = chairs_.find(circle);
  if (known != chairs_.end()) return &known->second;
  KLUIS_TRY(chairs, commissievoorzitters(desk_, circle));
  return &(chairs_[circle] = std::move(chairs));
}

FoldedStuk* Folder::stuk_in(const StukId& stuk, const CircleAlias& circle) {
  const auto found = index_.find(stuk);
  return found != index_.end() && places_.contains({stuk, circle}) ? &stukken_[found->second]
                                                                   : nullptr;
}

// Rows come by (number, id). Whoever saw version n made n + 1, so this order never puts a version
// before one that its author knew; two made at once get numbers of their own.
Status Folder::take_versions(const std::optional<StukId>& stuk) {
  KLUIS_TRY(rows, desk_.view.versions(stuk));
  for (VersionViewRow& row : rows) {
    FoldedStuk* folded = stuk_in(row.stuk, row.origin.circle);
    if (folded == nullptr) continue;
    const auto known = versions_.find(row.origin.record);
    if (known != versions_.end()) {
      // The same version, carried elsewhere: it is read where it was made.
      VersionViewRow& first = folded->versions[known->second.second].row;
      if (first.origin.carried() && !row.origin.carried()) first = std::move(row);
      continue;
    }
    const std::uint32_t last = folded->versions.empty() ? 0 : folded->versions.back().number;
    FoldedVersion version;
    version.number = std::max(row.number, last + 1);
    version.status = row.status == StukStatus::vastgesteld ? StukStatus::definitief : row.status;
    const auto index = static_cast<std::size_t>(folded - stukken_.data());
    versions_[row.origin.record] = {index, folded->versions.size()};
    version.row = std::move(row);
    folded->versions.push_back(std::move(version));
  }
  return {};
}

FoldedVersion* Folder::version_in(const MarkViewRow& mark) {
  const FoldedStuk* folded = stuk_in(mark.stuk, mark.origin.circle);
  const auto found = versions_.find(mark.version_record);
  if (folded == nullptr || found == versions_.end()) return nullptr;
  FoldedStuk& owner = stukken_[found->second.first];
  return &owner == folded ? &owner.versions[found->second.second] : nullptr;
}

Status Folder::take_signatures(const std::optional<StukId>& stuk) {
  KLUIS_TRY(rows, desk_.view.signatures(stuk));
  for (const MarkViewRow& row : rows) {
    FoldedVersion* version = version_in(row);
    if (version == nullptr) continue;
    version->signed_by.insert(person_of(desk_.roll(), row.origin.author));
  }
  return {};
}

Status Folder::take_adoptions(const std::optional<StukId>& stuk) {
  KLUIS_TRY(rows, desk_.view.adoptions(stuk));
  for (const MarkViewRow& row : rows) {
    FoldedVersion* version = version_in(row);
    if (version == nullptr) continue;
    // A carried one was judged by the officer who carried it.
    if (!row.origin.carried()) {
      KLUIS_TRY(chairs, chairs_of(row.origin.circle));
      if (!may_adopt(desk_.roll(), *chairs, row.origin.author, row.origin.roll_act)) continue;
    }
    version->status = StukStatus::vastgesteld;
    version->adoptions.insert(row.origin.record);
  }
  return {};
}

Status Folder::take_notes(const std::optional<StukId>& stuk) {
  KLUIS_TRY(rows, desk_.view.note_refs(stuk));
  std::set<RecordId> seen;
  for (const NoteRefRow& row : rows) {
    FoldedStuk* folded = stuk_in(row.stuk, row.origin.circle);
    if (folded != nullptr && seen.insert(row.origin.record).second) ++folded->note_count;
  }
  return {};
}

std::string phase_of(const std::vector<const FoldedStuk*>& stukken) {
  if (stukken.empty()) return "ingesteld";
  bool has_verslag = false;
  for (const FoldedStuk* stuk : stukken) {
    const bool is_verslag = stuk->type == "verslag" || stuk->type == "verslag-van-bevindingen";
    if (!is_verslag) continue;
    has_verslag = true;
    if (stuk->versions.back().status == StukStatus::vastgesteld) return "vastgesteld";
  }
  return has_verslag ? "concept" : "voorbereiding";
}

}  // namespace

bool FoldedStuk::stands_in(const CircleAlias& circle) const {
  return std::find(circles.begin(), circles.end(), circle) != circles.end();
}

bool may_adopt(const RollState& roll, const std::set<PersonId>& chairs, const DeviceId& author,
               std::uint64_t roll_act) {
  return roll.was_officer(author, roll_act) || chairs.contains(person_of(roll, author));
}

Result<std::set<PersonId>> commissievoorzitters(Desk& desk, const CircleAlias& circle) {
  std::set<PersonId> persons;
  KLUIS_TRY(grants, desk.device.grants(circle));
  for (const Device::Grant& grant : grants) {
    if (grant.role == DossierRole::commissievoorzitter) persons.insert(grant.person);
  }
  return persons;
}

Result<std::vector<FoldedStuk>> fold_stukken(Desk& desk, const std::optional<DossierId>& dossier,
                                             const std::optional<StukId>& stuk) {
  Folder folder(desk);
  KLUIS_CHECK(folder.fold(dossier, stuk));
  return folder.take();
}

Result<FoldedStuk> folded_stuk(Desk& desk, const StukId& stuk) {
  KLUIS_TRY(stukken, fold_stukken(desk, std::nullopt, stuk));
  if (stukken.empty()) return fail(ErrorKind::no_access, "stuk.unknown");
  return std::move(stukken.front());
}

Result<FoldedVersion> version_of(const FoldedStuk& stuk, std::optional<std::uint32_t> number) {
  if (!number) return stuk.versions.back();
  for (const FoldedVersion& version : stuk.versions) {
    if (version.number == *number) return version;
  }
  return fail(ErrorKind::no_access, "version.unknown");
}

Result<std::vector<StukRow>> stuk_rows(Desk& desk, const std::vector<FoldedStuk>& stukken) {
  KLUIS_TRY(names, desk.documents.list());
  const std::set<BlobName> here(names.begin(), names.end());
  std::map<CircleAlias, std::map<RecordId, Device::Delivery>> deliveries;
  std::vector<StukRow> rows;
  for (const FoldedStuk& stuk : stukken) {
    const FoldedVersion& newest = stuk.versions.back();
    const CircleAlias& circle = newest.row.origin.circle;
    if (!deliveries.contains(circle)) {
      KLUIS_TRY(found, desk.device.deliveries(circle));
      deliveries[circle] = std::move(found);
    }
    const auto& known = deliveries[circle];
    const auto delivery = known.find(newest.row.origin.holder);
    const StukType* type = stuk_type(stuk.kind, stuk.type);
    StukRow row;
    row.stuk = stuk.id;
    row.dossier = stuk.dossier;
    row.title = stuk.title;
    row.type = stuk.type;
    // A type that this version does not know is no less secret.
    row.marking = type == nullptr ? "G" : std::string(type->marking);
    row.reader_class = stuk.reader_class;
    row.version = newest.number;
    row.status = newest.status;
    row.file_name = newest.row.file_name;
    row.size_bytes = newest.row.size_bytes;
    row.signature_count = newest.signed_by.size();
    row.note_count = stuk.note_count;
    row.delivery = delivery == known.end() ? Device::Delivery::sent : delivery->second;
    row.is_here = here.contains(newest.row.blob);
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<VersionRow>> version_rows(Desk& desk, const FoldedStuk& stuk) {
  std::vector<VersionRow> rows;
  for (const FoldedVersion& version : stuk.versions) {
    KLUIS_TRY(is_here, desk.documents.exists(version.row.blob));
    VersionRow row;
    row.number = version.number;
    row.status = version.status;
    row.file_name = version.row.file_name;
    row.size_bytes = version.row.size_bytes;
    row.author = person_of(desk.roll(), version.row.origin.author);
    row.written_unix_ms = version.row.origin.written_unix_ms;
    row.signed_by.assign(version.signed_by.begin(), version.signed_by.end());
    row.is_here = is_here;
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<NoteRow>> note_rows(Desk& desk, const FoldedStuk& stuk) {
  KLUIS_TRY(notes, desk.view.notes(stuk.id));
  std::vector<NoteRow> rows;
  std::set<RecordId> seen;
  for (NoteViewRow& note : notes) {
    if (!stuk.stands_in(note.origin.circle) || !seen.insert(note.origin.record).second) continue;
    const PersonId author = person_of(desk.roll(), note.origin.author);
    rows.push_back({note.origin.record, author, name_of(desk.roll(), author), note.version,
                    note.origin.written_unix_ms, std::move(note.text)});
  }
  return rows;
}

Result<std::vector<DossierRow>> dossier_rows(Desk& desk) {
  KLUIS_TRY(dossiers, all_dossiers(desk));
  KLUIS_TRY(stukken, fold_stukken(desk, std::nullopt, std::nullopt));
  std::map<DossierId, std::vector<const FoldedStuk*>> of_dossier;
  for (const FoldedStuk& stuk : stukken) of_dossier[stuk.dossier].push_back(&stuk);
  std::vector<DossierRow> rows;
  for (const Dossier& dossier : dossiers) {
    const auto& held = of_dossier[dossier.id];
    rows.push_back({dossier.id, dossier.title, dossier.kind, phase_of(held), dossier.burgemeester,
                    held.size()});
  }
  return rows;
}

}  // namespace kluis
