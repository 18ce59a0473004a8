#include <utility>

#include "vault/core/chain.h"
#include "vault/core/device.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

// Handing a relay that was restored from a backup what it has lost. Names and bytes of blobs are a
// pure function of what we hold, and items and ops are kept as they were sent, so that refilling is
// idempotent whoever does it.
namespace kluis {

// Whether what came with an epoch is its officer's own word about it. It is not needed to read, but
// to hand the epoch in one day, at a relay that has lost it: no other would take a false one.
Status Device::check_op(const SignedOp& signed_op, const VerifiedHeader& header,
                        const EpochSecret& secret) {
  const Header& fields = header.header();
  const EnrolledDevice* officer = roll_->device(header.signer());
  const auto op = decode_epoch_op(signed_op.bytes);
  if (!op || officer == nullptr || signed_op.signer != officer->officer_key ||
      !verify(signed_op.signer.view(), "epoch-op", signed_op.bytes, signed_op.signature)) {
    return broken("epoch.op");
  }
  KLUIS_TRY(tenancy_id, tenancy());
  std::optional<RaadKey> raad_key;
  if (fields.circle == roll_->alias()) raad_key = signing_public<RaadKey>(raad_seed(secret));
  const bool same = op->tenancy == tenancy_id && op->circle == fields.circle &&
                    op->number == fields.number && op->header == header.hash() &&
                    op->name_hash == hash_as<Digest>("name", {circle_name(secret).view()}) &&
                    op->raad_key == raad_key && op->kind == fields.kind &&
                    op->boxes_hash == fields.boxes_hash && op->list_hash == fields.list_hash;
  return same ? Status() : Status(broken("epoch.op"));
}

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
