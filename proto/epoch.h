#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/bytes.h"
#include "proto/ids.h"
#include "proto/record.h"
#include "proto/result.h"

// An epoch of a circle: its header, boxes, key list and items. Format: proto/FORMAT.md, "Epoch".
namespace kluis {

enum class HeaderKind : std::uint16_t { open = 1, end = 2 };

struct Header {
  std::uint16_t suite = 1;
  RaadId raad;
  CircleAlias circle;
  std::uint64_t number = 0;
  HeaderHash previous;         // zero for number 0
  RollPosition roll_position;  // last act before the commit that makes this epoch
  Digest commitment;           // KDF(S, "commit"); zero when kind is end
  Digest boxes_hash;           // hash("boxes", encoded boxes); zero when kind is end
  Digest list_hash;            // hash("list", encoded sealed list); zero when kind is end
  HeaderKind kind = HeaderKind::open;
  std::vector<RemovedTag> removed;     // sorted
  std::optional<LeafPublic> exit_key;  // present iff `removed` is not empty and kind is open
};

// `bytes` is the encoded Header. header hash = hash("header", bytes); the signature is over it.
struct SignedHeader {
  Bytes bytes;
  DeviceId signer;
  Signature signature;
};

struct Box {
  BoxLabel label;
  FixedBytes<struct BoxCiphertextTag, 1120> kem_ciphertext;
  FixedBytes<struct BoxSealedTag, 48> sealed_secret;  // AEAD(ss, S): 32 + 16
};

// Sorted by label, strictly increasing.
struct Boxes {
  std::vector<Box> boxes;
};

// The key list in clear. Holds keys: wipe after use.
struct KeyEntry {
  RecordId record;
  std::array<std::uint8_t, 32> key{};
};

struct Cut {
  DeviceId device;
  std::uint64_t sequence = 0;  // last that stands
  RecordId record;
};

// A record that a decree erased. It keeps its place in its author's chain, so that who comes later
// does not wait for it.
struct Tombstone {
  RecordId record;
  DeviceId author;  // zero, and no sequence: nobody who sealed the list knows its place
  std::uint64_t sequence = 0;
};

struct Member {
  DeviceId device;
  Digest leaf;  // hash("leaf", leaf public key) the box was sealed to; zero: no box could be made
};

struct KeyList {
  std::vector<Member> members;         // sorted by device
  std::vector<DeviceId> holders_ever;  // every device that ever was a member, sorted
  std::vector<KeyEntry> entries;       // sorted by record
  // Only the newest of each, and for every member the leaf cell its box was sealed to: whoever
  // comes late recomputes the boxes from the list alone, long after newer leaves replaced those.
  std::vector<SignedCell> cells;
  std::vector<Tombstone> tombstones;  // sorted by record
  std::vector<Cut> cuts;              // sorted by device
};

// The list as it lies at the relay: sealed messages of at most kListChunkBytesMax, in order.
struct SealedList {
  std::vector<Bytes> chunks;
};

// What is appended to an epoch, in clear. Holds a key: wipe after use.
struct ItemRecord {
  RecordId record;
  std::array<std::uint8_t, 32> key{};
};
struct ItemCell {
  SignedCell cell;
};
// An X-Wing box with (circle alias, number, S) for some device; no addressee is named.
struct Welcome {
  FixedBytes<struct BoxCiphertextTag, 1120> kem_ciphertext;
  Bytes sealed;  // AEAD(ss, encoded WelcomeContent): of one size
};
struct WelcomeContent {
  CircleAlias circle;
  std::uint64_t number = 0;
  std::array<std::uint8_t, 32> secret{};
};
using Item = std::variant<ItemRecord, ItemCell, Welcome>;

// An exit parcel in clear: what a removed device gives back.
struct ExitParcel {
  DeviceId device;
  CircleAlias circle;
  std::vector<SignedRecord> records;  // its own, beyond the cut
};
struct SealedParcel {
  FixedBytes<struct BoxCiphertextTag, 1120> kem_ciphertext;
  Bytes sealed;
};

// ---- Encodings (proto/{epoch,list}_codec.cc); strict, as in proto/record.h ----
[[nodiscard]] Bytes encode(const Header& header);
[[nodiscard]] Result<Header> decode_header(ByteView bytes);
[[nodiscard]] Bytes encode(const SignedHeader& header);
[[nodiscard]] Result<SignedHeader> decode_signed_header(ByteView bytes);
[[nodiscard]] Bytes encode(const Boxes& boxes);
[[nodiscard]] Result<Boxes> decode_boxes(ByteView bytes);
// The list as messages of at most `chunk_bytes_max` each, entries spread over them in order.
[[nodiscard]] std::vector<Bytes> encode_list(const KeyList& list, std::size_t chunk_bytes_max);
[[nodiscard]] Result<KeyList> decode_list(const std::vector<ByteView>& chunks);
[[nodiscard]] Bytes encode(const SealedList& list);
[[nodiscard]] Result<SealedList> decode_sealed_list(ByteView bytes);
[[nodiscard]] Bytes encode(const Item& item);
[[nodiscard]] Result<Item> decode_item(ByteView bytes);
[[nodiscard]] Bytes encode(const WelcomeContent& content);
[[nodiscard]] Result<WelcomeContent> decode_welcome_content(ByteView bytes);
[[nodiscard]] Bytes encode(const ExitParcel& parcel);
[[nodiscard]] Result<ExitParcel> decode_exit_parcel(ByteView bytes);
[[nodiscard]] Bytes encode(const SealedParcel& parcel);
[[nodiscard]] Result<SealedParcel> decode_sealed_parcel(ByteView bytes);

}  // namespace kluis
