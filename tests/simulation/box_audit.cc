#include "tests/simulation/box_audit.h"

#include <utility>

#include "sync/relay/state.h"
#include "vault/core/chain.h"

namespace kluis::test {

Result<SealedEpoch> newest_epoch(MemoryStorage& relay, const Clock& clock, const TenancyId& tenancy,
                                 const CircleAlias& circle) {
  RelayState state(relay, clock);
  KLUIS_TRY(text, state.epoch_text(tenancy, circle));
  KLUIS_TRY(header, VerifiedHeader::from(text.signed_header));
  KLUIS_TRY(boxes, state.read_blob(tenancy, blob_name_of(header.header().boxes_hash)));
  return SealedEpoch{circle, std::move(header), std::move(boxes), {}, {}};
}

Result<std::optional<EpochSecret>> secret_within(DeviceRows& rows, const SealedEpoch& epoch) {
  const Digest& wanted = epoch.header.header().commitment;
  KLUIS_TRY(held, rows.epoch_secret(epoch.circle));
  if (held && commitment(*held) == wanted) return std::move(held);
  KLUIS_TRY(welcomed, rows.welcomed());
  for (DeviceRows::Welcomed& one : welcomed) {
    if (one.circle != epoch.circle || commitment(one.secret) != wanted) continue;
    return std::optional<EpochSecret>(std::move(one.secret));
  }
  for (const char* name : {"leaf", "leaf-next"}) {
    KLUIS_TRY(leaf, rows.secret<LeafSeed>(name));
    if (!leaf) continue;
    KLUIS_TRY(secret, open_box(epoch.header, epoch.boxes, *leaf));
    if (secret) return std::move(secret);
  }
  return std::optional<EpochSecret>();
}

Status read_list(MemoryStorage& relay, const Clock& clock, const TenancyId& tenancy,
                 const EpochSecret& secret, SealedEpoch& epoch) {
  RelayState state(relay, clock);
  KLUIS_TRY(bytes, state.read_blob(tenancy, blob_name_of(epoch.header.header().list_hash)));
  KLUIS_TRY(list, open_list(epoch.header, bytes, secret));
  for (KeyEntry& entry : list.entries) wipe(entry.key);
  epoch.members = std::move(list.members);
  for (SignedCell& signed_cell : list.cells) {
    KLUIS_TRY(cell, VerifiedCell::from(std::move(signed_cell)));
    if (cell.cell().kind == CellKind::leaf) epoch.leaves.push_back(std::move(cell));
  }
  return {};
}

std::optional<DeviceId> sealed_ahead_of(const RollState& roll, const SealedEpoch& epoch) {
  for (const VerifiedCell& leaf : epoch.leaves) {
    if (leaf.cell().counter == 0) continue;  // a certificate's: the roll itself brought it
    const auto value = decode_leaf_value(leaf.cell().value);
    if (!value || !roll.contains(value->drawn_at)) return leaf.cell().device;
  }
  return std::nullopt;
}

}  // namespace kluis::test
