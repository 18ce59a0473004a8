#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proto/message.h"
#include "vault/core/device.h"

// One device's conversation with a relay, sans-I/O: `next` says what to ask, `receive` takes the
// answer. There is no script: each question follows from what the device holds, so that a crash, a
// lost connection or a lost race needs no code of its own; the next session asks what is then
// missing. A session dies with its connection.
namespace kluis {

// Sealed document files, by slices. vault/store implements it on disk, tests in memory.
class DocumentPort {
 public:
  virtual ~DocumentPort() = default;
  [[nodiscard]] virtual Result<bool> exists(const BlobName& name) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size(const BlobName& name) = 0;
  [[nodiscard]] virtual Result<Bytes> slice(const BlobName& name, std::uint64_t offset) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> received(const BlobName& name) = 0;
  [[nodiscard]] virtual Status receive(const BlobName& name, std::uint64_t offset,
                                       ByteView slice) = 0;
  // Errors: integrity when what was received is the document of none of the seals; it is dropped.
  [[nodiscard]] virtual Status complete(const BlobName& name, std::uint64_t size_bytes,
                                        const std::vector<DocumentSeal>& seals) = 0;
};

struct SessionReport {
  std::uint64_t sent = 0;      // records and documents acknowledged
  std::uint64_t received = 0;  // records and documents taken in
  std::vector<PersonId> joined;
  bool became_removed = false;
  bool documents_refused = false;   // the relay's quota is full; the work is kept
  bool invitation_refused = false;  // no mailbox is free; it waits for the next session
};

class Session {
 public:
  struct Options {
    Bytes handshake_hash;  // of the Noise channel; what hello proves
    bool greeted = false;  // this connection said hello before (a watching session goes on)
    DocumentPort* documents = nullptr;  // absent: documents are neither sent nor fetched
  };

  // Lifetime: the device and the port outlive the session.
  Session(Device& device, Options options);

  // The next request, or nullopt when there is nothing left to ask.
  // Errors: the device's; then the session is over.
  [[nodiscard]] Result<std::optional<Request>> next();

  // The answer to the last request. Errors: kind relay when the relay refuses what we need (the
  // work is kept), integrity when it shows something false; then the session is over.
  [[nodiscard]] Status receive(const Response& response);

  [[nodiscard]] const SessionReport& report() const { return report_; }

 private:
  using Asked = std::optional<Request>;

  // What the last request was for, and so who takes the answer.
  enum class Purpose {
    nothing,
    hello,
    sync,
    roll_items,
    list,
    roll_blobs,
    blobs,
    leaf,
    top_up,
    stage_small,
    stage_document,
    append,
    stage_commit,
    commit,
    hold,
    prove_officer,
    mailbox_make,
    mailbox_get,
    mailbox_answer,
    join_put,
    join_get,
    document,
    exit_hello,
    exit,
    lift,
    refill_stage,
    refill_document,
    refill_append,
    call,
    check,
    parcels
  };

  // session.cc
  [[nodiscard]] Result<Asked> ask(Purpose purpose, Request request);
  [[nodiscard]] Result<Asked> ask_hello();
  [[nodiscard]] Result<Asked> ask_sync();
  [[nodiscard]] Result<Asked> ask_removed();
  [[nodiscard]] Status list_exits();
  [[nodiscard]] Result<Asked> ask_exits();
  [[nodiscard]] Status refused(RefusalCode code);
  [[nodiscard]] Status take(Purpose purpose, const Response& response,
                            const RefusedAnswer* refusal);
  [[nodiscard]] Status take_parcels(const ParcelsAnswer& answer);
  [[nodiscard]] Status hold_taken();
  [[nodiscard]] Status hello_refused(RefusalCode code);
  [[nodiscard]] Status take_exit(const Response& response);
  [[nodiscard]] Status take_hello(const Response& response);
  [[nodiscard]] Status superseded_meanwhile(const Response& response);

  // session_receive.cc
  [[nodiscard]] Result<Asked> ask_pending();
  [[nodiscard]] Result<Asked> ask_roll();
  [[nodiscard]] Result<Asked> ask_list();
  [[nodiscard]] Result<Asked> ask_blobs();
  [[nodiscard]] Result<Asked> ask_document();
  [[nodiscard]] Status take_sync(const SyncAnswer& answer);
  [[nodiscard]] Status take_roll_items(const SyncAnswer& answer);
  [[nodiscard]] Status take_circle(const CircleAnswer& answer);
  [[nodiscard]] Status apply_roll();
  [[nodiscard]] Status apply_superseded(const Superseded& answer, const std::optional<Bytes>& list);
  [[nodiscard]] Status drop_answers_about(const Superseded& taken);
  [[nodiscard]] Status take_differs(const Differs& answer);
  [[nodiscard]] Status take_list(const Response& response);
  [[nodiscard]] Status list_is_gone();
  [[nodiscard]] Status take_roll_blobs(const FetchAnswer& answer);
  [[nodiscard]] Status take_blobs(const FetchAnswer& answer);
  [[nodiscard]] Status take_document(const SliceAnswer& answer);
  [[nodiscard]] Status document_is_whole();
  [[nodiscard]] Result<std::vector<DocumentSeal>> seals_of(const BlobName& blob);
  [[nodiscard]] Result<bool> is_joining(const CircleName& name);
  [[nodiscard]] Result<std::vector<SyncEntry>> entries_to_ask();
  [[nodiscard]] Result<bool> is_roll(const CircleName& name);
  [[nodiscard]] Result<Digest> expected_digest();

