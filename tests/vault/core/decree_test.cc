#include "proto/decree.h"

#include <map>

#include <gtest/gtest.h>

#include "tests/vault/core/roll_by_hand.h"

// Who decides together, and that one person never suffices. What is signed here a changed program
// could sign; the roll of everybody else must refuse it.
namespace kluis::test {
namespace {

constexpr std::int64_t kNow = 1'790'000'000'000;

class DecreeTest : public RollByHand {
 protected:
  DecreeTest() : anna_(entropy_), bram_(entropy_) {
    anna_person_ = enrol(anna_, "Anna", {Capacity::raadslid}).person;
    bram_person_ = enrol(bram_, "Bram", {Capacity::raadslid}).person;
    Appoint founding;
    founding.person = anna_person_;
    founding.capacities = {Capacity::plv_raadsvoorzitter};
    founding.ground = AppointGround::founding;
    founding.speaking_device = anna_.id;
    accept(griffier_, {founding});
    dossier_ = begin_circle();
  }

  CircleAlias begin_circle() {
    const auto circle = random_id<CircleAlias>(entropy_);
    accept(griffier_, {CircleAct{circle}, EpochAct{circle, 0, hash_number(0), false}});
    return circle;
  }

  Decree destruction(std::vector<CircleAlias> circles) const {
    Decree decree;
    decree.raad = state_->raad();
    decree.ground = "aftreden";
    decree.dossier.bytes.fill(7);
    std::ranges::sort(circles);
    decree.circles = std::move(circles);
    decree.covers = {{"verslag", 2025, 2}};
    return decree;
  }

  Decree about(DecreeKind kind, const PersonId& person, Capacity capacity) const {
    Decree decree;
    decree.raad = state_->raad();
    decree.kind = kind;
    decree.ground = "besluit van de raad";
    decree.person = person;
    decree.capacities = {capacity};
    return decree;
  }

  SignedRecord member_record(const Signer& author, RecordKind kind, Bytes body) {
    Record record;
    record.circle = state_->alias();
    record.author = author.id;
    record.sequence = ++sequences_[author.id];
    record.roll_head = head_ ? *head_ : state_->head();
    record.written_unix_ms = kNow - age_ms_;
    record.kind = kind;
    entropy_.fill(record.salt);
    record.body = std::move(body);
    return sign_record(record, author.identity).signed_bytes();
  }

  SignedRecord propose(const Signer& author, const Decree& decree) {
    return member_record(author, RecordKind::proposal, encode(decree));
  }

  static DecreeId id_of(const SignedRecord& proposal) {
    return DecreeId{VerifiedRecord::from(proposal)->id().bytes};
  }

  SignedRecord approve(const Signer& author, const SignedRecord& proposal) {
    return member_record(author, RecordKind::approval, encode(Approval{id_of(proposal)}));
  }

  // A commit that carries out the decree, and ends these circles.
  std::vector<ActBody> execution(const SignedRecord& proposal, std::vector<SignedRecord> approvals,
                                 const std::vector<CircleAlias>& ending) const {
    std::vector<ActBody> acts = {Execute{proposal, std::move(approvals), {}}};
    for (const CircleAlias& circle : ending) {
      acts.emplace_back(EpochAct{circle, state_->circle(circle)->number() + 1, {}, true});
    }
    return acts;
  }

  // The griffier proposes to destroy the dossier; who else signs, and who does not, is the test's.
  std::string destroyed_with(std::vector<SignedRecord> approvals, const SignedRecord& proposal) {
    return refusal(griffier_, execution(proposal, std::move(approvals), {dossier_}));
  }

  Signer anna_;
  Signer bram_;
  PersonId anna_person_;
  PersonId bram_person_;
  CircleAlias dossier_;
  std::map<DeviceId, std::uint64_t> sequences_;
  std::optional<RollPosition> head_;  // that members claim to have seen; else the newest
  std::int64_t age_ms_ = 0;           // of what members sign
};

TEST_F(DecreeTest, TwoPersonsDestroyADossier) {
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  accept(griffier_, execution(proposal, {approve(anna_, proposal)}, {dossier_}));
  EXPECT_TRUE(state_->circle(dossier_)->ended);
  const ExecutedDecree& executed = state_->executed().at(id_of(proposal));
  EXPECT_EQ(executed.executed_by, griffier_.id);
  ASSERT_EQ(executed.signers.size(), 2U);
  EXPECT_EQ(executed.signers[0].person, genesis_.founder.person);
  EXPECT_EQ(executed.signers[1].person, anna_person_);
  EXPECT_EQ(refusal(griffier_, {EpochAct{dossier_, 2, {}, false}}), "roll.circle_ended");
}

TEST_F(DecreeTest, TheSecondPersonMayBeTheOneWhoProposes) {
  const SignedRecord proposal = propose(anna_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(griffier_, proposal)}, proposal), "accepted");
}

