#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/commit.h"
#include "proto/record.h"

// The declaration of destruction (verklaring van vernietiging) as signed data: everything by which
// somebody without a vault checks that a decree was carried out, and by whom it is confirmed.
// Nothing in it is secret: no content, no title. Format: proto/FORMAT.md, "Declaration".
namespace kluis {

// The commit that carried the decree out, and the relay's word that it took it.
struct ErasureReceipt {
  SignedCommit commit;
  SignedReceipt receipt;
};

struct Declaration {
  DecreeId decree;
  // The roll from its genesis up to the end of a commit: the one with the decree's `execute`, or a
  // later one.
  std::vector<SignedRecord> acts;
  std::vector<SignedRecord> confirmations;  // of this decree; one a device, sorted by device
  // Of devices that had left the raad: that they forgot everything. Confirmations with a zero
  // decree; one a device, sorted by device.
  std::vector<SignedRecord> leavings;
  std::optional<ErasureReceipt> receipt;
  // What its maker states, and nobody else signed:
  std::vector<std::string> exceptions;  // what is outside reach; none is empty
  std::string place;
  std::int64_t made_unix_ms = 0;
  std::string software_version;
  std::optional<Sha256> pdf;  // of the page that it travels in; absent when it stands alone
};

// The signature is over `bytes`, domain "declaration".
struct SignedDeclaration {
  Bytes bytes;
  DeviceId signer;
  Signature signature;
};

// ---- Encodings (proto/declaration_codec.cc); strict ----
[[nodiscard]] Bytes encode(const Declaration& declaration);
[[nodiscard]] Result<Declaration> decode_declaration(ByteView bytes);
[[nodiscard]] Bytes encode(const SignedDeclaration& declaration);
[[nodiscard]] Result<SignedDeclaration> decode_signed_declaration(ByteView bytes);

}  // namespace kluis
