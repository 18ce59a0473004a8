#include <algorithm>

#include "proto/epoch.h"
#include "proto/limits.h"
#include "sync/relay/limits.h"
#include "sync/relay/refusal.h"
#include "sync/relay/relay.h"

// Mailboxes, exit parcels, and what is forgotten when its time is over.
namespace kluis {
namespace {

constexpr std::size_t kMailMessages = 3;

bool is_mail(ByteView message) {
  return !message.empty() && message.size() <= kMailBytesMax;
}

}  // namespace

Result<MailboxRow> Relay::mailbox(const MailboxId& id) {
  KLUIS_TRY(row, state_.find<MailboxRow>(RelayTable::mailbox, id.view()));
  if (!row || row->made_unix_ms + kMailboxMs <= state_.now()) {
    return refused(RefusalCode::mailbox_gone);
  }
  return std::move(*row);
}

Result<Outcome> Relay::on(RelaySession& session, const MailboxMakeRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  if (!is_mail(request.first)) return refused(RefusalCode::malformed);
  KLUIS_TRY(known, state_.find<MailboxRow>(RelayTable::mailbox, request.mailbox.view()));
  if (known) {
    if (known->tenancy == tenancy.id && known->messages.front() == request.first) {
      return Outcome{DoneAnswer{}, {}};
    }
    return refused(RefusalCode::mailbox_taken);
  }
  const std::uint32_t room = kMailboxesMax + (session.officer ? kOfficerMailboxesMax : 0);
  if (tenancy.row.mailboxes >= room) return refused(RefusalCode::quota);
  ++tenancy.row.mailboxes;
  KLUIS_CHECK(state_.save(tenancy));
  KLUIS_CHECK(state_.save(RelayTable::mailbox, request.mailbox.view(),
                          MailboxRow{tenancy.id, state_.now(), {request.first}}));
  return Outcome{DoneAnswer{}, {}};
}

Result<Outcome> Relay::on(RelaySession& session, const MailboxPutRequest& request) {
  if (request.index == 0 || request.index >= kMailMessages || !is_mail(request.message)) {
    return refused(RefusalCode::malformed);
  }
  KLUIS_TRY(box, mailbox(request.mailbox));
  if (request.index == 2) {
    KLUIS_TRY(tenancy, current(session));
    if (tenancy.id != box.tenancy) return refused(RefusalCode::not_authorised);
  }
  // The first reply stands, whoever sent it. The same bytes again: the answer was lost.
  if (request.index < box.messages.size()) {
    if (box.messages[request.index] == request.message) return Outcome{DoneAnswer{}, {}};
    return refused(RefusalCode::mailbox_taken);
  }
  if (request.index > box.messages.size()) return refused(RefusalCode::malformed);
  box.messages.push_back(request.message);
  KLUIS_CHECK(state_.save(RelayTable::mailbox, request.mailbox.view(), box));
  KLUIS_TRY(tenancy, state_.tenancy(box.tenancy));
  return Outcome{DoneAnswer{}, Notice{tenancy.id, {}, tenancy.row.commit_number}};
}

Result<Outcome> Relay::on(RelaySession&, const MailboxGetRequest& request) {
  KLUIS_TRY(box, mailbox(request.mailbox));
  return Outcome{MailboxAnswer{std::move(box.messages)}, {}};
}

Result<std::vector<Bytes>> Relay::parcels_of(const TenancyId& tenancy, const CircleAlias& circle) {
  std::vector<Bytes> parcels;
  KLUIS_CHECK(state_.storage().scan(RelayTable::parcel, row_key(tenancy, circle), {},
                                    [&](ByteView, ByteView value) {
                                      parcels.push_back(to_bytes(value));
                                      return true;
                                    }));
  return parcels;
}

Result<Outcome> Relay::on(RelaySession& session, const ExitRequest& request) {
  KLUIS_TRY(tenancy, current_or_superseded(session));
  if (request.parcel.empty() || request.parcel.size() > kExitParcelBytesMax) {
    return refused(RefusalCode::malformed);
  }
  KLUIS_TRY(text, state_.epoch_text(tenancy.id, request.circle));
  KLUIS_TRY(signed_header, decode_signed_header(text.signed_header));
  KLUIS_TRY(header, decode_header(signed_header.bytes));
  if (header.kind != HeaderKind::open || !std::ranges::binary_search(header.removed, request.tag)) {
    return refused(RefusalCode::not_authorised);
  }
  const Bytes key = row_key(tenancy.id, request.circle, request.tag);
  KLUIS_TRY(known, state_.storage().get(RelayTable::parcel, key));
  if (known) {
    if (*known == request.parcel) return Outcome{DoneAnswer{}, {}};
    return refused(RefusalCode::exists);
  }
  // All parcels of a circle fit one answer, so that an officer who asks has them all. More wait
  // until he has resealed.
  KLUIS_TRY(others, parcels_of(tenancy.id, request.circle));
  std::size_t total = request.parcel.size();
  for (const Bytes& other : others) total += other.size();
  if (total > kAnswerBytesMax - (others.size() + 1) * 16) {
    return Outcome{LaterAnswer{static_cast<std::uint32_t>(kHoldMsMax)}, {}};
  }
  KLUIS_CHECK(state_.storage().put(RelayTable::parcel, key, request.parcel));
  return Outcome{DoneAnswer{}, Notice{tenancy.id, request.circle, tenancy.row.commit_number}};
}

Result<Outcome> Relay::on(RelaySession& session, const ParcelsRequest& request) {
  KLUIS_TRY(tenancy, current(session));
  if (session.parcels_seen.size() >= kSyncCirclesMax) return refused(RefusalCode::too_large);
  KLUIS_TRY(parcels, parcels_of(tenancy.id, request.circle));
  session.parcels_seen[request.circle] = parcels.size();
  return Outcome{ParcelsAnswer{std::move(parcels)}, {}};
}

Result<bool> Relay::sweep() {
  bool more = false;
  KLUIS_CHECK(state_.storage().transact([&]() -> Status {
    KLUIS_TRY(more_mail, sweep_mailboxes());
    KLUIS_TRY(more_blobs, sweep_unnamed());
    more = more_mail || more_blobs;
    return {};
  }));
  return more;
}

Result<bool> Relay::sweep_mailboxes() {
  struct Old {
    MailboxId id;
    TenancyId tenancy;
  };
  std::vector<Old> old;
  const std::int64_t made_before = state_.now() - kMailboxMs;
  Status status;
  KLUIS_CHECK(state_.storage().scan(RelayTable::mailbox, {}, {}, [&](ByteView key, ByteView value) {
    const auto id = MailboxId::from(key);
    auto row = from_row<MailboxRow>(value);
    if (!id || !row) {
      status = broken("relay.store_damaged");
      return false;
    }
    if (row->made_unix_ms <= made_before) old.push_back({*id, row->tenancy});
    return old.size() < kSweepRowsMax;
  }));
  KLUIS_CHECK(std::move(status));
  for (const Old& one : old) {
    KLUIS_CHECK(state_.storage().erase(RelayTable::mailbox, one.id.view()));
    KLUIS_TRY(tenancy, state_.tenancy(one.tenancy));
    --tenancy.row.mailboxes;
    KLUIS_CHECK(state_.save(tenancy));
  }
  return old.size() == kSweepRowsMax;
}

Result<bool> Relay::sweep_unnamed() {
  struct Old {
    TenancyId tenancy;
    BlobName name;
  };
  std::vector<Old> old;
  const std::int64_t staged_before = state_.now() - kUnnamedMs;
  if (staged_before <= 0) return false;
  const Bytes end = row_key(static_cast<std::uint64_t>(staged_before));
  KLUIS_CHECK(state_.storage().scan(RelayTable::unnamed, {}, {}, [&](ByteView key, ByteView) {
    if (key.size() != 8 + TenancyId::kSize + BlobName::kSize) return true;
    if (!std::ranges::lexicographical_compare(key.first(8), end)) return false;
    old.push_back({*TenancyId::from(key.subspan(8, TenancyId::kSize)),
                   *BlobName::from(key.subspan(8 + TenancyId::kSize))});
    return old.size() < kSweepRowsMax;
  }));
  for (const Old& one : old) {
    KLUIS_TRY(tenancy, state_.tenancy(one.tenancy));
    KLUIS_TRY(row, state_.blob(one.tenancy, one.name));
    if (!row || row->circles != 0) return broken("relay.store_damaged");
    KLUIS_CHECK(state_.erase_blob(tenancy, one.name, *row));
    KLUIS_CHECK(state_.save(tenancy));
  }
  return old.size() == kSweepRowsMax;
}

}  // namespace kluis
