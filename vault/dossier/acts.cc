#include "vault/dossier/acts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/limits.h"
#include "vault/dossier/calendar.h"
#include "vault/dossier/text_rules.h"
#include "vault/law/rules.h"

namespace kluis {
namespace {

// The circle in which something about this stuk is said.
Result<CircleAlias> speaking_circle(Desk& desk, const FoldedStuk& stuk) {
  KLUIS_TRY(circle, writable(desk, stuk.circles));
  if (!circle) return fail(ErrorKind::no_access, "stuk.no_writer");
  return *circle;
}

// Whether who sits here is commissievoorzitter now; what he was once adopts nothing.
Result<bool> is_chair(Desk& desk, const CircleAlias& circle) {
  KLUIS_TRY(grants, desk.device.grants(circle));
  return std::any_of(grants.begin(), grants.end(), [&](const Device::Grant& grant) {
    return !grant.withdrawn && grant.person == desk.device.person() &&
           grant.role == DossierRole::commissievoorzitter;
  });
}

Result<RecordId> say(Desk& desk, const CircleAlias& circle, RecordKind kind, Bytes body) {
  KLUIS_TRY(record,
            desk.device.add({circle, kind, std::move(body), BlobName{}, OutboxKind::record}));
  return record.id();
}

Status write_journal(Desk& desk, const FoldedStuk& stuk, const FoldedVersion& version,
                     std::string_view act, std::string_view article) {
  KLUIS_TRY(circle, speaking_circle(desk, stuk));
  JournalEntry entry;
  entry.act = act;
  entry.stuk = stuk.id;
  entry.version = version.number;
  entry.article = article;
  KLUIS_CHECK(say(desk, circle, RecordKind::journal, encode(entry)));
  return {};
}

// Adds to this month's `opened` cell of the stuk's circle. A full cell is no excuse: what does not
// fit is told by a record.
Status note_opening(Desk& desk, const FoldedStuk& stuk, const FoldedVersion& version) {
  const std::int64_t now = desk.device.clock().now().value;
  const std::uint32_t month = month_number(now);
  const CircleAlias& circle = version.row.origin.circle;
  KLUIS_TRY(present, desk.device.rows().cell(circle, desk.device.id(), CellKind::opened, month));
  OpenedValue value;
  if (present) {
    KLUIS_TRY(cell, decode_cell(present->bytes));
    KLUIS_TRY(old, decode_opened_value(cell.value));
    value = std::move(old);
  }
  value.entries.push_back({stuk.id, version.number, now});
  const Bytes encoded = encode(value);
  if (encoded.size() > kCellBytesMax - 2 * kWrapperBytesMax) {
    return write_journal(desk, stuk, version, "open", "");
  }
  return desk.device.set_cell(circle, CellKind::opened, month, encoded);
}

// ---- Export ----

class FileSink final : public ByteSink {
 public:
  explicit FileSink(File& file) : file_(file) {}
  Status write(ByteView source) override {
    KLUIS_CHECK(file_.write_at(offset_, source));
    offset_ += source.size();
    return {};
  }

 private:
  File& file_;
  std::uint64_t offset_ = 0;
};

// A new file that goes again unless it is kept.
class NewFileIn {
 public:
  static Result<NewFileIn> create(Disk& folder, const std::string& name) {
    auto file = folder.open(name, OpenMode::create_new);
    if (!file && file.error().key == "disk.exists") {
      return fail(ErrorKind::usage, "export.exists", {name});
    }
    if (!file) return tl::unexpected<Error>(file.error());
    return NewFileIn(folder, name, std::move(*file));
  }
  NewFileIn(NewFileIn&&) = default;
  NewFileIn& operator=(NewFileIn&&) = delete;
  ~NewFileIn() {
    if (!file_) return;
    file_.reset();
    // It holds what was to be exported; that it stays is all that can go wrong.
    if (!folder_->remove(name_)) return;
  }

  [[nodiscard]] File& file() { return *file_; }
  Status keep() {
    KLUIS_CHECK(file_->sync());
    file_.reset();
    return {};
  }

