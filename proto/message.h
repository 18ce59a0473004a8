#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "proto/bytes.h"
#include "proto/commit.h"
#include "proto/ids.h"
#include "proto/result.h"

// What passes between a device and a relay, inside the Noise channel: one Request, one Response, in
// order; and pushes once a session watches. Format: proto/FORMAT.md, "Messages".
namespace kluis {

// chain_0 = header hash; chain_n = hash("chain", chain_{n-1}, item_n); cut to 16 bytes on the wire.
using Chain = FixedBytes<struct ChainTag, 32>;
using ChainShort = FixedBytes<struct ChainShortTag, 16>;

// What a device holds of one circle. Count 0 with a zero chain says "I know only the name": the
// answer is the newest header and boxes even when the name is current.
struct SyncEntry {
  CircleName name;
  std::uint32_t count = 0;
  ChainShort chain;
};

struct SentItem {
  Bytes item;
  std::vector<BlobName> blobs;
};

// ---- Requests ----
// Proof of the raad key over the final handshake hash (domain "hello"), and the first sync.
struct HelloRequest {
  TenancyId tenancy;
  RaadKey raad_key;
  Signature proof;
  std::vector<SyncEntry> entries;
};
struct SyncRequest {
  std::vector<SyncEntry> entries;
};
// Whole small blobs: the answer holds as many, in order, as fit a frame; ask again for the rest.
struct FetchRequest {
  std::vector<BlobName> blobs;
};
struct FetchSliceRequest {
  BlobName blob;
  std::uint32_t slice = 0;
};
// Write-once; a blob is complete when it has all `total_bytes`. Slices arrive in order.
struct StageRequest {
  BlobName blob;
  std::uint64_t total_bytes = 0;
  std::uint32_t slice = 0;
  Bytes bytes;
};
struct AppendRequest {
  CircleName name;
  Bytes item;
  std::vector<BlobName> blobs;
  // The commit by which the writer judged that he may write. Obligatory for records, leaves and
  // welcomes; the relay refuses the append if another commit came since.
  std::optional<std::uint64_t> expect_commit;
};
struct CommitRequest {
  SignedCommit commit;
};
struct WatchRequest {};
struct ExitRequest {
  CircleAlias circle;
  RemovedTag tag;
  Bytes parcel;  // encoded SealedParcel
};
struct ParcelsRequest {
  CircleAlias circle;
};
// Appends to the roll and these circles answer `later` until the signer's next commit, or the time
// is over. Signed with an officer relay key over the encoding of (tenancy, circles, ms, handshake
// hash), domain "hold".
struct HoldRequest {
  std::vector<CircleAlias> circles;
  std::uint32_t milliseconds = 0;
  OfficerKey signer;
  Signature signature;
};
struct MailboxMakeRequest {
  MailboxId mailbox;
  Bytes first;  // message 0
};
// Message 1 by a guest, once; message 2 by a raad session, once.
struct MailboxPutRequest {
  MailboxId mailbox;
  std::uint16_t index = 1;
  Bytes message;
};
struct MailboxGetRequest {
  MailboxId mailbox;
};
struct StagedBlob {
  BlobName blob;
  Bytes bytes;
};
// Founds a tenancy: the voucher, the founding commit and what it names, in one message.
struct AdmitRaadRequest {
  Bytes voucher;
  SignedCommit commit;
  std::vector<StagedBlob> blobs;
};
// Hands a restored, emptied or lagging relay the newest epoch of a circle. Before hello too.
struct LiftRequest {
  SignedOp op;
  Bytes signed_header;
  CircleName name;
  std::vector<StagedBlob> blobs;  // boxes and list when they fit; else staged afterwards
};

using Request = std::variant<HelloRequest, SyncRequest, FetchRequest, FetchSliceRequest,
                             StageRequest, AppendRequest, CommitRequest, WatchRequest, ExitRequest,
                             ParcelsRequest, HoldRequest, MailboxMakeRequest, MailboxPutRequest,
                             MailboxGetRequest, AdmitRaadRequest, LiftRequest>;

// ---- Responses ----
struct Superseded {
  CircleName asked;
  SignedOp op;
  Bytes signed_header;  // newest
  Bytes boxes;          // encoded Boxes of the newest; empty when it ended
};
struct NewItems {
  CircleName name;
  std::uint32_t from = 0;  // index of the first
  std::vector<SentItem> items;
  bool more = false;  // ask again from where these end
};
// The relay holds fewer items than the device (`count` smaller) or another chain.
struct Differs {
  CircleName name;
  std::uint32_t count = 0;
  ChainShort chain;  // of the relay's `count` items
};
struct Unknown {
  CircleName name;  // no such name, now or before
};
using CircleAnswer = std::variant<Superseded, NewItems, Differs, Unknown>;

// `digest` = hash("sync", each (name, count, chain) asked, in order, as the relay now has it):
// compared with the device's own after applying `circles`. An unchanged vault gets an empty list.
struct SyncAnswer {
  std::uint64_t commit_number = 0;
  Digest digest;
  std::vector<CircleAnswer> circles;
};
// The raad key is superseded: only the roll's newest header and boxes.
struct HelloSuperseded {
  Superseded roll;
};
struct FetchedBlob {
  BlobName blob;
  bool present = false;
  std::uint64_t total_bytes = 0;
  Bytes bytes;  // whole when it fits the answer; else empty: ask by slices
};
struct FetchAnswer {
  std::vector<FetchedBlob> blobs;  // a prefix of what was asked
};
struct SliceAnswer {
  bool present = false;
  std::uint64_t total_bytes = 0;
  Bytes bytes;
};
struct StageAnswer {
  std::uint64_t have_bytes = 0;
};
struct AppendAnswer {
  std::uint32_t index = 0;  // of the appended item, durable
};
struct ConflictAnswer {
  std::uint64_t commit_number = 0;       // the relay's
  std::optional<SignedReceipt> receipt;  // for commits
};
struct CommitAnswer {
  SignedReceipt receipt;
};
struct LaterAnswer {
  std::uint32_t milliseconds = 0;
};
struct ParcelsAnswer {
  std::vector<Bytes> parcels;  // encoded SealedParcel
};
struct MailboxAnswer {
  std::vector<Bytes> messages;  // 0, 1, 2 as far as they are there
};
struct DoneAnswer {};
enum class RefusalCode : std::uint16_t {
  malformed = 1,
  not_authorised = 2,
  unknown_name = 3,
  quota = 4,
  busy = 5,
  voucher = 6,
  mailbox_taken = 7,
  mailbox_gone = 8,
  too_large = 9,
  exists = 10,
  missing_blob = 11
};
struct RefusedAnswer {
  RefusalCode code = RefusalCode::malformed;
};
// Not an answer: sent to a watching session when something it named in its last sync, or the roll,
// may have changed.
struct Push {
  std::uint64_t commit_number = 0;
};

using Response = std::variant<SyncAnswer, HelloSuperseded, Superseded, FetchAnswer, SliceAnswer,
                              StageAnswer, AppendAnswer, ConflictAnswer, CommitAnswer, LaterAnswer,
                              ParcelsAnswer, MailboxAnswer, DoneAnswer, RefusedAnswer, Push>;

// ---- Encodings (proto/{request,response}_codec.cc); strict ----
[[nodiscard]] Bytes encode(const Request& request);
[[nodiscard]] Result<Request> decode_request(ByteView bytes);
[[nodiscard]] Bytes encode(const Response& response);
[[nodiscard]] Result<Response> decode_response(ByteView bytes);
// What a HoldRequest signs.
[[nodiscard]] Bytes encode_hold(const TenancyId& tenancy, const HoldRequest& request,
                                ByteView handshake_hash);

}  // namespace kluis
