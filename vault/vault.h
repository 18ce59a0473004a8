#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/message.h"
#include "vault/core/device.h"
#include "vault/crypto/byte_stream.h"
#include "vault/crypto/password.h"
#include "vault/env/clock.h"
#include "vault/env/disk.h"
#include "vault/env/entropy.h"

// The vault of one laptop: what its owner can do with it, offline, as plain calls and plain answers.
// The command line and the reader stand on it; the conversation with a relay (sync/client) works on
// device() and documents(). It does no I/O but through the Disk it is given.
//
// Errors of every call: disk and integrity of the sealed store; no-access "vault.waiting" before the
// join is done and "vault.removed" after an officer took this device out, but for the calls that
// say otherwise. After an error nothing changed.
// Threads: one at a time.
namespace kluis {

class DocumentFiles;

// ---- Answers ----

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
                        // "open", "export", "carry", "warning.<code>"
  std::string subject;  // title of stuk or dossier, name of the person granted
  std::uint32_t version = 0;
  std::string article;  // of a warning
};

struct PersonRow {
  PersonId person;
  std::string name;
  std::vector<Capacity> capacities;
  std::uint64_t device_count = 0;  // active ones
  std::string state;               // "invited", "waiting", "active", "removed", "unconfirmed"
};

struct DeviceRow {
  PersonId person;
  std::string person_name;
  DeviceId device;
  std::string name;
  std::string state;  // "active", "removed", "unconfirmed": removed, and has not said that it forgot
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
  std::uint64_t pending = 0;  // records and wishes that wait to be sent
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
  std::string file;   // plain file names in the folder given
  std::string cover;
};

// ---- Requests ----

// A file to be taken in. `name` is how the author calls it: kept as a text, never used as a path.
struct NewFile {
  std::string name;
  std::uint64_t size_bytes = 0;
  ByteSource& source;
};

struct InviteRequest {
  std::string name;                  // of a new person
  std::optional<PersonId> person;    // or a further device of this one
  std::vector<Capacity> capacities;  // of a new person
  bool custody = false;
};

class Vault {
 public:
  struct Surroundings {
    Disk& disk;            // the vault's folder
    Disk& document_disk;   // a folder in it for sealed documents alone
    const Clock& clock;
    Entropy& entropy;
    const PasswordHasher& hasher;
    unsigned thread_count = 1;  // for sealing documents
  };

  // ---- Making and opening ----
  // Whether a vault (its key slot) lies in the folder.
  [[nodiscard]] static Result<bool> exists(Disk& disk);
  // A vault with no device in it: next is `found` or `begin_join`.
  // Errors: usage "vault.exists"; usage "passphrase.empty".
  [[nodiscard]] static Result<Vault> create(const Surroundings& around, ByteView passphrase);
  // Errors: disk "vault.none"; locked "slot.wrong_passphrase"; integrity when damaged.
  [[nodiscard]] static Result<Vault> open(const Surroundings& around, ByteView passphrase);
  // Removes the files of a vault that never became anything (the relay was away at `init`).
  // Requires: no Vault on that folder is open.
  [[nodiscard]] static Status discard(Disk& disk);

  Vault(Vault&&) noexcept;
  Vault& operator=(Vault&&) noexcept;
  ~Vault();

  // Errors: usage "passphrase.empty".
  [[nodiscard]] Status change_passphrase(ByteView passphrase);

  // As Device::found and its like (vault/core/device.h). Names are checked first.
  [[nodiscard]] Result<AdmitRaadRequest> found(const Device::FoundOptions& options,
                                               ByteView voucher);
  [[nodiscard]] Status founded(const SignedReceipt& receipt);
  [[nodiscard]] Result<JoinRequest> begin_join(const std::string& device_name,
                                               const RelayPlace& relay);
  [[nodiscard]] Status finish_join(const RaadId& raad, const JoinAnswer& answer);

  // Requires: founded or begun to join. Works in every state.
  [[nodiscard]] Device& device();
  [[nodiscard]] DocumentFiles& documents();
  // Documents whose version is known and whose sealed bytes are not here, newest version of each
  // stuk first; at most `count_max`.
  struct WantedDocument {
    BlobName blob;
    std::uint64_t sealed_bytes = 0;
  };
  [[nodiscard]] Result<std::vector<WantedDocument>> wanted_documents(std::size_t count_max);
  // To be called after each conversation with a relay, `reached` or not: notes the time, takes the
  // words of new documents into the index, removes the files of documents that are gone, and does
  // the device reseal where one is due. Works in every state.
  [[nodiscard]] Status after_sync(bool reached);

  // ---- Who and what (works in every state) ----
  [[nodiscard]] Result<VaultStatus> status();
  [[nodiscard]] Result<std::vector<PersonRow>> people();
  [[nodiscard]] Result<std::vector<DeviceRow>> devices();

