#pragma once

#include <algorithm>
#include <limits>
#include <string_view>

#include "proto/commit.h"
#include "proto/declaration.h"
#include "proto/decree.h"
#include "proto/enrol.h"
#include "proto/epoch.h"
#include "proto/limits.h"
#include "proto/message.h"
#include "proto/record.h"
#include "tests/proto/fields.h"

// Values of every type of proto/, drawn field by field, valid in the eyes of the decoders.
namespace kluis::test {

// Where choices come from: a property's generator, or a fixed rule for the frozen samples.
class Draw {
 public:
  virtual ~Draw() = default;
  [[nodiscard]] virtual bool flag() = 0;
  [[nodiscard]] virtual std::uint64_t up_to(std::uint64_t max) = 0;  // both ends included
  [[nodiscard]] virtual std::uint64_t integer(std::uint64_t max) = 0;
  virtual void fill(MutableByteView target) = 0;
};

// The values of an enumeration, numbered from 1 to `last`.
template <typename Enum>
constexpr Enum last_of();
template <>
constexpr DossierKind last_of() {
  return DossierKind::herbenoeming;
}
template <>
constexpr ReaderClass last_of() {
  return ReaderClass::chosen;
}
template <>
constexpr DossierRole last_of() {
  return DossierRole::burgemeester;
}
template <>
constexpr StukStatus last_of() {
  return StukStatus::vastgesteld;
}
template <>
constexpr Capacity last_of() {
  return Capacity::archivaris;
}
template <>
constexpr AppointGround last_of() {
  return AppointGround::ending;
}
template <>
constexpr DecreeKind last_of() {
  return DecreeKind::discharge;
}
template <>
constexpr CellKind last_of() {
  return CellKind::opened;
}
template <>
constexpr HeaderKind last_of() {
  return HeaderKind::end;
}
template <>
constexpr Verdict last_of() {
  return Verdict::conflict;
}
template <>
constexpr RefusalCode last_of() {
  return RefusalCode::missing_blob;
}

inline constexpr std::array kRecordKinds = {
    RecordKind::circle_info, RecordKind::admit,    RecordKind::withdraw_grant, RecordKind::stuk,
    RecordKind::version,     RecordKind::note,     RecordKind::signature,      RecordKind::adopt,
    RecordKind::carry,       RecordKind::refuse,   RecordKind::journal,        RecordKind::dropped,
    RecordKind::proposal,    RecordKind::approval, RecordKind::confirmation,   RecordKind::event,
    RecordKind::genesis,     RecordKind::certify,  RecordKind::remove,         RecordKind::appoint,
    RecordKind::circle,      RecordKind::epoch,    RecordKind::profile,        RecordKind::execute,
    RecordKind::withdraw,    RecordKind::join,     RecordKind::mark,           RecordKind::term};

// ---- What the decoders demand beyond the types: `settle` makes a drawn value meet it. ----

template <typename T, typename KeyOf = std::identity>
void sort_unique(std::vector<T>& values, KeyOf key_of = {}) {
  std::ranges::sort(values, {}, key_of);
  const auto rest = std::ranges::unique(values, {}, key_of);
  values.erase(rest.begin(), rest.end());
}

template <typename T>
void settle(T& /*value*/) {}

inline void settle(Record& record) {
  sort_unique(record.parents);
  if (is_act(record.kind)) {
    record.sequence = 0;
  } else if (record.sequence == 0) {
    record.sequence = 1;
  }
  if (record.sequence <= 1) record.previous = RecordId{};
}
inline void settle(Cell& cell) {
  if (cell.kind != CellKind::opened) cell.sub_key = 0;
}
inline void settle(SeenValue& value) {
  sort_unique(value.frontier);
}
inline void settle(Dropped& body) {
  for (Gap& gap : body.gaps) gap.sequence = std::max<std::uint64_t>(gap.sequence, 1);
  sort_unique(body.gaps, &Gap::sequence);
  if (body.gaps.empty()) body.gaps.push_back({1, RecordId{}});
}
inline void settle(Admit& body) {
  sort_unique(body.devices);
}
inline void settle(Version& body) {
  body.size_bytes %= kDocumentBytesMax + 1;
  body.sealed_bytes %= kSealedDocumentBytesMax + 1;
}
inline void settle(Confirmation& body) {
  sort_unique(body.also_boxed);
}
inline void settle(Execute& body) {
  sort_unique(body.holders);
}
// A decree destroys or concerns a person, and says nothing of the other.
inline void settle(Decree& body) {
  body.not_before_unix_ms &= (std::int64_t{1} << 40) - 1;
  sort_unique(body.circles);
  sort_unique(body.records);
  sort_unique(body.capacities);
  const bool one_stuk = body.kind == DecreeKind::destroy_stuk;
  const bool destroys = one_stuk || body.kind == DecreeKind::destroy_dossier;
  if (!one_stuk) body.stuk.reset();
  if (one_stuk && !body.stuk) body.stuk.emplace();
  if (!one_stuk) body.records.clear();
  if (one_stuk && body.records.empty()) body.records.emplace_back();
  if (destroys) {
    body.dossier.bytes[0] = 1;
    if (body.circles.empty()) body.circles.emplace_back();
    body.person.reset();
    body.capacities.clear();
  } else {
    body.dossier = DossierId{};
    body.circles.clear();
    body.covers.clear();
    if (!body.person) body.person.emplace();
    if (body.capacities.empty()) body.capacities.push_back(Capacity::griffier);
  }
  if (body.kind != DecreeKind::appoint) body.speaking_device.reset();
}
inline void settle(Certificate& body) {
  sort_unique(body.capacities);
}
inline void settle(Term& body) {
  sort_unique(body.members);
}
inline void settle(Remove& body) {
  sort_unique(body.devices);
}
inline void settle(Appoint& body) {
  sort_unique(body.capacities);
}
inline void settle(Header& header) {
  header.suite = kSuite;
  if (header.number == 0) header.previous = HeaderHash{};
  sort_unique(header.removed);
  if (header.kind == HeaderKind::end) {
    header.commitment = Digest{};
    header.boxes_hash = Digest{};
    header.list_hash = Digest{};
  }
  if (header.kind == HeaderKind::end || header.removed.empty()) {
    header.exit_key.reset();
  } else if (!header.exit_key) {
    header.exit_key.emplace();
  }
}
inline void settle(Boxes& value) {
  sort_unique(value.boxes, &Box::label);
}
inline void settle(KeyList& list) {
  sort_unique(list.members, &Member::device);
  sort_unique(list.holders_ever);
  sort_unique(list.entries, &KeyEntry::record);
  sort_unique(list.cells, &SignedCell::bytes);
  for (Tombstone& tombstone : list.tombstones) {
    if (tombstone.author.is_zero()) tombstone.sequence = 0;
    if (!tombstone.author.is_zero() && tombstone.sequence == 0) tombstone.sequence = 1;
  }
  sort_unique(list.tombstones, &Tombstone::record);
  sort_unique(list.cuts, &Cut::device);
}
inline void settle(SealedList& list) {
  if (list.chunks.empty()) list.chunks.emplace_back();
  for (Bytes& chunk : list.chunks) {
    if (chunk.empty()) chunk.push_back(7);
  }
}
inline void settle(ExitParcel& parcel) {
  sort_unique(parcel.records, &SignedRecord::bytes);
}
inline void settle(EpochOp& op) {
  sort_unique(op.drop_blobs);
}
inline void settle(Expect& expect) {
  sort_unique(expect.circles, &ExpectCircle::circle);
}
inline void settle(CommitAppend& append) {
  sort_unique(append.blobs);
}
inline void settle(Commit& commit) {
  sort_unique(commit.officers_added);
  sort_unique(commit.officers_removed);
}
inline void settle(Declaration& declaration) {
  for (std::string& exception : declaration.exceptions) exception += ".";
}
inline void settle(SentItem& sent) {
  if (sent.item.empty()) sent.item.push_back(7);
  sort_unique(sent.blobs);
}
inline void settle(AppendRequest& request) {
  sort_unique(request.blobs);
}
inline void settle(HoldRequest& request) {
  sort_unique(request.circles);
  request.milliseconds %= static_cast<std::uint32_t>(kHoldMsMax) + 1;
}
inline void settle(MailboxPutRequest& request) {
  request.index = static_cast<std::uint16_t>(request.index % 2 + 1);
}
inline void settle(AdmitRaadRequest& request) {
  sort_unique(request.blobs, &StagedBlob::blob);
}
inline void settle(LiftRequest& request) {
  sort_unique(request.blobs, &StagedBlob::blob);
}
inline void settle(MailboxAnswer& answer) {
  if (answer.messages.size() > 3) answer.messages.resize(3);
}
inline void settle(JoinAnswer& answer) {
  sort_unique(answer.capacities);
}

// ---- Drawing ----

inline std::string draw_text(Draw& draw) {
  // One, two, three and four bytes; control characters; marks that turn the direction of writing.
  static constexpr std::array<std::string_view, 12> kPieces = {
      "a",  "Raad", " ",   "\xc3\xab",     "\xe2\x82\xac", "\xf0\x9f\x94\x92",
      "\n", "\x01", "../", "\xe2\x80\xae", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"};
  std::string text;
  const std::uint64_t count = draw.up_to(8);
  for (std::uint64_t index = 0; index < count; ++index) {
    text += kPieces[draw.up_to(kPieces.size() - 1)];
  }
  return text;
}

template <typename T>
void draw_into(Draw& draw, T& target);

template <typename... Alternative>
void draw_alternative(Draw& draw, std::variant<Alternative...>& target, std::size_t index) {
  std::size_t at = 0;
  ((at++ == index ? draw_into(draw, target.template emplace<Alternative>()) : void()), ...);
}

template <typename T>
void draw_into(Draw& draw, T& target) {
  if constexpr (kIsFixed<T>) {
    MutableByteView bytes(reinterpret_cast<std::uint8_t*>(&target), sizeof(T));
    draw.fill(bytes);
  } else if constexpr (std::is_same_v<T, bool>) {
    target = draw.flag();
  } else if constexpr (std::is_same_v<T, RecordKind>) {
    target = kRecordKinds[draw.up_to(kRecordKinds.size() - 1)];
  } else if constexpr (std::is_enum_v<T>) {
    target = static_cast<T>(draw.up_to(static_cast<std::uint64_t>(last_of<T>()) - 1) + 1);
  } else if constexpr (std::is_arithmetic_v<T>) {
    using Bits = std::make_unsigned_t<T>;
    std::uint64_t max = std::numeric_limits<Bits>::max();
    if constexpr (std::is_same_v<T, std::uint64_t>) max = kCountMax;
    if constexpr (std::is_same_v<T, std::int64_t>) max = kTimeMsMax;
    target = static_cast<T>(draw.integer(max));
  } else if constexpr (std::is_same_v<T, std::string>) {
    target = draw_text(draw);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    target.resize(draw.up_to(40));
    draw.fill(target);
  } else if constexpr (kIsOptional<T>) {
    target.reset();
    if (draw.flag()) draw_into(draw, target.emplace());
  } else if constexpr (kIsVector<T>) {
    target.clear();
    target.resize(draw.up_to(4));
    for (auto& element : target) draw_into(draw, element);
  } else if constexpr (kIsVariant<T>) {
    draw_alternative(draw, target, draw.up_to(std::variant_size_v<T> - 1));
  } else {
    std::apply([&](auto&... field) { (draw_into(draw, field), ...); }, fields(target));
    settle(target);
  }
}

}  // namespace kluis::test
