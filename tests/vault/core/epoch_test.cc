#include "vault/core/epoch.h"

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

// An epoch is checked whole: header, boxes, list. Each test changes one thing.
namespace kluis::test {
namespace {

struct Reader {
  IdentitySeed identity;
  LeafSeed leaf;
  DeviceId id;
  VerifiedCell cell;

  static Reader make(Entropy& entropy) {
    IdentitySeed identity = IdentitySeed::generate(entropy);
    LeafSeed leaf = LeafSeed::generate(entropy);
    Cell cell;
    cell.device = signing_public<DeviceId>(identity);
    cell.kind = CellKind::leaf;
    cell.value = encode(LeafValue{leaf_public(leaf), {}});
    VerifiedCell signed_cell = sign_cell(cell, identity);
    const DeviceId id = cell.device;
    return {std::move(identity), std::move(leaf), id, std::move(signed_cell)};
  }
};

class EpochTest : public ::testing::Test {
 protected:
  EpochTest() {
    for (int i = 0; i < 5; ++i) readers_.push_back(Reader::make(entropy_));
    plan_.raad = random_id<RaadId>(entropy_);
    plan_.circle = random_id<CircleAlias>(entropy_);
    plan_.number = 3;
    plan_.previous = random_id<HeaderHash>(entropy_);
    plan_.roll_position = {7, random_id<RecordId>(entropy_)};
    for (const Reader& reader : readers_) plan_.members.push_back({reader.id, reader.cell});
    KeyEntry entry{random_id<RecordId>(entropy_), {}};
    entropy_.fill(entry.key);
    plan_.list.entries = {entry};
    build();
  }

  void build() { built_ = build_epoch(plan_, secret_, readers_.front().identity); }

  VerifiedHeader header() const { return VerifiedHeader::from(built_.signed_header).value(); }