  // By id, by a prefix of at least 4 hexadecimal digits, or by exact title or name.
  // Errors: no-access "<kind>.unknown"; usage "<kind>.ambiguous" when several match.
  // Kinds: "person", "dossier", "stuk", "device".
  [[nodiscard]] Result<PersonId> find_person(std::string_view text);
  [[nodiscard]] Result<DossierId> find_dossier(std::string_view text);
  [[nodiscard]] Result<StukId> find_stuk(std::string_view text);
  [[nodiscard]] Result<DeviceId> find_device(std::string_view text);

  // ---- Dossiers ----
  // Errors: refused "dossier.only_officer" V3.1; usage "title.<what>"; refused for a herbenoeming
  // without, or a benoeming with a burgemeester named.
  [[nodiscard]] Result<DossierId> new_dossier(const std::string& title, DossierKind kind,
                                              const std::optional<PersonId>& burgemeester);
  [[nodiscard]] Result<std::vector<DossierRow>> dossiers();

  // Officers. Kept as a wish; the next sync carries it out. `only`: these stukken and no other.
  // Errors: refused with the article that keeps the person out; refused "grant.only_officer".
  [[nodiscard]] Status grant(const PersonId& person, const DossierId& dossier,
                             std::optional<DossierRole> role, const std::vector<StukId>& only);
  // Officers. Without a dossier: the person leaves the raad, with all devices.
  // Errors: refused "revoke.last_officer".
  [[nodiscard]] Status revoke(const PersonId& person, const std::optional<DossierId>& dossier);
  // The circles of a dossier, or all of this device's but the roll.
  [[nodiscard]] Result<std::vector<CircleEpoch>> epochs(const std::optional<DossierId>& dossier);

  // `subject`: a dossier or a stuk, as in find_dossier and find_stuk.
  [[nodiscard]] Result<Who> who(std::string_view subject);

  // ---- Stukken ----
  // `title`: empty means the file's name.
  // Errors: refused "document.too_large" before a byte is written; usage "type.unknown" with the
  // types; refused "type.forbidden" with the article; no-access "stuk.no_writer".
  [[nodiscard]] Result<Added> add(const DossierId& dossier, const NewFile& file,
                                  std::string_view type, const std::string& title);
  [[nodiscard]] Result<Added> add_version(const StukId& stuk, const NewFile& file);
  // Takes back the newest version by this device, or the stuk, while no relay has seen it.
  // Errors: refused "record.already_sent".
  [[nodiscard]] Status undo(const StukId& stuk);

  [[nodiscard]] Result<std::vector<StukRow>> stukken(const std::optional<DossierId>& dossier);
  [[nodiscard]] Result<StukRow> stuk(const StukId& stuk);
  [[nodiscard]] Result<std::vector<VersionRow>> versions(const StukId& stuk);
  [[nodiscard]] Result<std::vector<NoteRow>> notes(const StukId& stuk);

  // Writes the content to `target`, after the opening is recorded and durable.
  // Errors: no-access "stuk.not_here_yet" when its bytes have not come yet; no-access
  // "version.unknown".
  [[nodiscard]] Status read(const StukId& stuk, std::optional<std::uint32_t> version,
                            ByteSink& target);
  // The original bytes and a cover sheet (UTF-8) as two new files in `folder`, recorded first.
  // Errors: those of read; usage "export.exists": nothing is ever overwritten.
  [[nodiscard]] Result<Exported> export_to(const StukId& stuk,
                                           std::optional<std::uint32_t> version, Disk& folder);

  [[nodiscard]] Result<RecordId> note(const StukId& stuk, std::optional<std::uint32_t> version,
                                      const std::string& text);
  // The newest version. Errors: refused "sign.already".
  [[nodiscard]] Result<RecordId> sign(const StukId& stuk);
  // The newest version becomes vastgesteld. Errors: refused "adopt.not_allowed" H4.2.
  [[nodiscard]] Result<StukStatus> adopt(const StukId& stuk);

  // Words that all must occur, in titles, notes and texts. Best first, at most 100.
  [[nodiscard]] Result<std::vector<SearchHit>> search(std::string_view words);
  // Oldest first.
  [[nodiscard]] Result<std::vector<RegisterEntry>> journal(
      const std::optional<DossierId>& dossier);

  // ---- Officers' wishes about people ----
  // Errors: refused "appoint.only_officer", "appoint.needs_decree"; usage
  // "appoint.no_device" when the second place has no device to speak for it.
  [[nodiscard]] Status appoint(const PersonId& person, Capacity capacity, bool ends,
                               const std::optional<PersonId>& reserve);
  [[nodiscard]] Status revoke_device(const DeviceId& device);
  // Whether this device may invite so; sync/enrol makes the invitation.
  [[nodiscard]] Status check_invite(const InviteRequest& request);
  [[nodiscard]] Result<std::vector<Invitation>> invitations();
  // By mailbox id or prefix. Errors: no-access "invitation.unknown".
  [[nodiscard]] Result<MailboxId> find_invitation(std::string_view text);

 private:
  struct Parts;
  explicit Vault(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace kluis
