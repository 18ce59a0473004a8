#include "sync/relay/operator.h"

#include "sync/relay/rows.h"
#include "vault/crypto/hash.h"

namespace kluis {
namespace {

Result<std::uint64_t> count_rows(Storage& storage, RelayTable table) {
  std::uint64_t count = 0;
  KLUIS_CHECK(storage.scan(table, {}, {}, [&](ByteView, ByteView) {
    ++count;
    return true;
  }));
  return count;
}

}  // namespace

Result<std::string> make_voucher(Storage& storage, Entropy& entropy, std::uint64_t quota_bytes) {
  std::string voucher = random_id<FixedBytes<struct VoucherTag, 16>>(entropy).hex();
  const Digest key = hash_as<Digest>("voucher", {as_bytes(voucher)});
  KLUIS_CHECK(storage.transact([&] {
    return storage.put(RelayTable::voucher, key.view(), to_row(VoucherRow{quota_bytes}));
  }));
  return voucher;
}

Result<RelayStatus> relay_status(Storage& storage) {
  RelayStatus status;
  KLUIS_TRY(vouchers, count_rows(storage, RelayTable::voucher));
  status.open_vouchers = vouchers;
  KLUIS_TRY(circles, count_rows(storage, RelayTable::epoch));
  status.circles = circles;
  KLUIS_TRY(mailboxes, count_rows(storage, RelayTable::mailbox));
  status.mailboxes = mailboxes;
  Status damage;
  KLUIS_CHECK(storage.scan(RelayTable::tenancy, {}, {}, [&](ByteView, ByteView value) {
    auto row = from_row<TenancyRow>(value);
    if (!row) {
      damage = tl::unexpected<Error>(std::move(row).error());
      return false;
    }
    ++status.tenancies;
    status.quota_bytes += row->quota_bytes;
    status.used_bytes += row->used_bytes;
    return true;
  }));
  KLUIS_CHECK(std::move(damage));
  return status;
}

}  // namespace kluis
