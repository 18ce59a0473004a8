#include <algorithm>
#include <set>
#include <utility>

#include "proto/limits.h"
#include "vault/core/chain.h"
#include "vault/core/device.h"
#include "vault/core/epoch.h"
#include "vault/core/record.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

// Handing a relay that was restored from a backup what it has lost. Names and bytes of blobs are a
// pure function of what we hold, and items and ops are kept as they were sent, so that refilling is
// idempotent whoever does it.
//
// Epochs and items show by themselves that they are gone. Blobs do not: an epoch's list names
// records from before it, which the relay had when the epoch began and has no more. So after a lift
// each device asks for the blobs of all it holds, once, and sends again what is not there. Who
// lacks a blob himself repeats the record without it; a record that comes a second time makes
// everybody who has it check in turn.
namespace kluis {
namespace {

constexpr std::string_view kCheck = "check/";  // ‖ alias hex -> 1

// What the blobs of one lift may take of a frame: the rest is for header, op and encoding.
constexpr std::size_t kLiftBlobBytesMax = kFrameBytesMax - kHeaderBytesMax - (64U << 10U);

// Boxes and list of an epoch under their names.
Result<std::vector<StagedBlob>> epoch_blobs(const EpochBytes& bytes) {
  KLUIS_TRY(header, VerifiedHeader::from(bytes.signed_header));
  const Header& fields = header.header();
  return std::vector<StagedBlob>{{blob_name_of(fields.boxes_hash), bytes.boxes},
                                 {blob_name_of(fields.list_hash), bytes.list}};
}

std::string check_name(const CircleAlias& circle) {
  return std::string(kCheck) + circle.hex();
}

}  // namespace

// Whether what came with an epoch is its officer's own word about it. It is not needed to read, but
// to hand the epoch in one day, at a relay that has lost it: no other would take a false one.
Status Device::check_op(const SignedOp& signed_op, const VerifiedHeader& header,
                        const EpochSecret* secret) {
  const Header& fields = header.header();
  const EnrolledDevice* officer = roll_->device(header.signer());
  const auto op = decode_epoch_op(signed_op.bytes);
  if (!op || officer == nullptr || signed_op.signer != officer->officer_key ||
      !verify(signed_op.signer.view(), "epoch-op", signed_op.bytes, signed_op.signature)) {
    return broken("epoch.op");
  }
  KLUIS_TRY(tenancy_id, tenancy());
  std::optional<RaadKey> raad_key;
  Digest name_hash;  // none when the circle ends
  if (secret != nullptr) {
    name_hash = hash_as<Digest>("name", {circle_name(*secret).view()});
    if (fields.circle == roll_->alias()) raad_key = signing_public<RaadKey>(raad_seed(*secret));
  }
  const bool same = op->tenancy == tenancy_id && op->circle == fields.circle &&
                    op->number == fields.number && op->header == header.hash() &&
                    op->name_hash == name_hash && op->raad_key == raad_key &&
                    op->kind == fields.kind && op->boxes_hash == fields.boxes_hash &&
                    op->list_hash == fields.list_hash;
  return same ? Status() : Status(broken("epoch.op"));
}

// Epochs that the roll names, that a commit of ours made, and that we have not opened yet. As long
// as there is one, we may be the only one who has it: a relay that is put back to before the commit
// has lost it, and who read no more than the roll names an epoch that nobody could open or follow.
Result<std::vector<LiftRequest>> Device::unread_epochs(const PreparedCommit& prepared) {
  std::vector<LiftRequest> requests;
  KLUIS_TRY(commit, decode_commit(prepared.commit.bytes));
  for (const EpochChange& change : commit.epochs) {
    KLUIS_TRY(op, decode_epoch_op(change.op.bytes));
    KLUIS_TRY(state, rows_.circle(op.circle));
    const RolledCircle* rolled = roll_->circle(op.circle);
    const bool unread = state && state->standing == Standing::current &&
                        state->number < op.number && rolled != nullptr &&
                        rolled->newest() == op.header;
    if (!unread) continue;
    LiftRequest request{change.op, change.signed_header, change.name, {}};
    for (const StagedBlob& blob : prepared.stage) {
      const bool part =
          blob.blob == blob_name_of(op.boxes_hash) || blob.blob == blob_name_of(op.list_hash);
      if (part) request.blobs.push_back(blob);
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

// How circles ended. No name of theirs is asked for any more, by which a relay that fell behind
// would be found out.
Result<std::vector<LiftRequest>> Device::ends() {
  std::vector<LiftRequest> requests;
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    if (state.standing != Standing::ended) continue;
    KLUIS_TRY(bytes, rows_.epoch_bytes(state.alias));
    if (bytes) requests.push_back({bytes->op, bytes->signed_header, CircleName{}, {}});
  }
  return requests;
}

Result<std::vector<LiftRequest>> Device::lifts() {
  std::vector<LiftRequest> requests;
  KLUIS_TRY(circles, rows_.circles());
  KLUIS_TRY(roll, roll_alias());
  std::ranges::partition(circles,
                         [&](const CircleState& state) { return roll && state.alias == *roll; });
  KLUIS_CHECK(around_.store->transact([&]() -> Status {
    for (const CircleState& state : circles) {
      if (state.standing != Standing::current) continue;
      KLUIS_TRY(bytes, rows_.epoch_bytes(state.alias));
      if (!bytes) continue;
      KLUIS_TRY(blobs, epoch_blobs(*bytes));
      LiftRequest request;
      request.op = bytes->op;
      request.signed_header = bytes->signed_header;
      request.name = state.name;
      std::size_t used = 0;
      for (StagedBlob& blob : blobs) {
        // What is too long is asked after, and staged, once we are greeted (held_blobs).
        if (used + blob.bytes.size() > kLiftBlobBytesMax) continue;
        used += blob.bytes.size();
        request.blobs.push_back(std::move(blob));
      }
      requests.push_back(std::move(request));
      KLUIS_CHECK(rows_.set_local_number(check_name(state.alias), 1));
    }
    return rows_.raise({"relay-behind", "", around_.clock->now().value, {}});
  }));
  KLUIS_TRY(ended, ends());
  requests.insert(requests.end(), ended.begin(), ended.end());
  KLUIS_TRY(prepared, rows_.prepared());
  if (!prepared || !roll_) return requests;
  KLUIS_TRY(unread, unread_epochs(*prepared));
  requests.insert(requests.end(), unread.begin(), unread.end());
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
    refill.circle = circle;
    refill.request.name = state->name;
    refill.request.item = items[i].item;
    auto item = open_item(*secret, circle, state->number, items[i].item);
    auto* entry = item ? std::get_if<ItemRecord>(&*item) : nullptr;
    if (entry != nullptr) {
      const RecordKey key = RecordKey::copy_of(entry->key);
      wipe(entry->key);
      refill.record = entry->record;
      KLUIS_TRY(record, rows_.record(circle, entry->record));
      if (record) refill.blobs.push_back({blob_name(key), seal_record(key, *record)});
      refill.incomplete = !record;
    }
    for (const BlobName& blob : items[i].blobs) {
      if (refill.blobs.empty() || blob != refill.blobs.front().blob) {
        refill.documents.push_back(blob);
      }
    }
    for (const StagedBlob& blob : refill.blobs) refill.request.blobs.push_back(blob.blob);
    refills.push_back(std::move(refill));
  }
  return refills;
}

Result<std::vector<CircleAlias>> Device::circles_to_check() {
  std::vector<CircleAlias> result;
  KLUIS_TRY(may, may_write());
  if (!may) return result;
  KLUIS_TRY(circles, rows_.circles());
  for (const CircleState& state : circles) {
    if (!may_write(state)) continue;
    KLUIS_TRY(due, rows_.local_number(check_name(state.alias)));
    if (due != 0) result.push_back(state.alias);
  }
  return result;
}

Result<std::vector<Device::HeldBlob>> Device::held_blobs(const CircleAlias& circle) {
  std::set<RecordId> waiting;
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (entry.kind != OutboxKind::cell && entry.circle == circle) waiting.insert(entry.record);
  }
  std::set<BlobName> here;
  KLUIS_TRY(held_documents, documents());
  for (const DocumentHeld& held : held_documents) {
    if (held.here && held.circle == circle) here.insert(held.blob);
  }
  std::vector<HeldBlob> result;
  KLUIS_TRY(epoch, rows_.epoch_bytes(circle));
  if (epoch) {
    KLUIS_TRY(blobs, epoch_blobs(*epoch));
    for (const StagedBlob& blob : blobs) {
      result.push_back({blob.blob, RecordId{}, BlobName{}, true});
    }
  }
  KLUIS_TRY(entries, rows_.key_entries(circle));
  for (KeyEntry& entry : entries) {
    const RecordKey key = RecordKey::copy_of(entry.key);
    wipe(entry.key);
    if (waiting.contains(entry.record)) continue;
    KLUIS_TRY(bytes, rows_.record(circle, entry.record));
    if (!bytes) continue;
    result.push_back({blob_name(key), entry.record, BlobName{}, false});
    KLUIS_TRY(record, decode_record(bytes->bytes));
    const auto document = document_in(record);
    if (document && here.contains(*document)) {
      result.push_back({*document, entry.record, *document, false});
    }
  }
  return result;
}

Result<std::optional<StagedBlob>> Device::epoch_blob(const CircleAlias& circle,
                                                     const BlobName& name) {
  KLUIS_TRY(epoch, rows_.epoch_bytes(circle));
  if (!epoch) return std::optional<StagedBlob>();
  KLUIS_TRY(blobs, epoch_blobs(*epoch));
  for (StagedBlob& blob : blobs) {
    if (blob.blob == name) return std::optional<StagedBlob>(std::move(blob));
  }
  return std::optional<StagedBlob>();
}

Status Device::blob_is_lost(const CircleAlias& circle, const HeldBlob& blob) {
  OutboxEntry lost;
  lost.kind = OutboxKind::refill;
  lost.circle = circle;
  lost.record = blob.record;
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    const bool same = entry.kind == OutboxKind::refill && entry.circle == circle;
    if (same && entry.record == blob.record) lost = entry;
  }
  if (!blob.document.is_zero()) lost.document = blob.document;
  lost.sent = false;
  return around_.store->transact([&] { return rows_.put(lost); });
}

