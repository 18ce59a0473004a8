#include <algorithm>
#include <utility>

#include "sync/client/session.h"
#include "sync/client/slice_of.h"

// Handing a relay that lies behind what it lost: newest epochs, items in their order, and blobs.
namespace kluis {
namespace {

constexpr std::size_t kBlobsAtOnce = 512;

}  // namespace

Status Session::begin_lifting() {
  lifted_ = true;
  KLUIS_TRY(lifts, device_.lifts());
  lifts_.assign(lifts.begin(), lifts.end());
  answers_.clear();  // the relay answers anew after it
  synced_ = false;
  return {};
}

// Before hello as well: the relay may not know the key that we would say it with.
Result<Session::Asked> Session::ask_lift() {
  if (lifts_.empty()) return Asked();
  return ask(Purpose::lift, lifts_.front());
}

Status Session::take_lift(const Response& response) {
  // Refused: it was lifted by another device, beyond what we know, and the sync shows it; or the
  // relay knows neither this raad nor its officers any more, and hello says so.
  static_cast<void>(response);
  lifts_.pop_front();
  synced_ = false;
  return {};
}

const BlobName& Session::document_being_refilled() const {
  const Device::Refill& refill = refills_.front();
  return refill.documents[refill_staged_ - refill.blobs.size()];
}

// The item goes on without it; whoever has it is called for later.
Status Session::refill_without_document() {
  Device::Refill& refill = refills_.front();
  std::erase(refill.request.blobs, document_being_refilled());
  refill.incomplete = true;
  ++refill_staged_;
  staged_bytes_ = 0;
  return {};
}

Result<Session::Asked> Session::ask_refill() {
  // A blob of an epoch stands by itself: staged, it is there.
  while (!refills_.empty() && refills_.front().request.item.empty() &&
         refill_staged_ == refills_.front().blobs.size()) {
    refills_.pop_front();
    refill_staged_ = 0;
  }
  if (refills_.empty()) return Asked();
  Device::Refill& refill = refills_.front();
  if (refill_staged_ < refill.blobs.size()) {
    return ask(Purpose::refill_stage, slice_of(refill.blobs[refill_staged_], staged_bytes_));
  }
  while (refill_staged_ < refill.blobs.size() + refill.documents.size()) {
    const BlobName document = document_being_refilled();
    bool here = false;
    if (options_.documents != nullptr) {
      KLUIS_TRY(exists, options_.documents->exists(document));
      here = exists;
    }
    if (here) {
      if (staged_bytes_ == 0) refill.request.blobs.push_back(document);
      StageRequest request;
      request.blob = document;
      KLUIS_TRY(there, read_slice(request));
      if (there) return ask(Purpose::refill_document, std::move(request));
    }
    KLUIS_CHECK(refill_without_document());
  }
  return ask(Purpose::refill_append, refill.request);
}

Status Session::take_refill(const Response& response) {
  if (std::holds_alternative<LaterAnswer>(response)) return fail(ErrorKind::relay, "relay.busy");
  if (const auto* refusal = std::get_if<RefusedAnswer>(&response)) return refused(refusal->code);
  if (!std::holds_alternative<AppendAnswer>(response)) {
    // Its epoch went meanwhile, and every item with it.
    refills_.clear();
    refill_staged_ = 0;
    return lost_race();
  }
  const Device::Refill& refill = refills_.front();
  if (refill.incomplete && !refill.record.is_zero()) {
    calls_.push_back({refill.circle, refill.record});
  }
  refills_.pop_front();
  refill_staged_ = 0;
  if (refills_.empty()) synced_ = false;
  return {};
}

Result<Session::Asked> Session::ask_call() {
  while (!calls_.empty()) {
    KLUIS_TRY(request, device_.call_for_blobs(calls_.front().circle, calls_.front().record));
    if (request) return ask(Purpose::call, std::move(*request));
    calls_.pop_front();
  }
  return Asked();
}

Status Session::take_call(const Response& response) {
  if (std::holds_alternative<ConflictAnswer>(response) ||
      std::holds_alternative<Superseded>(response)) {
    return lost_race();
  }
  if (std::holds_alternative<LaterAnswer>(response)) return fail(ErrorKind::relay, "relay.busy");
  if (const auto* refusal = std::get_if<RefusedAnswer>(&response)) return refused(refusal->code);
  calls_.pop_front();
  synced_ = false;
  return {};
}

// Which blobs of the records that we hold does the relay not have? Once for each circle: anybody in
// it can give cause for the question.
Result<Session::Asked> Session::ask_check() {
  if (!device_.has_roll()) return Asked();
  if (!checking_) {
    KLUIS_TRY(circles, device_.circles_to_check());
    for (const CircleAlias& circle : circles) {
      if (!checked_.insert(circle).second) continue;
      KLUIS_TRY(held, device_.held_blobs(circle));
      to_check_.assign(held.begin(), held.end());
      checking_ = circle;
      break;
    }
  }
  if (!checking_) return Asked();
  if (to_check_.empty()) {
    KLUIS_CHECK(device_.circle_checked(*checking_));
    checking_.reset();
    return ask_check();
  }
  FetchRequest request;
  for (const Device::HeldBlob& held : to_check_) {
    if (request.blobs.size() == kBlobsAtOnce) break;
    request.blobs.push_back(held.blob);
  }
  return ask(Purpose::check, std::move(request));
}

Status Session::take_lost(const Device::HeldBlob& lost) {
  if (!lost.of_epoch) return device_.blob_is_lost(*checking_, lost);
  KLUIS_TRY(blob, device_.epoch_blob(*checking_, lost.blob));
  if (!blob) return {};
  Device::Refill refill;
  refill.circle = *checking_;
  refill.blobs.push_back(std::move(*blob));
  refills_.push_back(std::move(refill));
  return {};
}

Status Session::take_check(const FetchAnswer& answer) {
  if (answer.blobs.empty()) return fail(ErrorKind::relay, "relay.incomplete");
  for (const FetchedBlob& fetched : answer.blobs) {
    if (to_check_.empty() || to_check_.front().blob != fetched.blob) {
      return fail(ErrorKind::relay, "relay.inconsistent");
    }
    if (!fetched.present) KLUIS_CHECK(take_lost(to_check_.front()));
    to_check_.pop_front();
  }
  return {};
}

}  // namespace kluis
