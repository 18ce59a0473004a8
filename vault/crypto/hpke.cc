#include "vault/crypto/hpke.h"

#include <array>

#include "vault/crypto/hkdf_sha256.h"

namespace kluis {
namespace {

constexpr std::string_view kVersion = "HPKE-v1";
constexpr std::array<std::uint8_t, 10> kSuiteId = {'H', 'P', 'K', 'E', 0x64, 0x7a, 0, 1, 0, 3};
constexpr std::uint8_t kModeBase = 0;

HkdfSecret labeled_extract(ByteView salt, std::string_view label, ByteView key) {
  return hkdf_sha256_extract(salt, {as_bytes(kVersion), kSuiteId, as_bytes(label), key});
}

void labeled_expand(MutableByteView target, const HkdfSecret& secret, std::string_view label,
                    ByteView context) {
  Bytes info = {static_cast<std::uint8_t>(target.size() >> 8U),
                static_cast<std::uint8_t>(target.size())};
  append(info, as_bytes(kVersion));
  append(info, kSuiteId);
  append(info, as_bytes(label));
  append(info, context);
  hkdf_sha256_expand(target, secret, info);
}

}  // namespace

HpkeContext hpke_context(const KemShared& shared, ByteView info) {
  Bytes context = {kModeBase};
  append(context, labeled_extract({}, "psk_id_hash", {}).expose());
  append(context, labeled_extract({}, "info_hash", info).expose());
  const HkdfSecret secret = labeled_extract(shared.expose(), "secret", {});
  HpkeContext made{Secret<struct HpkeKeyPurpose>::made_by(
                       [&](MutableByteView cell) { labeled_expand(cell, secret, "key", context); }),
                   {}};
  labeled_expand(made.nonce.bytes, secret, "base_nonce", context);
  return made;
}

}  // namespace kluis