  // session_send.cc
  [[nodiscard]] Result<Asked> ask_prepared();
  [[nodiscard]] Result<Asked> ask_leaf();
  [[nodiscard]] Result<Asked> ask_top_up();
  [[nodiscard]] Result<Asked> ask_sendable();
  [[nodiscard]] Result<Asked> ask_upload();
  [[nodiscard]] Result<Asked> ask_parcels();
  [[nodiscard]] Result<Asked> ask_commit();
  [[nodiscard]] Result<Asked> ask_proof();
  [[nodiscard]] Result<Asked> ask_hold(Purpose purpose, HoldRequest hold);
  [[nodiscard]] Result<Asked> ask_seen();
  [[nodiscard]] Status take_append(const Response& response);
  [[nodiscard]] Status take_leaf(const Response& response);
  [[nodiscard]] Status take_top_up(const Response& response);
  [[nodiscard]] Status take_stage(const Response& response);
  [[nodiscard]] Status take_commit(const Response& response);
  [[nodiscard]] Status lost_race();

  [[nodiscard]] Result<bool> read_slice(StageRequest& request);

  // session_refill.cc
  [[nodiscard]] const BlobName& document_being_refilled() const;
  [[nodiscard]] Status refill_without_document();
  [[nodiscard]] Status begin_lifting();
  [[nodiscard]] Result<Asked> ask_lift();
  [[nodiscard]] Result<Asked> ask_refill();
  [[nodiscard]] Result<Asked> ask_call();
  [[nodiscard]] Result<Asked> ask_check();
  [[nodiscard]] Status take_lift(const Response& response);
  [[nodiscard]] Status take_refill(const Response& response);
  [[nodiscard]] Status take_call(const Response& response);
  [[nodiscard]] Status take_check(const FetchAnswer& answer);
  [[nodiscard]] Status take_lost(const Device::HeldBlob& lost);

  // session_mail.cc
  [[nodiscard]] Result<bool> serves_as_officer();
  [[nodiscard]] Result<Asked> ask_join();
  [[nodiscard]] Result<Asked> ask_mail();
  [[nodiscard]] Result<Asked> ask_answers();
  [[nodiscard]] Status mail_refused(Purpose purpose, RefusalCode code);
  [[nodiscard]] Status take_mail(const Response& response);
  [[nodiscard]] Status take_join(const Response& response);

  Device& device_;
  Options options_;
  SessionReport report_;
  Purpose purpose_ = Purpose::nothing;

  bool greeted_ = false;
  bool done_ = false;
  bool synced_ = false;  // the last sync showed nothing new
  bool sent_again_ = false;
  unsigned rounds_ = 0;  // hellos and syncs without end are a relay's trick
  unsigned lost_races_ = 0;
  std::optional<Superseded> superseded_roll_;  // its key is the one to say hello with

  std::optional<Device::RollUpdate> roll_update_;
  bool roll_goes_on_ = false;  // a joiner's first roll has more items than came
  std::vector<BlobName> roll_wanted_;
  std::deque<CircleAnswer> answers_;
  std::optional<Superseded> list_for_;  // the circle whose list is being fetched
  BlobName list_blob_;
  BlobName absent_list_;  // zero, or the last one that the relay did not have
  std::uint64_t list_total_ = 0;
  Bytes list_bytes_;
  std::set<CircleName> unresolved_;  // superseded, and not to be opened by us

  std::vector<Device::WantedBlob> wanted_;
  std::set<RecordId> absent_blobs_;      // the relay does not have them
  std::set<BlobName> absent_documents_;  // the relay does not have them, or not as they were sealed
  std::map<CircleAlias, std::multimap<BlobName, RecordId>> document_records_;
  std::optional<Device::DocumentHeld> document_;
  bool document_resumed_ = false;  // a part of it came before this session

  std::optional<Bytes> leaf_asked_;  // the cell that is being appended
  std::optional<Bytes> leaf_taken_;  // the last one that the relay said it took

  // One thing being sent: small blobs, then the document, then the append.
  std::optional<Device::Sendable> sending_;
  std::size_t staged_ = 0;          // small blobs of it that are staged whole
  std::uint64_t staged_bytes_ = 0;  // of the blob being staged
  std::vector<std::uint64_t> skip_;

  std::optional<PreparedCommit> committing_;
  bool hold_next_ = false;
  bool held_ = false;
  enum class Proof { none, wanted, given };
  Proof proof_ = Proof::none;  // that an officer speaks, since the last hello
  std::optional<SignedReceipt> conflict_;

  std::set<MailboxId> polled_;
  std::set<MailboxId> postponed_;  // the relay refuses something of it: not again in this session
  std::optional<Invitation> mail_;
  std::set<CircleAlias> parcels_asked_;
  CircleAlias parcels_of_;
  bool join_done_ = false;
  bool seen_queued_ = false;
  bool exits_listed_ = false;
  bool at_the_door_ = false;  // out of the raad: may hand in parcels, and no more
  bool lifted_ = false;
  bool ends_lifted_ = false;  // those that end a circle
  std::deque<ExitRequest> exits_;
  std::deque<LiftRequest> lifts_;
  std::deque<Device::Refill> refills_;
  std::size_t refill_staged_ = 0;  // blobs, then documents, of the first one
  struct Call {
    CircleAlias circle;
    RecordId record;
  };
  std::deque<Call> calls_;
  std::optional<CircleAlias> checking_;
  std::set<CircleAlias> checked_;
  std::deque<Device::HeldBlob> to_check_;
};

}  // namespace kluis
