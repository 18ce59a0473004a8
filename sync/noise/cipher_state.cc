#include "sync/noise/cipher_state.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "vault/crypto/chachapoly.h"

namespace kluis::noise {
namespace {

constexpr std::uint64_t kRekeyCounter = std::numeric_limits<std::uint64_t>::max();  // reserved

}  // namespace

Status CipherState::seal_onto(Bytes& target, ByteView associated_data, ByteView plaintext) {
  if (counter_ == kRekeyCounter) return fail(ErrorKind::relay, "noise.exhausted");
  chachapoly_seal_onto(target, key_, ChaChaPolyNonce::counter(counter_++), associated_data,
                       plaintext);
  return {};
}

Result<Bytes> CipherState::open(ByteView associated_data, ByteView sealed) {
  if (counter_ == kRekeyCounter) return fail(ErrorKind::relay, "noise.exhausted");
  auto plaintext =
      chachapoly_open(key_, ChaChaPolyNonce::counter(counter_), associated_data, sealed);
  if (!plaintext) return fail(ErrorKind::relay, "noise.unauthentic");
  ++counter_;
  return plaintext;
}

void CipherState::rekey() {
  // Section 4.2: the first 32 bytes of 32 zeros sealed under the reserved nonce.
  Bytes sealed;
  chachapoly_seal_onto(sealed, key_, ChaChaPolyNonce::counter(kRekeyCounter), {},
                       std::array<std::uint8_t, CipherKey::kSize>{});
  key_ = CipherKey::copy_of(std::span<const std::uint8_t, CipherKey::kSize>(
      sealed.data(), std::size_t{CipherKey::kSize}));
  wipe(sealed);
}

}  // namespace kluis::noise
