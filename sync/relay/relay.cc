#include "sync/relay/relay.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "proto/limits.h"
#include "sync/relay/answer.h"
#include "sync/relay/limits.h"
#include "sync/relay/refusal.h"
#include "vault/crypto/sign.h"

namespace kluis {
namespace {

constexpr std::string_view kSupersededKey = "relay.superseded";

}  // namespace

bool concerns(const Notice& notice, const RelaySession& session) {
  if (!session.watching || session.tenancy != notice.tenancy) return false;
  return !notice.circle || std::ranges::binary_search(session.circles, *notice.circle);
}

Relay::Relay(Storage& storage, const Clock& clock, const SecretBytes<32>& receipt_seed)
    : state_(storage, clock), receipt_seed_(receipt_seed) {}

ReceiptKey Relay::receipt_key() const {
  return signing_public<ReceiptKey>(receipt_seed_);
}

Result<Outcome> Relay::handle(RelaySession& session, const Request& request) {
  Outcome outcome;
  const Status status = state_.storage().transact([&]() -> Status {
    KLUIS_TRY(done, dispatch(session, request));
    outcome = std::move(done);
    return {};
  });
  if (status) return outcome;
  if (status.error().key == kSupersededKey) return hello_superseded(*session.tenancy);
  if (const auto code = refusal_code(status.error())) return Outcome{RefusedAnswer{*code}, {}};
  return tl::unexpected<Error>(status.error());
}

Result<Outcome> Relay::dispatch(RelaySession& session, const Request& request) {
  return std::visit([&](const auto& one) { return on(session, one); }, request);
}

Result<Tenancy> Relay::current_or_superseded(const RelaySession& session) {
  if (!session.tenancy) return refused(RefusalCode::not_authorised);
  return state_.tenancy(*session.tenancy);
}

Result<Tenancy> Relay::current(const RelaySession& session) {
  KLUIS_TRY(tenancy, current_or_superseded(session));
  // Looked up at each request: a commit that takes a device out ends what its session may do.
  if (tenancy.row.raad_key != session.raad_key) {
    return fail(ErrorKind::no_access, std::string(kSupersededKey));
  }
  return std::move(tenancy);
}

Result<Outcome> Relay::hello_superseded(const TenancyId& id) {
  KLUIS_TRY(tenancy, state_.tenancy(id));
  // The name asked is not told: who was taken out must not learn the newest one.
  KLUIS_TRY(roll, superseded(state_, id, tenancy.row.roll, CircleName{}));
  return Outcome{HelloSuperseded{std::move(roll)}, {}};
}

Result<Outcome> Relay::on(RelaySession& session, const HelloRequest& request) {
  KLUIS_TRY(tenancy, state_.tenancy(request.tenancy));
  KLUIS_TRY(known, state_.has(RelayTable::raad_key, row_key(request.tenancy, request.raad_key)));
  if (!known || session.handshake_hash.empty() ||
      !verify(request.raad_key.view(), "hello", session.handshake_hash, request.proof)) {
    return refused(RefusalCode::not_authorised);
  }
  session.tenancy = request.tenancy;
  session.raad_key = request.raad_key;
  session.officer = false;
  session.watching = false;
  session.circles.clear();
  if (tenancy.row.raad_key != request.raad_key) return hello_superseded(request.tenancy);
  return on(session, SyncRequest{request.entries});
}

Result<Outcome> Relay::on(RelaySession& session, const SyncRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  if (request.entries.size() > kSyncCirclesMax) return refused(RefusalCode::too_large);
  std::vector<CircleAlias> circles;
  KLUIS_TRY(answer, answer_sync(state_, tenancy, request.entries, circles));
  std::ranges::sort(circles);
  session.circles = std::move(circles);
  KLUIS_TRY(lifts, state_.lifts(tenancy.id));
  session.lifts_seen = lifts;
  return Outcome{std::move(answer), {}};
}

Result<Outcome> Relay::on(RelaySession& session, const WatchRequest&) {
  KLUIS_CHECK(current(session));
  session.watching = true;
  return Outcome{DoneAnswer{}, {}};
}

Result<Outcome> Relay::on(RelaySession& session, const HoldRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  if (request.milliseconds > kHoldMsMax || request.circles.size() > kHoldCirclesMax) {
    return refused(RefusalCode::malformed);
  }
  KLUIS_TRY(officer, state_.is_officer(tenancy.id, request.signer));
  if (!officer ||
      !verify(request.signer.view(), "hold",
              encode_hold(tenancy.id, request, session.handshake_hash), request.signature)) {
    return refused(RefusalCode::not_authorised);
  }
  session.officer = true;
  KLUIS_TRY(held, state_.find<HoldRow>(RelayTable::hold, tenancy.id.view()));
  // One at a time: officers who hold by turns would starve everybody else, or each other.
  if (held && held->until_unix_ms > state_.now() && held->signer != request.signer) {
    return Outcome{LaterAnswer{static_cast<std::uint32_t>(held->until_unix_ms - state_.now())}, {}};
  }
  HoldRow row{request.signer, state_.now() + request.milliseconds, request.circles};
  row.circles.push_back(tenancy.row.roll);
  std::ranges::sort(row.circles);
  KLUIS_CHECK(state_.save(RelayTable::hold, tenancy.id.view(), row));
  return Outcome{DoneAnswer{}, {}};
}

}  // namespace kluis
