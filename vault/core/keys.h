#pragma once

#include "proto/ids.h"
#include "vault/crypto/kdf.h"
#include "vault/crypto/kem.h"
#include "vault/crypto/secret.h"

// The keys of the protocol: one type each, one purpose each (SECURITY.md, "Keys").
namespace kluis {

using IdentitySeed = Secret<struct IdentitySeedPurpose>;  // Ed25519 seed of a device
using OfficerSeed = Secret<struct OfficerSeedPurpose>;    // Ed25519 seed, officer relay key
using HedgeSecret = Secret<struct HedgeSecretPurpose>;    // hedges weak randomness of an officer
using EpochSecret = Secret<struct EpochSecretPurpose>;    // S
using RecordKey = Secret<struct RecordKeyPurpose>;        // K_r, seals one record once
using ListKey = Secret<struct ListKeyPurpose>;            // from S: seals the key list
using ItemKey = Secret<struct ItemKeyPurpose>;            // from S: seals items
using RaadSeed = Secret<struct RaadSeedPurpose>;          // from the roll's S: Ed25519 seed
using ExitSeed = Secret<struct ExitSeedPurpose>;          // from S: X-Wing seed for exit parcels
using PadSeed = Secret<struct PadSeedPurpose>;            // from S: X-Wing seeds of padding boxes

[[nodiscard]] inline CircleName circle_name(const EpochSecret& secret) {
  return derive_public<CircleName>(secret, "name");
}
[[nodiscard]] inline Digest commitment(const EpochSecret& secret) {
  return derive_public<Digest>(secret, "commit");
}
[[nodiscard]] inline RaadSeed raad_seed(const EpochSecret& roll_secret) {
  return derive<RaadSeed>(roll_secret, "raad");
}
[[nodiscard]] inline ExitSeed exit_seed(const EpochSecret& secret) {
  return derive<ExitSeed>(secret, "exit");
}
[[nodiscard]] inline BlobName blob_name(const SecretBytes<32>& record_or_document_key) {
  return derive_public<BlobName>(record_or_document_key, "name");
}

}  // namespace kluis
