#include <utility>

#include "vault/core/device.h"
#include "vault/core/epoch.h"

// The leaf: one current X-Wing key per device, for all circles. Whatever opened a box dies after
// the sync that used it, once its successor is published; nothing counts as forgotten before that.
namespace kluis {

Result<bool> Device::rotation_due() {
  KLUIS_TRY(may, may_write());
  if (!may) return false;
  KLUIS_TRY(next, rows_.secret<LeafSeed>("leaf-next"));
  if (next) return true;  // drawn before a crash, perhaps published
  KLUIS_TRY(due, rows_.local_number("rotate_due"));
  return due != 0;
}

namespace {

Cell leaf_cell(const CircleAlias& roll, const DeviceId& device, std::uint64_t counter,
               const LeafSeed& seed, const RollPosition& drawn_at) {
  Cell cell;
  cell.circle = roll;
  cell.device = device;
  cell.kind = CellKind::leaf;
  cell.counter = counter;
  cell.value = encode(LeafValue{leaf_public(seed), drawn_at});
  return cell;
}

}  // namespace

// The next leaf is drawn once and its cell signed once; only the commit under which it is appended
// changes from try to try.
Result<SignedCell> Device::drawn_leaf() {
  KLUIS_TRY(drawn, rows_.local("leaf-next-cell"));
  if (drawn) return decode_signed_cell(*drawn);
  KLUIS_TRY(seed, identity());
  KLUIS_TRY(published, rows_.cell(roll_->alias(), id_, CellKind::leaf, 0));
  std::uint64_t counter = 1;
  if (published) {
    KLUIS_TRY(cell, decode_cell(published->bytes));
    counter = cell.counter + 1;
  }
  const LeafSeed next = LeafSeed::generate(*around_.entropy);
  SignedCell result =
      sign_cell(leaf_cell(roll_->alias(), id_, counter, next, roll_->head()), seed).signed_bytes();
  KLUIS_CHECK(around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.set_secret("leaf-next", next.expose()));
    return rows_.set_local("leaf-next-cell", encode(result));
  }));
  return result;
}

Result<AppendRequest> Device::publish_leaf() {
  KLUIS_TRY(state, rows_.circle(roll_->alias()));
  KLUIS_TRY(secret, rows_.epoch_secret(roll_->alias()));
  if (!state || !secret) return broken("store.damaged");
  KLUIS_TRY(cell, drawn_leaf());
  AppendRequest request;
  request.name = state->name;
  request.item =
      seal_item(*secret, roll_->alias(), state->number, ItemCell{cell}, *around_.entropy);
  request.expect_commit = roll_->commit_number();
  return request;
}

// A box for the next leaf, in an epoch that stands, proves that it was published: the old one dies,
// and the one that opened this box is replaced in its turn. Not before: anybody can make a header,
// and boxes in it.
Status Device::acknowledge_boxed_leaf(const VerifiedHeader& header, ByteView boxes) {
  KLUIS_TRY(next, rows_.secret<LeafSeed>("leaf-next"));
  if (!next) return {};
  KLUIS_TRY(opened, open_box(header, boxes, *next));
  return opened ? leaf_acknowledged() : Status();
}

Status Device::leaf_acknowledged() {
  KLUIS_TRY(next, rows_.secret<LeafSeed>("leaf-next"));
  KLUIS_TRY(encoded, rows_.local("leaf-next-cell"));
  if (!next || !encoded) return {};
  KLUIS_TRY(signed_cell, decode_signed_cell(*encoded));
  KLUIS_TRY(cell, decode_cell(signed_cell.bytes));
  return around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.set_secret("leaf", next->expose()));
    KLUIS_CHECK(rows_.clear_secret("leaf-next"));
    KLUIS_CHECK(rows_.clear_local("leaf-next-cell"));
    KLUIS_CHECK(rows_.put_cell(cell, signed_cell));
    KLUIS_TRY(again, rows_.local_number("rotate_again"));
    if (again != 0) return rows_.set_local_number("rotate_again", 0);  // still due, see removal.cc
    KLUIS_TRY(reseal, rows_.local_number("reseal_after_leaf"));
    if (reseal != 0) {
      // What was erased is forgotten when the leaf that could open it is, on this disk too.
      KLUIS_TRY(generation, rows_.local_number("generation"));
      KLUIS_CHECK(rows_.set_local_number("reseal_due", generation + 1));
      KLUIS_CHECK(rows_.set_local_number("reseal_after_leaf", 0));
    }
    return rows_.set_local_number("rotate_due", 0);
  });
}

}  // namespace kluis