TEST_F(DecreeTest, NothingEndsWithoutADecree) {
  EXPECT_EQ(refusal(griffier_, {EpochAct{dossier_, 1, {}, true}}), "roll.end_needs_decree");
}

TEST_F(DecreeTest, AnExecutionEndsExactlyWhatWasDecided) {
  const CircleAlias other = begin_circle();
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  const SignedRecord approval = approve(anna_, proposal);
  EXPECT_EQ(refusal(griffier_, execution(proposal, {approval}, {})), "roll.decree_not_carried_out");
  EXPECT_EQ(refusal(griffier_, execution(proposal, {approval}, {dossier_, other})),
            "roll.end_needs_decree");
  auto open = execution(proposal, {approval}, {});
  open.emplace_back(EpochAct{dossier_, 1, hash_number(1), false});
  EXPECT_EQ(refusal(griffier_, open), "roll.must_end");
}

TEST_F(DecreeTest, AnErasureOfOneStukIsAReseal) {
  Decree decree = destruction({dossier_});
  decree.kind = DecreeKind::destroy_stuk;
  decree.stuk = StukId{};
  decree.records = {RecordId{}};
  const SignedRecord proposal = propose(griffier_, decree);
  const SignedRecord approval = approve(anna_, proposal);
  EXPECT_EQ(refusal(griffier_, execution(proposal, {approval}, {})), "roll.decree_not_carried_out");
  auto acts = execution(proposal, {approval}, {});
  acts.emplace_back(EpochAct{dossier_, 1, hash_number(1), false});
  accept(griffier_, acts);
  EXPECT_FALSE(state_->circle(dossier_)->ended);
}

TEST_F(DecreeTest, TheGriffierAloneDestroysNothing) {
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({}, proposal), "decree.too_few");
}

TEST_F(DecreeTest, TheProposerDoesNotSignTwice) {
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(griffier_, proposal)}, proposal), "decree.signed_twice");
}

TEST_F(DecreeTest, ASecondLaptopIsNotASecondPerson) {
  Signer laptop(entropy_);
  Certificate further = certificate(laptop, "Griet", {Capacity::griffier});
  further.person = genesis_.founder.person;
  accept(griffier_, {further});
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(laptop, proposal)}, proposal), "decree.signed_twice");
}

TEST_F(DecreeTest, TwoOfTheGriffieFillOnePlace) {
  Signer plv(entropy_);
  enrol(plv, "Piet", {Capacity::plv_griffier});
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(plv, proposal)}, proposal), "decree.too_few");
}

TEST_F(DecreeTest, WhoHasNoPlaceSignsNothing) {
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(bram_, proposal)}, proposal), "decree.no_place");
  const SignedRecord by_nobody = propose(bram_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(anna_, by_nobody)}, by_nobody), "decree.no_place");
}

TEST_F(DecreeTest, OnlyTheNamedLaptopSpeaksForTheSecondPlace) {
  Signer laptop(entropy_);
  Certificate further =
      certificate(laptop, "Anna", {Capacity::raadslid, Capacity::plv_raadsvoorzitter});
  further.person = anna_person_;
  accept(griffier_, {further});
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(laptop, proposal)}, proposal), "decree.silent_device");
}

TEST_F(DecreeTest, AnApprovalOfAnotherDossierIsNone) {
  const CircleAlias other = begin_circle();
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  const SignedRecord another = propose(griffier_, destruction({other}));
  EXPECT_EQ(destroyed_with({approve(anna_, another)}, proposal), "decree.other_decree");
}

TEST_F(DecreeTest, AnApprovalDoesNotOutliveTheTerm) {
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  const SignedRecord approval = approve(anna_, proposal);
  accept(griffier_, {Term{"raad 2030", {bram_person_}}});
  EXPECT_EQ(destroyed_with({approval}, proposal), "decree.device");
}

TEST_F(DecreeTest, AnApprovalOfALostLaptopDoesNotCount) {
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  const SignedRecord approval = approve(anna_, proposal);
  accept(griffier_, {Remove{{anna_.id}, std::nullopt}});
  EXPECT_EQ(destroyed_with({approval}, proposal), "decree.device");
}

