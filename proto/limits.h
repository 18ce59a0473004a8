#pragma once

#include <cstddef>
#include <cstdint>

// Every bound on what comes from outside. Sizes in bytes, times in milliseconds.
namespace kluis {

// ---- Format limits: part of format v1; a larger value is malformed ----
inline constexpr std::uint16_t kSuite = 1;  // X-Wing, XChaCha20-Poly1305, Ed25519, BLAKE2b
inline constexpr std::size_t kRecordBytesMax = 1U << 20U;       // one signed record, encoded
inline constexpr std::size_t kRecordParentsMax = 256;           // a frontier
inline constexpr std::size_t kCellBytesMax = 64U << 10U;        // one signed cell, encoded
inline constexpr std::size_t kItemBytesMax = 96U << 10U;        // one sealed item
inline constexpr std::size_t kItemBlobsMax = 4;                 // blobs one item may name
inline constexpr std::size_t kListChunkBytesMax = 256U << 10U;  // one message of the key list
inline constexpr std::size_t kListChunksMax = 4096;             // hence a list of at most 1 GiB
inline constexpr std::size_t kBoxesMax = 4096;                  // devices in one circle
inline constexpr std::size_t kHeaderBytesMax = 256U << 10U;     // a signed header, encoded
inline constexpr std::size_t kRemovedTagsMax = 4096;
inline constexpr std::size_t kExitParcelBytesMax = 64U << 10U;
inline constexpr std::size_t kMailBytesMax = 8U << 10U;    // one mailbox message
inline constexpr std::size_t kNameBytesMax = 1024;         // a person, device or gemeente
inline constexpr std::size_t kTitleBytesMax = 4096;        // a dossier or stuk
inline constexpr std::size_t kTextBytesMax = 512U << 10U;  // a note
inline constexpr std::size_t kCodeBytesMax = 64;           // a stuk type, an article
inline constexpr std::size_t kDecreeCirclesMax = 4096;
inline constexpr std::size_t kDecreeRecordsMax = 16384;  // about one stuk
inline constexpr std::size_t kDecreeApprovalsMax = 64;
inline constexpr std::size_t kDeclarationBytesMax = 64U << 20U;  // a declaration, encoded
inline constexpr std::size_t kDeclarationActsMax = 1U << 17U;
inline constexpr std::size_t kDeclarationExceptionsMax = 64;
inline constexpr std::size_t kAddressBytesMax = 256;             // host:port of a relay
inline constexpr std::size_t kWrapperBytesMax = 256;             // what a signature adds
inline constexpr std::uint64_t kDocumentBytesMax = 4ULL << 30U;  // a document, in clear
inline constexpr std::uint64_t kSealedDocumentBytesMax = 2 * kDocumentBytesMax;  // padded, sealed
// Every number that counts something: a reader may add one to it, and a database hold it.
inline constexpr std::uint64_t kCountMax = (1ULL << 62U) - 1;
inline constexpr std::int64_t kTimeMsMax = 253'402'300'799'999;  // the end of the year 9999

// ---- Wire limits ----
inline constexpr std::size_t kFrameBytesMax = 1U << 20U;  // one message, reassembled
inline constexpr std::size_t kSliceBytes = 256U << 10U;   // blobs travel in slices of this size
inline constexpr std::size_t kVoucherBytesMax = 4U << 10U;
inline constexpr std::size_t kSyncCirclesMax = 4096;  // circles in one sync request
inline constexpr std::size_t kCommitOpsMax = 8192;
inline constexpr std::size_t kAnswerItemsMax = 4096;  // items in one answer
inline constexpr std::size_t kFetchNamesMax = 4096;   // blobs asked for at once
inline constexpr std::int64_t kHoldMsMax = 60'000;
inline constexpr std::int64_t kMailboxMs = 14LL * 24 * 3600 * 1000;  // life of a mailbox
inline constexpr std::int64_t kUnnamedMs = 14LL * 24 * 3600 * 1000;  // staged bytes nobody named

// ---- Cap'n Proto reader limits ----
inline constexpr int kCodecNestingMax = 16;

}  // namespace kluis
