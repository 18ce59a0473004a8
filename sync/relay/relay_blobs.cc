#include <algorithm>

#include "proto/limits.h"
#include "sync/relay/answer.h"
#include "sync/relay/limits.h"
#include "sync/relay/refusal.h"
#include "sync/relay/relay.h"

// What a raad session reads and writes: blobs and items.
namespace kluis {
namespace {

constexpr std::size_t kFetchedOverhead = 96;

// Whether the slice is as long as its place in the blob says.
bool is_whole_slice(const StageRequest& request) {
  const std::uint64_t start = std::uint64_t{request.slice} * kSliceBytes;
  if (request.total_bytes == 0 || start >= request.total_bytes) return false;
  return request.bytes.size() == std::min<std::uint64_t>(kSliceBytes, request.total_bytes - start);
}

}  // namespace

Result<Outcome> Relay::on(RelaySession& session, const FetchRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  if (request.blobs.size() > kFetchNamesMax) return refused(RefusalCode::too_large);
  FetchAnswer answer;
  std::size_t used = 0;
  for (const BlobName& name : request.blobs) {
    KLUIS_TRY(row, state_.blob(tenancy.id, name));
    FetchedBlob fetched{name, row && row->complete(), 0, {}};
    if (fetched.present) fetched.total_bytes = row->total_bytes;
    used += kFetchedOverhead;
    if (fetched.present && row->total_bytes + kFetchedOverhead <= kAnswerBytesMax) {
      used += row->total_bytes;
      if (used > kAnswerBytesMax) break;
      KLUIS_TRY(bytes, state_.read_blob(tenancy.id, name));
      fetched.bytes = std::move(bytes);
    }
    if (used > kAnswerBytesMax) break;
    answer.blobs.push_back(std::move(fetched));
  }
  return Outcome{std::move(answer), {}};
}

Result<Outcome> Relay::on(RelaySession& session, const FetchSliceRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  KLUIS_TRY(row, state_.blob(tenancy.id, request.blob));
  if (!row || !row->complete() || std::uint64_t{request.slice} * kSliceBytes >= row->total_bytes) {
    return Outcome{SliceAnswer{}, {}};
  }
  KLUIS_TRY(bytes, state_.read_slice(tenancy.id, request.blob, request.slice));
  return Outcome{SliceAnswer{true, row->total_bytes, std::move(bytes)}, {}};
}

Result<Outcome> Relay::on(RelaySession& session, const StageRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  if (request.total_bytes > kBlobBytesMax) return refused(RefusalCode::too_large);
  if (!is_whole_slice(request)) return refused(RefusalCode::malformed);
  KLUIS_TRY(known, state_.blob(tenancy.id, request.blob));
  if (known && known->use != BlobUse::item && request.total_bytes > kEpochBlobBytesMax) {
    return refused(RefusalCode::too_large);
  }
  const std::uint64_t missing = request.total_bytes - (known ? known->have_bytes : 0);
  const bool small = request.total_bytes <= kSmallStageBytes;
  if (!session.officer && missing > 0) {
    if (!small && !accept_documents_) return refused(RefusalCode::busy);
    const std::uint64_t limit =
        tenancy.row.quota_bytes + (small ? reserve_bytes(tenancy.row.quota_bytes) : 0);
    if (tenancy.row.used_bytes + missing > limit) return refused(RefusalCode::quota);
  }
  KLUIS_TRY(row, state_.stage(tenancy, request));
  KLUIS_CHECK(state_.save(tenancy));
  return Outcome{StageAnswer{row.have_bytes}, {}};
}

Status Relay::check_blobs(const TenancyId& tenancy, const std::vector<BlobName>& blobs,
                          std::uint64_t& total_bytes) {
  if (blobs.size() > kItemBlobsMax) return refused(RefusalCode::malformed);
  for (const BlobName& name : blobs) {
    KLUIS_TRY(row, state_.blob(tenancy, name));
    if (!row || !row->complete()) return refused(RefusalCode::missing_blob);
    total_bytes += row->total_bytes;
  }
  return {};
}

Result<std::int64_t> Relay::held_ms(const Tenancy& tenancy, const CircleAlias& circle) {
  KLUIS_TRY(hold, state_.find<HoldRow>(RelayTable::hold, tenancy.id.view()));
  if (!hold || !std::ranges::binary_search(hold->circles, circle)) return std::int64_t{0};
  return std::max<std::int64_t>(0, hold->until_unix_ms - state_.now());
}

// A relay that was restored from a backup counts on from there: until the next commit its number is
// lower than what the roll says, and never higher.
Result<bool> Relay::judged_too_early(const RelaySession& session, const Tenancy& tenancy,
                                     std::uint64_t expected_commit) {
  if (expected_commit < tenancy.row.commit_number) return true;
  KLUIS_TRY(lifts, state_.lifts(tenancy.id));
  return lifts != session.lifts_seen;
}

Result<Outcome> Relay::on(RelaySession& session, const AppendRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  if (request.item.empty() || request.item.size() > kItemBytesMax) {
    return refused(RefusalCode::malformed);
  }
  KLUIS_TRY(alias, state_.alias_of(tenancy.id, request.name));
  if (!alias) return refused(RefusalCode::unknown_name);
  KLUIS_TRY(epoch, state_.epoch(tenancy.id, *alias));
  if (!epoch) return broken("relay.store_damaged");
  if (epoch->name != request.name) {
    KLUIS_TRY(answer, superseded(state_, tenancy.id, *alias, request.name));
    return Outcome{std::move(answer), {}};
  }
  if (request.expect_commit) {
    KLUIS_TRY(too_early, judged_too_early(session, tenancy, *request.expect_commit));
    if (too_early) return Outcome{ConflictAnswer{tenancy.row.commit_number, {}}, {}};
  }
  KLUIS_TRY(wait_ms, held_ms(tenancy, *alias));
  if (wait_ms > 0) return Outcome{LaterAnswer{static_cast<std::uint32_t>(wait_ms)}, {}};

  std::uint64_t blob_bytes = 0;
  KLUIS_CHECK(check_blobs(tenancy.id, request.blobs, blob_bytes));
  const std::uint64_t quota = tenancy.row.quota_bytes;
  const std::uint64_t reserves = blob_bytes > kSmallAppendBlobBytes ? 0 : blob_bytes > 0 ? 1 : 2;
  if (tenancy.row.used_bytes > quota + reserves * reserve_bytes(quota)) {
    return refused(RefusalCode::quota);
  }
  const std::uint32_t before = epoch->count;
  KLUIS_TRY(index, state_.append_item(tenancy, *alias, *epoch, {request.item, request.blobs}));
  if (epoch->count == before) return Outcome{AppendAnswer{index}, {}};
  for (const BlobName& name : request.blobs) {
    KLUIS_CHECK(state_.name_blob(tenancy.id, *alias, name, BlobUse::item, {}));
  }
  KLUIS_CHECK(state_.save_epoch(tenancy.id, *alias, *epoch));
  KLUIS_CHECK(state_.save(tenancy));
  Notice notice{tenancy.id, alias, tenancy.row.commit_number};
  if (*alias == tenancy.row.roll) notice.circle.reset();
  return Outcome{AppendAnswer{index}, notice};
}

}  // namespace kluis
