#include <algorithm>
#include <utility>

#include "proto/limits.h"
#include "sync/client/session.h"
#include "sync/client/slice_of.h"
#include "vault/core/chain.h"
#include "vault/core/epoch.h"

// Taking in what the relay has.
namespace kluis {
namespace {

constexpr std::size_t kBlobsAtOnce = 512;
// Far more than any honest epoch of the roll has: 500 superseded cells are a reason for the next.
constexpr std::size_t kFirstRollItemsMax = 65'536;
constexpr std::size_t kFirstRollBytesMax = 64U << 20U;

// Of a circle that a welcome or an enrolment brought, of which nothing is held yet.
bool is_only_a_name(const SyncEntry& entry) {
  return entry.count == 0 && entry.chain.is_zero();
}

// The relay's side of a new epoch of the roll, behind the items that came.
SyncEntry place_behind(const CircleName& name, const Device::RollUpdate& update) {
  const auto header = VerifiedHeader::from(update.superseded->signed_header);
  if (!header) return {name, 0, ChainShort{}};
  Chain chain = chain_start(header->hash());
  for (const SentItem& sent : update.items) chain = chain_next(chain, sent.item);
  return {name, static_cast<std::uint32_t>(update.items.size()), shorten(chain)};
}

const CircleName& name_of(const CircleAnswer& answer) {
  struct Name {
    const CircleName& operator()(const Superseded& part) const { return part.asked; }
    const CircleName& operator()(const NewItems& part) const { return part.name; }
    const CircleName& operator()(const Differs& part) const { return part.name; }
    const CircleName& operator()(const Unknown& part) const { return part.name; }
  };
  return std::visit(Name{}, answer);
}

}  // namespace

Result<bool> Session::is_roll(const CircleName& name) {
  KLUIS_TRY(entries, device_.sync_entries());
  // The roll stands first, and is always there.
  return !entries.empty() && entries.front().name == name;
}

Result<bool> Session::is_joining(const CircleName& name) {
  KLUIS_TRY(entries, device_.sync_entries());
  return std::any_of(entries.begin(), entries.end(), [&](const SyncEntry& entry) {
    return entry.name == name && is_only_a_name(entry);
  });
}

// A name that led nowhere is not asked again in this session: it may be the current one of a circle
// that is not ours, and then the digests would never agree.
Result<std::vector<SyncEntry>> Session::entries_to_ask() {
  KLUIS_TRY(entries, device_.sync_entries());
  std::erase_if(entries, [&](const SyncEntry& entry) {
    return is_only_a_name(entry) && unresolved_.contains(entry.name);
  });
  return std::move(entries);
}

// Our own idea of what the relay compared: names it calls superseded count as nothing held.
Result<Digest> Session::expected_digest() {
  KLUIS_TRY(entries, entries_to_ask());
  for (SyncEntry& entry : entries) {
    if (unresolved_.contains(entry.name)) entry = {entry.name, 0, ChainShort{}};
  }
  return sync_digest(entries);
}

Status Session::take_sync(const SyncAnswer& answer) {
  answers_.assign(answer.circles.begin(), answer.circles.end());
  // A circle that stays closed to us is answered again each time; it is nothing new.
  std::erase_if(answers_, [&](const CircleAnswer& circle) {
    const auto* superseded = std::get_if<Superseded>(&circle);
    return superseded != nullptr && unresolved_.contains(superseded->asked);
  });
  KLUIS_TRY(expected, expected_digest());
  synced_ = answers_.empty() && expected == answer.digest;
  // The roll's answer first: circles are judged by a fresh roll. When there is nothing to show and
  // the digest differs all the same, answers did not fit, or the relay lies: asked again, with an
  // end to it (ask_sync).
  for (auto answer_of_roll = answers_.begin(); answer_of_roll != answers_.end(); ++answer_of_roll) {
    KLUIS_TRY(roll, is_roll(name_of(*answer_of_roll)));
    if (!roll) continue;
    std::rotate(answers_.begin(), answer_of_roll, std::next(answer_of_roll));
    break;
  }
  return {};
}

Result<Session::Asked> Session::ask_pending() {
  if (list_for_) return ask_list();
  if (roll_update_) {
    KLUIS_TRY(asked, ask_roll());
    if (asked) return std::move(asked);
  }
  while (!answers_.empty()) {
    const CircleAnswer answer = std::move(answers_.front());
    answers_.pop_front();
    KLUIS_CHECK(take_circle(answer));
    if (!lifts_.empty()) return ask_lift();
    if (list_for_) return ask_list();
    if (device_.state() == DeviceState::removed) return ask_removed();
    if (roll_update_) {
      KLUIS_TRY(asked, ask_roll());
      if (asked) return std::move(asked);
      if (device_.state() == DeviceState::removed) return ask_removed();
    }
    if (done_) return Asked();
  }
  return Asked();
}

// One answer about one circle. The roll's stand first, so that circles are judged by a fresh roll.
Status Session::take_circle(const CircleAnswer& answer) {
  KLUIS_TRY(ended, device_.has_ended(name_of(answer)));
  // A relay that does not know yet how the circle ended has nothing to tell about it.
  if (ended && !std::holds_alternative<Superseded>(answer)) {
    unresolved_.insert(name_of(answer));
    synced_ = false;
    return {};
  }
  if (const auto* superseded = std::get_if<Superseded>(&answer)) {
    KLUIS_TRY(roll, is_roll(superseded->asked));
    if (!roll) return apply_superseded(*superseded, std::nullopt);
    roll_update_.emplace();
    roll_goes_on_ = false;
    roll_update_->superseded = *superseded;
    return {};
  }
  if (const auto* items = std::get_if<NewItems>(&answer)) {
    KLUIS_TRY(roll, is_roll(items->name));
    if (!roll) {
      report_.received += items->items.size();
      return device_.apply_items(items->name, items->from, items->items);
    }
    roll_update_.emplace();
    roll_update_->items = items->items;
    roll_update_->from = items->from;
    return {};
  }
  if (const auto* differs = std::get_if<Differs>(&answer)) return take_differs(*differs);
  // Unknown: a relay from before this epoch, or another one; or a welcome that led nowhere.
  const CircleName& name = std::get<Unknown>(answer).name;
  KLUIS_TRY(joining, is_joining(name));
  if (!joining && !lifted_) return begin_lifting();
  unresolved_.insert(name);
  return device_.led_astray(name);
}

Result<Session::Asked> Session::ask_roll() {
  KLUIS_TRY(needs, device_.roll_needs(*roll_update_));
  if (needs.list) {
    list_for_ = roll_update_->superseded;
    list_blob_ = *needs.list;
    list_bytes_.clear();
    list_total_ = 0;
    return ask(Purpose::list, FetchSliceRequest{list_blob_, 0});
  }
  if (needs.next_name && (roll_update_->items.empty() || roll_goes_on_)) {
    SyncRequest request;
    request.entries.push_back(place_behind(*needs.next_name, *roll_update_));
    return ask(Purpose::roll_items, std::move(request));
  }
  if (!needs.blobs.empty()) {
    if (needs.blobs.size() > kBlobsAtOnce) needs.blobs.resize(kBlobsAtOnce);
    roll_wanted_ = needs.blobs;
    return ask(Purpose::roll_blobs, FetchRequest{std::move(needs.blobs)});
  }
  KLUIS_CHECK(apply_roll());
  return Asked();
}

Status Session::apply_roll() {
  const bool superseded = roll_update_->superseded.has_value();
  KLUIS_TRY(outcome, device_.apply_roll(*roll_update_));
  report_.received += roll_update_->items.size();
  roll_update_.reset();
  synced_ = false;
  if (outcome == Device::RollOutcome::waiting) {
    done_ = true;
  }
  // Circles were asked by what we knew before; after a new roll epoch they are asked again.
  if (superseded) answers_.clear();
  return {};
}

Status Session::take_roll_items(const SyncAnswer& answer) {
  std::vector<SentItem>& items = roll_update_->items;
  const std::size_t before = items.size();
  roll_goes_on_ = false;
  for (const CircleAnswer& circle : answer.circles) {
    const auto* part = std::get_if<NewItems>(&circle);
    if (part == nullptr) continue;
    if (part->from != items.size()) return fail(ErrorKind::relay, "relay.inconsistent");
    items.insert(items.end(), part->items.begin(), part->items.end());
    // A joiner judges his first roll as a whole: it has to hold what the griffier told him.
    roll_goes_on_ = part->more && !device_.has_roll();
  }
  // An epoch of the roll begins with the acts that name it.
  if (items.size() == before) return fail(ErrorKind::relay, "relay.incomplete");
  std::size_t bytes = 0;
  for (const SentItem& sent : items) bytes += sent.item.size();
  if (items.size() > kFirstRollItemsMax || bytes > kFirstRollBytesMax) {
    return fail(ErrorKind::relay, "relay.inconsistent");
  }
  return {};
}

Status Session::take_roll_blobs(const FetchAnswer& answer) {
  bool progress = false;
  for (const FetchedBlob& fetched : answer.blobs) {
    if (std::find(roll_wanted_.begin(), roll_wanted_.end(), fetched.blob) == roll_wanted_.end()) {
      continue;
    }
    if (!fetched.present) {
      progress = roll_update_->absent.insert(fetched.blob).second || progress;
      continue;
    }
    if (fetched.bytes.empty()) continue;
    roll_update_->blobs[fetched.blob] = fetched.bytes;
    progress = true;
  }
  return progress ? Status() : Status(fail(ErrorKind::relay, "relay.incomplete"));
}

Status Session::apply_superseded(const Superseded& answer, const std::optional<Bytes>& list) {
  KLUIS_TRY(outcome, device_.apply_epoch(answer, list));
  switch (outcome) {
    case Device::EpochOutcome::applied:
      synced_ = false;
      return drop_answers_about(answer);
    case Device::EpochOutcome::ended:
    case Device::EpochOutcome::removed:
      synced_ = false;
      return {};
    case Device::EpochOutcome::wants_list: {
      KLUIS_TRY(header, VerifiedHeader::from(answer.signed_header));
      list_for_ = answer;
      list_blob_ = blob_name_of(header.header().list_hash);
      list_bytes_.clear();
      list_total_ = 0;
      return {};
    }
    case Device::EpochOutcome::waiting:
      unresolved_.insert(answer.asked);
      synced_ = false;
      return {};
    case Device::EpochOutcome::roll_is_behind:
      // The roll came before this circle's answer was made; ask for all again.
      synced_ = false;
      return {};
    case Device::EpochOutcome::astray:
      unresolved_.insert(answer.asked);
      synced_ = false;
      return device_.led_astray(answer.asked);
    case Device::EpochOutcome::known:
      return fail(ErrorKind::relay, "relay.inconsistent");
  }
  return {};
}

// An epoch that was opened by one welcome may have been asked for by the name of another as well.
Status Session::drop_answers_about(const Superseded& taken) {
  KLUIS_TRY(header, VerifiedHeader::from(taken.signed_header));
  KLUIS_TRY(state, device_.rows().circle(header.header().circle));
  if (!state) return {};
  std::erase_if(answers_,
                [&](const CircleAnswer& answer) { return name_of(answer) == state->name; });
  return {};
}

Status Session::take_differs(const Differs& answer) {
  KLUIS_TRY(outcome, device_.consider_differs(answer));
  if (outcome == Device::DiffersOutcome::fork) return broken("fork.other_chain");
  KLUIS_TRY(ends, device_.ends());
  if (!std::exchange(ends_lifted_, true)) lifts_.insert(lifts_.end(), ends.begin(), ends.end());
  KLUIS_TRY(circles, device_.rows().circles());
  for (const CircleState& state : circles) {
    if (state.name != answer.name || state.standing != Standing::current) continue;
    KLUIS_TRY(refills, device_.refill_items(state.alias, answer.count));
    for (Device::Refill& refill : refills) refills_.push_back(std::move(refill));
  }
  return {};
}

Result<Session::Asked> Session::ask_list() {
  const auto slice = static_cast<std::uint32_t>(list_bytes_.size() / kSliceBytes);
  return ask(Purpose::list, FetchSliceRequest{list_blob_, slice});
}

Status Session::take_list(const Response& response) {
  const auto* slice = std::get_if<SliceAnswer>(&response);
  if (slice == nullptr) return fail(ErrorKind::relay, "relay.unexpected");
  // An epoch's list goes when the next epoch comes, which may be between two requests of ours.
  if (!slice->present && absent_list_ != list_blob_) return list_is_gone();
  if (list_bytes_.empty()) list_total_ = slice->total_bytes;
  if (!slice->present || slice->total_bytes != list_total_ ||
      list_total_ > kListChunkBytesMax * kListChunksMax ||
      !is_whole_slice(*slice, list_bytes_.size())) {
    return fail(ErrorKind::relay, "relay.incomplete");
  }
  append(list_bytes_, slice->bytes);
  if (list_bytes_.size() < list_total_) return {};
  const Superseded epoch = std::move(*list_for_);
  list_for_.reset();
  if (roll_update_) {
    roll_update_->list = std::move(list_bytes_);
    return {};
  }
  return apply_superseded(epoch, std::move(list_bytes_));
}

// Asks for everything anew. Who is then shown the same epoch, and again not its list, gives up.
Status Session::list_is_gone() {
  absent_list_ = list_blob_;
  list_for_.reset();
  roll_update_.reset();
  answers_.clear();
  synced_ = false;
  return {};
}

Result<Session::Asked> Session::ask_blobs() {
  if (!device_.has_roll()) return Asked();
  KLUIS_TRY(wanted, device_.wanted_blobs(kBlobsAtOnce + absent_blobs_.size()));
  wanted_.clear();
  FetchRequest request;
  for (Device::WantedBlob& blob : wanted) {
    if (absent_blobs_.contains(blob.record) || wanted_.size() == kBlobsAtOnce) continue;
    request.blobs.push_back(blob.blob);
    wanted_.push_back(blob);
  }
  if (wanted_.empty()) return Asked();
  return ask(Purpose::blobs, std::move(request));
}

Status Session::take_blobs(const FetchAnswer& answer) {
  bool progress = false;
  for (const FetchedBlob& fetched : answer.blobs) {
    const auto wanted = std::find_if(
        wanted_.begin(), wanted_.end(),
        [&](const Device::WantedBlob& candidate) { return candidate.blob == fetched.blob; });
    if (wanted == wanted_.end()) continue;
    progress = true;
    // Whatever becomes of it, it is not asked for again in this session.
    absent_blobs_.insert(wanted->record);
    if (!fetched.present || fetched.bytes.empty()) continue;
    KLUIS_CHECK(device_.accept_blob(*wanted, fetched.bytes));
    ++report_.received;
  }
  return progress ? Status() : Status(fail(ErrorKind::relay, "relay.incomplete"));
}

}  // namespace kluis
