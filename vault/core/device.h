#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proto/message.h"
#include "vault/core/epoch.h"
#include "vault/core/roll.h"
#include "vault/core/state.h"
#include "vault/crypto/document.h"
#include "vault/env/clock.h"
#include "vault/env/entropy.h"

// One device: what it holds and every rule by which that changes. Pure: no I/O but its Store, no
// time but its Clock, no randomness but its Entropy; the same code runs in the program, the
// simulator and the exhaustive exploration. Each public mutator is one transaction: on an error
// nothing changed. The conversation with a relay is sync/client/session.h.
namespace kluis {

struct RelayPlace {
  std::string address;  // host:port
  RelayKey key;
};

// Told, inside the transaction, about each record that became part of a circle or the roll: keeps
// lists and the full-text index (vault/store/view) in step.
class RecordObserver {
 public:
  virtual ~RecordObserver() = default;
  [[nodiscard]] virtual Status on_record(const VerifiedRecord& record) = 0;
  [[nodiscard]] virtual Status on_cell(const VerifiedCell& cell) = 0;
  // The record is gone: taken back before it was sent, or its circle forgotten.
  [[nodiscard]] virtual Status on_forgotten(const CircleAlias& circle, const RecordId& record) = 0;
  [[nodiscard]] virtual Status on_circle_forgotten(const CircleAlias& circle) = 0;
};

enum class DeviceState { waiting, active, removed };

// The stuk that a record says something of, itself or in what it carries. nullopt: of none, or of
// what was done with one.
[[nodiscard]] std::optional<StukId> stuk_of(const Record& record);

// The sealed file that a record brings, or one that it carries.
[[nodiscard]] std::optional<BlobName> document_in(const Record& record);

class Device {
 public:
  struct Surroundings {
    Store& store;
    const Clock& clock;
    Entropy& entropy;
    RecordObserver* observer = nullptr;  // may be absent
  };

  // Reads what the store holds. Errors: integrity "store.damaged" or "roll.<what>".
  [[nodiscard]] static Result<Device> load(const Surroundings& surroundings);
  [[nodiscard]] static Result<bool> exists(Store& store);

  // ---- Founding and joining (vault/core/found.cc) ----
  struct FoundOptions {
    std::string gemeente;
    std::string person_name;
    std::string device_name;
    RelayPlace relay;
    ReceiptKey receipt_key;
  };
  // Keys, genesis, roll epoch 0 and the first commit, as one message to the relay; everything is in
  // the store, and means nothing until `founded` is called after the relay's answer.
  [[nodiscard]] static Result<AdmitRaadRequest> found(const Surroundings& surroundings,
                                                      const FoundOptions& options,
                                                      ByteView voucher);
  // The relay admitted the raad.
  [[nodiscard]] static Status founded(const Surroundings& surroundings,
                                      const SignedReceipt& receipt);

  // Keys of a joining device; state waiting. The enrolment conversation is sync/enrol.
  [[nodiscard]] static Result<JoinRequest> begin_join(const Surroundings& surroundings,
                                                      const std::string& device_name,
                                                      const RelayPlace& relay);
  // The griffier's answer, authenticated by the spoken code: opens the roll's secret. The roll
  // itself is read by the next sync, and checked from its genesis on against `raad`; it has to hold
  // the answer's head, and there the person and capacities that the answer states.
  [[nodiscard]] static Status finish_join(const Surroundings& surroundings, const RaadId& raad,
                                          const JoinAnswer& answer);

  // ---- Who and what we are ----
  [[nodiscard]] DeviceState state() const { return state_; }
  [[nodiscard]] const DeviceId& id() const { return id_; }
  [[nodiscard]] const RollState& roll() const { return *roll_; }  // Requires: not waiting
  [[nodiscard]] bool has_roll() const { return roll_.has_value(); }
  [[nodiscard]] const EnrolledDevice& self() const { return *roll_->device(id_); }
  [[nodiscard]] const PersonId& person() const { return self().person; }
  [[nodiscard]] bool is_officer() const { return roll_ && roll_->is_officer(id_); }
  [[nodiscard]] DeviceRows& rows() { return rows_; }
  [[nodiscard]] Result<RelayPlace> relay();
  [[nodiscard]] Result<JoinAnswer> answer_for(const DeviceId& device, const SignedCell& leaf);
  [[nodiscard]] const Clock& clock() const { return *around_.clock; }
  [[nodiscard]] Entropy& entropy() { return *around_.entropy; }
  [[nodiscard]] Surroundings surroundings() {
    return {*around_.store, *around_.clock, *around_.entropy, around_.observer};
  }

