#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "proto/bytes.h"
#include "proto/epoch.h"
#include "proto/ids.h"
#include "proto/result.h"

// A commit: one relay transaction over any number of circles. Format: proto/FORMAT.md, "Commit".
namespace kluis {

// What an officer's relay key states about one epoch on its own, apart from the commit: it travels
// with `superseded` answers and refills a relay that was restored from a backup. An op only ever
// lifts an alias to a higher number.
struct EpochOp {
  TenancyId tenancy;
  CircleAlias circle;
  std::uint64_t number = 0;
  HeaderHash header;
  Digest name_hash;                 // hash("name", circle name of this epoch)
  std::optional<RaadKey> raad_key;  // the roll's epochs only
  HeaderKind kind = HeaderKind::open;
  Digest boxes_hash;
  Digest list_hash;
  std::vector<BlobName> drop_blobs;  // sorted; no longer named by this circle
};

// The signature is over `bytes`, domain "epoch-op".
struct SignedOp {
  Bytes bytes;
  OfficerKey signer;
  Signature signature;
};

struct ExpectCircle {
  CircleAlias circle;
  std::uint64_t number = 0;      // newest epoch of the circle
  std::uint64_t item_count = 0;  // items of that epoch
};

// What the commit's author had seen. The relay refuses it as a whole unless all of it holds.
struct Expect {
  std::uint64_t commit_number = 0;    // commits so far; this one becomes commit_number + 1
  std::uint64_t roll_item_count = 0;  // items of the newest roll epoch
  std::vector<ExpectCircle> circles;  // each circle resealed or ended, but the roll
};

// Starts the next epoch of a circle, or a circle (number 0), or ends one (kind end: no name).
struct EpochChange {
  SignedOp op;
  Bytes signed_header;  // encoded SignedHeader
  CircleName name;      // of the new epoch; zero when it ends
};

// An item of the circle's newest epoch, the one made by this commit included. Acts are items of the
// roll and stand before all others.
struct CommitAppend {
  CircleAlias circle;
  Bytes item;
  std::vector<BlobName> blobs;
};

struct Commit {
  TenancyId tenancy;
  Expect expect;
  std::vector<EpochChange> epochs;
  std::vector<CommitAppend> appends;
  std::vector<OfficerKey> officers_added;
  std::vector<OfficerKey> officers_removed;
};

// commit hash = hash("commit", bytes); signed over bytes, domain "commit", with an officer relay
// key.
struct SignedCommit {
  Bytes bytes;
  OfficerKey signer;
  Signature signature;
};

enum class Verdict : std::uint16_t { committed = 1, conflict = 2 };

// The relay's word about one commit, signed with its receipt key over `bytes`, domain "receipt".
struct Receipt {
  TenancyId tenancy;
  Digest commit_hash;
  std::uint64_t commit_number = 0;  // committed: the number it got; conflict: the relay's number
  Verdict verdict = Verdict::conflict;
  Digest dropped;  // hash("dropped", names of the blobs erased, sorted); else zero
};
struct SignedReceipt {
  Bytes bytes;
  Signature signature;
};

// ---- Encodings (proto/commit_codec.cc); strict ----
[[nodiscard]] Bytes encode(const EpochOp& op);
[[nodiscard]] Result<EpochOp> decode_epoch_op(ByteView bytes);
[[nodiscard]] Bytes encode(const SignedOp& op);
[[nodiscard]] Result<SignedOp> decode_signed_op(ByteView bytes);
[[nodiscard]] Bytes encode(const Commit& commit);
[[nodiscard]] Result<Commit> decode_commit(ByteView bytes);
[[nodiscard]] Bytes encode(const SignedCommit& commit);
[[nodiscard]] Result<SignedCommit> decode_signed_commit(ByteView bytes);
[[nodiscard]] Bytes encode(const Receipt& receipt);
[[nodiscard]] Result<Receipt> decode_receipt(ByteView bytes);

}  // namespace kluis
