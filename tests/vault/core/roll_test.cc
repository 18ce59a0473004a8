#include "vault/core/roll.h"

#include <gtest/gtest.h>

#include "tests/vault/core/roll_by_hand.h"

// The rules of the roll, one by one, on acts signed by hand: what an honest device never signs must
// be refused by everybody else.
namespace kluis::test {
namespace {

class RollTest : public RollByHand {};

TEST_F(RollTest, TheFounderIsTheFirstOfficer) {
  EXPECT_TRUE(state_->is_officer(griffier_.id));
  EXPECT_EQ(state_->commit_number(), 1U);
  EXPECT_EQ(state_->head().act_number, 1U);
  EXPECT_EQ(state_->officer_keys().size(), 1U);
}

TEST_F(RollTest, AFounderWithoutTheGriffiersCapacityFoundsNothing) {
  Genesis other = genesis_;
  other.founder.capacities = {Capacity::raadslid};
  const auto state = RollState::found(sign_commit(
      std::nullopt, griffier_, {other, EpochAct{other.roll, 0, hash_number(0), false}}));
  ASSERT_FALSE(state.has_value());
  EXPECT_EQ(state.error().key, "roll.founder");
}

TEST_F(RollTest, OnlyOfficersAct) {
  Signer anna(entropy_);
  enrol(anna, "Anna", {Capacity::raadslid});
  EXPECT_EQ(refusal(anna, {Mark{}}), "roll.not_an_officer");
  Signer stranger(entropy_);
  EXPECT_EQ(refusal(stranger, {Mark{}}), "roll.not_an_officer");
}

TEST_F(RollTest, ACommitIsTakenWholeOrNotAtAll) {
  auto records = sign_commit(state_, griffier_, {Mark{}, Mark{}});
  records.pop_back();
  const auto next = state_->after(records);
  ASSERT_FALSE(next.has_value());
  EXPECT_EQ(next.error().key, "roll.commit_end");
}

TEST_F(RollTest, AnActStandsAtOnePlaceOnly) {
  const auto records = sign_commit(state_, griffier_, {Mark{}});
  const auto once = state_->after(records);
  ASSERT_TRUE(once.has_value());
  const auto twice = once->after(records);
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().key, "roll.commit_number");
}

TEST_F(RollTest, ARemovedDeviceKeyIsNeverCertifiedAgain) {
  Signer anna(entropy_);
  const Certificate first = enrol(anna, "Anna", {Capacity::raadslid});
  accept(griffier_, {Remove{{anna.id}, std::nullopt}});
  EXPECT_FALSE(state_->is_active(anna.id));
  EXPECT_EQ(refusal(griffier_, {first}), "roll.device_twice");
}

TEST_F(RollTest, NobodyRemovesHisOwnDevice) {
  EXPECT_EQ(refusal(griffier_, {Remove{{griffier_.id}, std::nullopt}}), "roll.removes_itself");
}

TEST_F(RollTest, APersonLeavesWithAllHisDevices) {
  Signer one(entropy_);
  Certificate certificate_one = enrol(one, "Anna", {Capacity::raadslid});
  Signer two(entropy_);
  Certificate certificate_two = certificate(two, "Anna", {});
  certificate_two.person = certificate_one.person;
  accept(griffier_, {certificate_two});
  EXPECT_EQ(refusal(griffier_, {Remove{{one.id}, certificate_one.person}}), "roll.device_left");
  accept(griffier_, {Remove{{one.id, two.id}, certificate_one.person}});
  EXPECT_TRUE(state_->person(certificate_one.person)->removed);
}

TEST_F(RollTest, AFurtherDeviceBringsNoCapacity) {
  Signer one(entropy_);
  const Certificate first = enrol(one, "Anna", {Capacity::raadslid});
  Signer two(entropy_);
  Certificate further = certificate(two, "Anna", {Capacity::plv_griffier});
  further.person = first.person;
  EXPECT_EQ(refusal(griffier_, {further}), "roll.capacity");
  further.capacities.clear();
  further.person_name = "Berta";
  EXPECT_EQ(refusal(griffier_, {further}), "roll.person_name");
}

TEST_F(RollTest, ASecondGriffierAndTheSecondPlaceNeedADecree) {
  Signer anna(entropy_);
  EXPECT_EQ(refusal(griffier_, {certificate(anna, "Anna", {Capacity::griffier})}),
            "roll.capacity_needs_decree");
  EXPECT_EQ(refusal(griffier_, {certificate(anna, "Anna", {Capacity::plv_raadsvoorzitter})}),
            "roll.capacity_needs_decree");
}

TEST_F(RollTest, TheSecondPlaceIsFoundedOnce) {
  Signer anna(entropy_);
  const Certificate first = enrol(anna, "Anna", {Capacity::raadslid});
  Signer bram(entropy_);
  const Certificate second = enrol(bram, "Bram", {Capacity::raadslid});
  Appoint act;
  act.person = first.person;
  act.capacities = {Capacity::plv_raadsvoorzitter};
  act.ground = AppointGround::founding;
  act.speaking_device = anna.id;
  act.reserve = second.person;
  act.reserve_device = bram.id;
  accept(griffier_, {act});
  EXPECT_TRUE(state_->founding_over());
  EXPECT_EQ(state_->voices().at(first.person).device, anna.id);
  EXPECT_EQ(state_->voices().at(second.person).device, bram.id);
  EXPECT_EQ(refusal(griffier_, {act}), "roll.founding_over");
}

TEST_F(RollTest, TheGriffierDoesNotFillBothPlaces) {
  Appoint act;
  act.person = genesis_.founder.person;
  act.capacities = {Capacity::plv_raadsvoorzitter};
  act.ground = AppointGround::founding;
  act.speaking_device = griffier_.id;
  EXPECT_EQ(refusal(griffier_, {act}), "roll.founding_officer");
}

TEST_F(RollTest, AnotherOfficerDoesNotFoundTheSecondPlace) {
  Signer plv(entropy_);
  enrol(plv, "Piet", {Capacity::plv_griffier});
  Signer anna(entropy_);
  const Certificate first = enrol(anna, "Anna", {Capacity::raadslid});
  Appoint act;
  act.person = first.person;
  act.capacities = {Capacity::plv_raadsvoorzitter};
  act.ground = AppointGround::founding;
  act.speaking_device = anna.id;
  EXPECT_EQ(refusal(plv, {act}), "roll.founding_griffier");
}

TEST_F(RollTest, ANewRaadEndsThePlacesOfWhoIsNotNamed) {
  Signer anna(entropy_);
  Signer bram(entropy_);
  Signer cees(entropy_);
  const PersonId stays = enrol(anna, "Anna", {Capacity::raadslid}).person;
  const PersonId goes = enrol(bram, "Bram", {Capacity::raadslid}).person;
  const PersonId is_more = enrol(cees, "Cees", {Capacity::raadslid, Capacity::archivaris}).person;
  Term term{"raad 2030", {stays}};
  EXPECT_EQ(refusal(anna, {term}), "roll.not_an_officer");
  accept(griffier_, {term});
  EXPECT_TRUE(state_->is_active(anna.id));
  EXPECT_TRUE(state_->has_capacity(stays, Capacity::raadslid));
  EXPECT_FALSE(state_->is_active(bram.id));
  EXPECT_TRUE(state_->person(goes)->removed);
  EXPECT_TRUE(state_->is_active(cees.id));
  EXPECT_FALSE(state_->has_capacity(is_more, Capacity::raadslid));
  EXPECT_TRUE(state_->is_officer(griffier_.id));
  EXPECT_EQ(state_->term_act(), state_->head().act_number);
  EXPECT_EQ(state_->term_name(), "raad 2030");
}

TEST_F(RollTest, ANewRaadIsOfThoseWhoSat) {
  Signer anna(entropy_);
  Signer berend(entropy_);
  const PersonId sat = enrol(anna, "Anna", {Capacity::raadslid}).person;
  const PersonId never = enrol(berend, "Berend", {Capacity::burgemeester}).person;
  EXPECT_EQ(refusal(griffier_, {Term{"", {sat}}}), "roll.term_name");
  EXPECT_EQ(refusal(griffier_, {Term{"raad 2030", {never}}}), "roll.term_member");
  EXPECT_EQ(refusal(griffier_, {Term{"raad 2030", {PersonId{}}}}), "roll.term_member");
  accept(griffier_, {Term{"raad 2030", {}}});
  EXPECT_EQ(refusal(griffier_, {Term{"raad 2034", {sat}}}), "roll.term_member");
}

TEST_F(RollTest, TheSecondPlaceEndsWithItsHoldersTerm) {
  Signer anna(entropy_);
  Signer bram(entropy_);
  const PersonId first = enrol(anna, "Anna", {Capacity::raadslid}).person;
  const PersonId second = enrol(bram, "Bram", {Capacity::raadslid}).person;
  Appoint founding;
  founding.person = first;
  founding.capacities = {Capacity::plv_raadsvoorzitter};
  founding.ground = AppointGround::founding;
  founding.speaking_device = anna.id;
  founding.reserve = second;
  founding.reserve_device = bram.id;
  accept(griffier_, {founding});
  accept(griffier_, {Term{"raad 2030", {second}}});
  ASSERT_EQ(state_->voices().size(), 1U);
  EXPECT_EQ(state_->voices().at(second).device, bram.id);
  accept(griffier_, {Term{"raad 2034", {}}});
  EXPECT_TRUE(state_->voices().empty());
  EXPECT_FALSE(state_->has_capacity(second, Capacity::plv_raadsvoorzitter));
}

TEST_F(RollTest, EpochsOfACircleAreCounted) {
  const auto alias = random_id<CircleAlias>(entropy_);
  EXPECT_EQ(refusal(griffier_, {EpochAct{alias, 0, hash_number(5), false}}), "roll.unknown_circle");
  EXPECT_EQ(refusal(griffier_, {CircleAct{alias}}), "roll.circle_without_epoch");
  accept(griffier_, {CircleAct{alias}, EpochAct{alias, 0, hash_number(5), false}});
  EXPECT_EQ(refusal(griffier_, {EpochAct{alias, 0, hash_number(6), false}}), "roll.epoch_number");
  EXPECT_EQ(refusal(griffier_, {EpochAct{alias, 2, hash_number(6), false}}), "roll.epoch_number");
  accept(griffier_, {EpochAct{alias, 1, hash_number(6), false}});
  EXPECT_EQ(state_->circle(alias)->newest(), hash_number(6));
}

TEST_F(RollTest, EndingACircleNeedsADecree) {
  EXPECT_EQ(refusal(griffier_, {EpochAct{genesis_.roll, 1, hash_number(1), true}}),
            "roll.end_needs_decree");
}

TEST_F(RollTest, AnActOfALaterVersionStopsTheReader) {
  ActPlace place{state_->head().act_number + 1, state_->head().act_id, 2, true};
  Record record;
  record.circle = genesis_.roll;
  record.author = griffier_.id;
  record.kind = RecordKind::profile;
  record.roll_head = state_->head();
  record.body = encode(Act{place, OpaqueAct{Bytes{1, 2, 3}}});
  const auto next = state_->after({{sign_record(record, griffier_.identity)}});
  ASSERT_FALSE(next.has_value());
  EXPECT_EQ(next.error().key, "roll.newer");
}

TEST_F(RollTest, ALeafIsSignedByItsOwnDevice) {
  Signer anna(entropy_);
  Signer bram(entropy_);
  Certificate certificate_anna = certificate(anna, "Anna", {});
  certificate_anna.leaf = leaf_cell(bram, CircleAlias{});
  EXPECT_EQ(refusal(griffier_, {certificate_anna}), "roll.leaf");
}

TEST_F(RollTest, OfficersAreJudgedAtTheActInQuestion) {
  Signer plv(entropy_);
  const Certificate enrolled = enrol(plv, "Piet", {Capacity::plv_griffier});
  const std::uint64_t as_officer = state_->head().act_number;
  Appoint end;
  end.person = enrolled.person;
  end.capacities = {Capacity::plv_griffier};
  end.ground = AppointGround::ending;
  accept(griffier_, {end});
  EXPECT_FALSE(state_->is_officer(plv.id));
  EXPECT_TRUE(state_->was_officer(plv.id, as_officer));
  EXPECT_FALSE(state_->was_officer(plv.id, state_->head().act_number));
  EXPECT_EQ(refusal(plv, {Mark{}}), "roll.not_an_officer");
}

TEST_F(RollTest, AnActCopiedFromAnotherRaadIsRefused) {
  const CircleAlias here = genesis_.roll;
  genesis_.roll = random_id<CircleAlias>(entropy_);
  const auto foreign = sign_commit(state_, griffier_, {Mark{}});
  genesis_.roll = here;
  const auto next = state_->after(foreign);
  ASSERT_FALSE(next.has_value());
  EXPECT_EQ(next.error().key, "roll.other_circle");
}

}  // namespace
}  // namespace kluis::test
