#include <algorithm>
#include <utility>

#include "proto/limits.h"
#include "sync/client/session.h"
#include "sync/client/slice_of.h"
#include "vault/core/chain.h"
#include "vault/crypto/sign.h"

// Saying what we have to say: a standing commit, the leaf, welcomes, records, a new commit.
namespace kluis {
namespace {

constexpr unsigned kLostRacesMax = 64;
// After so many conflicts that appends alone can have caused, appends are held back.
constexpr unsigned kLostRacesBeforeHold = 2;

}  // namespace

// A commit of ours that may have reached the relay: settled by the roll; else submitted again, the
// same bytes.
Result<Session::Asked> Session::ask_prepared() {
  if (!device_.has_roll()) return Asked();
  KLUIS_TRY(fate, device_.settle_prepared());
  if (fate == Device::PreparedFate::landed) {
    lost_races_ = 0;
    hold_next_ = false;
  }
  if (fate == Device::PreparedFate::unread && !lifted_) {
    // The roll names what the relay does not show: it was put back to before our commit.
    committing_.reset();
    KLUIS_CHECK(begin_lifting());
    return ask_lift();
  }
  if (fate != Device::PreparedFate::unknown) {
    if (fate != Device::PreparedFate::none) committing_.reset();
    conflict_.reset();
    return Asked();
  }
  if (conflict_) {
    // The relay's signed word, and a roll that does not hold it: it is lost.
    KLUIS_CHECK(device_.prepared_conflicts(*conflict_));
    conflict_.reset();
    committing_.reset();
    return Asked();
  }
  KLUIS_TRY(may, device_.may_write());
  if (!may) return Asked();
  if (!committing_) {
    KLUIS_TRY(prepared, device_.rows().prepared());
    committing_ = std::move(prepared);
    staged_ = 0;
    staged_bytes_ = 0;
  }
  if (proof_ == Proof::wanted) return ask_proof();
  if (staged_ < committing_->stage.size()) {
    return ask(Purpose::stage_commit, slice_of(committing_->stage[staged_], staged_bytes_));
  }
  return ask(Purpose::commit, CommitRequest{committing_->commit});
}

Status Session::lost_race() {
  synced_ = false;
  ++lost_races_;
  return lost_races_ > kLostRacesMax ? Status(fail(ErrorKind::relay, "relay.busy")) : Status();
}

Status Session::take_commit(const Response& response) {
  if (const auto* answer = std::get_if<CommitAnswer>(&response)) {
    KLUIS_CHECK(device_.check_receipt(answer->receipt, committing_->commit));
    KLUIS_CHECK(device_.keep_receipt(answer->receipt));
    synced_ = false;  // read it like everybody else; ask_prepared then finds it in the roll
    return {};
  }
  if (const auto* conflict = std::get_if<ConflictAnswer>(&response)) {
    if (!conflict->receipt) return fail(ErrorKind::relay, "relay.unexpected");
    KLUIS_CHECK(device_.check_receipt(*conflict->receipt, committing_->commit));
    conflict_ = *conflict->receipt;
    hold_next_ = lost_races_ >= kLostRacesBeforeHold;
    return lost_race();
  }
  if (const auto* later = std::get_if<LaterAnswer>(&response)) {
    static_cast<void>(later);
    return fail(ErrorKind::relay, "relay.busy");
  }
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  if (refusal != nullptr && refusal->code == RefusalCode::missing_blob) {
    // What we staged was swept meanwhile: stage it again.
    committing_.reset();
    return lost_race();
  }
  return refusal != nullptr ? refused(refusal->code) : fail(ErrorKind::relay, "relay.unexpected");
}

Result<Session::Asked> Session::ask_leaf() {
  if (!device_.has_roll()) return Asked();
  KLUIS_TRY(due, device_.rotation_due());
  KLUIS_TRY(prepared, device_.rows().prepared());
  if (!due || prepared) return Asked();
  KLUIS_TRY(request, device_.publish_leaf());
  KLUIS_TRY(cell, device_.rows().local("leaf-next-cell"));
  // Taken, and not shown to us: this relay says one thing and does another. Not again today.
  if (leaf_taken_ && leaf_taken_ == cell) return Asked();
  leaf_asked_ = std::move(cell);
  return ask(Purpose::leaf, std::move(request));
}

Status Session::take_leaf(const Response& response) {
  if (std::holds_alternative<AppendAnswer>(response)) {
    synced_ = false;  // the old leaf dies when the roll shows the new one to us as well
    leaf_taken_ = std::move(leaf_asked_);
    return {};
  }
  if (std::holds_alternative<ConflictAnswer>(response) ||
      std::holds_alternative<Superseded>(response)) {
    return lost_race();
  }
  if (std::holds_alternative<LaterAnswer>(response)) return fail(ErrorKind::relay, "relay.busy");
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  if (refusal != nullptr && refusal->code == RefusalCode::quota) {
    leaf_taken_ = std::move(leaf_asked_);  // not again today; a commit is what makes room
    return {};
  }
  return refusal != nullptr ? refused(refusal->code) : fail(ErrorKind::relay, "relay.unexpected");
}

Result<Session::Asked> Session::ask_top_up() {
  if (!device_.has_roll()) return Asked();
  KLUIS_TRY(request, device_.next_top_up());
  if (!request) return Asked();
  return ask(Purpose::top_up, std::move(*request));
}

Status Session::take_top_up(const Response& response) {
  if (std::holds_alternative<AppendAnswer>(response)) {
    synced_ = false;
    device_.top_up_sent();
    return {};
  }
  if (std::holds_alternative<LaterAnswer>(response)) {
    device_.top_up_sent();
    return {};
  }
  if (const auto* refusal = std::get_if<RefusedAnswer>(&response)) {
    if (refusal->code != RefusalCode::quota) return refused(refusal->code);
    device_.top_up_sent();
    return {};
  }
  return lost_race();
}

Result<Session::Asked> Session::ask_sendable() {
  if (!device_.has_roll()) return Asked();
  if (synced_ && !sent_again_) {
    sent_again_ = true;  // once a session: a relay that takes and never shows is not fed for ever
    KLUIS_CHECK(device_.send_again());
  }
  KLUIS_TRY(sendable, device_.next_sendable(skip_));
  if (!sendable) return Asked();
  sending_ = std::move(*sendable);
  staged_ = 0;
  staged_bytes_ = 0;
  if (!sending_->document.is_zero() && options_.documents == nullptr) {
    skip_.push_back(sending_->position);
    sending_.reset();
    return ask_sendable();
  }
  return ask_upload();
}

// The slice of a document file that the relay needs next. False: the file was lost, and is now
// fetched like any other; what needs it waits.
Result<bool> Session::read_slice(StageRequest& request) {
  KLUIS_TRY(exists, options_.documents->exists(request.blob));
  if (!exists) {
    KLUIS_CHECK(device_.document_damaged(request.blob));
    return false;
  }
  KLUIS_TRY(size, options_.documents->size(request.blob));
  KLUIS_TRY(bytes, options_.documents->slice(request.blob, staged_bytes_));
  request.total_bytes = size;
  request.slice = static_cast<std::uint32_t>(staged_bytes_ / kSliceBytes);
  request.bytes = std::move(bytes);
  return true;
}

// The blob being staged of what is being sent, or nothing once all is there and it can be appended.
Result<Session::Asked> Session::ask_upload() {
  if (!sending_) return Asked();
  if (staged_ < sending_->blobs.size()) {
    return ask(Purpose::stage_small, slice_of(sending_->blobs[staged_], staged_bytes_));
  }
  if (staged_ == sending_->blobs.size() && !sending_->document.is_zero()) {
    StageRequest request;
    request.blob = sending_->document;
    KLUIS_TRY(there, read_slice(request));
    if (!there) {
      skip_.push_back(sending_->position);
      sending_.reset();
      return ask_sendable();
    }
    return ask(Purpose::stage_document, std::move(request));
  }
  return ask(Purpose::append, sending_->request);
}

Status Session::take_stage(const Response& response) {
  const Purpose purpose = std::exchange(purpose_, Purpose::nothing);
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  std::uint64_t have = 0;
  std::uint64_t total = 0;
  if (purpose == Purpose::stage_commit) {
    total = committing_->stage[staged_].bytes.size();
  } else if (purpose == Purpose::refill_stage) {
    total = refills_.front().blobs[refill_staged_].bytes.size();
  } else if (purpose == Purpose::refill_document) {
    KLUIS_TRY(size, options_.documents->size(document_being_refilled()));
    total = size;
  } else if (purpose == Purpose::stage_small) {
    total = sending_->blobs[staged_].bytes.size();
  } else {
    KLUIS_TRY(size, options_.documents->size(sending_->document));
    total = size;
  }
  if (const auto* answer = std::get_if<StageAnswer>(&response)) {
    have = answer->have_bytes;
  } else if (refusal != nullptr && refusal->code == RefusalCode::exists) {
    have = total;  // write-once, and there already
  } else if (refusal != nullptr && refusal->code == RefusalCode::quota &&
             purpose == Purpose::refill_document) {
    return refill_without_document();
  } else if (refusal != nullptr && refusal->code == RefusalCode::quota &&
             purpose == Purpose::refill_stage && refills_.front().request.item.empty()) {
    refills_.pop_front();  // the next reseal brings it
    refill_staged_ = 0;
    staged_bytes_ = 0;
    return {};
  } else if (refusal != nullptr && refusal->code == RefusalCode::quota &&
             purpose == Purpose::stage_commit && proof_ == Proof::none) {
    // No quota stops a commit: of an officer the relay takes a long list all the same.
    proof_ = Proof::wanted;
    return {};
  } else if (refusal != nullptr && refusal->code == RefusalCode::quota && sending_) {
    // The relay takes no more documents; everything else goes on.
    report_.documents_refused = true;
    skip_.push_back(sending_->position);
    sending_.reset();
    staged_bytes_ = 0;
    return {};
  } else {
    return refusal != nullptr ? refused(refusal->code) : fail(ErrorKind::relay, "relay.unexpected");
  }
  if (have > total || (have < total && have % kSliceBytes != 0)) {
    return fail(ErrorKind::relay, "relay.inconsistent");
  }
  if (have < total && have <= staged_bytes_) {  // it took nothing, or has less than before
    return fail(ErrorKind::relay, "relay.inconsistent");
  }
  staged_bytes_ = have;
  if (have < total) return {};
  staged_bytes_ = 0;
  if (purpose == Purpose::refill_stage || purpose == Purpose::refill_document) {
    ++refill_staged_;
  } else {
    ++staged_;
  }
  return {};
}

Status Session::take_append(const Response& response) {
  const Device::Sendable sent = std::move(*sending_);
  sending_.reset();
  if (std::holds_alternative<AppendAnswer>(response)) {
    synced_ = false;  // it leaves the outbox when a verified epoch shows it
    ++report_.sent;
    return device_.sent(sent.position);
  }
  if (std::holds_alternative<Superseded>(response) ||
      std::holds_alternative<ConflictAnswer>(response)) {
    return lost_race();
  }
  skip_.push_back(sent.position);
  if (std::holds_alternative<LaterAnswer>(response)) return {};
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  if (refusal == nullptr) return fail(ErrorKind::relay, "relay.unexpected");
  if (refusal->code == RefusalCode::quota) {
    report_.documents_refused = true;
    return {};
  }
  return refused(refusal->code);
}

// Parcels are sealed to the present epochs: an officer has them before he makes the next ones.
Result<Session::Asked> Session::ask_parcels() {
  if (!device_.has_roll() || !device_.is_officer()) return Asked();
  KLUIS_TRY(circles, device_.circles_with_tags());
  for (const CircleAlias& circle : circles) {
    if (!parcels_asked_.insert(circle).second) continue;
    parcels_of_ = circle;
    return ask(Purpose::parcels, ParcelsRequest{circle});
  }
  return Asked();
}

// A hold of next to nothing: it tells the relay that an officer is speaking.
Result<Session::Asked> Session::ask_proof() {
  proof_ = Proof::given;
  HoldRequest hold;
  hold.milliseconds = 1;
  return ask_hold(Purpose::prove_officer, std::move(hold));
}

Result<Session::Asked> Session::ask_hold(Purpose purpose, HoldRequest hold) {
  KLUIS_TRY(officer, device_.rows().secret<OfficerSeed>("officer"));
  KLUIS_TRY(tenancy, device_.tenancy());
  if (!officer || !tenancy) return broken("store.damaged");
  hold.signer = signing_public<OfficerKey>(*officer);
  hold.signature = sign(*officer, "hold", encode_hold(*tenancy, hold, options_.handshake_hash));
  return ask(purpose, std::move(hold));
}

Result<Session::Asked> Session::ask_commit() {
  KLUIS_TRY(serves, serves_as_officer());
  if (!serves) return Asked();
  if (!synced_) return ask_sync();  // an officer has every item before he reseals
  KLUIS_TRY(standing, device_.rows().prepared());
  if (!standing && hold_next_ && !held_) {
    HoldRequest hold;
    KLUIS_TRY(circles, device_.rows().circles());
    for (const CircleState& state : circles) {
      if (state.standing == Standing::current) hold.circles.push_back(state.alias);
    }
    hold.milliseconds = 10'000;
    return ask_hold(Purpose::hold, std::move(hold));
  }
  held_ = false;
  KLUIS_TRY(prepared, device_.prepare_commit());
  if (!prepared) return Asked();
  committing_ = std::move(*prepared);
  staged_ = 0;
  staged_bytes_ = 0;
  return ask_prepared();
}

// Last of all: what we have now seen. Once a session.
Result<Session::Asked> Session::ask_seen() {
  if (!device_.has_roll()) return Asked();
  if (!synced_) return ask_sync();
  if (seen_queued_) return Asked();
  seen_queued_ = true;
  KLUIS_CHECK(device_.queue_seen());
  return ask_sendable();
}

}  // namespace kluis
