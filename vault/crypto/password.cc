#include "vault/crypto/password.h"

#include <sodium.h>

namespace kluis {
namespace {

static_assert(sizeof(PasswordSalt) == crypto_pwhash_argon2id_SALTBYTES);

constexpr std::uint32_t kMemoryKibMax = 4 * 1024 * 1024;
constexpr std::uint32_t kPassesMax = 64;

}  // namespace

Result<PassphraseKey> PasswordHasher::derive(ByteView passphrase, const PasswordSalt& salt,
                                             StoredCost cost) const {
  if (cost.memory_kib < floor_.memory_kib || cost.passes < floor_.passes) {
    return broken("slot.cost_too_low");
  }
  if (cost.memory_kib > kMemoryKibMax || cost.passes > kPassesMax) {
    return broken("slot.cost_too_high");
  }
  // libsodium wants a pointer even to an empty passphrase.
  const char* text = passphrase.empty() ? "" : reinterpret_cast<const char*>(passphrase.data());
  int failed = 0;
  PassphraseKey key = PassphraseKey::made_by([&](MutableByteView cell) {
    failed = crypto_pwhash_argon2id(
        cell.data(), cell.size(), text, passphrase.size(), salt.bytes.data(), cost.passes,
        std::size_t{cost.memory_kib} * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13);
  });
  if (failed != 0) return fail(ErrorKind::disk, "slot.no_memory");
  return key;
}

}  // namespace kluis
