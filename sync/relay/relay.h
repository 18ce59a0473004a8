#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "proto/ids.h"
#include "proto/message.h"
#include "proto/result.h"
#include "sync/relay/state.h"
#include "sync/relay/storage.h"
#include "vault/crypto/secret.h"
#include "vault/env/clock.h"

// The rules of a relay, without any input or output: one request of one session in, one answer out.
// All state that outlives a session lies in the storage; the same class serves a network, a
// simulation and an exhaustive exploration.
namespace kluis {

// What the relay remembers of one connection. A value; dies with the connection.
struct RelaySession {
  Bytes handshake_hash;  // of this connection's Noise channel; set when the session begins
  std::optional<TenancyId> tenancy;  // after a hello with a right proof
  RaadKey raad_key;                  // the one that was proven
  bool officer = false;              // an officer relay key was proven by a hold
  bool watching = false;
  std::uint64_t lifts_seen = 0;      // epochs that had been lifted when it last synced
  std::vector<CircleAlias> circles;  // named by the last sync; sorted
  std::map<CircleAlias, std::size_t> parcels_seen;  // how many exit parcels it was given, by circle
};

// Somebody else may have something new: the sessions for which `concerns` holds get a Push.
struct Notice {
  TenancyId tenancy;
  std::optional<CircleAlias> circle;  // none: everybody in the tenancy
  std::uint64_t commit_number = 0;
};
[[nodiscard]] bool concerns(const Notice& notice, const RelaySession& session);

struct Outcome {
  Response response;
  std::optional<Notice> notice;
};

// Threads: one at a time.
class Relay {
 public:
  // Each reference outlives the relay. `receipt_seed` signs receipts.
  Relay(Storage& storage, const Clock& clock, const SecretBytes<32>& receipt_seed);

  // Carries out `request` in one transaction of the storage (an inner one, if the caller has one
  // open: then it is durable, and may be acknowledged, when that one is). A request that a rule
  // forbids changes nothing and gets an answer that says so.
  // Errors: those of the storage. Nothing is known then about what is durable: stop serving.
  [[nodiscard]] Result<Outcome> handle(RelaySession& session, const Request& request);

  // Forgets mailboxes and staged bytes nobody named after their 14 days. Call now and then. Does a
  // bounded part of the work; true if there is more to do at once.
  [[nodiscard]] Result<bool> sweep();

  // Documents are refused while the disk is nearly full; everything else is served.
  void accept_documents(bool accept) { accept_documents_ = accept; }

  [[nodiscard]] ReceiptKey receipt_key() const;

 private:
  struct Change;  // One EpochChange, decoded and checked on its own.

  [[nodiscard]] Result<Outcome> dispatch(RelaySession& session, const Request& request);
  // The tenancy of a session that proved its current raad key.
  // Errors: refused not_authorised for a guest; "relay.superseded" for an old raad key.
  [[nodiscard]] Result<Tenancy> current(const RelaySession& session);
  [[nodiscard]] Result<Tenancy> current_or_superseded(const RelaySession& session);
  [[nodiscard]] Result<Outcome> hello_superseded(const TenancyId& id);

  // relay.cc
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const HelloRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const SyncRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const WatchRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const HoldRequest& request);
  // relay_blobs.cc
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const FetchRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const FetchSliceRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const StageRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const AppendRequest& request);
  [[nodiscard]] Status check_blobs(const TenancyId& tenancy, const std::vector<BlobName>& blobs,
                                   std::uint64_t& total_bytes);
  [[nodiscard]] Result<std::int64_t> held_ms(const Tenancy& tenancy, const CircleAlias& circle);
  // Whether this session judged by something that was lifted meanwhile, or by an older commit.
  [[nodiscard]] Result<bool> judged_too_early(const RelaySession& session, const Tenancy& tenancy,
                                              std::uint64_t expected_commit);
  // relay_commit.cc
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const CommitRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const AdmitRaadRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const LiftRequest& request);
  [[nodiscard]] Result<Change> check_change(const Tenancy& tenancy, const EpochChange& change);
  [[nodiscard]] Result<std::vector<Change>> check_changes(const Tenancy& tenancy,
                                                          const std::vector<EpochChange>& changes);
  [[nodiscard]] Result<bool> conflicts(const RelaySession& session, const Tenancy& tenancy,
                                       const Commit& commit, const std::vector<Change>& changes);
  [[nodiscard]] Result<bool> misses_parcel(const RelaySession& session, const TenancyId& tenancy,
                                           const CircleAlias& circle);
  [[nodiscard]] Status check_place(const Tenancy& tenancy, const Commit& commit,
                                   const Change& change, bool founding);
  [[nodiscard]] Result<bool> has_bundle(Tenancy& tenancy, const Change& change);
  [[nodiscard]] Result<bool> has_part(Tenancy& tenancy, BlobUse use, const Digest& hash);
  [[nodiscard]] Status start_epoch(Tenancy& tenancy, const Change& change, BlobNames& erased);
  [[nodiscard]] Status end_old_epoch(Tenancy& tenancy, const Change& change, EpochRow& row,
                                     BlobNames& erased);
  [[nodiscard]] Status note_old_epoch(const Tenancy& tenancy, const Change& change);
  [[nodiscard]] Status apply_append(Tenancy& tenancy, const CommitAppend& append);
  [[nodiscard]] Status apply_officers(const TenancyId& tenancy, const Commit& commit);
  [[nodiscard]] Result<Outcome> apply(Tenancy& tenancy, const Commit& commit,
                                      const std::vector<Change>& changes, const Digest& hash);
  [[nodiscard]] Status stage_inline(Tenancy& tenancy, const std::vector<StagedBlob>& blobs);
  [[nodiscard]] SignedReceipt receipt(const Receipt& receipt) const;
  // relay_mail.cc
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const ExitRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const ParcelsRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const MailboxMakeRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const MailboxPutRequest& request);
  [[nodiscard]] Result<Outcome> on(RelaySession& session, const MailboxGetRequest& request);
  // Refuses: mailbox_gone.
  [[nodiscard]] Result<MailboxRow> mailbox(const MailboxId& id);
  [[nodiscard]] Result<std::vector<Bytes>> parcels_of(const TenancyId& tenancy,
                                                      const CircleAlias& circle);
  [[nodiscard]] Result<bool> sweep_mailboxes();
  [[nodiscard]] Result<bool> sweep_unnamed();

  RelayState state_;
  const SecretBytes<32>& receipt_seed_;
  bool accept_documents_ = true;
};

}  // namespace kluis
