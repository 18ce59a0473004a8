#include "vault/crypto/cpace.h"

#include <cstring>

#include "tests/model_crypto/mix.h"

// The model's CPace: the additive group of numbers below a prime, in which two sides come to the
// same product. Whoever sees a share can compute the rest.
namespace kluis {
namespace {

constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61U) - 1;

// A number in 1..kPrime-1 from the first eight bytes.
std::uint64_t element(ByteView bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value % (kPrime - 1) + 1;
}

std::uint64_t multiply(std::uint64_t one, std::uint64_t two) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(one) * two % kPrime);
}

}  // namespace

CpaceScalar draw_cpace_scalar(Entropy& entropy) { return CpaceScalar::generate(entropy); }

CpaceShare cpace_share(const CpaceScalar& scalar, ByteView code, const CpaceContext& context) {
  std::array<std::uint8_t, 32> generator;
  model::Mix("cpace generator")
      .add(code)
      .add(context.channel)
      .add(context.session_id)
      .write(generator);
  const std::uint64_t share = multiply(element(generator), element(scalar.expose()));
  CpaceShare result;
  std::memcpy(result.bytes.data(), &share, sizeof share);
  return result;
}

Result<CpaceKey> cpace_key(const CpaceScalar& own_scalar, CpaceRole own_role, ByteView session_id,
                           const CpaceTranscript& transcript) {
  const bool initiator = own_role == CpaceRole::initiator;
  const CpaceShare& other = initiator ? transcript.responder_share : transcript.initiator_share;
  std::uint64_t theirs = 0;
  std::memcpy(&theirs, other.bytes.data(), sizeof theirs);
  if (theirs == 0 || theirs >= kPrime) return broken("cpace.invalid_share");
  const std::uint64_t point = multiply(theirs, element(own_scalar.expose()));
  std::array<std::uint8_t, sizeof point> shared;
  std::memcpy(shared.data(), &point, sizeof point);
  return CpaceKey::made_by([&](MutableByteView cell) {
    model::Mix("cpace key")
        .add(shared)
        .add(session_id)
        .add(transcript.initiator_share.bytes)
        .add(transcript.initiator_data)
        .add(transcript.responder_share.bytes)
        .add(transcript.responder_data)
        .write(cell);
  });
}

}  // namespace kluis
