#include "tests/explore/lies.h"

#include <algorithm>
#include <set>
#include <variant>

#include "sync/relay/rows.h"
#include "vault/core/chain.h"

namespace kluis::test {
namespace {

const CircleName& name_in(const CircleAnswer& answer) {
  struct Name {
    const CircleName& operator()(const Superseded& part) const { return part.asked; }
    const CircleName& operator()(const NewItems& part) const { return part.name; }
    const CircleName& operator()(const Differs& part) const { return part.name; }
    const CircleName& operator()(const Unknown& part) const { return part.name; }
  };
  return std::visit(Name{}, answer);
}

const std::vector<SyncEntry>* entries_of(const Request& request) {
  if (const auto* hello = std::get_if<HelloRequest>(&request)) return &hello->entries;
  if (const auto* sync = std::get_if<SyncRequest>(&request)) return &sync->entries;
  return nullptr;
}

std::uint32_t count_asked(const Request& request, const CircleName& name) {
  for (const SyncEntry& entry : *entries_of(request)) {
    if (entry.name == name) return entry.count;
  }
  return 0;
}

// What a device expects that is told of nothing new.
Digest contented(const std::vector<SyncEntry>& asked, const SyncAnswer& told) {
  std::set<CircleName> superseded;
  for (const CircleAnswer& answer : told.circles) {
    if (std::holds_alternative<Superseded>(answer)) superseded.insert(name_in(answer));
  }
  std::vector<SyncEntry> entries = asked;
  for (SyncEntry& entry : entries) {
    if (superseded.contains(entry.name)) entry = {entry.name, 0, ChainShort{}};
  }
  return sync_digest(entries);
}

}  // namespace

bool begin_hiding(Lie kind, std::size_t index, const Request& request, Response& response,
                  Hidden& hidden) {
  if (kind == Lie::hide_blobs) {
    auto* fetched = std::get_if<FetchAnswer>(&response);
    if (fetched == nullptr || fetched->blobs.empty() || index != 0) return false;
    for (FetchedBlob& blob : fetched->blobs) blob = {blob.blob, false, 0, {}};
    return true;
  }
  auto* answer = std::get_if<SyncAnswer>(&response);
  if (answer == nullptr || index >= answer->circles.size()) return false;
  CircleAnswer& circle = answer->circles[index];
  auto* items = std::get_if<NewItems>(&circle);
  if (kind == Lie::hide_circle) {
    hidden[name_in(circle)] = count_asked(request, name_in(circle));
  } else if (items == nullptr || items->items.size() < 2) {
    return false;
  } else if (kind == Lie::hide_last_item) {
    hidden[items->name] = items->from + static_cast<std::uint32_t>(items->items.size()) - 1;
  } else {
    items->items.erase(items->items.begin());
  }
  hide(hidden, request, response);
  return true;
}

void hide(const Hidden& hidden, const Request& request, Response& response) {
  auto* answer = std::get_if<SyncAnswer>(&response);
  if (answer == nullptr || hidden.empty()) return;
  bool left_out = false;
  std::erase_if(answer->circles, [&](CircleAnswer& circle) {
    const auto limit = hidden.find(name_in(circle));
    if (limit == hidden.end()) return false;
    left_out = true;
    auto* items = std::get_if<NewItems>(&circle);
    if (items == nullptr || items->from >= limit->second) return true;
    const std::size_t shown = limit->second - items->from;
    if (items->items.size() > shown) items->items.resize(shown);
    return false;
  });
  if (left_out) answer->digest = contented(*entries_of(request), *answer);
}

RelayImagePtr with_cells_of(const Setting& setting, const RelayImagePtr& branch,
                            const RelayImagePtr& other) {
  MemoryStorage storage(branch->storage);
  const auto& tenancies = storage.rows(RelayTable::tenancy);
  const auto tenancy = TenancyId::from(tenancies.begin()->first);
  const auto row = from_row<TenancyRow>(tenancies.begin()->second);
  const Bytes key = row_key(*tenancy, row->roll);
  const auto epoch = from_row<EpochRow>(storage.rows(RelayTable::epoch).at(key));
  const auto there = from_row<EpochRow>(other->storage.rows(RelayTable::epoch).at(key));
  if (epoch->header != there->header) return branch;
  Relay relay(storage, setting.raad.clock, setting.raad.receipt_seed());
  RelaySession session;
  session.tenancy = tenancy;
  session.raad_key = row->raad_key;
  for (const auto& [place, value] : other->storage.rows(RelayTable::item)) {
    const auto item = from_row<ItemRow>(value);
    const bool of_roll = same_bytes(ByteView(place).first(key.size()), key);
    if (!of_roll || !item->sent.blobs.empty()) continue;
    AppendRequest request;
    request.name = epoch->name;
    request.item = item->sent.item;
    if (!relay.handle(session, request)) return branch;
  }
  return std::make_shared<const RelayImage>(storage, branch.get());
}

}  // namespace kluis::test