  SeededEntropy entropy_{21};
  std::vector<Reader> readers_;
  EpochSecret secret_ = EpochSecret::generate(entropy_);
  EpochPlan plan_;
  BuiltEpoch built_;
};

TEST_F(EpochTest, EveryMemberOpensItAndFindsTheSame) {
  for (const Reader& reader : readers_) {
    const auto secret = open_box(header(), built_.boxes, reader.leaf);
    ASSERT_TRUE(secret && *secret);
    EXPECT_TRUE((*secret)->equals(secret_));
  }
  const auto epoch = verify_epoch(header(), built_.boxes, built_.list, secret_);
  ASSERT_TRUE(epoch.has_value()) << epoch.error().key;
  EXPECT_EQ(epoch->list.entries.size(), 1U);
  EXPECT_EQ(epoch->list.members.size(), readers_.size());
}

TEST_F(EpochTest, AStrangersLeafFindsNoBox) {
  const Reader stranger = Reader::make(entropy_);
  const auto secret = open_box(header(), built_.boxes, stranger.leaf);
  ASSERT_TRUE(secret.has_value());
  EXPECT_FALSE(secret->has_value());
}

TEST_F(EpochTest, TheNumberOfMembersShowsOnlyAsABucket) {
  EXPECT_EQ(decode_boxes(built_.boxes)->boxes.size(), 8U);
  for (const auto& [members, boxes] :
       std::map<std::size_t, std::size_t>{{0, 4}, {4, 4}, {5, 8}, {33, 64}, {64, 64}, {65, 128}}) {
    EXPECT_EQ(padded_box_count(members), boxes);
  }
}

// An officer who seals to one leaf more than he lists is found by every member.
TEST_F(EpochTest, ABoxForSomebodyWhoIsNotListedIsFound) {
  const Reader stranger = Reader::make(entropy_);
  EpochPlan with_stranger = plan_;
  with_stranger.members.push_back({stranger.id, stranger.cell});
  const BuiltEpoch other = build_epoch(with_stranger, secret_, readers_.front().identity);
  Header forged = header().header();
  forged.boxes_hash = hash_as<Digest>("boxes", {other.boxes});
  SignedHeader signed_header;
  signed_header.bytes = encode(forged);
  signed_header.signer = readers_.front().id;
  signed_header.signature =
      sign(readers_.front().identity, "header", header_hash(signed_header.bytes).view());
  const auto verified = VerifiedHeader::from(encode(signed_header));
  ASSERT_TRUE(verified.has_value());
  const auto epoch = verify_epoch(*verified, other.boxes, built_.list, secret_);
  ASSERT_FALSE(epoch.has_value());
  EXPECT_EQ(epoch.error().key, "epoch.bad_box");
}

TEST_F(EpochTest, OtherBoxesOrAnotherListAreRefused) {
  plan_.number = 4;
  const BuiltEpoch first = built_;
  build();
  const VerifiedHeader old = VerifiedHeader::from(first.signed_header).value();
  EXPECT_EQ(verify_epoch(old, built_.boxes, first.list, secret_).error().key, "epoch.boxes_hash");
  EXPECT_EQ(verify_epoch(old, first.boxes, built_.list, secret_).error().key, "epoch.list_hash");
}

TEST_F(EpochTest, AnotherSecretIsRefused) {
  const EpochSecret other = EpochSecret::generate(entropy_);
  EXPECT_EQ(verify_epoch(header(), built_.boxes, built_.list, other).error().key,
            "epoch.commitment");
}

// A header that commits to one secret, with a box that holds another and fits it in everything
// else: its maker could tell two members two things.
TEST_F(EpochTest, ABoxWithAnotherSecretThanTheHeaderCommitsToIsRefused) {
  Header header = VerifiedHeader::from(built_.signed_header)->header();
  header.commitment = commitment(EpochSecret::generate(entropy_));
  const auto signed_by_officer = [&] {
    SignedHeader result;
    result.bytes = encode(header);
    result.signer = readers_[0].id;
    result.signature = sign(readers_[0].identity, "header", header_hash(result.bytes).view());
    return VerifiedHeader::from(encode(result)).value();
  };
  const LeafPublic leaf = leaf_public(readers_[1].leaf);
  const auto encapsulated = encapsulate(leaf, KemCoins::generate(entropy_));
  const auto key = derive<Secret<struct ForgedBoxPurpose>>(encapsulated->shared, "box-key");
  Bytes context = to_bytes(as_bytes("raadkluis/v1/box"));
  append(context, signed_by_officer().core().view());
  const Bytes sealed = aead_seal(key, AeadNonce{}, context, secret_.expose());
  Boxes boxes;
  boxes.boxes.emplace_back();
  boxes.boxes[0].label = box_label(leaf, header.circle, header.number);
  boxes.boxes[0].kem_ciphertext.bytes = encapsulated->ciphertext.bytes;
  std::ranges::copy(sealed, boxes.boxes[0].sealed_secret.bytes.begin());
  const Bytes encoded = encode(boxes);
  header.boxes_hash = hash_as<Digest>("boxes", {encoded});
  const auto opened = open_box(signed_by_officer(), encoded, readers_[1].leaf);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().key, "epoch.commitment");
  header.commitment = commitment(secret_);  // the core is another then, and the box fits no more
  EXPECT_EQ(open_box(signed_by_officer(), encoded, readers_[1].leaf).error().key, "epoch.bad_box");
}

TEST_F(EpochTest, ALeafThatTakesNoEncapsulationMeansNoBoxAndNoMore) {
  Cell cell = readers_[1].cell.cell();
  LeafPublic bad;
  bad.bytes.fill(0xff);
  cell.value = encode(LeafValue{bad, {}});
  plan_.members[1].leaf = sign_cell(cell, readers_[1].identity);
  build();
  const auto epoch = verify_epoch(header(), built_.boxes, built_.list, secret_);
  ASSERT_TRUE(epoch.has_value()) << epoch.error().key;
  const auto secret = open_box(header(), built_.boxes, readers_[1].leaf);
  EXPECT_FALSE(secret->has_value());
}

TEST_F(EpochTest, OneFlippedBitInTheHeaderIsRefused) {
  for (std::size_t bit = 0; bit < built_.signed_header.size() * 8; ++bit) {
    Bytes damaged = built_.signed_header;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(VerifiedHeader::from(damaged).has_value()) << bit;
  }
}

TEST_F(EpochTest, AListThatCutsOneOfItsMembersIsRefused) {
  const DeviceId stranger = Reader::make(entropy_).id;
  plan_.list.cuts = {{stranger, 0, {}}};
  build();
  EXPECT_TRUE(verify_epoch(header(), built_.boxes, built_.list, secret_).has_value());
  plan_.list.cuts = {{readers_[1].id, 0, {}}};
  build();
  const auto epoch = verify_epoch(header(), built_.boxes, built_.list, secret_);
  ASSERT_FALSE(epoch.has_value());
  EXPECT_EQ(epoch.error().key, "epoch.cut_of_member");
}

TEST_F(EpochTest, AnItemOpensInItsOwnEpochOnly) {
  const Item item = ItemRecord{random_id<RecordId>(entropy_), {}};
  const Bytes sealed = seal_item(secret_, plan_.circle, 3, item, entropy_);
  EXPECT_TRUE(open_item(secret_, plan_.circle, 3, sealed).has_value());
  EXPECT_FALSE(open_item(secret_, plan_.circle, 4, sealed).has_value());
  EXPECT_FALSE(open_item(secret_, random_id<CircleAlias>(entropy_), 3, sealed).has_value());
}

TEST_F(EpochTest, AWelcomeIsTheSameWhoeverMakesItAndOpensForItsLeafAlone) {
  const LeafPublic leaf = leaf_public(readers_[0].leaf);
  const auto one = make_welcome(secret_, plan_.raad, plan_.circle, 3, leaf);
  const auto two = make_welcome(secret_, plan_.raad, plan_.circle, 3, leaf);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->sealed, two->sealed);
  EXPECT_TRUE(open_welcome(readers_[0].leaf, plan_.raad, *one)->secret.equals(secret_));
  EXPECT_FALSE(open_welcome(readers_[1].leaf, plan_.raad, *one).has_value());
  EXPECT_FALSE(open_welcome(readers_[0].leaf, random_id<RaadId>(entropy_), *one).has_value());
}

