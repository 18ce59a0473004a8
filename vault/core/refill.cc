#include <utility>

#include "vault/core/chain.h"
#include "vault/core/device.h"

// Handing a relay that was restored from a backup what it has lost. Names and bytes of blobs are a
// pure function of what we hold, and items and ops are kept as they were sent, so that refilling is
// idempotent whoever does it.
namespace kluis {

Result<std::vector<LiftRequest>> Device::lifts() {
  std::vector<LiftRequest> requests;
  KLUIS_TRY(circles, rows_.circles());
  const auto add = [&](const CircleState& state) -> Status {
    if (state.standing != Standing::current) return {};
    KLUIS_TRY(bytes, rows_.epoch_bytes(state.alias));
    if (!bytes) return {};
    KLUIS_TRY(header, VerifiedHeader::from(bytes->signed_header));
    const Header& fields = header.header();
    LiftRequest request;
    request.op = bytes->op;
    request.signed_header = bytes->signed_header;
    request.name = state.name;
    request.blobs.push_back({blob_name_of(fields.boxes_hash), bytes->boxes});
    request.blobs.push_back({blob_name_of(fields.list_hash), bytes->list});
    requests.push_back(std::move(request));
    return {};
  };
  KLUIS_TRY(roll, roll_alias());
  for (const CircleState& state : circles) {
    if (roll && state.alias == *roll) KLUIS_CHECK(add(state));
  }
  for (const CircleState& state : circles) {
    if (roll && state.alias != *roll) KLUIS_CHECK(add(state));
  }
  return requests;
}

Result<std::vector<Device::Refill>> Device::refill_items(const CircleAlias& circle,
                                                         std::uint32_t from) {
  std::vector<Refill> refills;
  KLUIS_TRY(state, rows_.circle(circle));
  KLUIS_TRY(secret, rows_.epoch_secret(circle));
  if (!state || !secret) return refills;
  KLUIS_TRY(items, rows_.items(circle));
  for (std::size_t i = from; i < items.size(); ++i) {
    Refill refill;
    refill.request.name = state->name;
    refill.request.item = items[i].item;
    refill.request.blobs = items[i].blobs;
    auto item = open_item(*secret, circle, state->number, items[i].item);
    auto* entry = item ? std::get_if<ItemRecord>(&*item) : nullptr;
    if (entry != nullptr) {
      const RecordKey key = RecordKey::copy_of(entry->key);
      wipe(entry->key);
      KLUIS_TRY(record, rows_.record(circle, entry->record));
      if (!record) continue;  // another device has its bytes
      refill.blobs.push_back({blob_name(key), seal_record(key, *record)});
      for (const BlobName& blob : items[i].blobs) {
        if (blob != refill.blobs.front().blob) refill.documents.push_back(blob);
      }
    }
    refills.push_back(std::move(refill));
  }
  return refills;
}

}  // namespace kluis