Status Device::circle_checked(const CircleAlias& circle) {
  return around_.store->transact([&] { return rows_.clear_local(check_name(circle)); });
}

Result<std::optional<AppendRequest>> Device::call_for_blobs(const CircleAlias& circle,
                                                            const RecordId& record) {
  KLUIS_TRY(may, may_write());
  if (!may) return std::optional<AppendRequest>();
  KLUIS_TRY(state, rows_.circle(circle));
  KLUIS_TRY(secret, rows_.epoch_secret(circle));
  KLUIS_TRY(key, rows_.record_key(circle, record));
  if (!state || !secret || !key || !may_write(*state)) return std::optional<AppendRequest>();
  ItemRecord item;
  item.record = record;
  std::ranges::copy(key->expose(), item.key.begin());
  AppendRequest request;
  request.name = state->name;
  request.item = seal_item(*secret, circle, state->number, item, *around_.entropy);
  request.expect_commit = roll_->commit_number();
  wipe(item.key);
  return std::optional<AppendRequest>(std::move(request));
}

// A record that stands already, and comes again: somebody misses its blobs, or handed them in.
Status Device::note_repeated(const CircleAlias& circle, const RecordId& record) {
  KLUIS_TRY(key, rows_.record_key(circle, record));
  KLUIS_TRY(known, rows_.record(circle, record));
  if (!key || !known) return {};
  KLUIS_TRY(outbox, rows_.outbox());
  for (const OutboxEntry& entry : outbox) {
    if (entry.kind == OutboxKind::cell || entry.circle != circle || entry.record != record) {
      continue;
    }
    // Our own, come back to us; or somebody else's, who may not have had its document.
    const bool refilled = entry.kind == OutboxKind::refill && entry.sent;
    return refilled ? rows_.erase_outbox(entry.position) : Status();
  }
  return rows_.set_local_number(check_name(circle), 1);
}

}  // namespace kluis
