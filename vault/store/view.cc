#include "vault/store/view.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/assert.h"
#include "vault/store/view_tables.h"

namespace kluis {
namespace {

bool is_for_officers(RecordKind kind) {
  return kind == RecordKind::circle_info || kind == RecordKind::admit ||
         kind == RecordKind::withdraw_grant || kind == RecordKind::carry ||
         kind == RecordKind::refuse;
}

// Something that can be read, and says something that stands in another circle too.
bool may_be_carried(const Record& record) {
  return !is_roll_kind(record.kind) && !is_for_officers(record.kind) &&
         decode_circle_body(record.kind, record.body);
}

}  // namespace

bool holds_words(std::string_view file_name) {
  constexpr std::array<std::string_view, 5> kEndings = {".txt", ".md", ".csv", ".text", ".tsv"};
  const std::size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string ending(file_name.substr(dot));
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

Status View::attach(Database& database) {
  KLUIS_CHECK(migrate(database, "view", kViewTables));
  database_ = &database;
  return {};
}

// Between two databases, or after the vault closed itself on an error, there is none.
Result<Database*> View::database() {
  if (database_ == nullptr) return fail(ErrorKind::disk, "disk.io");
  return database_;
}

// ---- Taking records in ----

Status View::on_record(const VerifiedRecord& record) {
  const Record& content = record.record();
  KLUIS_CHECK(saw(content.author));
  if (is_roll_kind(content.kind)) return {};
  if (is_for_officers(content.kind) && !(may_decide_ && may_decide_(content))) return {};
  Origin origin;
  origin.circle = content.circle;
  origin.record = record.id();
  return take_record(origin, record.id(), content);
}

Status View::take_record(const Origin& origin, const RecordId& holder, const Record& record) {
  KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
  KLUIS_TRY(base, database());
  KLUIS_TRY(insert, base->prepare("INSERT INTO view_record"
                                  "(circle, record, holder, kind, author, written, roll_act)"
                                  " VALUES(?, ?, ?, ?, ?, ?, ?)"
                                  " ON CONFLICT(circle, record) DO NOTHING RETURNING id"));
  KLUIS_CHECK(insert.bind(origin.circle.view(), origin.record.view(), holder.view(),
                          static_cast<std::int64_t>(record.kind), record.author.view(),
                          record.written_unix_ms, record.roll_head.act_number));
  KLUIS_TRY(is_new, insert.step());
  if (!is_new) return {};
  const std::int64_t id = insert.int_at(0);
  insert.reset();
  const auto* carry = std::get_if<Carry>(&body);
  if (carry == nullptr) return take_body(id, origin.record, record, body);
  const auto original = VerifiedRecord::from({carry->record_bytes, carry->record_signature});
  if (!original || original->id() != carry->original || !may_be_carried(original->record()) ||
      original->record().circle != carry->source) {
    return {};  // an officer's junk stops nobody
  }
  const Record& inner = original->record();
  if (inner.circle == origin.circle) {
    // One that was kept apart: that it was carried in is an act of its own.
    KLUIS_TRY(event, base->prepare("INSERT INTO view_event(id, act, subject, version, article)"
                                   " VALUES(?, '', ?, 0, '')"));
    KLUIS_CHECK(event.execute(id, inner.author.view()));
  }
  Origin carried = origin;
  carried.record = original->id();
  return take_record(carried, holder, inner);
}

// Whether another record made this stuk. The first one counts: nobody renames a stuk by making it
// again.
Result<bool> View::is_taken(const StukId& stuk, const RecordId& record) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT 1 FROM view_stuk v JOIN view_record r ON r.id = v.id"
                                " WHERE v.stuk = ? AND r.record <> ?"));
  KLUIS_CHECK(find.bind(stuk.view(), record.view()));
  return find.step();
}

// Writes one record's own rows.
struct View::BodyTaker {
  View& view;
  Database& base;
  std::int64_t id;
  const RecordId& origin;
  const Record& record;

