#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "proto/commit.h"
#include "proto/enrol.h"
#include "proto/epoch.h"
#include "proto/message.h"
#include "proto/record.h"
#include "vault/core/keys.h"
#include "vault/core/store.h"

// What one device holds, as typed rows of its Store. No rules here: reading and writing only.
namespace kluis {

// How this device stands to a circle.
enum class Standing : std::uint8_t {
  planned = 1,  // made here, not committed yet
  joining = 2,  // its secret came by welcome; the list is not read yet
  current = 3,  // the newest epoch we know of is open
  waiting = 4,  // a newer epoch exists that we have no box for; everything is kept
  ended = 5,    // the circle ended
  removed = 6,  // an officer took this device out
};

struct CircleState {
  CircleAlias alias;
  Standing standing = Standing::planned;
  std::uint64_t number = 0;
  HeaderHash header;
  CircleName name;
  std::uint32_t item_count = 0;
  Chain chain;
  std::vector<DeviceId> members;       // listed, and admitted since; sorted
  std::vector<DeviceId> holders_ever;  // sorted
  std::vector<RemovedTag> removed;     // tags of the newest header, sorted
  std::vector<RecordId> frontier;      // records nothing follows yet; sorted
  std::uint64_t superseded_cells = 0;  // cell items of this epoch that no longer count
};

// The newest epoch as the relay sent it, to hand in at a relay that fell behind.
struct EpochBytes {
  Bytes signed_header;
  Bytes boxes;
  Bytes list;
  SignedOp op;
};

enum class OutboxKind : std::uint8_t {
  record = 1,       // an own record: stage its blob (and document), append
  put_back = 2,     // another's record that vanished without a decree
  with_commit = 3,  // an own record that only a commit of ours may append
  cell = 4,         // an own cell of a dossier circle or the roll
  refill = 5,       // a record that stands, whose blobs the relay lost
};

struct OutboxEntry {
  std::uint64_t position = 0;  // key; order of sending
  OutboxKind kind = OutboxKind::record;
  CircleAlias circle;
  RecordId record;         // record kinds
  SignedCell cell;         // cell kind
  BlobName document;       // sealed file to stage first; zero: none
  bool attempted = false;  // may have reached the relay
  bool sent = false;       // acknowledged; leaves when seen in a verified epoch
};

// Whether the entry waits with a record that is not part of its circle yet.
[[nodiscard]] inline bool stands_outside(const OutboxEntry& entry) {
  return entry.kind != OutboxKind::cell && entry.kind != OutboxKind::refill;
}

// ---- Intents: what an officer wants; recomputed into a commit until one lands ----
struct EnrolIntent {
  MailboxId mailbox;
  Certificate certificate;
  bool found_second_place = false;
};
struct RemoveIntent {
  std::vector<DeviceId> devices;
  std::optional<PersonId> person;
};
struct AppointIntent {
  Appoint appoint;
};
struct CircleIntent {
  CircleAlias circle;  // a planned one
};
struct AdmitIntent {  // the admit record waits in the outbox (with_commit)
  CircleAlias circle;
  RecordId record;
};
struct DropIntent {  // end of a grant: its record waits likewise; the circle is resealed
  CircleAlias circle;
  PersonId person;
  RecordId record;
};
struct ResealIntent {
  CircleAlias circle;
};
struct ExecuteIntent {
  DecreeId decree;
};
struct WithdrawIntent {
  DecreeId decree;
};
struct TermIntent {  // a new raad: everything is resealed in one commit
  Term term;
  std::uint64_t seen_act = 0;          // the roll's head when it was wished for
  std::optional<std::uint64_t> after;  // the act that had installed the raad before it
};
using IntentBody =
    std::variant<EnrolIntent, RemoveIntent, AppointIntent, CircleIntent, AdmitIntent, DropIntent,
                 ResealIntent, TermIntent, ExecuteIntent, WithdrawIntent>;
struct Intent {
  std::uint64_t position = 0;
  IntentBody body;
};

// A commit that may have reached the relay. Its bytes are submitted again unchanged until its fate
// is known; no secret is kept with it: our own box opens it like everybody's.
struct PreparedCommit {
  SignedCommit commit;
  std::uint64_t position = 0;  // commit number it aims at
  RecordId first_act;
  std::vector<StagedBlob> stage;       // boxes, lists, blobs of acts and records
  std::vector<std::uint64_t> intents;  // done when it lands
};

// An invitation: ours as an officer, or the one we answer as a joiner.
enum class InvitationState : std::uint8_t {
  posted = 1,    // officer: message 0 is in the mailbox (or waits to be)
  burnt = 2,     // officer: a wrong guess came
  admitted = 3,  // officer: intent made, answer to be posted after the commit
  answered = 4,  // officer: message 2 posted
  cancelled = 5,
  joining = 6,  // joiner: message 1 to be posted or posted, waiting
};

struct Invitation {
  MailboxId mailbox;
  InvitationState state = InvitationState::posted;
  CpaceSession session;
  PersonId person;
  std::string person_name;
  std::vector<Capacity> capacities;
  bool custody = false;
  bool posted = false;  // the mailbox holds our message
  std::int64_t expires_unix_ms = 0;
  Bytes message;  // ours: 0 (officer) or 1 (joiner), then 2
  Bytes reply;    // officer: message 1 as received
  RaadId raad;    // joiner: the fingerprint of the link
};

struct AlarmRow {
  std::string code;  // "alarm." + code is its sentence in tools/text/alarms.cc
  std::string subject;
  std::int64_t since_unix_ms = 0;
  std::vector<std::string> arguments;
};

// Typed access. Every function returns the Store's errors; a row that does not read is integrity
// "store.damaged". Mutators require a transaction.
class DeviceRows {
 public:
  explicit DeviceRows(Store& store) : store_(store) {}
  [[nodiscard]] Store& store() { return store_; }