// Enrolled for the purpose, by who could enrol.
TEST_F(DecreeTest, WhoCameAfterTheProposalSignsNothing) {
  head_ = state_->head();
  Signer plv(entropy_);
  enrol(plv, "Piet", {Capacity::plv_griffier});
  const SignedRecord proposal = propose(anna_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(plv, proposal)}, proposal), "decree.newcomer");
}

TEST_F(DecreeTest, WhoEverWasBurgemeesterSignsNoDecree) {
  Signer plv(entropy_);
  const PersonId person =
      enrol(plv, "Piet", {Capacity::plv_griffier, Capacity::burgemeester}).person;
  accept(griffier_, {Appoint{person, {Capacity::burgemeester}, AppointGround::ending, {}, {}, {}}});
  const SignedRecord proposal = propose(plv, destruction({dossier_}));
  EXPECT_EQ(refusal(plv, execution(proposal, {approve(anna_, proposal)}, {dossier_})),
            "decree.barred");
}

// Or an officer could silence her by one act.
TEST_F(DecreeTest, WhoHoldsTheSecondPlaceIsNotCalledBurgemeester) {
  EXPECT_EQ(
      refusal(
          griffier_,
          {Appoint{anna_person_, {Capacity::burgemeester}, AppointGround::officer, {}, {}, {}}}),
      "roll.both_places");
}

TEST_F(DecreeTest, TwoDecreesOfOneCircleAreNotOneCommit) {
  const SignedRecord whole = propose(griffier_, destruction({dossier_}));
  Decree part = destruction({dossier_});
  part.kind = DecreeKind::destroy_stuk;
  part.stuk = StukId{};
  part.records = {RecordId{}};
  const SignedRecord of_stuk = propose(griffier_, part);
  auto acts = execution(whole, {approve(anna_, whole)}, {});
  acts.emplace_back(Execute{of_stuk, {approve(anna_, of_stuk)}, {}});
  acts.emplace_back(EpochAct{dossier_, 1, hash_number(1), false});
  EXPECT_EQ(refusal(griffier_, acts), "decree.circle_twice");
}

// The second place was given to somebody after a proposal: he does not sign for that one.
TEST_F(DecreeTest, AVoiceGivenLaterDoesNotSpeakOfWhatWasProposedBefore) {
  const SignedRecord before = propose(griffier_, destruction({dossier_}));
  Decree decree = about(DecreeKind::appoint, bram_person_, Capacity::plv_raadsvoorzitter);
  decree.speaking_device = bram_.id;
  const SignedRecord giving = propose(griffier_, decree);
  accept(griffier_, execution(giving, {approve(anna_, giving)}, {}));
  EXPECT_EQ(destroyed_with({approve(bram_, before)}, before), "decree.newcomer");
}

TEST_F(DecreeTest, ADecreeOfAnotherRaadIsNone) {
  Decree decree = destruction({dossier_});
  decree.raad.bytes[0] ^= 1;
  const SignedRecord proposal = propose(griffier_, decree);
  EXPECT_EQ(destroyed_with({approve(anna_, proposal)}, proposal), "decree.other_raad");
}

TEST_F(DecreeTest, AHeadThatTheRollDoesNotHaveCountsForNothing) {
  head_ = RollPosition{1, RecordId{}};
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(anna_, proposal)}, proposal), "decree.head");
}

TEST_F(DecreeTest, ADecreeIsCarriedOutOnceAndNotAfterItsWithdrawal) {
  const CircleAlias other = begin_circle();
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  const SignedRecord approval = approve(anna_, proposal);
  const SignedRecord second = propose(griffier_, destruction({other}));
  const SignedRecord second_approval = approve(anna_, second);
  accept(griffier_, {Withdraw{id_of(second)}});
  EXPECT_EQ(refusal(griffier_, execution(second, {second_approval}, {other})), "decree.withdrawn");
  accept(griffier_, execution(proposal, {approval}, {dossier_}));
  EXPECT_EQ(refusal(griffier_, execution(proposal, {approval}, {})), "decree.executed");
  accept(griffier_, {Withdraw{id_of(proposal)}});
  EXPECT_FALSE(state_->is_withdrawn(id_of(proposal)));
}

TEST_F(DecreeTest, TimeDelaysAndDoesNothingElse) {
  Decree decree = destruction({dossier_});
  decree.not_before_unix_ms = kNow;
  const SignedRecord proposal = propose(griffier_, decree);
  EXPECT_EQ(destroyed_with({approve(anna_, proposal)}, proposal), "decree.too_early");
}