  // Whether this vault may write at all. Not once it knows that it was copied: two copies of one
  // device that both write, rotate or commit can undo each other's leaf and what others sealed to
  // it. It reads on, and the person asks for a new invitation.
  [[nodiscard]] Result<bool> may_write();

  // ---- Local writing (vault/core/local.cc): offline, into the outbox ----
  struct NewRecord {
    CircleAlias circle;
    RecordKind kind = RecordKind::note;
    Bytes body;
    BlobName document;                        // a sealed file that travels with it; zero: none
    OutboxKind sending = OutboxKind::record;  // or with_commit
    std::optional<RecordSalt> salt = std::nullopt;  // drawn when absent; see stuk_id
  };
  // Errors: no-access "circle.not_a_member" when this device may not write there; integrity
  // "device.clone" when it may write nowhere.
  [[nodiscard]] Result<VerifiedRecord> add(const NewRecord& record);
  // Takes back a record that no relay has seen. Errors: refused "record.already_sent".
  [[nodiscard]] Status take_back(const CircleAlias& circle, const RecordId& record);
  // Replaces this device's cell and queues it.
  [[nodiscard]] Status set_cell(const CircleAlias& circle, CellKind kind, std::uint32_t sub_key,
                                ByteView value);
  // Of each of the circle's records: in the outbox unsent, sent, or named by the `seen` of every
  // other member.
  enum class Delivery { local, sent, received };
  [[nodiscard]] Result<std::map<RecordId, Delivery>> deliveries(const CircleAlias& circle);

  // Sealed documents that this device's circles name. Files that none names may be deleted.
  struct DocumentHeld {
    CircleAlias circle;
    BlobName blob;
    std::uint64_t sealed_bytes = 0;
    bool here = false;     // else still to be fetched
    bool damaged = false;  // not here, though there is a file: its bytes are not its author's
  };
  [[nodiscard]] Result<std::vector<DocumentHeld>> documents();
  [[nodiscard]] Status document_arrived(const DocumentHeld& document);
  // Its file did not open: it is fetched again, and takes the place of the one that is here.
  [[nodiscard]] Status document_damaged(const BlobName& blob);
  // The records that name a sealed document, by its name: carried ones too, and whatever a member
  // says of a document that is not his.
  [[nodiscard]] Result<std::multimap<BlobName, RecordId>> document_records(
      const CircleAlias& circle);
  // What such a record says of it; nullopt when it is gone.
  [[nodiscard]] Result<std::optional<DocumentSeal>> document_seal(const CircleAlias& circle,
                                                                  const RecordId& record);

  // ---- Officers' wishes (vault/core/intent.cc): kept until a commit carries them out ----
  // Errors: refused "officer.required"; integrity "device.clone".
  [[nodiscard]] Status wish(IntentBody intent);
  // A new circle, planned: records can be added to it at once; its members are all officers' and
  // custody devices, plus whom admit records in it name.
  [[nodiscard]] Result<CircleAlias> plan_circle(const CircleInfo& info);
  // Adds the admit record and the wish. The circle may be planned or current.
  [[nodiscard]] Status wish_admit(const CircleAlias& circle, const PersonId& person,
                                  DossierRole role);
  [[nodiscard]] Status wish_drop(const CircleAlias& circle, const PersonId& person);

  struct Grant {
    PersonId person;
    DossierRole role = DossierRole::lid;
    bool withdrawn = false;
  };
  // The grants that this circle's own records state: one for each role that a person ever had, of
  // which at most one stands (is not withdrawn). An admit stands when it was written in the light
  // of a later roll than each withdrawal, or after it by the same device.
  [[nodiscard]] Result<std::vector<Grant>> grants(const CircleAlias& circle);
  // Devices that should be members now: active ones of officers, custody, and granted persons.
  [[nodiscard]] Result<std::vector<DeviceId>> entitled(const CircleAlias& circle);
  // A new raad. Replaces such a wish that waits still. Errors: refused "officer.required" V3.1,
  // "raad.under_way" Vt2 when its commit may be at the relay.
  [[nodiscard]] Status wish_term(Term term);
  // Whether a new raad was wished for, and no commit installed it yet.
  [[nodiscard]] Result<bool> awaits_new_raad();

