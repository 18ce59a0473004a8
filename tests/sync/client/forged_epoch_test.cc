#include <utility>

#include <gtest/gtest.h>

#include "tests/support/simulated_raad.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

// Epochs that no honest officer makes, with everything right but one thing. Bram was revoked; Anna
// is shown what somebody with the griffier's keys, or with her own, could make.
namespace kluis::test {
namespace {

class ForgedEpochTest : public ::testing::Test {
 protected:
  ForgedEpochTest()
      : griffier_(raad_.found("Griet")),
        anna_(raad_.join(griffier_, "Anna", {Capacity::raadslid})),
        bram_(raad_.join(griffier_, "Bram", {Capacity::raadslid})) {
    circle_ =
        raad_.make_circle(griffier_, "gesprek", {raad_.person_of(anna_), raad_.person_of(bram_)});
    raad_.settle();
    raad_.write_note(anna_, circle_, "voor wie blijft");
    RemoveIntent removal;
    removal.person = raad_.person_of(bram_);
    removal.devices = {bram_.device->id()};
    EXPECT_TRUE(griffier_.device->wish(removal).has_value());
    raad_.settle();
    raad_.reload(anna_);
  }

  DeviceRows& rows() { return griffier_.device->rows(); }
  const RollState& roll() { return griffier_.device->roll(); }
  CircleState state() { return rows().circle(circle_)->value(); }

  static IdentitySeed identity(Party& party) {
    return *std::move(party.device->rows().secret<IdentitySeed>("identity")).value();
  }

  // The next epoch of the circle, for these, by the device of this one.
  BuiltEpoch build(const std::vector<Party*>& members, Party& signer) {
    EpochPlan plan;
    plan.raad = roll().raad();
    plan.circle = circle_;
    plan.number = state().number + 1;
    plan.previous = state().header;
    plan.roll_position = roll().head();
    for (Party* member : members) {
      const DeviceId id = member->device->id();
      auto leaf = rows().cell(roll().alias(), id, CellKind::leaf, 0)->value();
      plan.members.push_back({id, VerifiedCell::from(std::move(leaf)).value()});
    }
    plan.list.entries = rows().key_entries(circle_).value();
    return build_epoch(std::move(plan), EpochSecret::generate(signer.entropy), identity(signer));
  }

  // What the officer's relay key says of it.
  SignedOp op_of(const BuiltEpoch& built) {
    EpochOp op;
    op.tenancy = roll().genesis().tenancy;
    op.circle = circle_;
    op.number = state().number + 1;
    op.header = built.header;
    op.name_hash = hash_as<Digest>("name", {built.name.view()});
    op.boxes_hash = built.boxes_hash;
    op.list_hash = built.list_hash;
    const auto officer = rows().secret<OfficerSeed>("officer");
    SignedOp result;
    result.bytes = encode(op);
    result.signer = signing_public<OfficerKey>(**officer);
    result.signature = sign(**officer, "epoch-op", result.bytes);
    return result;
  }

  // Anna's roll takes an act of the griffier's that names this header.
  void name_in_the_roll(const HeaderHash& header) {
    const RollPosition head = roll().head();
    const ActPlace place{head.act_number + 1, head.act_id, roll().commit_number() + 1, true};
    const Act act{place, EpochAct{circle_, state().number + 1, header, false}};
    const VerifiedRecord record =
        sign_act(roll().alias(), act, head, 0, griffier_.entropy, identity(griffier_));
    const RecordKey key = draw_record_key(griffier_.entropy, record.id());
    ItemRecord item;
    item.record = record.id();
    std::ranges::copy(key.expose(), item.key.begin());
    const CircleState annas = anna_.device->rows().circle(roll().alias())->value();
    const auto secret = anna_.device->rows().epoch_secret(roll().alias());
    Device::RollUpdate update;
    update.from = annas.item_count;
    update.items.push_back({seal_item(**secret, annas.alias, annas.number, item, griffier_.entropy),
                            {blob_name(key)}});
    update.blobs[blob_name(key)] = seal_record(key, record.signed_bytes());
    const auto outcome = anna_.device->apply_roll(update);
    ASSERT_TRUE(outcome.has_value()) << outcome.error().key;
  }

  std::string shown_to_anna(const BuiltEpoch& built) {
    const auto annas = anna_.device->rows().circle(circle_)->value();
    const auto outcome = anna_.device->apply_epoch(
        {annas.name, op_of(built), built.signed_header, built.boxes}, built.list);
    if (!outcome) return outcome.error().key;
    return *outcome == Device::EpochOutcome::applied ? "applied" : "not applied";
  }

  SimulatedRaad raad_{81};
  Party& griffier_;
  Party& anna_;
  Party& bram_;
  CircleAlias circle_;
};

TEST_F(ForgedEpochTest, WhatIsRightInEverythingIsTaken) {
  const BuiltEpoch built = build({&griffier_, &anna_}, griffier_);
  name_in_the_roll(built.header);
  EXPECT_EQ(shown_to_anna(built), "applied");
}

TEST_F(ForgedEpochTest, AReaderWhoIsNotActiveInTheRollIsFound) {
  const BuiltEpoch built = build({&griffier_, &anna_, &bram_}, griffier_);
  name_in_the_roll(built.header);
  EXPECT_EQ(shown_to_anna(built), "epoch.member_not_active");
}

TEST_F(ForgedEpochTest, AHeaderThatNoOfficerSignedIsRefused) {
  const BuiltEpoch built = build({&griffier_, &anna_}, anna_);
  name_in_the_roll(built.header);
  EXPECT_EQ(shown_to_anna(built), "header.officer");
}

TEST_F(ForgedEpochTest, AnotherHeaderThanTheRollNamesIsRefused) {
  name_in_the_roll(build({&griffier_, &anna_}, griffier_).header);
  EXPECT_EQ(shown_to_anna(build({&griffier_, &anna_}, griffier_)), "epoch.not_named");
}

}  // namespace
}  // namespace kluis::test
