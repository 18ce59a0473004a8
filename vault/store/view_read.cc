// What the view answers.
#include <utility>

#include "vault/store/view.h"

namespace kluis {
namespace {

template <typename Id>
Id id_at(const Statement& row, int column) {
  return Id::from(row.bytes_at(column)).value_or(Id{});
}

// The first six columns of every question below.
#define KLUIS_ORIGIN "r.circle, r.record, r.author, r.written, r.roll_act, r.holder"
constexpr int kOriginColumns = 6;

Origin origin_at(const Statement& row) {
  return {id_at<CircleAlias>(row, 0),
          id_at<RecordId>(row, 1),
          id_at<DeviceId>(row, 2),
          row.int_at(3),
          static_cast<std::uint64_t>(row.int_at(4)),
          id_at<RecordId>(row, 5)};
}

template <typename Row, typename Read>
Result<std::vector<Row>> read_rows(Statement& statement, Read&& read) {
  std::vector<Row> rows;
  while (true) {
    KLUIS_TRY(more, statement.step());
    if (!more) return rows;
    rows.push_back(read(statement));
  }
}

CircleInfoRow read_circle(const Statement& row) {
  CircleInfoRow result;
  result.origin = origin_at(row);
  result.sequence = static_cast<std::uint64_t>(row.int_at(kOriginColumns));
  result.info.dossier = id_at<DossierId>(row, kOriginColumns + 1);
  result.info.title = row.text_at(kOriginColumns + 2);
  result.info.kind = static_cast<DossierKind>(row.int_at(kOriginColumns + 3));
  result.info.reader_class = static_cast<ReaderClass>(row.int_at(kOriginColumns + 4));
  result.info.burgemeester = PersonId::from(row.bytes_at(kOriginColumns + 5));
  return result;
}

StukViewRow read_stuk(const Statement& row) {
  StukViewRow result;
  result.origin = origin_at(row);
  result.stuk.stuk = id_at<StukId>(row, kOriginColumns);
  result.stuk.title = row.text_at(kOriginColumns + 1);
  result.stuk.type = row.text_at(kOriginColumns + 2);
  return result;
}

VersionViewRow read_version(const Statement& row) {
  VersionViewRow result;
  result.origin = origin_at(row);
  result.stuk = id_at<StukId>(row, kOriginColumns);
  result.number = static_cast<std::uint32_t>(row.int_at(kOriginColumns + 1));
  result.status = static_cast<StukStatus>(row.int_at(kOriginColumns + 2));
  result.file_name = row.text_at(kOriginColumns + 3);
  result.size_bytes = static_cast<std::uint64_t>(row.int_at(kOriginColumns + 4));
  result.sealed_bytes = static_cast<std::uint64_t>(row.int_at(kOriginColumns + 5));
  result.blob = id_at<BlobName>(row, kOriginColumns + 6);
  return result;
}

MarkViewRow read_mark(const Statement& row) {
  return {origin_at(row), id_at<StukId>(row, kOriginColumns),
          id_at<RecordId>(row, kOriginColumns + 1)};
}

NoteViewRow read_note(const Statement& row) {
  return {origin_at(row), id_at<StukId>(row, kOriginColumns),
          static_cast<std::uint32_t>(row.int_at(kOriginColumns + 1)),
          std::string(row.text_at(kOriginColumns + 2))};
}

EventViewRow read_event(const Statement& row) {
  EventViewRow result;
  result.origin = origin_at(row);
  result.kind = static_cast<RecordKind>(row.int_at(kOriginColumns));
  result.act = row.text_at(kOriginColumns + 1);
  result.subject = to_bytes(row.bytes_at(kOriginColumns + 2));
  result.version = static_cast<std::uint32_t>(row.int_at(kOriginColumns + 3));
  result.article = row.text_at(kOriginColumns + 4);
  return result;
}

// Runs `of_all`, or `of_one` with the stuk.
template <typename Row, typename Read>
Result<std::vector<Row>> ask(Database& base, const std::optional<StukId>& stuk, Sql of_all,
                             Sql of_one, Read&& read) {
  KLUIS_TRY(statement, base.prepare(stuk ? of_one : of_all));
  if (stuk) KLUIS_CHECK(statement.bind(stuk->view()));
  return read_rows<Row>(statement, read);
}

}  // namespace

Result<std::vector<CircleInfoRow>> View::circles() {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT " KLUIS_ORIGIN
                                ", v.sequence, v.dossier, v.title, v.kind, v.class, v.burgemeester"
                                " FROM view_circle v JOIN view_record r ON r.id = v.id"
                                " ORDER BY r.circle, v.sequence, r.record"));
  return read_rows<CircleInfoRow>(find, read_circle);
}

#define KLUIS_STUKKEN    \
  "SELECT " KLUIS_ORIGIN \
  ", v.stuk, v.title, v.type FROM view_stuk v JOIN view_record r ON r.id = v.id"
Result<std::vector<StukViewRow>> View::stukken(const std::optional<StukId>& stuk) {
  KLUIS_TRY(base, database());
  return ask<StukViewRow>(*base, stuk, KLUIS_STUKKEN " ORDER BY v.id",
                          KLUIS_STUKKEN " WHERE v.stuk = ? ORDER BY v.id", read_stuk);
}

#define KLUIS_VERSIONS                                                  \
  "SELECT " KLUIS_ORIGIN                                                \
  ", v.stuk, v.number, v.status, v.file_name, v.size, v.sealed, v.blob" \
  " FROM view_version v JOIN view_record r ON r.id = v.id"
