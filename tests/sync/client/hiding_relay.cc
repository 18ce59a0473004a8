#include "tests/sync/client/hiding_relay.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "sync/relay/answer.h"
#include "vault/core/chain.h"

namespace kluis::test {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) std::abort();
  return std::move(*result);
}

void hide_blobs(FetchAnswer& answer, const std::function<bool(const BlobName&)>& hides) {
  for (FetchedBlob& blob : answer.blobs) {
    if (hides(blob.blob)) blob = {blob.blob, false, 0, {}};
  }
}

// The chain that a device has after the items it was shown.
ChainShort chain_of(const HeaderHash& header, const std::vector<SentItem>& items,
                    const std::vector<std::uint32_t>& shown) {
  Chain chain = chain_start(header);
  for (const std::uint32_t index : shown) chain = chain_next(chain, items[index].item);
  return shorten(chain);
}

}  // namespace

const char* name_of(Hideable what) {
  static constexpr std::array kNames = {"header", "newest", "boxes",   "list",   "act",
                                        "leaf",   "cell",   "welcome", "record", "blob"};
  return kNames.at(static_cast<std::size_t>(what));
}

HidingRelay::HidingRelay(SimulatedRaad& raad) : raad_(raad), state_(raad.storage, raad.clock) {}

Result<SessionReport> HidingRelay::sync(Party& party) {
  raad_.reload(party);
  party_ = &party;
  asked_.clear();
  for (const auto& each : raad_.parties) learn_secrets(*each);
  RelaySession connection;
  connection.handshake_hash.resize(64);
  party.entropy.fill(connection.handshake_hash);
  Session session(*party.device, {connection.handshake_hash, false, nullptr});
  while (true) {
    KLUIS_TRY(request, session.next());
    if (!request) break;
    asked_.push_back(*request);
    const Response response = answer(connection, *request);
    KLUIS_CHECK(session.receive(response));
    learn_secrets(party);
    keep_epochs();
  }
  return session.report();
}

void HidingRelay::learn_secrets(Party& party) {
  DeviceRows rows(party.store);
  for (const CircleState& state : must(rows.circles())) {
    auto secret = must(rows.epoch_secret(state.alias));
    if (secret) secrets_.try_emplace({state.alias, state.number}, std::move(*secret));
  }
}

Hideable HidingRelay::kind_of(const CircleAlias& circle, std::uint64_t number, ByteView item) {
  const bool is_roll = circle == must(state_.tenancy(tenancy_)).row.roll;
  const auto secret = secrets_.find({circle, number});
  // Nobody has opened this epoch yet: a new one of the roll begins with its acts.
  if (secret == secrets_.end()) return is_roll ? Hideable::act : Hideable::record;
  const auto opened = open_item(secret->second, circle, number, item);
  if (!opened) return Hideable::cell;
  if (std::holds_alternative<Welcome>(*opened)) return Hideable::welcome;
  if (const auto* cell = std::get_if<ItemCell>(&*opened)) {
    const auto content = decode_cell(cell->cell.bytes);
    const bool leaf = content && content->kind == CellKind::leaf;
    return leaf ? Hideable::leaf : Hideable::cell;
  }
  return is_roll ? Hideable::act : Hideable::record;
}

bool HidingRelay::lost(const RelaySession& session, const Request& request) {
  const auto* append = std::get_if<AppendRequest>(&request);
  if (append == nullptr || !loses || !session.tenancy) return false;
  const auto circle = must(state_.alias_of(tenancy_, append->name));
  if (!circle) return false;
  const auto epoch = must(state_.epoch(tenancy_, *circle));
  return epoch->name == append->name &&
         loses(*party_, kind_of(*circle, epoch->number, append->item));
}

Response HidingRelay::answer(RelaySession& session, const Request& request) {
  if (lost(session, request)) return AppendAnswer{0};
  Response honest = must(raad_.relay().handle(session, request)).response;
  if (session.tenancy) tenancy_ = *session.tenancy;
  if (std::holds_alternative<HelloSuperseded>(honest)) {
    return hello_superseded(session, request, std::move(honest));
  }
  if (std::holds_alternative<SyncAnswer>(honest)) {
    const auto* hello = std::get_if<HelloRequest>(&request);
    return answer_sync(tenancy_,
                       hello != nullptr ? hello->entries : std::get<SyncRequest>(request).entries);
  }
  auto* fetched = std::get_if<FetchAnswer>(&honest);
  if (fetched != nullptr) {
    hide_blobs(*fetched, [&](const BlobName& blob) {
      return hidden(Hideable::blob) || (hides_blob && hides_blob(*party_, blob));
    });
  }
  if (std::holds_alternative<SliceAnswer>(honest) && hidden(Hideable::list)) return SliceAnswer{};
  if (std::holds_alternative<Superseded>(honest) && hidden(Hideable::header)) {
    return AppendAnswer{0};  // as if it had been taken
  }
  return honest;
}