  Status operator()(const CircleInfo& info) const {
    KLUIS_TRY(insert, base.prepare("INSERT INTO view_circle"
                                   "(id, sequence, dossier, title, kind, class, burgemeester)"
                                   " VALUES(?, ?, ?, ?, ?, ?, ?)"));
    const auto kind = static_cast<std::int64_t>(info.kind);
    const auto reader_class = static_cast<std::int64_t>(info.reader_class);
    const ByteView burgemeester = info.burgemeester ? info.burgemeester->view() : ByteView();
    return insert.execute(id, record.sequence, info.dossier.view(), std::string_view(info.title),
                          kind, reader_class, burgemeester);
  }
  Status operator()(const Stuk& stuk) const {
    if (stuk.stuk != stuk_id(record.author, record.salt)) return {};  // another author's stuk
    KLUIS_TRY(taken, view.is_taken(stuk.stuk, origin));
    if (taken) return {};
    KLUIS_TRY(insert,
              base.prepare("INSERT INTO view_stuk(id, stuk, title, type) VALUES(?, ?, ?, ?)"));
    KLUIS_CHECK(insert.execute(id, stuk.stuk.view(), std::string_view(stuk.title),
                               std::string_view(stuk.type)));
    return view.add_words(id, stuk.stuk, stuk.title);
  }
  Status operator()(const Version& version) const {
    KLUIS_TRY(insert, base.prepare("INSERT INTO view_version"
                                   "(id, stuk, number, status, file_name, size, sealed, blob,"
                                   " indexed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    KLUIS_CHECK(view.forget_loose(version.blob));
    return insert.execute(id, version.stuk.view(), std::int64_t{version.number},
                          static_cast<std::int64_t>(version.status),
                          std::string_view(version.file_name), version.size_bytes,
                          version.sealed_bytes, version.blob.view(),
                          std::int64_t{holds_words(version.file_name) ? 0 : 1});
  }
  Status operator()(const Note& note) const {
    KLUIS_TRY(insert,
              base.prepare("INSERT INTO view_note(id, stuk, version, note) VALUES(?, ?, ?, ?)"));
    KLUIS_CHECK(insert.execute(id, note.stuk.view(), std::int64_t{note.version},
                               std::string_view(note.text)));
    return view.add_words(id, note.stuk, note.text);
  }
  [[nodiscard]] Status mark(const StukId& stuk, const RecordId& version) const {
    KLUIS_TRY(insert, base.prepare("INSERT INTO view_mark(id, kind, stuk, version_record)"
                                   " VALUES(?, ?, ?, ?)"));
    return insert.execute(id, static_cast<std::int64_t>(record.kind), stuk.view(), version.view());
  }
  Status operator()(const VersionSignature& signature) const {
    return mark(signature.stuk, signature.version_record);
  }
  Status operator()(const Adopt& adopt) const { return mark(adopt.stuk, adopt.version_record); }
  [[nodiscard]] Status event(std::string_view act, ByteView subject, std::uint32_t version,
                             std::string_view article) const {
    KLUIS_TRY(insert, base.prepare("INSERT INTO view_event(id, act, subject, version, article)"
                                   " VALUES(?, ?, ?, ?, ?)"));
    return insert.execute(id, act, subject, std::int64_t{version}, article);
  }
  Status operator()(const Admit& admit) const { return event("", admit.person.view(), 0, ""); }
  Status operator()(const WithdrawGrant& grant) const {
    return event("", grant.person.view(), 0, "");
  }
  Status operator()(const JournalEntry& entry) const {
    return event(entry.act, entry.stuk.view(), entry.version, entry.article);
  }
  Status operator()(const Refuse& refuse) const { return event("", refuse.author.view(), 0, ""); }
  Status operator()(const Dropped&) const { return event("", {}, 0, ""); }
  Status operator()(const Carry&) const { return {}; }
};

Status View::take_body(std::int64_t id, const RecordId& origin, const Record& record,
                       const CircleBody& body) {
  KLUIS_TRY(base, database());
  return std::visit(BodyTaker{*this, *base, id, origin, record}, body);
}

Status View::add_words(std::int64_t id, const StukId& stuk, std::string_view words) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(insert, base->prepare("INSERT INTO view_text(rowid, words, stuk) VALUES(?, ?, ?)"));
  return insert.execute(id, words, stuk.view());
}

Status View::on_cell(const VerifiedCell& cell) {
  const Cell& content = cell.cell();
  KLUIS_CHECK(saw(content.device));
  if (content.kind != CellKind::opened) return {};
  KLUIS_TRY(value, decode_opened_value(content.value));
  KLUIS_TRY(base, database());
  KLUIS_TRY(erase,
            base->prepare("DELETE FROM view_opened WHERE circle = ? AND device = ? AND month = ?"));
  KLUIS_CHECK(
      erase.execute(content.circle.view(), content.device.view(), std::int64_t{content.sub_key}));
  KLUIS_TRY(insert, base->prepare("INSERT INTO view_opened"
                                  "(circle, device, month, place, stuk, version, opened)"
                                  " VALUES(?, ?, ?, ?, ?, ?, ?)"));
  std::int64_t place = 0;
  for (const Opened& opened : value.entries) {
    KLUIS_CHECK(insert.execute(content.circle.view(), content.device.view(),
                               std::int64_t{content.sub_key}, place++, opened.stuk.view(),
                               std::int64_t{opened.version}, opened.opened_unix_ms));
  }
  return {};
}

Status View::saw(const DeviceId& device) {
  if (rebuilding_) return {};
  KLUIS_TRY(base, database());
  KLUIS_TRY(insert, base->prepare("INSERT INTO view_device(device, seen) VALUES(?, ?)"
                                  " ON CONFLICT(device) DO UPDATE SET seen = excluded.seen"));
  return insert.execute(device.view(), clock_->now().value);
}

// ---- Forgetting ----

// Erases the rows of the records whose ids the bound statement gives.
Status View::forget(Statement& ids) {
  std::vector<std::int64_t> gone;
  while (true) {
    KLUIS_TRY(more, ids.step());
    if (!more) break;
    gone.push_back(ids.int_at(0));
  }
  ids.reset();
  KLUIS_TRY(base, database());
  const auto for_each = [&](Sql sql) -> Status {
    KLUIS_TRY(statement, base->prepare(sql));
    for (const std::int64_t id : gone) KLUIS_CHECK(statement.execute(id));
    return {};
  };
  KLUIS_CHECK(
      for_each("INSERT OR IGNORE INTO view_loose(blob)"
               " SELECT blob FROM view_version WHERE id = ?"));
  KLUIS_CHECK(for_each("DELETE FROM view_circle WHERE id = ?"));
  KLUIS_CHECK(for_each("DELETE FROM view_stuk WHERE id = ?"));
  KLUIS_CHECK(for_each("DELETE FROM view_version WHERE id = ?"));
  KLUIS_CHECK(for_each("DELETE FROM view_mark WHERE id = ?"));
  KLUIS_CHECK(for_each("DELETE FROM view_note WHERE id = ?"));
  KLUIS_CHECK(for_each("DELETE FROM view_event WHERE id = ?"));
  KLUIS_CHECK(for_each("DELETE FROM view_text WHERE rowid = ?"));
  return for_each("DELETE FROM view_record WHERE id = ?");
}

Status View::on_forgotten(const CircleAlias& circle, const RecordId& record) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT id FROM view_record WHERE circle = ? AND holder = ?"));
  KLUIS_CHECK(find.bind(circle.view(), record.view()));
  return forget(find);
}