  // ---- Decrees (vault/core/decrees.cc): proposed and approved offline, in any order ----
  enum class DecreePhase { proposed, withdrawn, executed };
  struct DecreeRow {
    DecreeId id;
    Decree decree;
    DeviceId proposer;
    std::int64_t proposed_unix_ms = 0;  // by the proposer's clock
    DecreePhase phase = DecreePhase::proposed;
    // Whose signatures count now, the proposer's first; once executed: counted then.
    std::vector<DecreeSigner> signers;
  };
  // All that this device knows of, oldest first.
  [[nodiscard]] Result<std::vector<DecreeRow>> decrees();
  // Whether it counts is for the roll to say (RollState::signer). Errors: those of `add`.
  [[nodiscard]] Result<DecreeId> propose(Decree decree);
  [[nodiscard]] Status approve(const DecreeId& id);
  // The act that carries it out, holders aside; nullopt: not enough signatures that count.
  [[nodiscard]] Result<std::optional<Execute>> execution_of(const DecreeId& id);
  // Records of a circle that say something of the stuk, as far as their bytes are here.
  [[nodiscard]] Result<std::vector<RecordId>> records_about(const CircleAlias& circle,
                                                            const StukId& stuk);
  struct ConfirmationRow {
    Confirmation body;
    DeviceId device;
    SignedRecord record;
  };
  // One of each device that said so, sorted by device.
  [[nodiscard]] Result<std::vector<ConfirmationRow>> confirmations(const DecreeId& id);
  // Members' records of one kind that are part of the roll.
  [[nodiscard]] Result<std::vector<VerifiedRecord>> roll_records(RecordKind kind);
  // Says of every erasure that is carried through on this device that it is, once its leaf is
  // changed and its disk resealed.
  [[nodiscard]] Status confirm_erasures();
  // Whether such a word waits to be sent.
  [[nodiscard]] Result<bool> has_confirmation_to_send();

  // The relay's word that it took the commit that carried out a decree, and erased what that
  // destroyed. Requires: it is about the prepared commit, and genuine (check_receipt).
  [[nodiscard]] Status keep_receipt(const SignedReceipt& receipt);
  // nullopt: another officer's device has it, or the relay's answer got lost.
  [[nodiscard]] Result<std::optional<DeviceRows::CommitReceipt>> erasure_receipt(
      const DecreeId& id);

  // ---- Receiving (vault/core/receive.cc) ----
  // What this device says it holds; the roll first. Circles that ended or removed us are absent.
  [[nodiscard]] Result<std::vector<SyncEntry>> sync_entries();
  [[nodiscard]] Result<RaadSeed> raad_key();
  // The raad key of a roll epoch that supersedes ours, once its box opened. nullopt: no box for us.
  [[nodiscard]] Result<std::optional<RaadSeed>> raad_key_of(const Superseded& roll);
  // A device that is waiting for a join, and not admitted yet, has none.
  [[nodiscard]] Result<std::optional<TenancyId>> tenancy();

  // One step of the roll: the superseding header if there is one, then items. All blobs of acts
  // must be at hand: `needs` says which are not.
  struct RollUpdate {
    std::optional<Superseded> superseded;
    std::optional<Bytes> list;
    std::vector<SentItem> items;
    std::uint32_t from = 0;
    std::map<BlobName, Bytes> blobs;
    std::set<BlobName> absent;  // asked for, and not there
  };
  struct RollNeeds {
    std::optional<BlobName> list;
    std::vector<BlobName> blobs;
    std::optional<CircleName> next_name;  // of the superseding epoch: sync its items from 0
    [[nodiscard]] bool nothing() const { return !list && blobs.empty(); }
  };
  enum class RollOutcome { applied, waiting, removed };
  [[nodiscard]] Result<RollNeeds> roll_needs(const RollUpdate& update);
  [[nodiscard]] Result<RollOutcome> apply_roll(const RollUpdate& update);

