#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vault/core/device.h"

// What a vault answers: plain values, with everything a screen or a script shows.
namespace kluis {

struct DossierRow {
  DossierId dossier;
  std::string title;
  DossierKind kind = DossierKind::gesprek;
  std::string phase;  // word: "ingesteld", …
  std::optional<PersonId> burgemeester;
  std::uint64_t stuk_count = 0;
};

struct StukRow {
  StukId stuk;
  DossierId dossier;
  std::string title;
  std::string type;     // word of vault/law
  std::string marking;  // "G", "PV" or "O"
  ReaderClass reader_class = ReaderClass::intern;
  std::uint32_t version = 0;  // the newest
  StukStatus status = StukStatus::concept_;
  std::string file_name;
  std::uint64_t size_bytes = 0;
  std::uint64_t signature_count = 0;  // of the newest version
  std::uint64_t note_count = 0;       // of the stuk
  Device::Delivery delivery = Device::Delivery::local;
  bool is_here = false;  // the newest version can be read without a network
};

struct VersionRow {
  std::uint32_t number = 0;
  StukStatus status = StukStatus::concept_;
  std::string file_name;
  std::uint64_t size_bytes = 0;
  PersonId author;
  std::int64_t written_unix_ms = 0;
  std::vector<PersonId> signed_by;
  bool is_here = false;
};

struct NoteRow {
  RecordId note;
  PersonId author;
  std::string author_name;
  std::uint32_t version = 0;  // 0: the stuk as a whole
  std::int64_t written_unix_ms = 0;
  std::string text;
};

struct Reader {
  PersonId person;
  std::string name;
  std::string because;  // article
  std::string role;     // word of a DossierRole; "griffier" or "custody" for who holds it by office
  std::uint64_t device_count = 0;
};
struct RefusedReader {
  PersonId person;
  std::string name;
  std::string article;
};
struct Who {
  std::vector<Reader> readers;
  std::vector<RefusedReader> refused;  // active persons who cannot read it
};

struct SearchHit {
  StukId stuk;
  std::string title;
  std::string snippet;  // found words stand between U+2039 and U+203A
};

struct RegisterEntry {
  std::int64_t time_unix_ms = 0;  // by the clock of who did it
  PersonId person;
  std::string person_name;
  std::string act;      // "dossier", "grant", "revoke", "add", "version", "note", "sign", "adopt",
                        // "open", "export", "carry", "refuse", "drop", "warning.<code>"
  std::string subject;  // title of stuk or dossier; name of the person granted, or whose record
  std::uint32_t version = 0;
  std::string article;  // of a warning
};

// Somebody whose signature on a decree counts.
struct SignedBy {
  PersonId person;
  std::string name;
  std::string place;  // "griffie" or "second"
};

struct NamedDevice {
  DeviceId device;
  std::string person_name;
  std::string name;
};

struct DecreeAnswer {
  DecreeId decree;
  std::string kind;   // "destroy-dossier", "destroy-stuk", "appoint", "discharge"
  std::string state;  // "proposed", "withdrawn", "incomplete", "complete"
  std::string ground;
  std::string subject;  // title of the dossier or stuk while this vault reads it; a person's name
  std::vector<Covered> covers;
  std::uint64_t hidden_parts = 0;    // of what it destroys, that this vault cannot read
  std::vector<Capacity> capacities;  // given or ended
  std::vector<SignedBy> signatures;  // the proposer's first
  std::vector<std::string> needs;    // places that nobody signed in yet
  std::int64_t proposed_unix_ms = 0;
  std::int64_t not_before_unix_ms = 0;
  // Once it destroyed something:
  std::vector<NamedDevice> confirmed;
  std::vector<NamedDevice> missing;
  bool relay_receipt = false;  // this vault has the relay's word that it erased it
};

struct ProposedDecree {
  DecreeId decree;
  std::vector<std::string> waived;  // what stood in the way, and was waived with a reason
};

// What a removed device wrote and could not send any more.
struct ApartRow {
  RecordId record;
  PersonId person;
  std::string person_name;
  std::int64_t written_unix_ms = 0;  // by the clock of who wrote it
  std::string act;                   // as in RegisterEntry; "other"
  std::string dossier;               // its title
  std::string subject;               // title of the stuk; empty when it is not here
  std::string text;                  // of a note; title or file name of a stuk that did not come
  bool can_carry = false;            // not without its document, nor about a stuk not here
};

struct PersonRow {
  PersonId person;
  std::string name;
  std::vector<Capacity> capacities;
  std::uint64_t device_count = 0;  // active ones
  // "invited", "waiting": certified or to be, nothing was heard of it yet; "active", "removed",
  // "unconfirmed": removed, and some device has not said that it forgot.
  std::string state;
};

struct DeviceRow {
  PersonId person;
  std::string person_name;
  DeviceId device;
  std::string name;
  std::string state;  // "waiting", "active", "removed", "unconfirmed", as above
  bool custody = false;
  bool is_this = false;
  std::int64_t last_seen_unix_ms = 0;  // when this vault last saw news of it; 0: never
};

struct VaultStatus {
  DeviceState state = DeviceState::waiting;
  std::int64_t last_sync_unix_ms = 0;  // 0: never
  // Below: only once the roll is here.
  std::optional<RaadId> raad;  // its fingerprint
  RollPosition head;
  std::string gemeente;
  PersonId person;
  std::string person_name;
  DeviceId device;
  std::uint64_t pending = 0;     // records and wishes that wait to be sent
  std::string term;              // the raad that was installed last; empty: the founding one sits
  bool awaits_new_raad = false;  // one was wished for here, and no commit installed it yet
  std::uint64_t apart = 0;       // records that wait for this officer's decision
  std::vector<AlarmRow> alarms;
};

struct CircleEpoch {
  CircleAlias circle;
  ReaderClass reader_class = ReaderClass::intern;
  std::uint64_t number = 0;
};

struct Added {
  StukId stuk;
  std::uint32_t version = 0;
  bool is_empty = false;  // worth a warning: the file had no bytes
};

struct Exported {
  std::string file;  // plain file names in the folder given
  std::string cover;
};

}  // namespace kluis
