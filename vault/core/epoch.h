#pragma once

#include <optional>
#include <vector>

#include "proto/epoch.h"
#include "proto/message.h"
#include "vault/core/keys.h"
#include "vault/core/record.h"

// One epoch of a circle: building it, opening it, checking all of it. Pure functions: the same
// inputs give the same bytes, so that every member recomputes every other member's box.
namespace kluis {

// The leaf public key that a leaf cell holds. nullopt: it is no leaf cell.
[[nodiscard]] std::optional<LeafPublic> leaf_of(const VerifiedCell& cell);

[[nodiscard]] HeaderHash header_hash(ByteView header_bytes);
[[nodiscard]] BoxLabel box_label(const LeafPublic& leaf, const CircleAlias& circle,
                                 std::uint64_t number);
// Boxes are padded to this many: 4, 8, 16, 32, 64, then multiples of 64.
[[nodiscard]] std::size_t padded_box_count(std::size_t members);

struct MemberLeaf {
  DeviceId device;
  std::optional<VerifiedCell> leaf;  // absent: no usable leaf is known, hence no box
};

struct EpochPlan {
  RaadId raad;
  CircleAlias circle;
  std::uint64_t number = 0;
  HeaderHash previous;
  RollPosition roll_position;
  std::vector<MemberLeaf> members;
  std::vector<RemovedTag> removed;
  KeyList list;  // `members` of the list is filled in from the plan's
};

// A fresh epoch secret: KDF over 32 random bytes that are never stored, hedged with the officer's
// own secret and bound to what it is for, so that not even a cloned machine with a repeated random
// stream uses one secret for two different epochs.
[[nodiscard]] EpochSecret draw_epoch_secret(Entropy& entropy, const HedgeSecret& hedge,
                                            const EpochPlan& plan, std::uint64_t commit_number);

// What an officer stages and commits.
struct BuiltEpoch {
  Bytes signed_header;  // encoded SignedHeader
  HeaderHash header;
  Bytes boxes;  // encoded Boxes
  Bytes list;   // encoded SealedList
  Digest boxes_hash;
  Digest list_hash;
  CircleName name;
};

[[nodiscard]] BuiltEpoch build_epoch(EpochPlan plan, const EpochSecret& secret,
                                     const IdentitySeed& signer);

// The last header of a circle: no boxes and no list. `members` and `list` of the plan say nothing.
[[nodiscard]] BuiltEpoch build_end(const EpochPlan& plan, const IdentitySeed& signer);

// A header with a valid signature by the device it names. Whether that device was an officer is for
// the roll to say.
class VerifiedHeader {
 public:
  [[nodiscard]] static Result<VerifiedHeader> from(ByteView encoded_signed_header);
  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] const HeaderHash& hash() const { return hash_; }
  [[nodiscard]] const DeviceId& signer() const { return signer_; }
  // Hash of everything but the boxes: the associated data of every box.
  [[nodiscard]] Digest core() const;

 private:
  VerifiedHeader() = default;
  Header header_;
  HeaderHash hash_;
  DeviceId signer_;
};

// Looks for a box that `leaf_seed` opens. nullopt: there is none for this leaf. An error: there is
// one with our label and it does not open or does not match the commitment.
[[nodiscard]] Result<std::optional<EpochSecret>> open_box(const VerifiedHeader& header,
                                                          ByteView boxes,
                                                          const LeafSeed& leaf_seed);

// An epoch of which everything was checked with its secret: commitment, hashes, the list, and every
// box recomputed ("bad-box" otherwise).
struct VerifiedEpoch {
  KeyList list;
};
// The list itself holds the leaf cell, signed by its device, that each member's box was sealed to.
// The boxes must be exactly those of the listed members plus the padding.
[[nodiscard]] Result<VerifiedEpoch> verify_epoch(const VerifiedHeader& header, ByteView boxes,
                                                 ByteView list, const EpochSecret& secret);

// Only the list, unchecked but for its seal: for who looks into an epoch without accepting it.
[[nodiscard]] Result<KeyList> open_list(const VerifiedHeader& header, ByteView list,
                                        const EpochSecret& secret);

// ---- Items ----
[[nodiscard]] Bytes seal_item(const EpochSecret& secret, const CircleAlias& circle,
                              std::uint64_t number, const Item& item, Entropy& entropy);
[[nodiscard]] Result<Item> open_item(const EpochSecret& secret, const CircleAlias& circle,
                                     std::uint64_t number, ByteView sealed);

// ---- Welcomes: deterministic, so that anybody who holds S recognises one ----
// nullopt: the leaf is no valid public key.
[[nodiscard]] std::optional<Welcome> make_welcome(const EpochSecret& secret, const RaadId& raad,
                                                  const CircleAlias& circle, std::uint64_t number,
                                                  const LeafPublic& leaf);
struct OpenedWelcome {
  CircleAlias circle;
  std::uint64_t number = 0;
  EpochSecret secret;
};
// nullopt: not for this leaf.
[[nodiscard]] std::optional<OpenedWelcome> open_welcome(const LeafSeed& leaf_seed,
                                                        const RaadId& raad, const Welcome& welcome);

// ---- Exit parcels: signed by their device, since anybody can seal to an exit key ----
// Requires: parcel.device is the public half of `identity`.
[[nodiscard]] std::optional<SealedParcel> seal_parcel(const LeafPublic& exit_key,
                                                      const ExitParcel& parcel,
                                                      const IdentitySeed& identity,
                                                      Entropy& entropy);
[[nodiscard]] Result<ExitParcel> open_parcel(const ExitSeed& seed, const SealedParcel& parcel);

}  // namespace kluis