 private:
  NewFileIn(Disk& folder, std::string name, std::unique_ptr<File> file)
      : folder_(&folder), name_(std::move(name)), file_(std::move(file)) {}
  Disk* folder_;
  std::string name_;
  std::unique_ptr<File> file_;
};

std::string_view marking_text(std::string_view marking) {
  if (marking == "O") return "openbaar";
  return marking == "PV" ? "GEHEIM, persoonlijk en vertrouwelijk" : "GEHEIM";
}

std::string cover_sheet(Desk& desk, const Dossier& dossier, const FoldedStuk& stuk,
                        const FoldedVersion& version, const std::string& file) {
  const RollState& roll = desk.roll();
  const StukType* type = stuk_type(stuk.kind, stuk.type);
  std::string text = "VOORBLAD\n\n";
  const auto line = [&](std::string_view label, std::string_view value) {
    text.append(label).append(": ").append(value).append("\n");
  };
  line("Markering", marking_text(type == nullptr ? "G" : type->marking));
  line("Gemeente", roll.genesis().gemeente);
  line("Dossier", dossier.title);
  line("Soort dossier", kind_word(dossier.kind));
  line("Stuk", stuk.title);
  line("Soort stuk", stuk.type);
  line("Versie", std::to_string(version.number) + ", " + std::string(status_word(version.status)));
  line("Toegevoegd door", name_of(roll, person_of(roll, version.row.origin.author)));
  line("Toegevoegd op", date_and_time(version.row.origin.written_unix_ms));
  std::string names;
  for (const PersonId& person : version.signed_by) {
    if (!names.empty()) names += "; ";
    names += name_of(roll, person);
  }
  line("Ondertekend door", names.empty() ? "niemand" : names);
  line("Bestand", file);
  line("Kenmerk", stuk.id.hex());
  line("Uit de kluis genomen door", name_of(roll, desk.device.person()));
  line("Uit de kluis genomen op", date_and_time(desk.device.clock().now().value));
  text +=
      "\nDeze uitdraai is in het register van het dossier vermeld. De geheimhouding die op het\n"
      "stuk rust, geldt ook voor deze kopie en blijft na het einde van het lidmaatschap (V5.7).\n";
  return text;
}

// ---- Undo ----

struct OwnRecord {
  RecordId id;
  Record record;
  CircleBody body;
  OutboxEntry entry;
};

// The end of this device's chain in a circle, newest first, as far as no relay has seen it.
Result<std::vector<OwnRecord>> unsent_tail(Desk& desk, const CircleAlias& circle) {
  DeviceRows& rows = desk.device.rows();
  KLUIS_TRY(outbox, rows.outbox());
  KLUIS_TRY(end, rows.chain_end(circle, desk.device.id()));
  std::vector<OwnRecord> tail;
  for (RecordId id = end.record; !id.is_zero();) {
    const auto entry = std::find_if(outbox.begin(), outbox.end(), [&](const OutboxEntry& waiting) {
      return waiting.kind == OutboxKind::record && waiting.circle == circle &&
             waiting.record == id && !waiting.attempted;
    });
    if (entry == outbox.end()) break;
    KLUIS_TRY(bytes, rows.record(circle, id));
    if (!bytes) return broken("store.damaged");
    KLUIS_TRY(record, decode_record(bytes->bytes));
    KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
    const RecordId previous = record.previous;
    tail.push_back({id, std::move(record), std::move(body), *entry});
    id = previous;
  }
  return tail;
}

// Whether the record says something about what is undone: the version, or the stuk as a whole.
bool is_about(const CircleBody& body, const StukId& stuk, const RecordId& version, bool whole) {
  if (const auto* signature = std::get_if<VersionSignature>(&body)) {
    return signature->version_record == version;
  }
  if (const auto* adopt = std::get_if<Adopt>(&body)) return adopt->version_record == version;
  if (!whole) return false;
  if (const auto* made = std::get_if<Stuk>(&body)) return made->stuk == stuk;
  if (const auto* note = std::get_if<Note>(&body)) return note->stuk == stuk;
  if (const auto* entry = std::get_if<JournalEntry>(&body)) return entry->stuk == stuk;
  return false;
}

// The same statement again, at another place in the chain.
Status say_again(Desk& desk, OwnRecord& own, std::map<RecordId, RecordId>& renamed) {
  const auto rename = [&](RecordId& id) {
    const auto found = renamed.find(id);
    if (found != renamed.end()) id = found->second;
  };
  Bytes body = own.record.body;
  if (auto* signature = std::get_if<VersionSignature>(&own.body)) {
    rename(signature->version_record);
    body = encode(*signature);
  } else if (auto* adopt = std::get_if<Adopt>(&own.body)) {
    rename(adopt->version_record);
    body = encode(*adopt);
  }
  // With its salt a stuk keeps its id.
  const auto added = desk.device.add({own.record.circle, own.record.kind, body, own.entry.document,
                                      OutboxKind::record, own.record.salt});
  wipe(body);
  KLUIS_CHECK(added);
  renamed[own.id] = added->id();
  return {};
}

}  // namespace

Status read_stuk(Desk& desk, const StukId& id, std::optional<std::uint32_t> number,
                 ByteSink& target) {
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  KLUIS_TRY(version, version_of(stuk, number));
  KLUIS_CHECK(check_here(desk, version));
  KLUIS_CHECK(note_opening(desk, stuk, version));
  return write_content(desk, version, target);
}

Result<Exported> export_stuk(Desk& desk, const StukId& id, std::optional<std::uint32_t> number,
                             Disk& folder) {
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  KLUIS_TRY(version, version_of(stuk, number));
  KLUIS_TRY(dossier, dossier_of(desk, stuk.dossier));
  KLUIS_CHECK(check_here(desk, version));
  Exported exported;
  exported.file = export_file_name(version.row.file_name, id);
  exported.cover = exported.file + ".voorblad.txt";
  KLUIS_TRY(file, NewFileIn::create(folder, exported.file));
  KLUIS_TRY(cover, NewFileIn::create(folder, exported.cover));
  KLUIS_CHECK(write_journal(desk, stuk, version, "export", ""));
  FileSink sink(file.file());
  KLUIS_CHECK(write_content(desk, version, sink));
  const std::string sheet = cover_sheet(desk, dossier, stuk, version, exported.file);
  KLUIS_CHECK(cover.file().write_at(0, as_bytes(sheet)));
  KLUIS_CHECK(file.keep());
  KLUIS_CHECK(cover.keep());
  KLUIS_CHECK(folder.sync_folder());
  return exported;
}

Result<RecordId> note_stuk(Desk& desk, const StukId& id, std::optional<std::uint32_t> number,
                           const std::string& text) {
  KLUIS_CHECK(check_note(text));
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  if (number) KLUIS_CHECK(version_of(stuk, number));
  KLUIS_TRY(circle, speaking_circle(desk, stuk));
  return say(desk, circle, RecordKind::note, encode(Note{id, number.value_or(0), text}));
}

Result<RecordId> sign_stuk(Desk& desk, const StukId& id) {
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  const FoldedVersion& newest = stuk.versions.back();
  if (newest.signed_by.contains(desk.device.person())) return refuse("sign.already", "H4.2");
  KLUIS_TRY(circle, speaking_circle(desk, stuk));
  return say(desk, circle, RecordKind::signature,
             encode(VersionSignature{id, newest.number, newest.row.origin.record}));
}

Result<StukStatus> adopt_stuk(Desk& desk, const StukId& id) {
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  const FoldedVersion& newest = stuk.versions.back();
  if (newest.status == StukStatus::vastgesteld) return newest.status;
  KLUIS_TRY(circle, speaking_circle(desk, stuk));
  KLUIS_TRY(chairs, commissievoorzitters(desk, circle));
  KLUIS_TRY(is_chair_now, is_chair(desk, circle));
  if (!desk.device.is_officer() && !is_chair_now) return refuse("adopt.not_allowed", "H4.2");
  // Of a gesprek both sides sign; that they have not yet is recorded, it does not stop the
  // griffier.
  const auto signed_by_one_of = [&](const std::set<PersonId>& persons) {
    return std::any_of(persons.begin(), persons.end(),
                       [&](const PersonId& person) { return newest.signed_by.contains(person); });
  };
  std::set<PersonId> burgemeesters;
  for (const PersonId& person : newest.signed_by) {
    if (desk.roll().has_capacity(person, Capacity::burgemeester)) burgemeesters.insert(person);
  }
  const bool verslag = stuk.kind == DossierKind::gesprek && stuk.type == "verslag";
  const bool complete = signed_by_one_of(chairs) && !burgemeesters.empty();
  KLUIS_CHECK(desk.store().transact([&]() -> Status {
    if (verslag && !complete) {
      KLUIS_CHECK(write_journal(desk, stuk, newest, "warning.unsigned", "H4.2"));
    }
    KLUIS_CHECK(say(desk, circle, RecordKind::adopt,
                    encode(Adopt{id, newest.number, newest.row.origin.record})));
    return {};
  }));
  return StukStatus::vastgesteld;
}

Status undo_stuk(Desk& desk, const StukId& id) {
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  const FoldedVersion& newest = stuk.versions.back();
  const bool own = newest.row.origin.author == desk.device.id() && !newest.row.origin.carried();
  if (!own) return refuse("record.already_sent", "R4");
  const bool whole = stuk.versions.size() == 1;
  const CircleAlias circle = newest.row.origin.circle;
  const RecordId version = newest.row.origin.record;
  const RecordId first = whole ? stuk.record : version;
  KLUIS_TRY(tail, unsent_tail(desk, circle));
  const auto last = std::find_if(tail.begin(), tail.end(),
                                 [&](const OwnRecord& record) { return record.id == first; });
  if (last == tail.end()) return refuse("record.already_sent", "R4");
  tail.erase(last + 1, tail.end());
  KLUIS_CHECK(desk.store().transact([&]() -> Status {
    for (const OwnRecord& record : tail) {
      KLUIS_CHECK(desk.device.take_back(circle, record.id));
    }
    std::map<RecordId, RecordId> renamed;
    std::reverse(tail.begin(), tail.end());
    for (OwnRecord& record : tail) {
      if (record.id == version || is_about(record.body, id, version, whole)) continue;
      KLUIS_CHECK(say_again(desk, record, renamed));
    }
    return {};
  }));
  return drop_loose(desk.view, desk.documents, desk.store());
}

Result<std::vector<SearchHit>> search_words(Desk& desk, std::string_view words) {
  constexpr std::size_t kHitsMax = 100;
  // Each word as a quoted prefix: nothing the user types is read as an expression.
  std::string expression;
  std::string word;
  bool has_letter = false;
  const auto end_word = [&] {
    if (has_letter) expression += (expression.empty() ? "\"" : " \"") + word + "\"*";
    word.clear();
    has_letter = false;
  };
  for (const char letter : words) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte <= 0x20) {
      end_word();
      continue;
    }
    if (letter == '"') continue;
    word += letter;
    has_letter = has_letter || byte >= 0x80 || (byte >= '0' && byte <= '9') ||
                 (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  }
  end_word();
  if (expression.empty()) return fail(ErrorKind::usage, "search.empty");
  // Also after the lists were made anew, which has only the titles and notes.
  KLUIS_CHECK(index_new_texts(desk));
  KLUIS_TRY(rows, desk.view.search(expression, 20 * kHitsMax));
  KLUIS_TRY(stukken, fold_stukken(desk, std::nullopt, std::nullopt));
  std::map<StukId, const FoldedStuk*> known;
  for (const FoldedStuk& stuk : stukken) known[stuk.id] = &stuk;
  std::vector<SearchHit> hits;
  std::set<StukId> seen;
  for (HitViewRow& row : rows) {
    const auto stuk = known.find(row.stuk);
    if (stuk == known.end() || !stuk->second->stands_in(row.circle)) continue;
    if (hits.size() == kHitsMax || !seen.insert(row.stuk).second) continue;
    hits.push_back({row.stuk, stuk->second->title, std::move(row.snippet)});
  }
  return hits;
}

}  // namespace kluis
