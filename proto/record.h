#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "proto/bytes.h"
#include "proto/ids.h"
#include "proto/result.h"

// Records: the signed, immutable statements of which everything in a vault is made.
// Format: proto/FORMAT.md, "Record". A record's id is hash("record", bytes); its signature is over
// the id, so that both are of the bytes as received, never of a re-encoding.
namespace kluis {

// What a record says. The number is part of the signed bytes; never renumber.
// Kinds below 32 live in dossier circles, 32..63 are members' records in the roll, 64 and up are
// acts, which only officers sign and only the roll holds. An unknown kind stops the reader.
enum class RecordKind : std::uint16_t {
  circle_info = 1,     // dossier, title, kind and class of this circle, repeated in each circle
  admit = 2,           // an officer admits a person (with present devices) to this circle
  withdraw_grant = 3,  // an officer ends a person's grant on this dossier
  stuk = 4,            // a stuk begins to exist
  version = 5,         // one version of a stuk: where its bytes lie and under which key
  note = 6,            // kanttekening
  signature = 7,       // a participant signs one version
  adopt = 8,           // a version becomes vastgesteld
  carry = 9,           // a record of elsewhere or kept apart, as its author signed it
  refuse = 10,         // an officer refuses a record that was kept apart
  journal = 11,        // something done that the register shows (export, warning)
  dropped = 12,        // own records that will never come, since a decree erased what they said

  proposal = 32,
  approval = 33,
  confirmation = 34,
  event = 35,

