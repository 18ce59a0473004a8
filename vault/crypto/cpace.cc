#include "vault/crypto/cpace.h"

#include <algorithm>
#include <string_view>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/cpace_strings.h"

namespace kluis {
namespace {

constexpr std::string_view kDomain = "CPaceRistretto255";
constexpr std::size_t kBlockBytes = 128;  // SHA-512's

using Hash64 = Secret<struct CpaceHashPurpose, crypto_hash_sha512_BYTES>;
using Point = Secret<struct CpacePointPurpose, crypto_core_ristretto255_BYTES>;

// SHA-512 of `bytes`, which are wiped: they hold the code or the shared point.
void hash_secret(MutableByteView target, Bytes bytes) {
  crypto_hash_sha512(target.data(), bytes.data(), bytes.size());
  wipe(bytes);
}

// calculate_generator: a generator of the group that only who knows the code can tell.
Point generator(ByteView code, const CpaceContext& context) {
  const auto hash = Hash64::made_by([&](MutableByteView cell) {
    hash_secret(cell, cpace_generator_string(code, context.channel, context.session_id));
  });
  return Point::made_by([&](MutableByteView cell) {
    crypto_core_ristretto255_from_hash(cell.data(), hash.expose().data());
  });
}

// Whether `scalar` lies in 1..order-1: it is not zero and reducing does not change it.
bool is_scalar(const CpaceScalar& scalar) {
  const auto bytes = scalar.expose();
  if (sodium_is_zero(bytes.data(), bytes.size()) != 0) return false;
  const auto wide =
      Hash64::made_by([&](MutableByteView cell) { std::ranges::copy(bytes, cell.begin()); });
  const auto reduced = CpaceScalar::made_by([&](MutableByteView cell) {
    crypto_core_ristretto255_scalar_reduce(cell.data(), wide.expose().data());
  });
  return reduced.equals(scalar);
}

// The size of the LEB128 form of `length`.
std::size_t leb128_size(std::size_t length) {
  std::size_t size = 1;
  for (; length >= 0x80; length >>= 7) ++size;
  return size;
}

std::size_t lv_size(ByteView part) {
  return leb128_size(part.size()) + part.size();
}

}  // namespace

Bytes cpace_lv_cat(std::initializer_list<ByteView> parts) {
  std::size_t total = 0;
  for (const ByteView part : parts) total += lv_size(part);
  Bytes result;
  result.reserve(total);  // Never reallocates: no unwiped copy of a secret part stays behind.
  for (const ByteView part : parts) {
    std::size_t length = part.size();
    for (; length >= 0x80; length >>= 7) {
      result.push_back(static_cast<std::uint8_t>((length & 0x7f) | 0x80));
    }
    result.push_back(static_cast<std::uint8_t>(length));
    append(result, part);
  }
  return result;
}

Bytes cpace_generator_string(ByteView code, ByteView channel, ByteView session_id) {
  const ByteView domain = as_bytes(kDomain);
  // The code fills the first block of the hash with zeros behind it, so that the time of hashing
  // the rest does not depend on it.
  const std::size_t used = 1 + lv_size(code) + lv_size(domain);
  const Bytes padding(used < kBlockBytes ? kBlockBytes - used : 0);
  return cpace_lv_cat({domain, code, padding, channel, session_id});
}

CpaceScalar draw_cpace_scalar(Entropy& entropy) {
  while (true) {
    CpaceScalar scalar = CpaceScalar::made_by([&](MutableByteView cell) {
      entropy.fill(cell);
      cell.back() &= 0x1f;  // The order has 253 bits.
    });
    if (is_scalar(scalar)) return scalar;
  }
}

CpaceShare cpace_share(const CpaceScalar& scalar, ByteView code, const CpaceContext& context) {
  const Point base = generator(code, context);
  CpaceShare share;
  const int failed = crypto_scalarmult_ristretto255(share.bytes.data(), scalar.expose().data(),
                                                    base.expose().data());
  KLUIS_ASSERT(failed == 0);  // Neither is neutral, unless SHA-512 hit on the neutral element.
  return share;
}

Result<CpaceKey> cpace_key(const CpaceScalar& own_scalar, CpaceRole own_role, ByteView session_id,
                           const CpaceTranscript& transcript) {
  const CpaceShare& peer =
      own_role == CpaceRole::initiator ? transcript.responder_share : transcript.initiator_share;
  int failed = 0;
  const auto shared = Point::made_by([&](MutableByteView cell) {
    failed =
        crypto_scalarmult_ristretto255(cell.data(), own_scalar.expose().data(), peer.bytes.data());
  });
  if (failed != 0) return broken("cpace.invalid_share");
  const auto domain = std::string(kDomain) + "_ISK";
  return CpaceKey::made_by([&](MutableByteView cell) {
    hash_secret(cell, cpace_lv_cat({as_bytes(domain), session_id, shared.expose(),
                                    transcript.initiator_share.view(), transcript.initiator_data,
                                    transcript.responder_share.view(), transcript.responder_data}));
  });
}

}  // namespace kluis
