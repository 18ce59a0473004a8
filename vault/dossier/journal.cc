// The register: who did and opened what, from the records and the `opened` cells.
#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "vault/dossier/acts.h"

namespace kluis {
namespace {

// An officer's grant is repeated in each circle of the dossier within moments.
constexpr std::int64_t kSameActMs = 5000;

// What a device says in words of its own about itself; all else in the register is told by the
// records that did it.
bool is_journal_act(std::string_view act) {
  return act == "open" || act == "export" || act.starts_with("warning.");
}

class JournalMaker {
 public:
  explicit JournalMaker(Desk& desk) : desk_(desk) {}

  Status make(const std::optional<DossierId>& dossier);
  std::vector<RegisterEntry> take();

 private:
  struct Home {
    DossierId dossier;
    ReaderClass reader_class = ReaderClass::intern;
  };
  struct Line {
    RegisterEntry entry;
    RecordId record;  // breaks ties in time
    DossierId dossier;
  };

  Status take_dossiers(const std::optional<DossierId>& wanted);
  Status take_stukken();
  Status take_notes();
  Status take_marks();
  Status take_events();
  Status take_openings();
  void add(const Origin& origin, std::string act, std::string subject, std::uint32_t version = 0,
           std::string article = {});
  void take_event(const EventViewRow& row, const std::set<PersonId>& granted);
  // The stuk that something said in this circle is about; nullptr when it cannot be.
  [[nodiscard]] const FoldedStuk* stuk(const StukId& id, const CircleAlias& circle) const;
  [[nodiscard]] std::uint32_t number_of(const RecordId& version) const;

