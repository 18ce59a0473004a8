#include "vault/crypto/argon2_encoded.h"

#include <sodium.h>

#include "vault/crypto/sodium_ready.h"

namespace kluis {

bool argon2_verify_encoded(const std::string& encoded, std::string_view password) {
  require_sodium();
  return crypto_pwhash_str_verify(encoded.c_str(), password.data(), password.size()) == 0;
}

}  // namespace kluis
