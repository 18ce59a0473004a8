#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "proto/limits.h"

// Bounds that are the relay's own, beside those of proto/limits.h. Sizes in bytes.
namespace kluis {

// What an answer may hold: the rest of a frame is for the encoding.
inline constexpr std::size_t kAnswerBytesMax = kFrameBytesMax - (64U << 10U);
// A blob that an epoch names as its boxes or list: the relay checks its hash in memory.
inline constexpr std::uint64_t kEpochBlobBytesMax = 64ULL << 20U;
// A sealed document: the plaintext's limit and what sealing and padding add.
inline constexpr std::uint64_t kBlobBytesMax = kDocumentBytesMax + (kDocumentBytesMax >> 4U);
inline constexpr std::uint32_t kMailboxesMax = 256;  // of one tenancy at a time
// More, for sessions that proved an officer relay key: whoever fills the others stops no invitation
// of an officer.
inline constexpr std::uint32_t kOfficerMailboxesMax = 64;
inline constexpr std::size_t kHoldCirclesMax = kSyncCirclesMax;
inline constexpr std::size_t kOfficersMax = 256;
// How far the raad may be ahead of the relay's own count: what a restored backup can lack.
inline constexpr std::uint64_t kCommitsLostMax = 1'000'000;
inline constexpr std::uint32_t kSweepRowsMax = 256;  // in one transaction

// Quota. When it is full, documents and the appends that name them are refused. A reserve above it
// stays open for what is small: leaves, confirmations, notes, and the boxes and lists of commits.
// Commits themselves are never refused for it.
inline constexpr std::uint64_t kSmallAppendBlobBytes = 16U << 10U;  // named blobs of one append
inline constexpr std::uint64_t kSmallStageBytes = kSliceBytes;      // one staged blob
[[nodiscard]] constexpr std::uint64_t reserve_bytes(std::uint64_t quota) {
  return std::max<std::uint64_t>(quota / 8, 16U << 20U);
}

}  // namespace kluis
