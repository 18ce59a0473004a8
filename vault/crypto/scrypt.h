#pragma once

#include "proto/bytes.h"
#include "proto/result.h"
#include "vault/crypto/secret.h"

// scrypt (RFC 7914) with r = 8 and p = 1: for age files, which prescribe it. What lies in a vault
// is under password.h.
namespace kluis {

using ScryptKey = Secret<struct ScryptKeyPurpose>;

inline constexpr int kScryptWorkFactorMax = 22;  // 4 GiB: where age stops, too

// N is 2 to the power `work_factor`. Memory: N KiB. Cost: at 18, about a second.
// Requires: 1 <= work_factor <= kScryptWorkFactorMax.
// Errors: disk "letter.no_memory" when the memory cannot be had.
[[nodiscard]] Result<ScryptKey> scrypt_key(ByteView passphrase, ByteView salt, int work_factor);

}  // namespace kluis