  // A newer epoch of a dossier circle. Requires: the roll is up to date.
  enum class EpochOutcome {
    applied,
    wants_list,      // call again with the list
    waiting,         // no box for us and no removal: keep everything
    removed,         // an officer's signed tag
    roll_is_behind,  // the relay is ahead of our roll: fetch that first
    known,           // not newer than ours
    astray,          // what a welcome named, and it is another circle
    ended,           // by a decree; what it held is gone already
  };
  [[nodiscard]] Result<EpochOutcome> apply_epoch(const Superseded& epoch,
                                                 const std::optional<Bytes>& list);
  // Whether we asked by this name how a circle ended.
  [[nodiscard]] Result<bool> has_ended(const CircleName& name);
  // The relay knows no circle of ours by this name, which a welcome brought.
  [[nodiscard]] Status led_astray(const CircleName& asked);
  // New items of a current dossier circle, in the relay's order, from our count on.
  [[nodiscard]] Status apply_items(const CircleName& name, std::uint32_t from,
                                   const std::vector<SentItem>& items);
  // The relay has fewer items of this circle, or another chain.
  enum class DiffersOutcome { relay_behind, fork };
  [[nodiscard]] Result<DiffersOutcome> consider_differs(const Differs& answer);

  // Records whose keys we hold and whose bytes we do not, by blob name.
  struct WantedBlob {
    BlobName blob;
    CircleAlias circle;
    RecordId record;
  };
  [[nodiscard]] Result<std::vector<WantedBlob>> wanted_blobs(std::size_t count_max);
  [[nodiscard]] Status accept_blob(const WantedBlob& wanted, ByteView blob);
  // Welcomes seen in the roll that our leaf opened are taken in by apply_roll: the circle stands as
  // `joining` until apply_epoch.

  // ---- Leaf (vault/core/leaf.cc) ----
  [[nodiscard]] Result<bool> rotation_due();  // never of a vault that may not write
  // Draws the next leaf (once) and returns its append; the same bytes until acknowledged.
  [[nodiscard]] Result<AppendRequest> publish_leaf();
  [[nodiscard]] Status leaf_acknowledged();

  // ---- Sending (vault/core/send.cc) ----
  struct Sendable {
    std::uint64_t position = 0;
    AppendRequest request;
    std::vector<StagedBlob> blobs;  // small ones to stage first
    BlobName document;              // a sealed file to stage first; zero: none
  };
  // The first outbox entry that rule 6 lets out now: the roll was just fetched, the circle's epoch
  // is the newest the roll names, its members are all active. `skip`: positions not to try again.
  [[nodiscard]] Result<std::optional<Sendable>> next_sendable(
      const std::vector<std::uint64_t>& skip);
  [[nodiscard]] Status sent(std::uint64_t position);
  // Records that the relay acknowledged and does not show wait to be sent once more. Requires: the
  // roll and all circles were just fetched.
  [[nodiscard]] Status send_again();
  // Welcomes that entitled devices lack, deterministic bytes; at most one at a time.
  [[nodiscard]] Result<std::optional<AppendRequest>> next_top_up();
  void top_up_sent();  // the last one that next_top_up gave
  // `seen` cells for circles where something is new since the last; queued in the outbox.
  [[nodiscard]] Status queue_seen();

  // ---- Committing (vault/core/commit.cc), officers ----
  // Builds and persists the commit that carries out all wishes (and what follows from the roll by
  // itself: circles with a removed member, devices not yet admitted). nullopt: nothing to do.
  [[nodiscard]] Result<std::optional<PreparedCommit>> prepare_commit();
  enum class PreparedFate { none, landed, unread, lost, unknown };
  // Judged by the verified roll. landed: its wishes are done; unread: that too, but an epoch that
  // it made is not open here yet, and it is kept for that (see lifts); lost: discarded.
  [[nodiscard]] Result<PreparedFate> settle_prepared();
  // The relay's signed word that this very commit conflicts. Errors: integrity when not genuine.
  [[nodiscard]] Status prepared_conflicts(const SignedReceipt& receipt);
  [[nodiscard]] Status check_receipt(const SignedReceipt& receipt, const SignedCommit& commit);