  // Table::local
  [[nodiscard]] Result<std::optional<Bytes>> local(std::string_view name);
  [[nodiscard]] Status set_local(std::string_view name, ByteView value);
  [[nodiscard]] Status clear_local(std::string_view name);
  [[nodiscard]] Result<std::uint64_t> local_number(std::string_view name);  // 0 when absent
  [[nodiscard]] Status set_local_number(std::string_view name, std::uint64_t value);

  // Table::secret. Names: "identity", "officer", "hedge", "leaf", "leaf-next", "exit-raad",
  // "epoch/<alias hex>", "welcome/<position hex>/<alias hex>", "cpace/<mailbox hex>",
  // "enrol/<mailbox hex>".
  template <typename Key>
  [[nodiscard]] Result<std::optional<Key>> secret(std::string_view name) {
    KLUIS_TRY(row, store_.get(Table::secret, key_of_name(name)));
    if (!row) return std::optional<Key>();
    if (row->size() != Key::kSize) return broken("store.damaged");
    auto key = Key::copy_of(std::span<const std::uint8_t, Key::kSize>(row->data(), Key::kSize));
    wipe(*row);
    return std::optional<Key>(std::move(key));
  }
  [[nodiscard]] Status set_secret(std::string_view name, ByteView value);
  [[nodiscard]] Status clear_secret(std::string_view name);

  [[nodiscard]] Result<std::optional<CircleState>> circle(const CircleAlias& alias);
  [[nodiscard]] Result<std::vector<CircleState>> circles();
  [[nodiscard]] Status put(const CircleState& state);
  [[nodiscard]] Result<std::optional<EpochSecret>> epoch_secret(const CircleAlias& alias);
  [[nodiscard]] Status set_epoch_secret(const CircleAlias& alias, const EpochSecret& secret);
  [[nodiscard]] Status clear_epoch_secret(const CircleAlias& alias);
  [[nodiscard]] Result<std::optional<EpochBytes>> epoch_bytes(const CircleAlias& alias);
  [[nodiscard]] Status put_epoch_bytes(const CircleAlias& alias, const EpochBytes& bytes);

  [[nodiscard]] Result<std::vector<SentItem>> items(const CircleAlias& alias);
  [[nodiscard]] Status put_item(const CircleAlias& alias, std::uint64_t index,
                                const SentItem& item);
  [[nodiscard]] Status clear_items(const CircleAlias& alias);

