#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/bytes.h"
#include "proto/commit.h"
#include "proto/ids.h"
#include "proto/message.h"
#include "proto/result.h"

// The rows of a relay's storage, and how their keys are made. Page: sync/relay/FORMAT.md.
namespace kluis {

// ---- Keys: parts one behind the other, numbers big-endian so that order is preserved ----
inline void append_key(Bytes& key, ByteView part) {
  append(key, part);
}
void append_key(Bytes& key, std::uint32_t part);
void append_key(Bytes& key, std::uint64_t part);
template <typename Tag, std::size_t kSize>
void append_key(Bytes& key, const FixedBytes<Tag, kSize>& part) {
  append(key, part.view());
}

template <typename... Parts>
[[nodiscard]] Bytes row_key(const Parts&... parts) {
  Bytes key;
  key.reserve(64);
  (append_key(key, parts), ...);
  return key;
}

// ---- Rows ----
struct VoucherRow {
  std::uint64_t quota_bytes = 0;
};

struct TenancyRow {
  std::uint64_t commit_number = 0;
  CircleAlias roll;
  RaadKey raad_key;  // current
  std::uint64_t quota_bytes = 0;
  std::uint64_t used_bytes = 0;  // slices, items, parcels and mailbox messages
  std::uint32_t mailboxes = 0;
};

struct EpochRow {
  std::uint64_t number = 0;
  HeaderHash header;
  CircleName name;  // zero when it ended
  std::uint32_t count = 0;
  Chain chain;
  std::uint64_t item_bytes = 0;  // as charged to the tenancy

  [[nodiscard]] bool ended() const { return name.is_zero(); }
};

struct EpochTextRow {
  SignedOp op;
  Bytes signed_header;
};

struct ItemRow {
  Chain chain;  // after this item
  SentItem sent;
};

// What a blob must hash to, when an epoch names it as its boxes or list.
enum class BlobUse : std::uint8_t { item = 0, boxes = 1, list = 2 };

struct BlobRow {
  std::uint64_t total_bytes = 0;  // 0: named by an epoch that was lifted, not staged yet
  std::uint64_t have_bytes = 0;
  std::int64_t staged_unix_ms = 0;
  std::uint32_t circles = 0;  // that name it
  BlobUse use = BlobUse::item;
  Digest expected;  // unless `use` is item

  [[nodiscard]] bool complete() const { return total_bytes != 0 && have_bytes == total_bytes; }
};

struct MailboxRow {
  TenancyId tenancy;
  std::int64_t made_unix_ms = 0;
  std::vector<Bytes> messages;
};

struct HoldRow {
  OfficerKey signer;
  std::int64_t until_unix_ms = 0;
  std::vector<CircleAlias> circles;
};

struct CommitRow {
  std::uint64_t number = 0;
  Digest dropped;
};

struct LiftRow {
  std::uint64_t count = 0;
};

// ---- Values. Errors of decoding: integrity "relay.store_damaged" ----
[[nodiscard]] Bytes to_row(const VoucherRow& row);
[[nodiscard]] Bytes to_row(const TenancyRow& row);
[[nodiscard]] Bytes to_row(const EpochRow& row);
[[nodiscard]] Bytes to_row(const EpochTextRow& row);
[[nodiscard]] Bytes to_row(const ItemRow& row);
[[nodiscard]] Bytes to_row(const BlobRow& row);
[[nodiscard]] Bytes to_row(const MailboxRow& row);
[[nodiscard]] Bytes to_row(const HoldRow& row);
[[nodiscard]] Bytes to_row(const CommitRow& row);
[[nodiscard]] Bytes to_row(const LiftRow& row);
// For VoucherRow, TenancyRow, …; `Row` is one of the above.
template <typename Row>
[[nodiscard]] Result<Row> from_row(ByteView value);

}  // namespace kluis
