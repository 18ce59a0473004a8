#include "vault/dossier/apart.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "vault/dossier/stukken.h"

namespace kluis {
namespace {

// One record kept apart, read.
struct Apart {
  DeviceRows::ApartRecord row;
  Record record;
  CircleBody body;
};

void wipe_keys(Apart& apart) {
  wipe(apart.row.bytes.bytes);
  wipe(apart.record.body);
  if (auto* version = std::get_if<Version>(&apart.body)) wipe(version->key);
  if (auto* carried = std::get_if<Carry>(&apart.body)) wipe(carried->record_bytes);
}

// Those of dossiers that this device reads. What a removed device had to say about the raad itself
// lost its meaning with the removal.
Result<std::vector<Apart>> all_apart(Desk& desk) {
  if (!desk.device.is_officer()) return refuse("apart.only_officer", "V3.1");
  KLUIS_TRY(rows, desk.device.rows().apart());
  std::vector<Apart> result;
  for (DeviceRows::ApartRecord& row : rows) {
    KLUIS_TRY(state, desk.device.rows().circle(row.circle));
    if (!state || state->standing != Standing::current) continue;
    KLUIS_TRY(record, decode_record(row.bytes.bytes));
    if (is_roll_kind(record.kind)) continue;
    KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
    result.push_back({std::move(row), std::move(record), std::move(body)});
  }
  return result;
}

// What each kind of record says, for a person to decide on.
struct Said {
  std::string_view act = "other";
  std::optional<StukId> stuk;
  std::string text;
  bool has_document = false;
};

Said said_by(const CircleBody& body) {
  if (const auto* stuk = std::get_if<Stuk>(&body)) return {"add", stuk->stuk, stuk->title, true};
  if (const auto* version = std::get_if<Version>(&body)) {
    return {version->number == 1 ? "add" : "version", version->stuk, version->file_name, true};
  }
  if (const auto* note = std::get_if<Note>(&body)) return {"note", note->stuk, note->text};
  if (const auto* mark = std::get_if<VersionSignature>(&body)) return {"sign", mark->stuk, {}};
  if (const auto* mark = std::get_if<Adopt>(&body)) return {"adopt", mark->stuk, {}};
  if (const auto* entry = std::get_if<JournalEntry>(&body)) return {entry->act, entry->stuk, {}};
  return {};
}

const FoldedStuk* stuk_of(const std::vector<FoldedStuk>& stukken, const Apart& apart,
                          const Said& said) {
  const auto found = std::ranges::find_if(stukken, [&](const FoldedStuk& stuk) {
    return said.stuk == stuk.id && stuk.stands_in(apart.row.circle);
  });
  return found == stukken.end() ? nullptr : &*found;
}

// A parcel brings no document, and a word about a stuk that is not there would be seen nowhere. An
// adoption that did not count where it was written would count once it is carried.
Result<bool> can_carry(Desk& desk, const Apart& apart, const Said& said, const FoldedStuk* about) {
  if (about == nullptr || said.has_document) return false;
  if (apart.record.kind != RecordKind::adopt) return true;
  KLUIS_TRY(chairs, commissievoorzitters(desk, apart.row.circle));
  return may_adopt(desk.roll(), chairs, apart.record.author, apart.record.roll_head.act_number);
}

Result<Apart> one_apart(Desk& desk, const RecordId& id) {
  KLUIS_TRY(all, all_apart(desk));
  std::optional<Apart> found;
  for (Apart& apart : all) {
    if (apart.row.record == id) {
      found.emplace(std::move(apart));
    } else {
      wipe_keys(apart);
    }
  }
  if (!found) return fail(ErrorKind::no_access, "apart.unknown");
  return std::move(*found);
}

Status decide(Desk& desk, const CircleAlias& circle, RecordKind kind, Bytes body) {
  const auto added = desk.device.add({circle, kind, body, BlobName{}, OutboxKind::record});
  wipe(body);
  return added ? Status() : Status(tl::unexpected<Error>(added.error()));
}

}  // namespace

Result<std::vector<ApartRow>> apart_rows(Desk& desk) {
  KLUIS_TRY(all, all_apart(desk));
  if (all.empty()) return std::vector<ApartRow>();  // as nearly always: `status` asks too
  KLUIS_TRY(stukken, fold_stukken(desk, std::nullopt, std::nullopt));
  KLUIS_TRY(dossiers, all_dossiers(desk));
  std::vector<ApartRow> rows;
  for (Apart& apart : all) {
    const Said said = said_by(apart.body);
    const FoldedStuk* about = stuk_of(stukken, apart, said);
    ApartRow row;
    row.record = apart.row.record;
    row.person = person_of(desk.roll(), apart.record.author);
    row.person_name = name_of(desk.roll(), row.person);
    row.written_unix_ms = apart.record.written_unix_ms;
    row.act = said.act;
    row.text = said.text;
    if (about != nullptr) row.subject = about->title;
    KLUIS_TRY(may_carry, can_carry(desk, apart, said, about));
    row.can_carry = may_carry;
    for (const Dossier& dossier : dossiers) {
      const auto is_here = [&](const DossierCircle& circle) {
        return circle.alias == apart.row.circle;
      };
      if (std::ranges::any_of(dossier.circles, is_here)) row.dossier = dossier.title;
    }
    wipe_keys(apart);
    rows.push_back(std::move(row));
  }
  std::ranges::sort(
      rows, {}, [](const ApartRow& row) { return std::tuple(row.written_unix_ms, row.record); });
  return rows;
}

Status carry_in(Desk& desk, const RecordId& id) {
  KLUIS_TRY(apart, one_apart(desk, id));
  KLUIS_TRY(stukken, fold_stukken(desk, std::nullopt, std::nullopt));
  const Said said = said_by(apart.body);
  const FoldedStuk* about = stuk_of(stukken, apart, said);
  KLUIS_TRY(may_carry, can_carry(desk, apart, said, about));
  if (!may_carry) {
    wipe_keys(apart);
    const bool is_adoption = about != nullptr && !said.has_document;
    return is_adoption ? refuse("adopt.not_allowed", "H4.2")
                       : fail(ErrorKind::no_access, "apart.no_document");
  }
  const CircleAlias circle = apart.row.circle;
  const Carry body{circle, id, std::move(apart.row.bytes.bytes), apart.row.bytes.signature};
  return decide(desk, circle, RecordKind::carry, encode(body));
}

Status refuse_apart(Desk& desk, const RecordId& id) {
  KLUIS_TRY(apart, one_apart(desk, id));
  wipe_keys(apart);
  return decide(desk, apart.row.circle, RecordKind::refuse,
                encode(Refuse{id, apart.record.author}));
}

}  // namespace kluis
