#include "tests/explore/lies.h"

#include <algorithm>
#include <set>
#include <variant>

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

}  // namespace kluis::test