  Desk& desk_;
  std::map<CircleAlias, Home> homes_;
  std::map<StukId, FoldedStuk> stukken_;
  std::map<RecordId, std::uint32_t> numbers_;
  std::set<RecordId> adoptions_;
  std::set<RecordId> seen_;
  std::vector<Line> lines_;
};

Status JournalMaker::make(const std::optional<DossierId>& dossier) {
  KLUIS_CHECK(take_dossiers(dossier));
  KLUIS_CHECK(take_stukken());
  KLUIS_CHECK(take_notes());
  KLUIS_CHECK(take_marks());
  KLUIS_CHECK(take_events());
  return take_openings();
}

void JournalMaker::add(const Origin& origin, std::string act, std::string subject,
                       std::uint32_t version, std::string article) {
  const auto home = homes_.find(origin.circle);
  if (home == homes_.end() || !seen_.insert(origin.record).second) return;
  RegisterEntry entry;
  entry.time_unix_ms = origin.written_unix_ms;
  entry.person = person_of(desk_.roll(), origin.author);
  entry.person_name = name_of(desk_.roll(), entry.person);
  entry.act = std::move(act);
  entry.subject = std::move(subject);
  entry.version = version;
  entry.article = std::move(article);
  lines_.push_back({std::move(entry), origin.record, home->second.dossier});
}

Status JournalMaker::take_dossiers(const std::optional<DossierId>& wanted) {
  KLUIS_TRY(dossiers, all_dossiers(desk_));
  std::map<DossierId, std::string> titles;
  for (const Dossier& dossier : dossiers) {
    if (wanted && dossier.id != *wanted) continue;
    titles[dossier.id] = dossier.title;
    for (const DossierCircle& circle : dossier.circles) {
      homes_[circle.alias] = {dossier.id, circle.reader_class};
    }
  }
  if (wanted && titles.empty()) return fail(ErrorKind::no_access, "dossier.unknown");
  KLUIS_TRY(rows, desk_.view.circles());
  std::set<DossierId> told;
  for (const CircleInfoRow& row : rows) {
    const auto home = homes_.find(row.origin.circle);
    if (home == homes_.end() || row.info.reader_class != ReaderClass::intern) continue;
    if (told.insert(home->second.dossier).second) {
      add(row.origin, "dossier", titles[home->second.dossier]);
    }
  }
  return {};
}

Status JournalMaker::take_stukken() {
  KLUIS_TRY(folded, fold_stukken(desk_, std::nullopt, std::nullopt));
  for (FoldedStuk& stuk : folded) {
    for (const FoldedVersion& version : stuk.versions) {
      numbers_[version.row.origin.record] = version.number;
      adoptions_.insert(version.adoptions.begin(), version.adoptions.end());
      add(version.row.origin, version.number == 1 ? "add" : "version", stuk.title, version.number);
    }
    stukken_[stuk.id] = std::move(stuk);
  }
  return {};
}

const FoldedStuk* JournalMaker::stuk(const StukId& id, const CircleAlias& circle) const {
  const auto found = stukken_.find(id);
  const bool stands = found != stukken_.end() && found->second.stands_in(circle);
  return stands ? &found->second : nullptr;
}
std::uint32_t JournalMaker::number_of(const RecordId& version) const {
  const auto found = numbers_.find(version);
  return found == numbers_.end() ? 0 : found->second;
}

Status JournalMaker::take_notes() {
  KLUIS_TRY(notes, desk_.view.note_refs(std::nullopt));
  for (const NoteRefRow& row : notes) {
    const FoldedStuk* about = stuk(row.stuk, row.origin.circle);
    if (about != nullptr) add(row.origin, "note", about->title, row.version);
  }
  return {};
}

Status JournalMaker::take_marks() {
  KLUIS_TRY(signatures, desk_.view.signatures(std::nullopt));
  for (const MarkViewRow& row : signatures) {
    const FoldedStuk* about = stuk(row.stuk, row.origin.circle);
    if (about != nullptr) add(row.origin, "sign", about->title, number_of(row.version_record));
  }
  KLUIS_TRY(adoptions, desk_.view.adoptions(std::nullopt));
  for (const MarkViewRow& row : adoptions) {
    const FoldedStuk* about = stuk(row.stuk, row.origin.circle);
    if (about == nullptr || !adoptions_.contains(row.origin.record)) continue;
    add(row.origin, "adopt", about->title, number_of(row.version_record));
  }
  return {};
}

void JournalMaker::take_event(const EventViewRow& row, const std::set<PersonId>& granted) {
  const auto home = homes_.find(row.origin.circle);
  if (home == homes_.end()) return;
  if (row.kind == RecordKind::journal) {
    if (!is_journal_act(row.act)) return;
    const auto id = StukId::from(row.subject);
    const FoldedStuk* about = id ? stuk(*id, row.origin.circle) : nullptr;
    if (about != nullptr) add(row.origin, row.act, about->title, row.version, row.article);
    return;
  }
  if (row.kind == RecordKind::dropped) return add(row.origin, "drop", "");
  if (row.kind == RecordKind::carry || row.kind == RecordKind::refuse) {
    const auto device = DeviceId::from(row.subject);
    const PersonId author = device ? person_of(desk_.roll(), *device) : PersonId{};
    const bool carried = row.kind == RecordKind::carry;
    add(row.origin, carried ? "carry" : "refuse", name_of(desk_.roll(), author));
    return;
  }
  if (row.kind != RecordKind::admit && row.kind != RecordKind::withdraw_grant) return;
  const auto person = PersonId::from(row.subject);
  // Who read the chosen stukken already is admitted to their circle too: nothing happened to him.
  const bool chosen = home->second.reader_class == ReaderClass::chosen;
  if (!person || (chosen && granted.contains(*person))) return;
  const std::string act = row.kind == RecordKind::admit ? "grant" : "revoke";
  const std::string name = name_of(desk_.roll(), *person);
  const PersonId author = person_of(desk_.roll(), row.origin.author);
  const bool repeated = std::any_of(lines_.begin(), lines_.end(), [&](const Line& line) {
    return line.dossier == home->second.dossier && line.entry.act == act &&
           line.entry.subject == name && line.entry.person == author &&
           std::abs(line.entry.time_unix_ms - row.origin.written_unix_ms) < kSameActMs;
  });
  if (!repeated) add(row.origin, act, name);
}

Status JournalMaker::take_events() {
  KLUIS_TRY(events, desk_.view.events());
  std::map<DossierId, std::set<PersonId>> granted;
  for (const EventViewRow& row : events) {
    const auto home = homes_.find(row.origin.circle);
    const auto person = PersonId::from(row.subject);
    if (home == homes_.end() || !person || row.kind != RecordKind::admit) continue;
    if (home->second.reader_class != ReaderClass::chosen) {
      granted[home->second.dossier].insert(*person);
    }
  }
  for (const EventViewRow& row : events) {
    const auto home = homes_.find(row.origin.circle);
    if (home != homes_.end()) take_event(row, granted[home->second.dossier]);
  }
  return {};
}

Status JournalMaker::take_openings() {
  KLUIS_TRY(openings, desk_.view.openings());
  for (const OpenedViewRow& row : openings) {
    const auto home = homes_.find(row.circle);
    const FoldedStuk* about = stuk(row.opened.stuk, row.circle);
    if (home == homes_.end() || about == nullptr) continue;
    RegisterEntry entry;
    entry.time_unix_ms = row.opened.opened_unix_ms;
    entry.person = person_of(desk_.roll(), row.device);
    entry.person_name = name_of(desk_.roll(), entry.person);
    entry.act = "open";
    entry.subject = about->title;
    entry.version = row.opened.version;
    lines_.push_back({std::move(entry), RecordId{}, home->second.dossier});
  }
  return {};
}

std::vector<RegisterEntry> JournalMaker::take() {
  const auto key = [](const Line& line) {
    return std::tie(line.entry.time_unix_ms, line.record, line.entry.person, line.entry.subject);
  };
  std::sort(lines_.begin(), lines_.end(),
            [&](const Line& a, const Line& b) { return key(a) < key(b); });
  std::vector<RegisterEntry> entries;
  entries.reserve(lines_.size());
  for (Line& line : lines_) entries.push_back(std::move(line.entry));
  return entries;
}

}  // namespace

Result<std::vector<RegisterEntry>> journal_of(Desk& desk, const std::optional<DossierId>& dossier) {
  JournalMaker maker(desk);
  KLUIS_CHECK(maker.make(dossier));
  return maker.take();
}

}  // namespace kluis