// Whose roll is superseded and must not know it: his syncs show him what he has, and whatever else
// he asks is put off.
Response HidingRelay::hello_superseded(const RelaySession& session, const Request& request,
                                       Response honest) {
  if (hidden(Hideable::boxes)) std::get<HelloSuperseded>(honest).roll.boxes.clear();
  if (!hidden(Hideable::header) || !session.tenancy) return honest;
  if (const auto* hello = std::get_if<HelloRequest>(&request)) {
    return answer_sync(tenancy_, hello->entries);
  }
  if (const auto* sync = std::get_if<SyncRequest>(&request)) {
    return answer_sync(tenancy_, sync->entries);
  }
  return RefusedAnswer{RefusalCode::busy};
}

SyncAnswer HidingRelay::answer_sync(const TenancyId& tenancy,
                                    const std::vector<SyncEntry>& entries) {
  SyncAnswer answer;
  answer.commit_number = must(state_.tenancy(tenancy)).row.commit_number;
  std::vector<SyncEntry> now;
  for (const SyncEntry& entry : entries) show(entry, answer, now);
  answer.digest = sync_digest(now);
  return answer;
}

void HidingRelay::show(const SyncEntry& entry, SyncAnswer& answer, std::vector<SyncEntry>& now) {
  const auto circle = must(state_.alias_of(tenancy_, entry.name));
  if (!circle) {
    answer.circles.emplace_back(Unknown{entry.name});
    now.push_back({entry.name, 0, {}});
    return;
  }
  const EpochRow epoch = must(state_.epoch(tenancy_, *circle)).value();
  const bool current = epoch.name == entry.name;
  const bool only_the_name = entry.count == 0 && entry.chain.is_zero();
  if (current && !only_the_name) return show_items(entry, *circle, epoch, answer, now);
  if (hidden(Hideable::header)) {
    now.push_back(entry);  // nothing new
    return;
  }
  const auto* older = hidden(Hideable::newest) ? older_epoch(*circle, entry.name) : nullptr;
  if (older != nullptr) {
    answer.circles.emplace_back(*older);
    std::get<Superseded>(answer.circles.back()).asked = entry.name;
    now.push_back({entry.name, 0, {}});
    return;
  }
  Superseded newest = must(superseded(state_, tenancy_, *circle, entry.name));
  if (hidden(Hideable::boxes)) newest.boxes.clear();
  answer.circles.emplace_back(std::move(newest));
  now.push_back(current ? SyncEntry{entry.name, epoch.count, shorten(epoch.chain)}
                        : SyncEntry{entry.name, 0, {}});
}

void HidingRelay::keep_epochs() {
  if (tenancy_.is_zero()) return;
  const CircleAlias roll = must(state_.tenancy(tenancy_)).row.roll;
  for (const CircleState& state : must(DeviceRows(raad_.parties.front()->store).circles())) {
    const auto epoch = must(state_.epoch(tenancy_, state.alias));
    if (!epoch || state.alias == roll || epochs_[state.alias].contains(epoch->number)) continue;
    epochs_[state.alias].emplace(epoch->number,
                                 must(superseded(state_, tenancy_, state.alias, CircleName{})));
  }
}

const Superseded* HidingRelay::older_epoch(const CircleAlias& circle, const CircleName& held) {
  auto& kept = epochs_[circle];
  for (const CircleState& state : must(DeviceRows(party_->device->rows().store()).circles())) {
    if (state.name != held || kept.size() < 2) continue;
    const auto& [number, epoch] = *std::prev(kept.end(), 2);
    if (number > state.number) return &epoch;
  }
  return nullptr;
}

std::vector<SentItem> HidingRelay::items_of(const CircleAlias& circle) {
  std::vector<SentItem> items;
  must(raad_.storage
           .scan(RelayTable::item, row_key(tenancy_, circle), {},
                 [&](ByteView, ByteView value) {
                   items.push_back(must(from_row<ItemRow>(value)).sent);
                   return true;
                 })
           .map([] { return true; }));
  return items;
}

void HidingRelay::show_items(const SyncEntry& entry, const CircleAlias& circle,
                             const EpochRow& epoch, SyncAnswer& answer,
                             std::vector<SyncEntry>& now) {
  const std::vector<SentItem> items = items_of(circle);
  Shown& shown = shown_[{party_->name, epoch.header}];
  // What it has by itself, or was shown by the honest relay: all from the first on.
  while (shown.size() < entry.count && shown.size() < items.size()) {
    shown.push_back(static_cast<std::uint32_t>(shown.size()));
  }
  // What it was shown and did not keep is shown again, or not.
  if (shown.size() > entry.count) shown.resize(entry.count);
  NewItems more{entry.name, entry.count, {}, false};
  for (std::uint32_t i = shown.empty() ? 0 : shown.back() + 1; i < items.size(); ++i) {
    if (hidden(kind_of(circle, epoch.number, items[i].item))) continue;
    shown.push_back(i);
    more.items.push_back(items[i]);
  }
  now.push_back(
      {entry.name, static_cast<std::uint32_t>(shown.size()), chain_of(epoch.header, items, shown)});
  if (!more.items.empty()) answer.circles.emplace_back(std::move(more));
}

}  // namespace kluis::test
