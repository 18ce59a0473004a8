#include "vault/crypto/scrypt.h"

#include <sodium.h>

#include "proto/assert.h"

namespace kluis {
namespace {

constexpr std::uint32_t kBlocks = 8;
constexpr std::uint32_t kLanes = 1;

}  // namespace

Result<ScryptKey> scrypt_key(ByteView passphrase, ByteView salt, int work_factor) {
  KLUIS_ASSERT(work_factor >= 1 && work_factor <= kScryptWorkFactorMax);
  // libsodium wants a pointer even to an empty passphrase.
  static constexpr std::uint8_t kNothing = 0;
  const std::uint8_t* text = passphrase.empty() ? &kNothing : passphrase.data();
  int failed = 0;
  ScryptKey key = ScryptKey::made_by([&](MutableByteView cell) {
    failed = crypto_pwhash_scryptsalsa208sha256_ll(
        text, passphrase.size(), salt.data(), salt.size(),
        std::uint64_t{1} << static_cast<unsigned>(work_factor), kBlocks, kLanes, cell.data(),
        cell.size());
  });
  if (failed != 0) return fail(ErrorKind::disk, "letter.no_memory");
  return key;
}

}  // namespace kluis
