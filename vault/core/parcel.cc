#include <utility>

#include "vault/core/epoch.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/padme.h"
#include "vault/crypto/sign.h"

// Exit parcels: what a removed device gives back, sealed to the newest header's exit key.
namespace kluis {
namespace {

using ParcelKey = Secret<struct ParcelKeyPurpose>;

constexpr std::string_view kParcelContext = "raadkluis/v1/exit-parcel";

// What the device signs: its parcel, for this exit key and no later one.
Bytes signed_parcel(const LeafPublic& exit_key, ByteView content) {
  Bytes bytes = to_bytes(exit_key.view());
  append(bytes, content);
  return bytes;
}

}  // namespace

std::optional<SealedParcel> seal_parcel(const LeafPublic& exit_key, const ExitParcel& parcel,
                                        const IdentitySeed& identity, Entropy& entropy) {
  const auto encapsulated = encapsulate(exit_key, KemCoins::generate(entropy));
  if (!encapsulated) return std::nullopt;
  const auto key = derive<ParcelKey>(encapsulated->shared, "parcel-key");
  SealedParcel sealed;
  sealed.kem_ciphertext.bytes = encapsulated->ciphertext.bytes;
  const Bytes content = encode(parcel);
  Bytes plain = to_bytes(sign(identity, "exit-parcel", signed_parcel(exit_key, content)).view());
  append(plain, content);
  sealed.sealed = aead_seal(key, AeadNonce{}, as_bytes(kParcelContext), pad(plain));
  return sealed;
}

Result<ExitParcel> open_parcel(const ExitSeed& seed, const SealedParcel& parcel) {
  const auto shared = decapsulate(seed, KemCiphertext{parcel.kem_ciphertext.bytes});
  if (!shared) return broken("parcel.unauthentic");
  const auto key = derive<ParcelKey>(*shared, "parcel-key");
  KLUIS_TRY(padded, aead_open(key, AeadNonce{}, as_bytes(kParcelContext), parcel.sealed));
  KLUIS_TRY(plain, unpad(padded.expose()));
  if (plain.size() < Signature::kSize) return broken("parcel.unauthentic");
  const ByteView content = plain.subspan(Signature::kSize);
  KLUIS_TRY(opened, decode_exit_parcel(content));
  if (!verify(opened.device.view(), "exit-parcel", signed_parcel(leaf_public(seed), content),
              *Signature::from(plain.first(Signature::kSize)))) {
    return broken("parcel.unauthentic");
  }
  return opened;
}

}  // namespace kluis