  [[nodiscard]] Result<std::optional<SignedRecord>> record(const CircleAlias& alias,
                                                           const RecordId& id);
  [[nodiscard]] Status put_record(const CircleAlias& alias, const RecordId& id,
                                  const SignedRecord& record);
  [[nodiscard]] Result<std::optional<RecordKey>> record_key(const CircleAlias& alias,
                                                            const RecordId& id);
  [[nodiscard]] Status put_record_key(const CircleAlias& alias, const RecordId& id,
                                      const RecordKey& key);
  // Everything of one record in this circle: bytes, key, that it is missing or waits to be sent.
  [[nodiscard]] Status erase_record(const CircleAlias& alias, const RecordId& id);
  // All (id, key) of a circle, sorted by id; wipe after use.
  [[nodiscard]] Result<std::vector<KeyEntry>> key_entries(const CircleAlias& alias);
  // Records whose key is here and whose bytes are not, at most `count_max`.
  struct MissingRecord {
    CircleAlias circle;
    RecordId record;
    std::uint64_t listed_in = 0;  // number of the first epoch whose list may name it
  };
  [[nodiscard]] Result<std::vector<MissingRecord>> missing_records(std::size_t count_max);
  [[nodiscard]] Status mark_missing(const CircleAlias& alias, const RecordId& id,
                                    std::uint64_t listed_in);
  // As `listed_in` above; nullopt: not missing.
  [[nodiscard]] Result<std::optional<std::uint64_t>> missing_since(const CircleAlias& alias,
                                                                   const RecordId& id);
  [[nodiscard]] Status clear_missing(const CircleAlias& alias, const RecordId& id);

  // Which record stands at a place of a chain, be it that it still waits for its predecessor
  // (Table::view).
  [[nodiscard]] Result<std::optional<RecordId>> held(const CircleAlias& alias,
                                                     const DeviceId& author,
                                                     std::uint64_t sequence);
  [[nodiscard]] Status put_held(const CircleAlias& alias, const DeviceId& author,
                                std::uint64_t sequence, const RecordId& id);
  [[nodiscard]] Status erase_held(const CircleAlias& alias, const DeviceId& author,
                                  std::uint64_t sequence);
  // Admit and withdraw_grant records of a circle, for its grants (Table::view).
  struct GrantRecord {
    RecordId record;
    bool from_officer = false;  // its author was an officer in the roll by which it was taken in
  };
  [[nodiscard]] Result<std::vector<GrantRecord>> grant_records(const CircleAlias& alias);
  [[nodiscard]] Status put_grant_record(const CircleAlias& alias, const GrantRecord& grant);
  // Members' records of one kind that are part of the roll (Table::view).
  [[nodiscard]] Result<std::vector<RecordId>> roll_records(RecordKind kind);
  [[nodiscard]] Status put_roll_record(RecordKind kind, const RecordId& id);
  // Erasures that were decided, and that this device carries out and has not confirmed yet, with
  // the devices that it will name (Table::local).
  struct Unconfirmed {
    DecreeId decree;
    std::vector<DeviceId> also_boxed;
  };
  [[nodiscard]] Result<std::vector<Unconfirmed>> unconfirmed();
  [[nodiscard]] Status put_unconfirmed(const Unconfirmed& erasure);
  [[nodiscard]] Status clear_unconfirmed(const DecreeId& decree);
  // A commit that carried out a decree, and the relay's receipt for it (Table::local).
  struct CommitReceipt {
    SignedCommit commit;
    SignedReceipt receipt;
  };
  [[nodiscard]] Result<std::optional<CommitReceipt>> receipt(const DecreeId& decree);
  [[nodiscard]] Status put_receipt(const DecreeId& decree, const CommitReceipt& receipt);
  // What devices that left the raad signed when they had forgotten everything: confirmations
  // without a decree (Table::local).
  [[nodiscard]] Result<std::vector<SignedRecord>> words_of_leaving();
  [[nodiscard]] Status put_word_of_leaving(const DeviceId& author, const SignedRecord& word);
  // Welcomes that stand in the roll's current epoch, by hash (Table::view).
  [[nodiscard]] Result<bool> welcome_posted(const Digest& welcome);
  [[nodiscard]] Status put_welcome(const Digest& welcome);
  [[nodiscard]] Status clear_welcomes();
  // Secrets that welcomes brought for circles whose newest epoch they have not opened yet, the
  // oldest first. Anybody who reads the roll can have made one up (Table::secret).
  struct Welcomed {
    std::string row;
    CircleAlias circle;
    EpochSecret secret;
  };
  [[nodiscard]] Result<std::vector<Welcomed>> welcomed();
  // Of too many the oldest goes.
  [[nodiscard]] Status put_welcomed(const CircleAlias& circle, const EpochSecret& secret);
  [[nodiscard]] Status clear_welcomed(const CircleAlias& circle);
  // Records kept apart: of a removed device beyond its cut, or written by another roll than ours
  // (Table::apart). One that was decided on leaves its id, so that it is not kept a second time.
  struct ApartRecord {
    CircleAlias circle;
    RecordId record;
    SignedRecord bytes;
  };
  [[nodiscard]] Result<std::vector<ApartRecord>> apart();  // those that wait for an officer
  [[nodiscard]] Status put_apart(const CircleAlias& alias, const RecordId& id,
                                 const SignedRecord& record);
  [[nodiscard]] Status settle_apart(const CircleAlias& alias, const RecordId& id);
  // Everything of a circle that is forgotten at a removal: secret, records, keys, cells, items,
  // bytes, chains, outbox entries, grants. The CircleState row stays.
  [[nodiscard]] Status forget_circle(const CircleAlias& alias);