TEST_F(DecreeTest, TheRollItselfIsNeverDestroyed) {
  const SignedRecord proposal = propose(griffier_, destruction({state_->alias()}));
  EXPECT_EQ(refusal(griffier_, execution(proposal, {approve(anna_, proposal)}, {})),
            "decree.circle");
}

TEST_F(DecreeTest, AnOfficerGivesTheSecondPlaceToNobody) {
  EXPECT_EQ(refusal(griffier_, {Appoint{bram_person_,
                                        {Capacity::plv_raadsvoorzitter},
                                        AppointGround::officer,
                                        bram_.id,
                                        {},
                                        {}}}),
            "roll.capacity_needs_decree");
  EXPECT_EQ(
      refusal(
          griffier_,
          {Appoint{anna_person_, {Capacity::plv_griffier}, AppointGround::officer, {}, {}, {}}}),
      "roll.both_places");
}

TEST_F(DecreeTest, TwoPersonsGiveTheSecondPlaceToAThird) {
  Decree decree = about(DecreeKind::appoint, bram_person_, Capacity::plv_raadsvoorzitter);
  EXPECT_EQ(destroyed_with({}, propose(griffier_, decree)), "decree.too_few");
  const SignedRecord mute = propose(griffier_, decree);
  EXPECT_EQ(refusal(griffier_, execution(mute, {approve(anna_, mute)}, {})),
            "decree.speaking_device");
  decree.speaking_device = bram_.id;
  const SignedRecord proposal = propose(griffier_, decree);
  accept(griffier_, execution(proposal, {approve(anna_, proposal)}, {}));
  EXPECT_TRUE(state_->has_capacity(bram_person_, Capacity::plv_raadsvoorzitter));
  const SignedRecord destroying = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(bram_, destroying)}, destroying), "accepted");
}

TEST_F(DecreeTest, NobodyIsGivenBothPlaces) {
  const SignedRecord proposal =
      propose(griffier_, about(DecreeKind::appoint, anna_person_, Capacity::griffier));
  EXPECT_EQ(refusal(griffier_, execution(proposal, {approve(anna_, proposal)}, {})),
            "decree.both_places");
}

TEST_F(DecreeTest, AGriffierIsReplacedByDecree) {
  const SignedRecord giving =
      propose(griffier_, about(DecreeKind::appoint, bram_person_, Capacity::griffier));
  accept(griffier_, execution(giving, {approve(anna_, giving)}, {}));
  EXPECT_TRUE(state_->is_officer(bram_.id));
  const SignedRecord ending =
      propose(bram_, about(DecreeKind::discharge, genesis_.founder.person, Capacity::griffier));
  accept(bram_, execution(ending, {approve(anna_, ending)}, {}));
  EXPECT_FALSE(state_->is_officer(griffier_.id));
  EXPECT_EQ(refusal(griffier_, {Mark{}}), "roll.not_an_officer");
}

// ---- Nobody can speak for the second place any more ----

class SuccessionTest : public DecreeTest {
 protected:
  SuccessionTest() : cees_(entropy_), dora_(entropy_) {
    cees_person_ = enrol(cees_, "Cees", {Capacity::raadslid}).person;
    enrol(dora_, "Dora", {Capacity::raadslid});
  }

  // Acts here are signed at time 0, so a proposal of two weeks before is one of a negative time.
  std::string filled_with(const std::vector<const Signer*>& approvers, const PersonId& successor,
                          const DeviceId& device) {
    age_ms_ = kNow + kSuccessionDelayMs;
    Decree decree = about(DecreeKind::appoint, successor, Capacity::plv_raadsvoorzitter);
    decree.speaking_device = device;
    const SignedRecord proposal = propose(griffier_, decree);
    std::vector<SignedRecord> approvals;
    for (const Signer* approver : approvers) approvals.push_back(approve(*approver, proposal));
    return refusal(griffier_, execution(proposal, std::move(approvals), {}));
  }

  // The second place empties, since Anna sits no longer.
  void end_annas_term() {
    std::vector<PersonId> stay;
    for (const auto& [id, person] : state_->persons()) {
      if (state_->sits_in_raad(id) && id != anna_person_) stay.push_back(id);
    }
    accept(griffier_, {Term{"raad 2030", stay}});
  }

