#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "proto/bytes.h"

// Identifiers and other public values of fixed size. Each is a type of its own, so that one can
// never stand where another is meant.
namespace kluis {

template <typename Tag, std::size_t kSizeBytes>
struct FixedBytes {
  static constexpr std::size_t kSize = kSizeBytes;

  std::array<std::uint8_t, kSizeBytes> bytes{};

  [[nodiscard]] static std::optional<FixedBytes> from(ByteView view) {
    if (view.size() != kSizeBytes) return std::nullopt;
    FixedBytes value;
    std::copy(view.begin(), view.end(), value.bytes.begin());
    return value;
  }

  [[nodiscard]] ByteView view() const { return bytes; }
  [[nodiscard]] std::string hex() const { return to_hex(bytes); }
  [[nodiscard]] bool is_zero() const {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
  }

  auto operator<=>(const FixedBytes&) const = default;
};

// Hash of a raad's genesis act; shown as twelve words, it is the raad's fingerprint.
using RaadId = FixedBytes<struct RaadIdTag, 32>;
using PersonId = FixedBytes<struct PersonIdTag, 16>;      // random
using DeviceId = FixedBytes<struct DeviceIdTag, 32>;      // the device's Ed25519 public key
using OfficerKey = FixedBytes<struct OfficerKeyTag, 32>;  // officer relay key, Ed25519 public half
using RaadKey = FixedBytes<struct RaadKeyTag, 32>;        // raad key, Ed25519 public half
using ReceiptKey = FixedBytes<struct ReceiptKeyTag, 32>;  // relay receipt key, Ed25519 public half
using RelayKey = FixedBytes<struct RelayKeyTag, 32>;      // relay Noise static key, X25519 public
using LeafPublic = FixedBytes<struct LeafPublicTag, 1216>;  // X-Wing public key
using CircleAlias = FixedBytes<struct CircleAliasTag, 16>;  // random, for the life of the circle
using CircleName = FixedBytes<struct CircleNameTag, 16>;    // KDF(S, "name"); dies with its epoch
using BlobName = FixedBytes<struct BlobNameTag, 16>;        // KDF(record or document key, "name")
using TenancyId = FixedBytes<struct TenancyIdTag, 16>;      // random, a raad at one relay
using DossierId = FixedBytes<struct DossierIdTag, 16>;      // random
using StukId = FixedBytes<struct StukIdTag, 16>;            // of the record that makes it
using DecreeId = FixedBytes<struct DecreeIdTag, 32>;        // hash of the decree
using RecordId = FixedBytes<struct RecordIdTag, 32>;        // hash of a record's signed bytes
using HeaderHash = FixedBytes<struct HeaderHashTag, 32>;    // hash of a header's signed bytes
using Digest = FixedBytes<struct DigestTag, 32>;            // any other BLAKE2b-256
using Sha256 = FixedBytes<struct Sha256Tag, 32>;            // of a file, as other programs tell it
using BoxLabel = FixedBytes<struct BoxLabelTag, 16>;
using RemovedTag = FixedBytes<struct RemovedTagTag, 16>;
using MailboxId = FixedBytes<struct MailboxIdTag, 16>;  // random
using Signature = FixedBytes<struct SignatureTag, 64>;  // Ed25519

}  // namespace kluis

template <typename Tag, std::size_t kSizeBytes>
struct std::hash<kluis::FixedBytes<Tag, kSizeBytes>> {
  std::size_t operator()(const kluis::FixedBytes<Tag, kSizeBytes>& value) const noexcept {
    return std::hash<std::string_view>{}(kluis::as_text(value.view()));
  }
};