  // ---- Refilling a relay that fell behind (vault/core/refill.cc) ----
  // The newest epoch of each of our circles, the roll first, with those of its blobs that fit one
  // message. Raises the alarm, and makes each of them a circle to check.
  [[nodiscard]] Result<std::vector<LiftRequest>> lifts();
  // Those of them that end a circle: to be handed in when the roll alone fell behind.
  [[nodiscard]] Result<std::vector<LiftRequest>> ends();
  struct Refill {
    CircleAlias circle;
    RecordId record;        // zero: no record
    AppendRequest request;  // names the blobs below, and the documents of ours
    std::vector<StagedBlob> blobs;
    std::vector<BlobName> documents;
    bool incomplete = false;  // it had blobs that we do not have
  };
  // All items from there on, in order: each is needed for the chain, with its blobs or without.
  [[nodiscard]] Result<std::vector<Refill>> refill_items(const CircleAlias& circle,
                                                         std::uint32_t from);
  // Circles of whose records the relay may have lost the blobs.
  [[nodiscard]] Result<std::vector<CircleAlias>> circles_to_check();
  struct HeldBlob {
    BlobName blob;
    RecordId record;
    BlobName document;      // zero: the blob is the record itself
    bool of_epoch = false;  // the boxes or the list of the newest epoch; then there is no record
  };
  [[nodiscard]] Result<std::vector<HeldBlob>> held_blobs(const CircleAlias& circle);
  // A blob of the newest epoch, whole; nullopt when that has gone on. It says by its hash what it
  // is and needs no item.
  [[nodiscard]] Result<std::optional<StagedBlob>> epoch_blob(const CircleAlias& circle,
                                                             const BlobName& name);
  // The relay does not have this one: it goes out again. Requires: it is no blob of an epoch.
  [[nodiscard]] Status blob_is_lost(const CircleAlias& circle, const HeldBlob& blob);
  [[nodiscard]] Status circle_checked(const CircleAlias& circle);
  // Repeats a record without blobs: whoever has them checks and hands them in. nullopt: not now.
  [[nodiscard]] Result<std::optional<AppendRequest>> call_for_blobs(const CircleAlias& circle,
                                                                    const RecordId& record);

  // ---- Removal and the device's own reseal ----
  [[nodiscard]] Result<bool> reseal_due(std::uint64_t generation);
  [[nodiscard]] Status resealed(std::uint64_t generation);
  [[nodiscard]] Status set_generation(std::uint64_t generation);
  // After a removal: for each circle with our tag, the sealed parcel to hand in. None before the
  // device reseal that makes it true.
  [[nodiscard]] Result<std::vector<ExitRequest>> exit_parcels();
  [[nodiscard]] Status exit_handed_in(const CircleAlias& circle);
  // Out of the raad: the superseded raad key to hand in parcels with, until the last one is.
  [[nodiscard]] Result<std::optional<RaadSeed>> way_out();
  // Officers: circles whose headers still carry tags of removed devices, and the parcels of those.
  [[nodiscard]] Result<std::vector<CircleAlias>> circles_with_tags();
  [[nodiscard]] Status take_parcels(const CircleAlias& circle, const std::vector<Bytes>& parcels);

  // Officers: tells of devices that keep every circle and have not been heard of for 30 days
  // ("custody-away"), and no more of those that were.
  [[nodiscard]] Status watch_custody();
  // Its owner has seen the alarms. Those that tell of something that happened go, and come back
  // when it happens again; those that tell how things stand go when that changes, and not before.
  [[nodiscard]] Status alarms_seen();
  [[nodiscard]] Status raise_alarm(std::string_view code, std::string_view subject,
                                   std::vector<std::string> arguments = {});

 private:
  explicit Device(const Surroundings& surroundings);

  struct Around {
    Store* store;
    const Clock* clock;
    Entropy* entropy;
    RecordObserver* observer;
  };

  [[nodiscard]] Status reload();
  [[nodiscard]] Result<IdentitySeed> identity();
  [[nodiscard]] Status observe(const VerifiedRecord& record);
  [[nodiscard]] Status settle_apart(const Record& record);
  // An alarm that names who wrote something. Keys that the roll never knew name nobody.
  [[nodiscard]] Status raise_about(std::string_view code, const DeviceId& author);

