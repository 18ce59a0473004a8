#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/declaration.h"
#include "proto/decree.h"
#include "proto/result.h"
#include "vault/law/rules.h"

// The declaration of destruction, as somebody without a vault checks it. Pure: bytes in, an answer
// out. Source: Archiefbesluit 1995 art. 8; V14.4. Format: proto/FORMAT.md, "Declaration". Threads:
// any number at once.
namespace kluis {

// A person whose signature stands under something, and as what.
struct Signatory {
  std::string name;
  Capacity capacity = Capacity::griffier;
};

// A device by the names that the roll gives it; no names when the roll does not know it.
struct DeclaredDevice {
  DeviceId id;
  std::string person;
  std::string device;
};

// What a declaration says.
struct DeclaredErasure {
  RaadId raad;
  std::string gemeente;
  DecreeId decree;
  DecreeKind kind = DecreeKind::destroy_dossier;
  std::string ground;
  std::vector<Covered> covers;
  std::vector<Signatory> signers;  // of the decree, its proposer first
  std::int64_t executed_unix_ms = 0;
  std::vector<DeclaredDevice>
      confirmed;                        // that they erased it, or forgot everything when they left
  std::vector<DeclaredDevice> missing;  // had it, or may have, and did not say so
  bool relay_receipt = false;
  // Stated by its maker alone:
  Signatory maker;
  std::vector<std::string> exceptions;
  std::string place;
  std::int64_t made_unix_ms = 0;
  std::string software_version;

  // Whether every device that had it has said that it forgot it.
  [[nodiscard]] bool complete() const { return missing.empty(); }
};

// A declaration in which every signature, every rule of the roll and every count was checked. It
// says nothing about whose raad this is: that is known by comparing `raad`, its fingerprint, with
// what the raad itself says it is.
class VerifiedDeclaration {
 public:
  [[nodiscard]] const DeclaredErasure& content() const { return content_; }

 private:
  explicit VerifiedDeclaration(DeclaredErasure content) : content_(std::move(content)) {}
  friend Result<VerifiedDeclaration> verify_declaration(ByteView, const std::optional<Sha256>&);
  DeclaredErasure content_;
};

// `bytes` is an encoded SignedDeclaration. `page`: hash of the PDF that it was taken out of, which
// has to be the one it was made for; absent for a declaration that stands alone.
// Errors, all of integrity: "declaration.<what>", and those of the roll and the formats.
[[nodiscard]] Result<VerifiedDeclaration> verify_declaration(
    ByteView bytes, const std::optional<Sha256>& page = std::nullopt);

}  // namespace kluis