TEST_F(EpochTest, AParcelOpensWithTheExitSeedAlone) {
  ExitParcel parcel;
  parcel.device = readers_[0].id;
  parcel.circle = plan_.circle;
  const LeafPublic exit_key = leaf_public(exit_seed(secret_));
  const auto sealed = seal_parcel(exit_key, parcel, readers_[0].identity, entropy_);
  ASSERT_TRUE(sealed.has_value());
  EXPECT_TRUE(open_parcel(exit_seed(secret_), *sealed).has_value());
  EXPECT_FALSE(open_parcel(ExitSeed::generate(entropy_), *sealed).has_value());
  const auto in_anothers_name = seal_parcel(exit_key, parcel, readers_[1].identity, entropy_);
  EXPECT_FALSE(open_parcel(exit_seed(secret_), *in_anothers_name).has_value());
}

TEST_F(EpochTest, ARepeatedRandomStreamDoesNotRepeatTheSecret) {
  const auto hedge = HedgeSecret::generate(entropy_);
  SeededEntropy one(5);
  SeededEntropy same(5);
  const EpochSecret first = draw_epoch_secret(one, hedge, plan_, 10);
  plan_.members.pop_back();
  const EpochSecret second = draw_epoch_secret(same, hedge, plan_, 10);
  EXPECT_FALSE(first.equals(second));
}

}  // namespace
}  // namespace kluis::test