  [[nodiscard]] Result<std::optional<CircleAlias>> roll_alias();
  [[nodiscard]] Result<std::optional<CircleState>> circle_named(const CircleName& name);

  [[nodiscard]] Status note_document(const CircleAlias& circle, const Record& record, bool own);

  // found.cc
  [[nodiscard]] Status check_answered(const RollState& next);
  [[nodiscard]] Status forget_answered();

  // leaf.cc
  [[nodiscard]] Result<SignedCell> drawn_leaf();
  [[nodiscard]] Status acknowledge_boxed_leaf(const VerifiedHeader& header, ByteView boxes);

  // local.cc
  [[nodiscard]] Result<Record> next_record(const CircleState& state, const NewRecord& request);
  // Takes a verified record into its circle: chain, frontier, grants, observer. Records whose
  // predecessor is missing are held until it comes.
  [[nodiscard]] Status accept_record(const VerifiedRecord& record);
  [[nodiscard]] Status chain_in(CircleState& state, const VerifiedRecord& record);
  void apply_admit(CircleState& state, const Record& record) const;
  [[nodiscard]] Status chain_in_held(const CircleAlias& circle, const DeviceId& author,
                                     std::uint64_t sequence);
  [[nodiscard]] static bool goes_on_from(const DeviceRows::ChainEnd& end, const Record& record);
  [[nodiscard]] Status drop_backdated(const VerifiedRecord& record);
  [[nodiscard]] bool has_device_in(const std::vector<DeviceId>& devices,
                                   const PersonId& person) const;
  [[nodiscard]] Status note_clone(const VerifiedRecord& record);

  // receive.cc
  [[nodiscard]] Status accept_cell(const VerifiedCell& cell, CircleState* counted);
  [[nodiscard]] Status accept_item(CircleState& state, const EpochSecret& secret,
                                   const SentItem& sent);
  [[nodiscard]] Status accept_item_record(const CircleAlias& circle, const ItemRecord& item,
                                          std::uint64_t listed_in);
  [[nodiscard]] Status arrived(const OutboxEntry& entry);
  [[nodiscard]] Status take_epoch(CircleState& state, const VerifiedHeader& header,
                                  const KeyList& list, const EpochSecret& secret,
                                  const Superseded& answer, const Bytes& list_bytes);
  [[nodiscard]] Status take_entries(const CircleState& state, const KeyList& list);
  [[nodiscard]] Status put_back_missing(const CircleState& state, const KeyList& list,
                                        const DeviceId& officer);
  [[nodiscard]] Status check_op(const SignedOp& signed_op, const VerifiedHeader& header,
                                const EpochSecret* secret);
  [[nodiscard]] Status take_cuts(const CircleState& state, const std::vector<DeviceId>& before,
                                 const KeyList& list);
  [[nodiscard]] Result<bool> stood_before_cut(const VerifiedRecord& record);
  [[nodiscard]] Status check_list(const RollState& roll, const KeyList& list,
                                  const VerifiedHeader& header, std::uint64_t epoch_act);
  [[nodiscard]] Result<std::optional<CircleState>> circle_asked(const CircleName& asked,
                                                                const CircleAlias& answered);
  [[nodiscard]] Result<std::optional<EpochSecret>> welcomed_into(const VerifiedHeader& header,
                                                                 const CircleState& state);
  [[nodiscard]] Status leave(CircleState& state, const VerifiedHeader& header);
  [[nodiscard]] Status leave_on_disk();
  [[nodiscard]] Result<EpochOutcome> judge_epoch(const VerifiedHeader& header,
                                                 const CircleState& state);
  [[nodiscard]] Result<std::optional<EpochSecret>> secret_for(const VerifiedHeader& header,
                                                              const Bytes& boxes,
                                                              const CircleState& state);

  // receive_blobs.cc
  [[nodiscard]] bool may_stand(const Record& record) const;
  [[nodiscard]] Status set_apart(const VerifiedRecord& record);