Result<std::vector<VersionViewRow>> View::versions(const std::optional<StukId>& stuk) {
  KLUIS_TRY(base, database());
  return ask<VersionViewRow>(*base, stuk, KLUIS_VERSIONS " ORDER BY v.number, r.record",
                             KLUIS_VERSIONS " WHERE v.stuk = ? ORDER BY v.number, r.record",
                             read_version);
}

#define KLUIS_MARKS                             \
  "SELECT " KLUIS_ORIGIN                        \
  ", v.stuk, v.version_record FROM view_mark v" \
  " JOIN view_record r ON r.id = v.id"
Result<std::vector<MarkViewRow>> View::signatures(const std::optional<StukId>& stuk) {
  KLUIS_TRY(base, database());
  return ask<MarkViewRow>(*base, stuk, KLUIS_MARKS " WHERE v.kind = 7",
                          KLUIS_MARKS " WHERE v.kind = 7 AND v.stuk = ?", read_mark);
}

Result<std::vector<MarkViewRow>> View::adoptions(const std::optional<StukId>& stuk) {
  KLUIS_TRY(base, database());
  return ask<MarkViewRow>(*base, stuk, KLUIS_MARKS " WHERE v.kind = 8",
                          KLUIS_MARKS " WHERE v.kind = 8 AND v.stuk = ?", read_mark);
}

Result<std::vector<NoteViewRow>> View::notes(const StukId& stuk) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT " KLUIS_ORIGIN ", v.stuk, v.version, v.note"
                                " FROM view_note v JOIN view_record r ON r.id = v.id"
                                " WHERE v.stuk = ? ORDER BY r.written, r.record"));
  KLUIS_CHECK(find.bind(stuk.view()));
  return read_rows<NoteViewRow>(find, read_note);
}

#define KLUIS_NOTE_REFS \
  "SELECT " KLUIS_ORIGIN ", v.stuk, v.version FROM view_note v JOIN view_record r ON r.id = v.id"
Result<std::vector<NoteRefRow>> View::note_refs(const std::optional<StukId>& stuk) {
  KLUIS_TRY(base, database());
  return ask<NoteRefRow>(
      *base, stuk, KLUIS_NOTE_REFS, KLUIS_NOTE_REFS " WHERE v.stuk = ?", [](const Statement& row) {
        return NoteRefRow{origin_at(row), id_at<StukId>(row, kOriginColumns),
                          static_cast<std::uint32_t>(row.int_at(kOriginColumns + 1))};
      });
}

Result<std::vector<EventViewRow>> View::events() {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find,
            base->prepare("SELECT " KLUIS_ORIGIN ", r.kind, v.act, v.subject, v.version, v.article"
                          " FROM view_event v JOIN view_record r ON r.id = v.id"));
  return read_rows<EventViewRow>(find, read_event);
}

Result<std::vector<OpenedViewRow>> View::openings() {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT circle, device, stuk, version, opened FROM view_opened"));
  return read_rows<OpenedViewRow>(find, [](const Statement& row) {
    return OpenedViewRow{
        id_at<CircleAlias>(row, 0), id_at<DeviceId>(row, 1),
        Opened{id_at<StukId>(row, 2), static_cast<std::uint32_t>(row.int_at(3)), row.int_at(4)}};
  });
}

Result<std::int64_t> View::last_seen(const DeviceId& device) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT seen FROM view_device WHERE device = ?"));
  KLUIS_CHECK(find.bind(device.view()));
  KLUIS_TRY(found, find.step());
  return found ? find.int_at(0) : std::int64_t{0};
}

// One that another circle still names is not loose.
Result<std::vector<BlobName>> View::loose() {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT blob FROM view_loose WHERE NOT EXISTS"
                                " (SELECT 1 FROM view_version v WHERE v.blob = view_loose.blob)"));
  return read_rows<BlobName>(find, [](const Statement& row) { return id_at<BlobName>(row, 0); });
}

// ---- Full text ----

Status View::index_text(const RecordId& version, std::string_view text) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT v.id, v.stuk FROM view_version v"
                                " JOIN view_record r ON r.id = v.id"
                                " WHERE r.record = ? AND v.indexed = 0"));
  KLUIS_CHECK(find.bind(version.view()));
  std::vector<std::pair<std::int64_t, StukId>> rows;
  while (true) {
    KLUIS_TRY(more, find.step());
    if (!more) break;
    rows.emplace_back(find.int_at(0), id_at<StukId>(find, 1));
  }
  KLUIS_TRY(mark, base->prepare("UPDATE view_version SET indexed = 1 WHERE id = ?"));
  for (const auto& [id, stuk] : rows) {
    KLUIS_CHECK(mark.execute(id));
    if (!text.empty()) KLUIS_CHECK(add_words(id, stuk, text));
  }
  return {};
}

Result<std::vector<VersionViewRow>> View::unindexed() {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare(KLUIS_VERSIONS " WHERE v.indexed = 0"));
  return read_rows<VersionViewRow>(find, read_version);
}

Result<std::vector<HitViewRow>> View::search(std::string_view expression, std::uint64_t count_max) {
  KLUIS_TRY(base, database());
  KLUIS_TRY(find, base->prepare("SELECT r.circle, t.stuk,"
                                " snippet(view_text, 0, '\xe2\x80\xb9', '\xe2\x80\xba',"
                                " '\xe2\x80\xa6', 12) FROM view_text t"
                                " JOIN view_record r ON r.id = t.rowid"
                                " WHERE view_text MATCH ? ORDER BY t.rank, t.rowid LIMIT ?"));
  KLUIS_CHECK(find.bind(expression, count_max));
  return read_rows<HitViewRow>(find, [](const Statement& row) {
    return HitViewRow{id_at<CircleAlias>(row, 0), id_at<StukId>(row, 1),
                      std::string(row.text_at(2))};
  });
}

}  // namespace kluis
