#include "sync/client/session.h"

#include <utility>

#include "proto/limits.h"
#include "vault/core/chain.h"
#include "vault/crypto/sign.h"

namespace kluis {
namespace {

// Far more than any honest sequence of hellos and syncs in one session.
constexpr unsigned kRoundsMax = 1000;

}  // namespace

Session::Session(Device& device, Options options)
    : device_(device), options_(std::move(options)), greeted_(options_.greeted) {}

Result<Session::Asked> Session::ask(Purpose purpose, Request request) {
  purpose_ = purpose;
  return Asked(std::move(request));
}

// The order is the order of need: first what others did, then our own standing commit, then the
// leaf, then what we have to say.
Result<std::optional<Request>> Session::next() {
  if (done_) return Asked();
  using Step = Result<Asked> (Session::*)();
  static constexpr Step kSteps[] = {
      &Session::ask_removed, &Session::ask_join,   &Session::ask_lift,     &Session::ask_hello,
      &Session::ask_pending, &Session::ask_refill, &Session::ask_sync,     &Session::ask_blobs,
      &Session::ask_call,    &Session::ask_check,  &Session::ask_prepared, &Session::ask_leaf,
      &Session::ask_top_up,  &Session::ask_upload, &Session::ask_sendable, &Session::ask_mail,
      &Session::ask_parcels, &Session::ask_commit, &Session::ask_answers,  &Session::ask_document,
      &Session::ask_exits,   &Session::ask_seen,
  };
  for (std::size_t i = 0; i < std::size(kSteps);) {
    KLUIS_TRY(asked, (this->*kSteps[i])());
    if (asked) return std::move(asked);
    if (done_) return Asked();
    ++i;
  }
  done_ = true;
  return Asked();
}

Result<Session::Asked> Session::ask_removed() {
  if (device_.state() != DeviceState::removed) return Asked();
  report_.became_removed = true;
  KLUIS_CHECK(list_exits());
  KLUIS_TRY(seed, device_.way_out());
  KLUIS_TRY(tenancy, device_.tenancy());
  if (exits_.empty() || !seed || !tenancy) {
    done_ = true;
    return Asked();
  }
  if (at_the_door_) return ask(Purpose::exit, exits_.front());
  HelloRequest hello;
  hello.tenancy = *tenancy;
  hello.raad_key = signing_public<RaadKey>(*seed);
  hello.proof = sign(*seed, "hello", options_.handshake_hash);
  return ask(Purpose::exit_hello, std::move(hello));
}

Status Session::list_exits() {
  if (std::exchange(exits_listed_, true)) return {};
  KLUIS_TRY(parcels, device_.exit_parcels());
  exits_.assign(parcels.begin(), parcels.end());
  return {};
}

// Of circles that we left while we stayed in the raad.
Result<Session::Asked> Session::ask_exits() {
  if (!device_.has_roll()) return Asked();
  KLUIS_CHECK(list_exits());
  if (exits_.empty()) return Asked();
  return ask(Purpose::exit, exits_.front());
}

Result<Session::Asked> Session::ask_hello() {
  if (greeted_) return Asked();
  KLUIS_TRY(tenancy, device_.tenancy());
  if (!tenancy) {
    done_ = true;  // the join is not finished: nothing to say hello with
    return Asked();
  }
  if (++rounds_ > kRoundsMax) return fail(ErrorKind::relay, "relay.inconsistent");
  std::optional<RaadSeed> seed;
  if (superseded_roll_) {
    KLUIS_TRY(opened, device_.raad_key_of(*superseded_roll_));
    seed = std::move(opened);
  } else {
    KLUIS_TRY(own, device_.raad_key());
    seed = std::move(own);
  }
  HelloRequest hello;
  hello.tenancy = *tenancy;
  hello.raad_key = signing_public<RaadKey>(*seed);
  hello.proof = sign(*seed, "hello", options_.handshake_hash);
  KLUIS_TRY(entries, entries_to_ask());
  hello.entries = std::move(entries);
  return ask(Purpose::hello, std::move(hello));
}

Status Session::take_hello(const Response& response) {
  if (const auto* answer = std::get_if<SyncAnswer>(&response)) {
    greeted_ = true;
    proof_ = Proof::none;
    return take_sync(*answer);
  }
  const auto* superseded = std::get_if<HelloSuperseded>(&response);
  if (superseded == nullptr) return fail(ErrorKind::relay, "relay.unexpected");
  if (superseded_roll_ && superseded_roll_->signed_header == superseded->roll.signed_header) {
    return fail(ErrorKind::relay, "relay.inconsistent");
  }
  superseded_roll_ = superseded->roll;
  Device::RollUpdate update;
  update.superseded = superseded->roll;
  KLUIS_TRY(needs, device_.roll_needs(update));
  if (needs.next_name) return {};  // its box opened: hello again, with its key
  KLUIS_TRY(outcome, device_.apply_roll(update));
  if (outcome == Device::RollOutcome::waiting) done_ = true;
  return {};
}

// The roll was resealed while we were talking: what was being sent is taken up again after a new
// hello. A standing commit is settled by the roll then.
Status Session::superseded_meanwhile(const Response& response) {
  greeted_ = false;
  synced_ = false;
  sending_.reset();
  refills_.clear();  // the sync will say what is still missing
  refill_staged_ = 0;
  staged_bytes_ = 0;  // whatever is staged next begins anew
  roll_update_.reset();
  list_for_.reset();
  answers_.clear();
  return take_hello(response);
}

Result<Session::Asked> Session::ask_sync() {
  if (synced_) return Asked();
  if (++rounds_ > kRoundsMax) return fail(ErrorKind::relay, "relay.inconsistent");
  KLUIS_TRY(entries, entries_to_ask());
  return ask(Purpose::sync, SyncRequest{std::move(entries)});
}

Status Session::refused(RefusalCode code) {
  switch (code) {
    case RefusalCode::quota:
      return fail(ErrorKind::relay, "relay.quota");
    case RefusalCode::busy:
      return fail(ErrorKind::relay, "relay.busy");
    case RefusalCode::mailbox_gone:
    case RefusalCode::mailbox_taken:
      return {};
    default:
      return fail(ErrorKind::relay, "relay.refused", {std::to_string(static_cast<unsigned>(code))});
  }
}

Status Session::hello_refused(RefusalCode code) {
  // Emptied, or never ours: it has no officers by whom it could know what we would hand in.
  if (code == RefusalCode::unknown_name) return fail(ErrorKind::relay, "relay.raad_unknown");
  if (lifted_ || code != RefusalCode::not_authorised) return refused(code);
  // Perhaps a relay that was restored from before our epoch: hand it what it lost, once.
  return begin_lifting();
}

Status Session::take_exit(const Response& response) {
  if (std::holds_alternative<DoneAnswer>(response)) {
    KLUIS_CHECK(device_.exit_handed_in(exits_.front().circle));
  }
  exits_.pop_front();
  return {};
}

Status Session::take_parcels(const ParcelsAnswer& answer) {
  return device_.take_parcels(parcels_of_, answer.parcels);
}

Status Session::hold_taken() {
  held_ = true;
  synced_ = false;  // what came in before it took hold is read first
  return {};
}

Status Session::receive(const Response& response) {
  const Purpose purpose = std::exchange(purpose_, Purpose::nothing);
  const bool says_hello = purpose == Purpose::hello || purpose == Purpose::exit_hello;
  if (std::holds_alternative<HelloSuperseded>(response) && !says_hello) {
    return superseded_meanwhile(response);
  }
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  if (purpose != Purpose::hello) return take(purpose, response, refusal);
  return refusal != nullptr ? hello_refused(refusal->code) : take_hello(response);
}

Status Session::take(Purpose purpose, const Response& response, const RefusedAnswer* refusal) {
  switch (purpose) {
    case Purpose::sync:
      if (const auto* answer = std::get_if<SyncAnswer>(&response)) return take_sync(*answer);
      break;
    case Purpose::roll_items:
      if (const auto* answer = std::get_if<SyncAnswer>(&response)) return take_roll_items(*answer);
      break;
    case Purpose::list:
      return take_list(response);
    case Purpose::roll_blobs:
      if (const auto* answer = std::get_if<FetchAnswer>(&response)) return take_roll_blobs(*answer);
      break;
    case Purpose::blobs:
      if (const auto* answer = std::get_if<FetchAnswer>(&response)) return take_blobs(*answer);
      break;
    case Purpose::document:
      if (const auto* answer = std::get_if<SliceAnswer>(&response)) return take_document(*answer);
      break;
    case Purpose::leaf:
      return take_leaf(response);
    case Purpose::top_up:
      return take_top_up(response);
    case Purpose::append:
      return take_append(response);
    case Purpose::stage_small:
    case Purpose::stage_document:
    case Purpose::stage_commit:
    case Purpose::refill_stage:
    case Purpose::refill_document:
      purpose_ = purpose;
      return take_stage(response);
    case Purpose::commit:
      return take_commit(response);
    case Purpose::hold:
      return hold_taken();
    case Purpose::prove_officer:
      return refusal != nullptr ? refused(refusal->code) : Status();
    case Purpose::mailbox_make:
    case Purpose::mailbox_get:
    case Purpose::mailbox_answer:
      purpose_ = purpose;
      return take_mail(response);
    case Purpose::join_put:
    case Purpose::join_get:
      purpose_ = purpose;
      return take_join(response);
    case Purpose::exit_hello:
      at_the_door_ = refusal == nullptr;  // superseded, as we know
      return refusal != nullptr ? refused(refusal->code) : Status();
    case Purpose::exit:
      return take_exit(response);
    case Purpose::lift:
      return take_lift(response);
    case Purpose::refill_append:
      return take_refill(response);
    case Purpose::call:
      return take_call(response);
    case Purpose::check:
      if (const auto* answer = std::get_if<FetchAnswer>(&response)) return take_check(*answer);
      break;
    case Purpose::parcels:
      if (const auto* answer = std::get_if<ParcelsAnswer>(&response)) return take_parcels(*answer);
      break;
    case Purpose::hello:
    case Purpose::nothing:
      break;
  }
  return refusal != nullptr ? refused(refusal->code) : fail(ErrorKind::relay, "relay.unexpected");
}

}  // namespace kluis