  // receive_roll.cc, fold_roll.cc
  struct OpenedRoll;
  class RollFold;
  [[nodiscard]] Result<OpenedRoll> open_roll(const RollUpdate& update);
  [[nodiscard]] Status open_roll_epoch(const RollUpdate& update, OpenedRoll& opened);
  [[nodiscard]] Status add_missing(OpenedRoll& opened);
  [[nodiscard]] Status open_roll_items(const RollUpdate& update, OpenedRoll& opened);
  [[nodiscard]] Result<std::vector<VerifiedRecord>> new_roll_records(const RollUpdate& update,
                                                                     OpenedRoll& opened);
  [[nodiscard]] Result<RollState> fold_roll(OpenedRoll& opened,
                                            const std::vector<VerifiedRecord>& records);
  [[nodiscard]] Status judge_roll_epoch(OpenedRoll& opened, const RollState& state);
  [[nodiscard]] Status tell_of_new_raad(const RollState& before, const RollState& next);
  [[nodiscard]] Status store_roll(const RollUpdate& update, OpenedRoll& opened,
                                  const RollState& next,
                                  const std::vector<VerifiedRecord>& records);
  [[nodiscard]] Status store_first_leaves(const RollState& next);
  [[nodiscard]] Status try_welcome(const Welcome& welcome);

  // removal.cc
  [[nodiscard]] bool is_tagged(const Header& header) const;
  [[nodiscard]] bool removed_by(const VerifiedHeader& header, const RollState& roll) const;
  [[nodiscard]] Status become_removed(CircleState& state, const VerifiedHeader& header);
  [[nodiscard]] Status forget(CircleState& state, Standing standing);
  [[nodiscard]] Status keep_way_out();
  [[nodiscard]] Status note_parcel(const CircleAlias& circle, const DeviceId& device);
  [[nodiscard]] Status keep_apart(const VerifiedRecord& record);
  [[nodiscard]] Result<VerifiedRecord> word_of_leaving();
  [[nodiscard]] Result<ExitParcel> collect_parcel(const CircleAlias& circle);

  // decrees.cc
  struct Signatures {
    bool proposer_counts = false;
    std::vector<DecreeSigner> signers;
    std::vector<SignedRecord> approvals;
  };
  [[nodiscard]] Result<Signatures> signatures(const VerifiedRecord& proposal,
                                              const std::vector<VerifiedRecord>& approvals);
  [[nodiscard]] Result<bool> is_suspended(const NewRecord& request);
  [[nodiscard]] Result<bool> adds_to(const Decree& decree, const NewRecord& request);
  [[nodiscard]] Status tell_of_succession(const VerifiedRecord& proposal);

  // burial.cc
  [[nodiscard]] bool is_destroyed(const Record& record) const;
  [[nodiscard]] bool is_named_dead(const CircleAlias& circle, const RecordId& id) const;
  [[nodiscard]] Status bury(CircleState& state, const RecordId& id, const Record& record);
  [[nodiscard]] Status bury_stuk(CircleState& state, const Decree& decree);
  [[nodiscard]] Status drop_apart_about(const CircleAlias& circle, const StukId& stuk);
  [[nodiscard]] Status tell_of_gaps(const CircleState& state, std::vector<Gap> gaps);
  [[nodiscard]] Status take_gaps(const VerifiedRecord& record);
  [[nodiscard]] Status take_tombstones(CircleState& state, const KeyList& list);

  // erasure.cc
  [[nodiscard]] Status carry_out_decrees(const std::optional<RollState>& before);
  [[nodiscard]] Result<std::optional<CircleInfo>> info_of(const CircleState& state);
  [[nodiscard]] Status drop_planned(const DossierId& dossier);
  [[nodiscard]] Status end_circle(CircleState& state);
  [[nodiscard]] Result<EpochOutcome> take_end(const CircleState& state, const Superseded& answer);
  [[nodiscard]] Result<bool> is_carried_out(const Decree& decree);

  // custody.cc
  [[nodiscard]] Result<std::uint64_t> last_act_seen_by(const EnrolledDevice& device);
  [[nodiscard]] Result<bool> is_silent(const EnrolledDevice& device);

  // refill.cc
  [[nodiscard]] Status note_repeated(const CircleAlias& circle, const RecordId& record);