  genesis = 64,
  certify = 65,
  remove = 66,
  appoint = 67,
  circle = 68,
  epoch = 69,
  profile = 70,
  execute = 71,
  withdraw = 72,
  join = 73,
  mark = 74,
  term = 75,
};

[[nodiscard]] constexpr bool is_act(RecordKind kind) {
  return static_cast<std::uint16_t>(kind) >= 64;
}
[[nodiscard]] constexpr bool is_roll_kind(RecordKind kind) {
  return static_cast<std::uint16_t>(kind) >= 32;
}

// A position in the roll: acts are numbered from 0 (genesis).
struct RollPosition {
  std::uint64_t act_number = 0;
  RecordId act_id;
  auto operator<=>(const RollPosition&) const = default;
};

using RecordSalt = std::array<std::uint8_t, 32>;

struct Record {
  CircleAlias circle;
  DeviceId author;
  // Chain of (circle, device): 1 for the first record. `previous` is zero for it, and for the first
  // after its author came back to the circle. Acts have 0 and zero: the roll orders them.
  std::uint64_t sequence = 0;
  RecordId previous;
  std::vector<RecordId> parents;     // frontier of the circle as the author saw it, sorted
  RollPosition roll_head;            // as the author saw it
  std::int64_t written_unix_ms = 0;  // the author's clock; shown, never trusted
  RecordKind kind = RecordKind::note;
  RecordSalt salt{};  // keeps two equal bodies apart
  Bytes body;         // encoded body of that kind
};

// A record as it is stored and sent. `bytes` is what was signed.
struct SignedRecord {
  Bytes bytes;
  Signature signature;
};

// ---- Bodies in dossier circles ----

enum class DossierKind : std::uint16_t { gesprek = 1, benoeming = 2, herbenoeming = 3 };

// Reader classes of a dossier (each a circle of its own). `chosen` is a circle made by
// `grant --only`: the readers of a class and a newcomer.
enum class ReaderClass : std::uint16_t {
  intern = 1,
  gezamenlijk = 2,
  verslag = 3,
  raad = 4,
  chosen = 5
};

struct CircleInfo {
  DossierId dossier;
  std::string title;
  DossierKind kind = DossierKind::gesprek;
  ReaderClass reader_class = ReaderClass::intern;
  std::optional<PersonId> burgemeester;
};

// What a person is to a dossier; decides which classes he reads (vault/law).
enum class DossierRole : std::uint16_t {
  lid = 1,
  commissievoorzitter = 2,
  secretaris = 3,
  adviseur = 4,
  burgemeester = 5
};

struct Admit {
  PersonId person;
  DossierRole role = DossierRole::lid;
  std::vector<DeviceId> devices;  // active at that moment; later devices of the person follow
};

struct WithdrawGrant {
  PersonId person;
};

struct Stuk {
  StukId stuk;
  std::string title;
  std::string type;  // domain word: "verslag", "agenda", … ; the list is data (vault/law)
};

enum class StukStatus : std::uint16_t { concept_ = 1, definitief = 2, vastgesteld = 3 };

struct Version {
  StukId stuk;
  std::uint32_t number = 1;
  StukStatus status = StukStatus::concept_;
  std::string file_name;           // as the author's file was called; never used as a path
  std::uint64_t size_bytes = 0;    // in clear
  std::uint64_t sealed_bytes = 0;  // of the sealed file
  BlobName blob;
  std::array<std::uint8_t, 32> key{};  // document key: a secret; wipe after use
};

struct Note {
  StukId stuk;
  std::uint32_t version = 0;  // 0: the stuk as a whole
  std::string text;
};

// Signs one version: the version record binds key, size and sealed bytes.
struct VersionSignature {
  StukId stuk;
  std::uint32_t version = 0;
  RecordId version_record;
};

struct Adopt {
  StukId stuk;
  std::uint32_t version = 0;
  RecordId version_record;
};

struct Carry {
  CircleAlias source;
  RecordId original;
  Bytes record_bytes;  // the author's signed bytes, unchanged
  Signature record_signature;
};

struct Refuse {
  RecordId record;
  DeviceId author;
};

struct JournalEntry {
  std::string act;  // code: "export", "warning.<code>"
  StukId stuk;
  std::uint32_t version = 0;
  std::string article;
};

// What its author had not sent yet, about a stuk that was destroyed meanwhile: nobody waits for it.
struct Gap {
  std::uint64_t sequence = 0;  // in its author's chain
  RecordId record;
};
struct Dropped {
  std::vector<Gap> gaps;  // by sequence, strictly increasing; at least one
};

// ---- Acts ----

// Everything an act carries besides its record.
struct ActPlace {
  std::uint64_t act_number = 0;
  RecordId previous_act;
  std::uint64_t commit_number = 0;  // the commit it is part of
  bool last_in_commit = false;      // a roll head is always such an act
};

enum class Capacity : std::uint16_t {
  griffier = 1,
  plv_griffier = 2,
  plv_raadsvoorzitter = 3,
  raadslid = 4,
  burgemeester = 5,
  wethouder = 6,
  gemeentesecretaris = 7,
  archivaris = 8
};

struct SignedCell {
  Bytes bytes;  // encoded Cell
  Signature signature;
};

// Self-contained: person, capacities, device key, leaf and issuer in one signed act.
struct Certificate {
  PersonId person;
  std::string person_name;
  std::vector<Capacity> capacities;
  DeviceId device;
  std::string device_name;
  SignedCell leaf;         // counter 0, signed by the device itself
  OfficerKey officer_key;  // counts while the person is an officer
  bool custody = false;
};

struct Genesis {
  std::string gemeente;
  CircleAlias roll;
  TenancyId tenancy;
  RelayKey relay_key;
  ReceiptKey receipt_key;
  std::string relay_address;
  std::array<std::uint8_t, 32> nonce{};
  Certificate founder;
};

struct Remove {
  std::vector<DeviceId> devices;
  std::optional<PersonId> person;  // set when the person as a whole leaves
};

enum class AppointGround : std::uint16_t {
  officer = 1,   // capacities outside the quorum
  founding = 2,  // the one founding appointment of the second place and its reserve
  ending = 3     // recorded end of a capacity
};

struct Appoint {
  PersonId person;
  std::vector<Capacity> capacities;  // given, or ended when `ground` is ending
  AppointGround ground = AppointGround::officer;
  std::optional<DeviceId> speaking_device;  // for a quorum capacity: which device approves
  std::optional<PersonId> reserve;          // founding only
  std::optional<DeviceId> reserve_device;
};

struct CircleAct {
  CircleAlias circle;
};

struct EpochAct {
  CircleAlias circle;
  std::uint64_t number = 0;
  HeaderHash header;
  bool ends = false;
};

// A new raad is installed: the term before it ends. Who is raadslid or plv-raadsvoorzitter and is
// not named is that no longer, and leaves the raad when he is nothing else; nobody named or not
// keeps what he was granted as a raadslid. One act, so that it happens to all or to none.
struct Term {
  std::string name;
  std::vector<PersonId> members;  // who sat before and sits on; distinct
};

// Carries out a decree (proto/decree.h), and is its own evidence: whoever holds the roll up to here
// checks everything. What it destroys ends, or is resealed, in the same commit.
struct Execute {
  SignedRecord proposal;
  std::vector<SignedRecord> approvals;
  std::vector<DeviceId> holders;  // devices that ever had what it destroys; distinct
};

// The decree is dead, unless it was carried out before.
struct Withdraw {
  DecreeId decree;
};

// Changes nothing: a commit that only appends holds one, so that the roll counts every commit.
struct Mark {};

// Acts whose rules come with profiles and forks. Their place in the chain and their framing are
// fixed; a reader that does not know their body's version stops.
struct OpaqueAct {
  Bytes body;
};

using ActBody = std::variant<Genesis, Certificate, Remove, Appoint, CircleAct, EpochAct, Mark, Term,
                             Execute, Withdraw, OpaqueAct>;

struct Act {
  ActPlace place;
  ActBody body;
};

// ---- Cells ----

enum class CellKind : std::uint16_t { leaf = 1, seen = 2, opened = 3 };

// A value of one device of which only the newest counter counts.
struct Cell {
  CircleAlias circle;
  DeviceId device;
  CellKind kind = CellKind::seen;
  std::uint32_t sub_key = 0;  // `opened`: year * 12 + month - 1; else 0
  std::uint64_t counter = 0;
  Bytes value;
};

struct LeafValue {
  LeafPublic leaf;
  RollPosition drawn_at;  // roll head the device had seen when it drew the leaf
};

struct SeenValue {
  std::uint64_t epoch = 0;
  HeaderHash header;
  RollPosition roll_head;
  std::vector<RecordId> frontier;  // sorted
};

struct Opened {
  StukId stuk;
  std::uint32_t version = 0;
  std::int64_t opened_unix_ms = 0;
};
struct OpenedValue {
  std::vector<Opened> entries;
};

// ---- Encodings (proto/*_codec.cc). Decoding is strict: canonical form, known kinds, limits
// of proto/limits.h; errors are integrity "format.<what>". ----
[[nodiscard]] Bytes encode(const Record& record);
[[nodiscard]] Result<Record> decode_record(ByteView bytes);
[[nodiscard]] Bytes encode(const SignedRecord& record);
[[nodiscard]] Result<SignedRecord> decode_signed_record(ByteView bytes);

[[nodiscard]] Bytes encode(const Cell& cell);
[[nodiscard]] Result<Cell> decode_cell(ByteView bytes);
[[nodiscard]] Bytes encode(const SignedCell& cell);
[[nodiscard]] Result<SignedCell> decode_signed_cell(ByteView bytes);
[[nodiscard]] Bytes encode(const LeafValue& value);
[[nodiscard]] Result<LeafValue> decode_leaf_value(ByteView bytes);
[[nodiscard]] Bytes encode(const SeenValue& value);
[[nodiscard]] Result<SeenValue> decode_seen_value(ByteView bytes);
[[nodiscard]] Bytes encode(const OpenedValue& value);
[[nodiscard]] Result<OpenedValue> decode_opened_value(ByteView bytes);

// Acts: `kind` of the record selects the body.
[[nodiscard]] RecordKind kind_of(const ActBody& body);  // Requires: not an OpaqueAct
[[nodiscard]] Bytes encode(const Act& act);
[[nodiscard]] Result<Act> decode_act(RecordKind kind, ByteView body);

[[nodiscard]] Bytes encode(const CircleInfo& body);
[[nodiscard]] Bytes encode(const Admit& body);
[[nodiscard]] Bytes encode(const WithdrawGrant& body);
[[nodiscard]] Bytes encode(const Stuk& body);
[[nodiscard]] Bytes encode(const Version& body);
[[nodiscard]] Bytes encode(const Note& body);
[[nodiscard]] Bytes encode(const VersionSignature& body);
[[nodiscard]] Bytes encode(const Adopt& body);
[[nodiscard]] Bytes encode(const Carry& body);
[[nodiscard]] Bytes encode(const Refuse& body);
[[nodiscard]] Bytes encode(const JournalEntry& body);
[[nodiscard]] Bytes encode(const Dropped& body);

// Any body that may stand in a dossier circle.
using CircleBody = std::variant<CircleInfo, Admit, WithdrawGrant, Stuk, Version, Note,
                                VersionSignature, Adopt, Carry, Refuse, JournalEntry, Dropped>;
[[nodiscard]] Result<CircleBody> decode_circle_body(RecordKind kind, ByteView body);

}  // namespace kluis
