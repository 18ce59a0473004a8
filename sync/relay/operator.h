#pragma once

#include <cstdint>
#include <string>

#include "proto/result.h"
#include "sync/relay/storage.h"
#include "vault/env/entropy.h"

// What the operator of a relay does with its storage.
namespace kluis {

inline constexpr std::uint64_t kDefaultQuotaBytes = 10ULL << 30U;

// Makes a voucher that admits one raad once, with room for `quota_bytes`. It is text of 32 letters
// and digits; AdmitRaadRequest::voucher carries exactly these characters. The storage keeps a hash:
// a copy of the store admits nobody.
[[nodiscard]] Result<std::string> make_voucher(Storage& storage, Entropy& entropy,
                                               std::uint64_t quota_bytes);

struct RelayStatus {
  std::uint64_t tenancies = 0;
  std::uint64_t open_vouchers = 0;
  std::uint64_t circles = 0;  // ended ones included
  std::uint64_t mailboxes = 0;
  std::uint64_t quota_bytes = 0;  // promised to all tenancies together
  std::uint64_t used_bytes = 0;
};
[[nodiscard]] Result<RelayStatus> relay_status(Storage& storage);

}  // namespace kluis