  // send.cc
  [[nodiscard]] bool may_write(const CircleState& state) const;
  [[nodiscard]] Result<std::optional<Welcome>> lacking_welcome(const CircleState& state,
                                                               const EpochSecret& secret,
                                                               const DeviceId& device);
  [[nodiscard]] Result<Sendable> make_sendable(const CircleState& state, const OutboxEntry& entry);

  // intent.cc
  [[nodiscard]] bool holds_office(const PersonId& person) const;
  // The same as if the present raad had been installed by the act `term`
  [[nodiscard]] Result<std::vector<Grant>> grants_since(const CircleAlias& circle,
                                                        std::optional<std::uint64_t> term);
  [[nodiscard]] Result<std::vector<DeviceId>> entitled_in(const CircleAlias& circle,
                                                          const RollState& roll);

  // commit.cc
  struct CommitPlan;
  struct PlannedEpoch;
  struct CommitDraft;
  [[nodiscard]] bool may_reseal(const CircleState& state) const;
  [[nodiscard]] std::vector<DeviceId> present_members(const CircleState& state) const;
  [[nodiscard]] Result<CommitPlan> plan_commit();
  [[nodiscard]] Status plan_intent(const Intent& intent, CommitPlan& plan);
  [[nodiscard]] Result<bool> plan_act(ActBody act, CommitPlan& plan);
  [[nodiscard]] Result<bool> holds_every_circle();
  [[nodiscard]] Status plan_enrolment(const EnrolIntent& wish, CommitPlan& plan);
  [[nodiscard]] Result<bool> plan_term(const TermIntent& wish, CommitPlan& plan);
  [[nodiscard]] Result<std::vector<RecordId>> unread_of(const CircleAlias& circle,
                                                        const std::vector<RecordId>& records);
  [[nodiscard]] Result<bool> covers_all(const Decree& decree);
  [[nodiscard]] Result<bool> plan_execution(const DecreeId& id, CommitPlan& plan);
  [[nodiscard]] Status force_where_officers_step_down(CommitPlan& plan);
  [[nodiscard]] Status plan_circle_change(const CircleState& state, CommitPlan& plan);
  [[nodiscard]] Status admit_newcomers(const CircleState& state,
                                       const std::vector<DeviceId>& newcomers);
  [[nodiscard]] Result<std::vector<DeviceId>> wanted_members(const CircleState& state,
                                                             const CommitPlan& plan);
  [[nodiscard]] Result<std::vector<VerifiedRecord>> sign_acts(
      const CommitPlan& plan, const std::vector<PlannedEpoch>& epochs);
  [[nodiscard]] Result<PlannedEpoch> build_planned(const CircleState& state,
                                                   const std::vector<DeviceId>& members,
                                                   const std::set<RecordId>& doomed);
  [[nodiscard]] Result<PlannedEpoch> build_planned_end(const CircleState& state);
  [[nodiscard]] Result<std::vector<RemovedTag>> standing_tags(const CircleState& state);
  [[nodiscard]] Result<std::set<RecordId>> unproven_records(const CircleAlias& circle);
  [[nodiscard]] Result<KeyList> next_list(const CircleState& state,
                                          const std::vector<DeviceId>& members,
                                          const std::vector<DeviceId>& dropped,
                                          const std::set<RecordId>& doomed);
  [[nodiscard]] Result<PreparedCommit> build_commit(CommitPlan& plan);
  [[nodiscard]] Result<std::vector<LiftRequest>> unread_epochs(const PreparedCommit& prepared);
  [[nodiscard]] Status draft_epochs(CommitDraft& draft);
  [[nodiscard]] Status draft_record(CommitDraft& draft, const CircleAlias& circle,
                                    const RecordKey& key, const SignedRecord& record);
  [[nodiscard]] Status draft_carried_records(CommitDraft& draft);
  [[nodiscard]] Status draft_welcomes(CommitDraft& draft);
  void draft_officers(CommitDraft& draft, const RollState& after);
  [[nodiscard]] Result<std::optional<VerifiedCell>> usable_leaf(const DeviceId& device);

  Around around_;
  DeviceRows rows_;
  DeviceState state_ = DeviceState::waiting;
  DeviceId id_;
  std::optional<RollState> roll_;
  Digest topping_up_;
  std::set<Digest> topped_up_;
};

}  // namespace kluis