Status View::on_circle_forgotten(const CircleAlias& circle) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT id FROM view_record WHERE circle = ?"));
  KLUIS_CHECK(find.bind(circle.view()));
  KLUIS_CHECK(forget(find));
  KLUIS_TRY(erase, base->prepare("DELETE FROM view_opened WHERE circle = ?"));
  return erase.execute(circle.view());
}

Status View::loosen(const BlobName& blob) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(insert, base->prepare("INSERT OR IGNORE INTO view_loose(blob) VALUES(?)"));
  return insert.execute(blob.view());
}

Status View::forget_loose(const BlobName& blob) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(erase, base->prepare("DELETE FROM view_loose WHERE blob = ?"));
  return erase.execute(blob.view());
}

// When a device was last seen, and which files are loose, is in no record: those tables stay.
Status View::clear() {
  KLUIS_TRY(base, database());
  return base->run(
      "DELETE FROM view_make; DELETE FROM view_record; DELETE FROM view_circle;"
      "DELETE FROM view_stuk; DELETE FROM view_version; DELETE FROM view_mark;"
      "DELETE FROM view_note; DELETE FROM view_event; DELETE FROM view_opened;"
      "DELETE FROM view_text");
}

// ---- Making anew ----

Status View::bring_up_to_date(DeviceRows& rows) {
  KLUIS_TRY(base, database());
  {
    KLUIS_TRY(find, base->prepare("SELECT make FROM view_make"));
    KLUIS_TRY(found, find.step());
    if (found && find.int_at(0) == kViewMake) return {};
  }
  return rows.store().transact([&] { return rebuild(rows); });
}

Status View::rebuild(DeviceRows& rows) {
  KLUIS_CHECK(clear());
  std::vector<std::pair<CircleAlias, RecordId>> records;
  KLUIS_CHECK(rows.store().scan(Table::record, {}, [&](ByteView key, ByteView) {
    const auto alias = CircleAlias::from(key.first(std::min(key.size(), CircleAlias::kSize)));
    const auto id = RecordId::from(key.subspan(std::min(key.size(), CircleAlias::kSize)));
    if (alias && id) records.emplace_back(*alias, *id);
    return true;
  }));
  rebuilding_ = true;
  const auto take_all = [&]() -> Status {
    for (const auto& [alias, id] : records) {
      KLUIS_TRY(bytes, rows.record(alias, id));
      if (!bytes) return broken("store.damaged");
      KLUIS_TRY(record, VerifiedRecord::from(std::move(*bytes)));
      if (is_roll_kind(record.record().kind)) continue;
      // One that waits for its predecessor is told when that comes.
      KLUIS_TRY(end, rows.chain_end(alias, record.record().author));
      if (record.record().sequence <= end.sequence) KLUIS_CHECK(on_record(record));
    }
    KLUIS_TRY(circles, rows.circles());
    for (const CircleState& circle : circles) {
      KLUIS_TRY(cells, rows.cells(circle.alias));
      for (SignedCell& signed_cell : cells) {
        KLUIS_TRY(cell, VerifiedCell::from(std::move(signed_cell)));
        KLUIS_CHECK(on_cell(cell));
      }
    }
    return {};
  };
  const Status taken = take_all();
  rebuilding_ = false;
  KLUIS_CHECK(taken);
  KLUIS_TRY(base, database());
  KLUIS_TRY(insert, base->prepare("INSERT INTO view_make(make) VALUES(?)"));
  return insert.execute(kViewMake);
}

}  // namespace kluis
