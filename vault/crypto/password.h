#pragma once

#include <array>
#include <cstdint>

#include "proto/bytes.h"
#include "proto/result.h"
#include "vault/crypto/secret.h"

// From a passphrase to a key: Argon2id version 1.3 (RFC 9106), one lane, by libsodium.
namespace kluis {

using PassphraseKey = Secret<struct PassphraseKeyPurpose>;

struct PasswordSalt {
  std::array<std::uint8_t, 16> bytes{};
};

// A cost as it stands in a file, in clear and so in an attacker's hands.
struct StoredCost {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
};

// A cost that this program is willing to work with. The shipped programs can make one alone, the
// product's; a smaller one exists only in test programs, which link tests/support.
class Argon2Cost {
 public:
  [[nodiscard]] static Argon2Cost product() { return Argon2Cost({256 * 1024, 3}); }

  [[nodiscard]] StoredCost stored() const { return cost_; }

 private:
  explicit Argon2Cost(StoredCost cost) : cost_(cost) {}
  friend Argon2Cost test_argon2_cost();  // defined in tests/support alone

  StoredCost cost_;
};

class PasswordHasher {
 public:
  // `cost` is what new files get, and the least that is accepted of old ones.
  explicit PasswordHasher(Argon2Cost cost) : floor_(cost.stored()) {}

  [[nodiscard]] StoredCost cost_for_new() const { return floor_; }

  // The key of `passphrase` at the cost that a file names.
  // Errors, before anything is derived: integrity "slot.cost_too_low" for less than this program's
  // cost (else whoever can write the file makes guessing cheap), "slot.cost_too_high" for more than
  // 4 GiB or 64 passes (else he makes it endless). Disk "slot.no_memory" when the memory cannot
  // be had.
  // Cost: the point of it; half a second or more.
  [[nodiscard]] Result<PassphraseKey> derive(ByteView passphrase, const PasswordSalt& salt,
                                             StoredCost cost) const;

 private:
  StoredCost floor_;
};

}  // namespace kluis
