#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/message.h"
#include "vault/core/device.h"
#include "vault/crypto/byte_stream.h"
#include "vault/crypto/password.h"
#include "vault/dossier/answers.h"
#include "vault/dossier/papers.h"
#include "vault/dossier/people.h"
#include "vault/env/clock.h"
#include "vault/env/disk.h"
#include "vault/env/entropy.h"

// The vault of one laptop: what its owner can do with it, offline, as plain calls and plain
// answers. The command line and the reader stand on it; the conversation with a relay (sync/client)
// works on device() and documents(). It does no I/O but through the Disk it is given.
//
// Errors of every call: disk and integrity of the sealed store; no-access "vault.waiting" before
// the join is done and "vault.removed" after an officer took this device out, but for the calls
// that say otherwise. After an error nothing changed. Threads: one at a time.
namespace kluis {

class DocumentFiles;

class Vault {
 public:
  struct Surroundings {
    Disk& disk;           // the vault's folder
    Disk& document_disk;  // a folder in it for sealed documents alone
    const Clock& clock;
    Entropy& entropy;
    const PasswordHasher& hasher;
    unsigned thread_count = 1;  // for sealing documents
  };

  // ---- Making and opening ----
  // Whether a vault (its key slot) lies in the folder.
  [[nodiscard]] static Result<bool> exists(Disk& disk);
  // A vault with no device in it: next is `found` or `join_by`.
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
  // Lets enrolment (sync/enrol, begin_joining) make the device of this vault.
  [[nodiscard]] Status join_by(
      const std::function<Status(const Device::Surroundings&)>& begin_joining);

  // Whether a program stopped before the raad was founded or the join begun: nobody outside knows
  // of this vault, and it is good for nothing but to be discarded.
  [[nodiscard]] bool unfinished() const;

  // Requires: not unfinished. Works in every state.
  [[nodiscard]] Device& device();
  [[nodiscard]] DocumentFiles& documents();
  // To be called after each conversation with a relay, `reached` or not: notes the time, takes the
  // words of new documents into the index, removes the files of documents that are gone, and does
  // the device reseal where one is due. Works in every state.
  [[nodiscard]] Status after_sync(bool reached);
  // Makes the lists and the index anew from the records. Requires: inside a transaction of the
  // device's store.
  [[nodiscard]] Status rebuild_lists();

  // Whether all that was ordered here is carried through: nothing waits to be sent, and every
  // circle that this vault holds has left behind the devices that the roll removed.
  [[nodiscard]] Result<bool> is_settled();

  // ---- Who and what ----
  [[nodiscard]] Result<VaultStatus> status();  // works in every state
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
  // Errors: refused "revoke.needs_decree", "revoke.by_office", "revoke.self",
  // "revoke.only_officer"; no-access "person.not_active", "grant.none".
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
  [[nodiscard]] Result<Exported> export_to(const StukId& stuk, std::optional<std::uint32_t> version,
                                           Disk& folder);

  [[nodiscard]] Result<RecordId> note(const StukId& stuk, std::optional<std::uint32_t> version,
                                      const std::string& text);
  // The newest version. Errors: refused "sign.already".
  [[nodiscard]] Result<RecordId> sign(const StukId& stuk);
  // The newest version becomes vastgesteld. Errors: refused "adopt.not_allowed" H4.2.
  [[nodiscard]] Result<StukStatus> adopt(const StukId& stuk);

  // Words that all occur in one title, note or text, or begin a word of it. Best first, at most
  // 100. Errors: usage "search.empty".
  [[nodiscard]] Result<std::vector<SearchHit>> search(std::string_view words);
  // Oldest first.
  [[nodiscard]] Result<std::vector<RegisterEntry>> journal(const std::optional<DossierId>& dossier);

  // ---- Officers: what a removed device had not sent ----
  // Oldest first. Errors of all: refused "apart.only_officer" V3.1.
  [[nodiscard]] Result<std::vector<ApartRow>> apart();
  // By id or prefix. Errors: no-access "apart.unknown".
  [[nodiscard]] Result<RecordId> find_apart(std::string_view text);
  // Takes it into its circle as its author signed it. Errors: no-access "apart.unknown"; no-access
  // "apart.no_document" for a stuk or version, or a word about a stuk that is not here; refused
  // "adopt.not_allowed" H4.2.
  [[nodiscard]] Status carry_in(const RecordId& record);
  // Errors: no-access "apart.unknown".
  [[nodiscard]] Status refuse_apart(const RecordId& record);

  // ---- Officers' wishes about people ----
  // Errors: refused "appoint.only_officer", "appoint.needs_decree"; usage
  // "appoint.no_device" when the second place has no device to speak for it.
  // After the founding the griffier's and the second place take a decree: with a `ground` it is
  // proposed, and its id is returned.
  [[nodiscard]] Result<std::optional<DecreeId>> appoint(const PersonId& person, Capacity capacity,
                                                        bool ends,
                                                        const std::optional<PersonId>& reserve,
                                                        const std::string& ground);
  // A new raad sits, of these `members` of the one before it and of those who came since; whoever
  // joins it later comes by invitation. Every grant to a raadslid ends, that of `members` too.
  // Replaces such a wish that waits still. Errors: refused "raad.only_officer" V3.1,
  // "raad.under_way" Vt2; usage "raad.nobody", "raad.not_a_member".
  [[nodiscard]] Status install_raad(const std::string& name, const std::vector<PersonId>& members);
  [[nodiscard]] Status revoke_device(const DeviceId& device);

  // ---- What several persons decide ----
  // Something that happened and that a rule asks for. Words: law/rules.h; the day as YYYY-MM-DD.
  // Errors: refused "event.only_officer" V3.1; usage "event.unknown", "event.date",
  // "event.not_the_burgemeester".
  [[nodiscard]] Result<RecordId> record_event(std::string_view code, const PersonId& person,
                                              const std::string& date);
  // Proposes to destroy a dossier, and signs for it. Nothing new is taken into it from then on.
  // `waiver`: why what stands in the way (a verslag that was never adopted) is let be.
  // Errors: refused "decree.no_ground", "destroy.before_aftreden" V14.4, "destroy.needs_transfer"
  // V14.2, "destroy.blocked" H4.2, "destroy.only_officer", and "decree.<what>" R9 of who has no
  // say in it.
  [[nodiscard]] Result<ProposedDecree> propose_destruction(const DossierId& dossier,
                                                           const std::string& ground,
                                                           const std::string& waiver);
  // The same of one stuk, at any time. Errors: those above but for the aftreden and the waiver.
  [[nodiscard]] Result<ProposedDecree> propose_destruction(const StukId& stuk,
                                                           const std::string& ground);
  // Signs for it; offline, in any order. Errors: no-access "decree.unknown"; refused
  // "decree.<what>" R9.
  [[nodiscard]] Status approve_decree(const DecreeId& decree);
  // Officers: kept as a wish; the next sync carries it out. Errors: those above, "decree.too_few",
  // "decree.too_early", and "decree.dossier_grew" when it does not name all there is any more.
  [[nodiscard]] Status withdraw_decree(const DecreeId& decree);
  [[nodiscard]] Status execute_decree(const DecreeId& decree);
  // Oldest first.
  [[nodiscard]] Result<std::vector<DecreeAnswer>> decrees();
  // By id or prefix. Errors: no-access "decree.unknown"; usage "decree.ambiguous".
  [[nodiscard]] Result<DecreeId> find_decree(std::string_view text);
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