  [[nodiscard]] Result<std::vector<SignedCell>> cells(const CircleAlias& alias);
  [[nodiscard]] Result<std::optional<SignedCell>> cell(const CircleAlias& alias,
                                                       const DeviceId& device, CellKind kind,
                                                       std::uint32_t sub_key);
  [[nodiscard]] Status put_cell(const Cell& cell, const SignedCell& signed_cell);

  struct ChainEnd {
    std::uint64_t sequence = 0;
    RecordId record;
    std::uint64_t roll_act = 0;  // the newest that its author said to have seen
  };
  [[nodiscard]] Result<ChainEnd> chain_end(const CircleAlias& alias, const DeviceId& device);
  [[nodiscard]] Status put_chain_end(const CircleAlias& alias, const DeviceId& device,
                                     const ChainEnd& end);

  [[nodiscard]] Result<std::vector<Cut>> cuts(const CircleAlias& alias);
  [[nodiscard]] Status put_cut(const CircleAlias& alias, const Cut& cut);
  // The number of the epoch that took the device out, as far as this one saw it (Table::view).
  [[nodiscard]] Result<std::optional<std::uint64_t>> cut_since(const CircleAlias& alias,
                                                               const DeviceId& device);
  [[nodiscard]] Status put_cut_since(const CircleAlias& alias, const DeviceId& device,
                                     std::uint64_t number);
  // What was erased, and what each followed, so that the past is still connected.
  // Places of a chain of which their author says that nothing will come (Table::view).
  [[nodiscard]] Result<std::optional<RecordId>> gap(const CircleAlias& alias,
                                                    const DeviceId& author, std::uint64_t sequence);
  [[nodiscard]] Status put_gap(const CircleAlias& alias, const DeviceId& author,
                               std::uint64_t sequence, const RecordId& id);
  struct Grave {
    Tombstone tombstone;
    std::vector<RecordId> followed;  // empty: never held here
  };
  [[nodiscard]] Result<std::vector<Tombstone>> tombstones(const CircleAlias& alias);  // by record
  [[nodiscard]] Result<std::optional<Grave>> grave(const CircleAlias& alias, const RecordId& id);
  [[nodiscard]] Status put_grave(const CircleAlias& alias, const Grave& grave);

  [[nodiscard]] Result<std::vector<OutboxEntry>> outbox();
  [[nodiscard]] Status put(const OutboxEntry& entry);  // position 0: appended at the end
  [[nodiscard]] Status erase_outbox(std::uint64_t position);

  [[nodiscard]] Result<std::vector<Intent>> intents();
  [[nodiscard]] Status put(const Intent& intent);  // position 0: appended
  [[nodiscard]] Status erase_intent(std::uint64_t position);

  [[nodiscard]] Result<std::optional<PreparedCommit>> prepared();
  [[nodiscard]] Status put(const PreparedCommit& prepared);
  [[nodiscard]] Status clear_prepared();

  [[nodiscard]] Result<std::vector<Invitation>> invitations();
  [[nodiscard]] Status put(const Invitation& invitation);
  // What a device that left the raad wanted, and can want no more: the prepared commit, intents,
  // invitations and the secrets of each.
  [[nodiscard]] Status forget_plans();

  [[nodiscard]] Result<std::vector<AlarmRow>> alarms();
  // Keeps the first `since` of an alarm that stands already.
  [[nodiscard]] Status raise(const AlarmRow& alarm);
  [[nodiscard]] Status clear_alarm(std::string_view code, std::string_view subject);

  [[nodiscard]] Result<std::vector<SignedRecord>> acts();
  [[nodiscard]] Status put_act(std::uint64_t number, const SignedRecord& act);

 private:
  [[nodiscard]] static Bytes key_of_name(std::string_view name);
  [[nodiscard]] Result<std::uint64_t> next_position(Table table);
  Store& store_;
};

}  // namespace kluis