  Signer cees_;
  Signer dora_;
  PersonId cees_person_;
};

TEST_F(SuccessionTest, MoreThanHalfFillTheEmptyPlace) {
  EXPECT_EQ(filled_with({&bram_, &cees_}, cees_person_, cees_.id), "decree.no_place");
  end_annas_term();
  EXPECT_EQ(filled_with({&bram_, &cees_}, cees_person_, cees_.id), "accepted");
  EXPECT_EQ(filled_with({&bram_}, cees_person_, cees_.id), "decree.too_few");
  EXPECT_EQ(filled_with({&bram_, &bram_}, cees_person_, cees_.id), "decree.signed_twice");
}

TEST_F(SuccessionTest, ThreeOfManyAreTooFew) {
  Signer evert(entropy_);
  Signer fien(entropy_);
  enrol(evert, "Evert", {Capacity::raadslid});
  enrol(fien, "Fien", {Capacity::raadslid});
  end_annas_term();
  EXPECT_EQ(filled_with({&bram_, &cees_}, cees_person_, cees_.id), "decree.too_few");
  EXPECT_EQ(filled_with({&bram_, &cees_, &dora_}, cees_person_, cees_.id), "accepted");
}

TEST_F(SuccessionTest, WhoWasEnrolledForItDoesNotCount) {
  end_annas_term();
  Signer evert(entropy_);
  enrol(evert, "Evert", {Capacity::raadslid});
  EXPECT_EQ(filled_with({&bram_, &evert}, cees_person_, cees_.id), "decree.newcomer");
}

// Removed since, a person counts still among those of whom it takes more than half.
TEST_F(SuccessionTest, RemovingOthersDoesNotMakeThreeMoreThanHalf) {
  Signer evert(entropy_);
  Signer fien(entropy_);
  enrol(evert, "Evert", {Capacity::raadslid});
  enrol(fien, "Fien", {Capacity::raadslid});
  end_annas_term();
  accept(griffier_, {Remove{{evert.id}, std::nullopt}});
  accept(griffier_, {Remove{{fien.id}, std::nullopt}});
  EXPECT_EQ(filled_with({&bram_, &cees_}, cees_person_, cees_.id), "decree.too_few");
}

TEST_F(SuccessionTest, WhatWasProposedBeforeTheSilenceFillsNothing) {
  head_ = state_->head();
  end_annas_term();
  EXPECT_EQ(filled_with({&bram_, &cees_}, cees_person_, cees_.id), "decree.before_silence");
}

TEST_F(SuccessionTest, ItTakesTwoWeeks) {
  end_annas_term();
  Decree decree = about(DecreeKind::appoint, cees_person_, Capacity::plv_raadsvoorzitter);
  decree.speaking_device = cees_.id;
  age_ms_ = kNow + kSuccessionDelayMs - 1;
  const SignedRecord proposal = propose(griffier_, decree);
  EXPECT_EQ(refusal(griffier_,
                    execution(proposal, {approve(bram_, proposal), approve(cees_, proposal)}, {})),
            "decree.too_early");
}

TEST_F(SuccessionTest, ALostLaptopBringsInNobodyElse) {
  accept(griffier_, {Remove{{anna_.id}, std::nullopt}});
  EXPECT_EQ(filled_with({&bram_, &cees_}, cees_person_, cees_.id), "decree.place_is_held");
  Signer laptop(entropy_);
  Certificate further =
      certificate(laptop, "Anna", {Capacity::raadslid, Capacity::plv_raadsvoorzitter});
  further.person = anna_person_;
  accept(griffier_, {further});
  EXPECT_EQ(filled_with({&bram_, &cees_}, anna_person_, laptop.id), "accepted");
}

TEST_F(SuccessionTest, ItFillsThePlaceAndDestroysNothing) {
  end_annas_term();
  age_ms_ = kNow + kSuccessionDelayMs;
  const SignedRecord proposal = propose(griffier_, destruction({dossier_}));
  EXPECT_EQ(destroyed_with({approve(bram_, proposal), approve(cees_, proposal)}, proposal),
            "decree.no_place");
}

TEST_F(DecreeTest, ADecreeGivesOnlyWhatNeedsOne) {
  const SignedRecord proposal =
      propose(griffier_, about(DecreeKind::appoint, bram_person_, Capacity::wethouder));
  EXPECT_EQ(refusal(griffier_, execution(proposal, {approve(anna_, proposal)}, {})),
            "decree.capacity");
}

}  // namespace
}  // namespace kluis::test
