#include <algorithm>
#include <set>

#include "proto/commit.h"
#include "proto/epoch.h"
#include "proto/limits.h"
#include "sync/relay/limits.h"
#include "sync/relay/refusal.h"
#include "sync/relay/relay.h"
#include "vault/core/chain.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

// What officers change: commits, the founding one, and the lifting of a relay that lies behind.
namespace kluis {

struct Relay::Change {
  EpochOp op;
  Header header;
  const EpochChange* raw = nullptr;

  [[nodiscard]] bool ends() const { return op.kind == HeaderKind::end; }
};

namespace {

template <typename T>
Result<T> well_formed(Result<T> decoded) {
  if (!decoded) return refused(RefusalCode::malformed);
  return decoded;
}

// Whether op, header and name say the same.
bool agree(const EpochOp& op, const Header& header, const EpochChange& change,
           const HeaderHash& hash) {
  if (op.header != hash || op.circle != header.circle || op.number != header.number ||
      op.kind != header.kind || op.boxes_hash != header.boxes_hash ||
      op.list_hash != header.list_hash) {
    return false;
  }
  if (op.kind == HeaderKind::end) return change.name.is_zero();
  return !change.name.is_zero() && op.name_hash == hash_as<Digest>("name", {change.name.view()});
}

Digest dropped_digest(const BlobNames& erased) {
  if (erased.empty()) return {};
  Bytes all;
  all.reserve(erased.size() * BlobName::kSize);
  for (const BlobName& name : erased) append(all, name.view());
  return hash_as<Digest>("dropped", {all});
}

}  // namespace

// ---- Checks that read, and change nothing ----

Result<Relay::Change> Relay::check_change(const Tenancy& tenancy, const EpochChange& change) {
  KLUIS_TRY(op, well_formed(decode_epoch_op(change.op.bytes)));
  KLUIS_TRY(signed_header, well_formed(decode_signed_header(change.signed_header)));
  KLUIS_TRY(header, well_formed(decode_header(signed_header.bytes)));
  if (change.signed_header.size() > kHeaderBytesMax ||
      !agree(op, header, change, hash_as<HeaderHash>("header", {signed_header.bytes}))) {
    return refused(RefusalCode::malformed);
  }
  // A raad key comes with every epoch of the roll, and with no other.
  const bool is_roll = op.circle == tenancy.row.roll;
  if (is_roll != op.raad_key.has_value() || (is_roll && op.kind == HeaderKind::end)) {
    return refused(RefusalCode::malformed);
  }
  KLUIS_TRY(officer, state_.is_officer(tenancy.id, change.op.signer));
  if (op.tenancy != tenancy.id || !officer ||
      !verify(change.op.signer.view(), "epoch-op", change.op.bytes, change.op.signature)) {
    return refused(RefusalCode::not_authorised);
  }
  return Change{std::move(op), std::move(header), &change};
}

Result<std::vector<Relay::Change>> Relay::check_changes(const Tenancy& tenancy,
                                                        const std::vector<EpochChange>& changes) {
  std::vector<Change> checked;
  std::set<CircleAlias> circles;
  std::set<CircleName> names;
  for (const EpochChange& change : changes) {
    KLUIS_TRY(one, check_change(tenancy, change));
    const bool twice =
        !circles.insert(one.op.circle).second || (!one.ends() && !names.insert(change.name).second);
    if (twice) return refused(RefusalCode::malformed);
    checked.push_back(std::move(one));
  }
  return checked;
}

// Whether an exit parcel came since this session was given the circle's parcels: the next epoch's
// keys would not open it.
Result<bool> Relay::misses_parcel(const RelaySession& session, const TenancyId& tenancy,
                                  const CircleAlias& circle) {
  const auto seen = session.parcels_seen.find(circle);
  if (seen == session.parcels_seen.end()) return false;
  KLUIS_TRY(parcels, parcels_of(tenancy, circle));
  return parcels.size() != seen->second;
}

Result<bool> Relay::conflicts(const RelaySession& session, const Tenancy& tenancy,
                              const Commit& commit, const std::vector<Change>& changes) {
  const Expect& expect = commit.expect;
  KLUIS_TRY(too_early, judged_too_early(session, tenancy, expect.commit_number));
  if (too_early) return true;
  KLUIS_TRY(roll, state_.epoch(tenancy.id, tenancy.row.roll));
  if (!roll) return broken("relay.store_damaged");
  if (expect.roll_item_count != roll->count) return true;
  for (const ExpectCircle& circle : expect.circles) {
    KLUIS_TRY(epoch, state_.epoch(tenancy.id, circle.circle));
    if (!epoch || epoch->number != circle.number || epoch->count != circle.item_count) return true;
  }
  for (const Change& change : changes) {
    KLUIS_TRY(misses, misses_parcel(session, tenancy.id, change.op.circle));
    if (misses) return true;
  }
  return false;
}

Status Relay::check_place(const Tenancy& tenancy, const Commit& commit, const Change& change,
                          bool founding) {
  const EpochOp& op = change.op;
  KLUIS_TRY(epoch, state_.epoch(tenancy.id, op.circle));
  if (epoch) {
    const bool expected =
        op.circle == tenancy.row.roll ||
        std::ranges::any_of(commit.expect.circles,
                            [&](const ExpectCircle& circle) { return circle.circle == op.circle; });
    if (founding || !expected || epoch->ended() || op.number != epoch->number + 1 ||
        change.header.previous != epoch->header) {
      return refused(RefusalCode::malformed);
    }
  } else if (change.ends() || (op.number != 0 && !founding)) {
    return refused(RefusalCode::malformed);
  }
  if (op.raad_key) {
    KLUIS_TRY(known, state_.has(RelayTable::raad_key, row_key(tenancy.id, *op.raad_key)));
    if (known) return refused(RefusalCode::exists);
  }
  if (change.ends()) return {};
  KLUIS_TRY(named, state_.alias_of(tenancy.id, change.raw->name));
  if (named) return refused(RefusalCode::exists);
  return {};
}

// ---- Boxes and lists ----

// Whether the boxes or list with this hash lie here. Bytes that have the name but not the hash are
// forgotten, so that the right ones can be staged.
Result<bool> Relay::has_part(Tenancy& tenancy, BlobUse use, const Digest& hash) {
  const BlobName name = blob_name_of(hash);
  KLUIS_TRY(row, state_.blob(tenancy.id, name));
  if (!row || !row->complete()) return false;
  if (row->total_bytes <= kEpochBlobBytesMax) {
    KLUIS_TRY(right, state_.hashes_to(tenancy.id, name, use, hash));
    if (right) return true;
  }
  if (row->circles == 0) {
    KLUIS_CHECK(state_.erase_blob(tenancy, name, *row));
    KLUIS_CHECK(state_.save(tenancy));
  }
  return false;
}

Result<bool> Relay::has_bundle(Tenancy& tenancy, const Change& change) {
  if (change.ends()) return true;
  KLUIS_TRY(boxes, has_part(tenancy, BlobUse::boxes, change.op.boxes_hash));
  KLUIS_TRY(list, has_part(tenancy, BlobUse::list, change.op.list_hash));
  return boxes && list;
}

Status Relay::stage_inline(Tenancy& tenancy, const std::vector<StagedBlob>& blobs) {
  for (const StagedBlob& blob : blobs) {
    if (blob.bytes.empty()) return refused(RefusalCode::malformed);
    const ByteView all = blob.bytes;
    for (std::uint32_t slice = 0; slice * kSliceBytes < all.size(); ++slice) {
      const ByteView rest = all.subspan(slice * kSliceBytes);
      KLUIS_CHECK(
          state_.stage(tenancy, {blob.blob, all.size(), slice,
                                 to_bytes(rest.first(std::min(kSliceBytes, rest.size())))}));
    }
  }
  return {};
}

// ---- Changes ----

Status Relay::end_old_epoch(Tenancy& tenancy, const Change& change, EpochRow& row,
                            BlobNames& erased) {
  const EpochOp& op = change.op;
  KLUIS_TRY(text, state_.epoch_text(tenancy.id, op.circle));
  KLUIS_TRY(old, decode_epoch_op(text.op.bytes));
  KLUIS_CHECK(state_.drop_blob(tenancy, op.circle, blob_name_of(old.boxes_hash), erased));
  KLUIS_CHECK(state_.drop_blob(tenancy, op.circle, blob_name_of(old.list_hash), erased));
  for (const BlobName& name : op.drop_blobs) {
    KLUIS_CHECK(state_.drop_blob(tenancy, op.circle, name, erased));
  }
  if (change.ends()) KLUIS_CHECK(state_.drop_all_blobs(tenancy, op.circle, erased));
  KLUIS_CHECK(state_.erase_items(tenancy, op.circle, row));
  return state_.storage().erase_prefix(RelayTable::parcel, row_key(tenancy.id, op.circle));
}

Status Relay::start_epoch(Tenancy& tenancy, const Change& change, BlobNames& erased) {
  const EpochOp& op = change.op;
  Storage& storage = state_.storage();
  KLUIS_TRY(before, state_.epoch(tenancy.id, op.circle));
  EpochRow row = before.value_or(EpochRow{});
  if (before) KLUIS_CHECK(end_old_epoch(tenancy, change, row, erased));
  row.number = op.number;
  row.header = op.header;
  row.name = change.raw->name;
  row.chain = chain_start(op.header);
  KLUIS_CHECK(state_.save_epoch(tenancy.id, op.circle, row));
  KLUIS_CHECK(state_.save(RelayTable::epoch_text, row_key(tenancy.id, op.circle),
                          EpochTextRow{change.raw->op, change.raw->signed_header}));
  if (op.raad_key) {
    tenancy.row.raad_key = *op.raad_key;
    KLUIS_CHECK(
        storage.put(RelayTable::raad_key, row_key(tenancy.id, *op.raad_key), row_key(op.number)));
  }
  if (change.ends()) return {};
  KLUIS_CHECK(storage.put(RelayTable::name, row_key(tenancy.id, row.name), op.circle.view()));
  KLUIS_CHECK(state_.name_blob(tenancy.id, op.circle, blob_name_of(op.boxes_hash), BlobUse::boxes,
                               op.boxes_hash));
  return state_.name_blob(tenancy.id, op.circle, blob_name_of(op.list_hash), BlobUse::list,
                          op.list_hash);
}

// An epoch that this relay never had, or had and lost: its name, and its raad key, lead to the
// newest.
Status Relay::note_old_epoch(const Tenancy& tenancy, const Change& change) {
  const EpochOp& op = change.op;
  Storage& storage = state_.storage();
  if (op.raad_key) {
    KLUIS_CHECK(
        storage.put(RelayTable::raad_key, row_key(tenancy.id, *op.raad_key), row_key(op.number)));
  }
  if (change.ends()) return {};
  return storage.put(RelayTable::name, row_key(tenancy.id, change.raw->name), op.circle.view());
}

Status Relay::apply_append(Tenancy& tenancy, const CommitAppend& append) {
  if (append.item.empty() || append.item.size() > kItemBytesMax) {
    return refused(RefusalCode::malformed);
  }
  KLUIS_TRY(epoch, state_.epoch(tenancy.id, append.circle));
  if (!epoch || epoch->ended()) return refused(RefusalCode::unknown_name);
  std::uint64_t blob_bytes = 0;
  KLUIS_CHECK(check_blobs(tenancy.id, append.blobs, blob_bytes));
  KLUIS_CHECK(state_.append_item(tenancy, append.circle, *epoch, {append.item, append.blobs}));
  for (const BlobName& name : append.blobs) {
    KLUIS_CHECK(state_.name_blob(tenancy.id, append.circle, name, BlobUse::item, {}));
  }
  return state_.save_epoch(tenancy.id, append.circle, *epoch);
}

Status Relay::apply_officers(const TenancyId& tenancy, const Commit& commit) {
  for (const OfficerKey& key : commit.officers_added) {
    KLUIS_CHECK(state_.storage().put(RelayTable::officer, row_key(tenancy, key), {}));
  }
  for (const OfficerKey& key : commit.officers_removed) {
    KLUIS_CHECK(state_.storage().erase(RelayTable::officer, row_key(tenancy, key)));
  }
  // A tenancy without officers could never be changed again.
  std::size_t left = 0;
  KLUIS_CHECK(state_.storage().scan(RelayTable::officer, tenancy.view(), {},
                                    [&](ByteView, ByteView) { return ++left <= kOfficersMax; }));
  if (left == 0 || left > kOfficersMax) return refused(RefusalCode::malformed);
  return {};
}

Result<Outcome> Relay::apply(Tenancy& tenancy, const Commit& commit,
                             const std::vector<Change>& changes, const Digest& hash) {
  BlobNames erased;
  for (const Change& change : changes) KLUIS_CHECK(start_epoch(tenancy, change, erased));
  for (const CommitAppend& append : commit.appends) KLUIS_CHECK(apply_append(tenancy, append));
  KLUIS_CHECK(apply_officers(tenancy.id, commit));
  tenancy.row.commit_number = commit.expect.commit_number + 1;
  KLUIS_CHECK(state_.save(tenancy));
  const CommitRow row{tenancy.row.commit_number, dropped_digest(erased)};
  KLUIS_CHECK(state_.save(RelayTable::commit, row_key(tenancy.id, hash), row));
  return Outcome{
      CommitAnswer{receipt({tenancy.id, hash, row.number, Verdict::committed, row.dropped})},
      Notice{tenancy.id, {}, row.number}};
}

SignedReceipt Relay::receipt(const Receipt& receipt) const {
  Bytes bytes = encode(receipt);
  const Signature signature = sign(receipt_seed_, "receipt", bytes);
  return {std::move(bytes), signature};
}

// ---- Requests ----

Result<Outcome> Relay::on(RelaySession& session, const CommitRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  const SignedCommit& signed_commit = request.commit;
  const Digest hash = hash_as<Digest>("commit", {signed_commit.bytes});
  // The same bytes again: the answer was lost. A conflict receipt over a commit that stands would
  // make its author discard the keys of an epoch that everybody else is in.
  KLUIS_TRY(known, state_.find<CommitRow>(RelayTable::commit, row_key(tenancy.id, hash)));
  if (known) {
    return Outcome{CommitAnswer{receipt(
                       {tenancy.id, hash, known->number, Verdict::committed, known->dropped})},
                   {}};
  }
  KLUIS_TRY(commit, well_formed(decode_commit(signed_commit.bytes)));
  KLUIS_TRY(officer, state_.is_officer(tenancy.id, signed_commit.signer));
  if (commit.tenancy != tenancy.id || !officer ||
      !verify(signed_commit.signer.view(), "commit", signed_commit.bytes,
              signed_commit.signature)) {
    return refused(RefusalCode::not_authorised);
  }
  if (commit.epochs.size() + commit.appends.size() > kCommitOpsMax) {
    return refused(RefusalCode::too_large);
  }
  if (commit.expect.commit_number > tenancy.row.commit_number + kCommitsLostMax) {
    return refused(RefusalCode::malformed);
  }
  KLUIS_TRY(changes, check_changes(tenancy, commit.epochs));
  KLUIS_TRY(conflict, conflicts(session, tenancy, commit, changes));
  if (conflict) {
    const std::uint64_t number = tenancy.row.commit_number;
    return Outcome{
        ConflictAnswer{number, receipt({tenancy.id, hash, number, Verdict::conflict, {}})}, {}};
  }
  bool complete = true;
  for (const Change& change : changes) {
    KLUIS_CHECK(check_place(tenancy, commit, change, false));
    KLUIS_TRY(has, has_bundle(tenancy, change));
    complete = complete && has;
  }
  if (!complete) return Outcome{RefusedAnswer{RefusalCode::missing_blob}, {}};
  KLUIS_TRY(hold, state_.find<HoldRow>(RelayTable::hold, tenancy.id.view()));
  if (hold && hold->signer == signed_commit.signer) {
    KLUIS_CHECK(state_.storage().erase(RelayTable::hold, tenancy.id.view()));
  }
  return apply(tenancy, commit, changes, hash);
}

Result<Outcome> Relay::on(RelaySession&, const AdmitRaadRequest& request) {
  const SignedCommit& signed_commit = request.commit;
  const Digest hash = hash_as<Digest>("commit", {signed_commit.bytes});
  KLUIS_TRY(commit, well_formed(decode_commit(signed_commit.bytes)));
  KLUIS_TRY(known, state_.find<CommitRow>(RelayTable::commit, row_key(commit.tenancy, hash)));
  if (known) {
    return Outcome{CommitAnswer{receipt(
                       {commit.tenancy, hash, known->number, Verdict::committed, known->dropped})},
                   {}};
  }
  const Digest voucher_hash = hash_as<Digest>("voucher", {request.voucher});
  KLUIS_TRY(voucher, state_.find<VoucherRow>(RelayTable::voucher, voucher_hash.view()));
  if (!voucher) return refused(RefusalCode::voucher);
  KLUIS_TRY(taken, state_.has(RelayTable::tenancy, commit.tenancy.view()));
  if (taken) return refused(RefusalCode::exists);
  if (!verify(signed_commit.signer.view(), "commit", signed_commit.bytes,
              signed_commit.signature) ||
      std::ranges::find(commit.officers_added, signed_commit.signer) ==
          commit.officers_added.end()) {
    return refused(RefusalCode::not_authorised);
  }
  if (commit.expect.commit_number != 0 || commit.expect.roll_item_count != 0 ||
      !commit.expect.circles.empty()) {
    return refused(RefusalCode::malformed);
  }

  Tenancy tenancy{commit.tenancy, {}};
  tenancy.row.quota_bytes = voucher->quota_bytes;
  // The roll is the circle whose epoch brings a raad key; check_change lets no second one pass.
  bool has_roll = false;
  for (const EpochChange& change : commit.epochs) {
    KLUIS_TRY(op, well_formed(decode_epoch_op(change.op.bytes)));
    if (!op.raad_key) continue;
    tenancy.row.roll = op.circle;
    has_roll = true;
  }
  if (!has_roll) return refused(RefusalCode::malformed);
  KLUIS_CHECK(state_.storage().erase(RelayTable::voucher, voucher_hash.view()));
  KLUIS_CHECK(apply_officers(tenancy.id, commit));
  KLUIS_TRY(changes, check_changes(tenancy, commit.epochs));
  KLUIS_CHECK(stage_inline(tenancy, request.blobs));
  for (const Change& change : changes) {
    KLUIS_CHECK(check_place(tenancy, commit, change, true));
    KLUIS_TRY(complete, has_bundle(tenancy, change));
    if (!complete) return refused(RefusalCode::missing_blob);
  }
  return apply(tenancy, commit, changes, hash);
}

Result<Outcome> Relay::on(RelaySession&, const LiftRequest& request) {
  const EpochChange change{request.op, request.signed_header, request.name};
  KLUIS_TRY(op, well_formed(decode_epoch_op(change.op.bytes)));
  KLUIS_TRY(tenancy, state_.tenancy(op.tenancy));
  KLUIS_TRY(checked, check_change(tenancy, change));
  KLUIS_TRY(epoch, state_.epoch(tenancy.id, op.circle));
  KLUIS_TRY(named, state_.alias_of(tenancy.id, request.name));
  if (epoch && epoch->number > op.number) {
    // It was lifted past this one. Whoever still stands there finds on from what he knows it by.
    if (!named) KLUIS_CHECK(note_old_epoch(tenancy, checked));
    return Outcome{DoneAnswer{}, {}};
  }
  if (epoch && epoch->number == op.number) {
    if (epoch->header == op.header) return Outcome{DoneAnswer{}, {}};
    return refused(RefusalCode::exists);
  }
  if (epoch && epoch->ended()) return refused(RefusalCode::malformed);
  if (named) return refused(RefusalCode::exists);

  // Only what the op itself vouches for comes in with it: anybody may lift.
  for (const StagedBlob& blob : request.blobs) {
    const bool boxes = hash_as<Digest>("boxes", {blob.bytes}) == op.boxes_hash;
    const bool list = hash_as<Digest>("list", {blob.bytes}) == op.list_hash;
    const Digest& hash = boxes ? op.boxes_hash : op.list_hash;
    if ((!boxes && !list) || blob.blob != blob_name_of(hash)) {
      return refused(RefusalCode::malformed);
    }
  }
  // Not needed yet, since a list may be too long for one message; wrong bytes are forgotten.
  KLUIS_CHECK(has_bundle(tenancy, checked));
  BlobNames erased;
  KLUIS_CHECK(start_epoch(tenancy, checked, erased));
  KLUIS_CHECK(stage_inline(tenancy, request.blobs));
  // Whoever judged by what was here before judges again.
  KLUIS_CHECK(state_.count_lift(tenancy.id));
  KLUIS_CHECK(state_.save(tenancy));
  return Outcome{DoneAnswer{}, Notice{tenancy.id, {}, tenancy.row.commit_number}};
}

}  // namespace kluis
