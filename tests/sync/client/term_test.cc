#include <gtest/gtest.h>

#include "tests/sync/client/raad_of_four.h"

// A new raad: who sat and is not named is out, who stays keeps no grant, and every circle is
// resealed in the same commit.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class TermTest : public RaadOfFour {
 protected:
  TermTest() {
    other_ = raad_.make_circle(griffier_, "ander", {raad_.person_of(anna_)});
    raad_.write_note(bram_, circle_, "van het vorige tijdvak");
    raad_.settle();
  }

  void install(Party& officer, const std::string& name, const std::vector<PersonId>& members) {
    raad_.reload(officer);
    ASSERT_TRUE(officer.device->wish_term({name, members}).has_value());
  }
  void install(Party& officer, const std::vector<PersonId>& members) {
    install(officer, "raad 2030", members);
  }
  std::uint64_t epoch(Party& party, const CircleAlias& circle) {
    return party.device->roll().circle(circle)->number();
  }
  Standing standing(Party& party, const CircleAlias& circle) {
    return party.device->rows().circle(circle)->value().standing;
  }
  void put_standing(Party& party, const CircleAlias& circle, Standing standing) {
    CircleState state = **party.device->rows().circle(circle);
    state.standing = standing;
    ASSERT_TRUE(party.store.transact([&] { return party.device->rows().put(state); }));
    raad_.reload(party);
  }

  CircleAlias other_;
};

TEST_F(TermTest, WhoIsNotNamedIsOutAndWhoStaysReadsNothing) {
  const std::uint64_t commits = griffier_.device->roll().commit_number();
  const CircleAlias roll = griffier_.device->roll().alias();
  std::map<CircleAlias, std::uint64_t> before;
  for (const CircleAlias& circle : {roll, circle_, other_}) before[circle] = epoch(plv_, circle);
  install(griffier_, {raad_.person_of(bram_)});
  raad_.sync(griffier_);
  EXPECT_EQ(griffier_.device->roll().commit_number(), commits + 1);
  for (const auto& [circle, number] : before) EXPECT_EQ(epoch(griffier_, circle), number + 1);
  raad_.settle();
  EXPECT_EQ(griffier_.device->roll().term_name(), "raad 2030");
  EXPECT_EQ(anna_.device->state(), DeviceState::removed);
  EXPECT_EQ(bram_.device->state(), DeviceState::active);
  EXPECT_EQ(standing(bram_, circle_), Standing::removed);
  EXPECT_TRUE(raad_.notes(bram_, circle_).empty());
  for (Party* keeper : {&griffier_, &plv_}) {
    EXPECT_EQ(raad_.notes(*keeper, circle_), Texts{"van het vorige tijdvak"}) << keeper->name;
    EXPECT_EQ(standing(*keeper, other_), Standing::current) << keeper->name;
  }
}

TEST_F(TermTest, WhoStaysAndIsGrantedAgainReadsEverything) {
  install(griffier_, {raad_.person_of(bram_)});
  raad_.settle();
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_admit(circle_, raad_.person_of(bram_), DossierRole::lid));
  raad_.settle();
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"van het vorige tijdvak"});
  raad_.write_note(bram_, circle_, "van dit tijdvak");
  raad_.settle();
  EXPECT_EQ(raad_.notes(plv_, circle_), (Texts{"van dit tijdvak", "van het vorige tijdvak"}));
}

TEST_F(TermTest, AnAdmitFromBeforeTheNewRaadCountsForNobody) {
  raad_.reload(plv_);
  ASSERT_TRUE(plv_.device->wish_admit(other_, raad_.person_of(bram_), DossierRole::lid));
  install(griffier_, {raad_.person_of(bram_)});
  raad_.sync(griffier_);
  raad_.settle();
  bool came = false;
  const auto grants = griffier_.device->grants(other_).value();
  for (const Device::Grant& grant : grants) {
    if (grant.person != raad_.person_of(bram_)) continue;
    came = true;
    EXPECT_TRUE(grant.withdrawn);
  }
  EXPECT_TRUE(came);
  EXPECT_FALSE(bram_.device->rows().circle(other_)->has_value());
}

TEST_F(TermTest, WhatOneIsNotGrantedAsARaadslidStays) {
  Party& berend = raad_.join(griffier_, "Berend", {Capacity::burgemeester});
  raad_.reload(griffier_);
  const PersonId person = raad_.person_of(berend);
  ASSERT_TRUE(griffier_.device->wish_admit(circle_, person, DossierRole::burgemeester));
  raad_.settle();
  install(griffier_, {});
  raad_.settle();
  EXPECT_EQ(berend.device->state(), DeviceState::active);
  EXPECT_EQ(raad_.notes(berend, circle_), Texts{"van het vorige tijdvak"});
  EXPECT_EQ(bram_.device->state(), DeviceState::removed);
}

TEST_F(TermTest, AllCirclesOrNone) {
  const std::uint64_t before = epoch(plv_, circle_);
  install(griffier_, {raad_.person_of(bram_)});
  put_standing(griffier_, other_, Standing::waiting);
  raad_.sync(griffier_);
  EXPECT_EQ(epoch(griffier_, circle_), before);
  EXPECT_FALSE(griffier_.device->roll().term_act().has_value());
  EXPECT_TRUE(griffier_.device->awaits_new_raad().value());
  put_standing(griffier_, other_, Standing::current);
  raad_.sync(griffier_);
  EXPECT_EQ(epoch(griffier_, circle_), before + 1);
  EXPECT_TRUE(griffier_.device->roll().term_act().has_value());
  EXPECT_FALSE(griffier_.device->awaits_new_raad().value());
}

TEST_F(TermTest, OneWhoIsTakenOutInTheSameCommitSitsOnInNoRaad) {
  wish(griffier_, removal_of(anna_));
  install(griffier_, {raad_.person_of(bram_), raad_.person_of(anna_)});
  raad_.settle();
  EXPECT_EQ(griffier_.device->roll().term_name(), "raad 2030");
  EXPECT_EQ(anna_.device->state(), DeviceState::removed);
  EXPECT_EQ(bram_.device->state(), DeviceState::active);
}

TEST_F(TermTest, WhoBecomesSomethingElseFirstStays) {
  Appoint appoint;
  appoint.person = raad_.person_of(anna_);
  appoint.capacities = {Capacity::archivaris};
  wish(griffier_, AppointIntent{appoint});
  install(griffier_, {raad_.person_of(bram_)});
  raad_.settle();
  EXPECT_EQ(griffier_.device->roll().term_name(), "raad 2030");
  EXPECT_EQ(anna_.device->state(), DeviceState::active);
  EXPECT_FALSE(griffier_.device->roll().sits_in_raad(raad_.person_of(anna_)));
}

TEST_F(TermTest, WhoComesWhileTheNewRaadWaitsSitsInIt) {
  install(griffier_, {raad_.person_of(bram_)});
  Party& cees = raad_.join(plv_, "Cees", {Capacity::raadslid});
  raad_.settle();
  EXPECT_EQ(griffier_.device->roll().term_name(), "raad 2030");
  EXPECT_EQ(cees.device->state(), DeviceState::active);
  EXPECT_TRUE(griffier_.device->roll().sits_in_raad(raad_.person_of(cees)));
  EXPECT_EQ(anna_.device->state(), DeviceState::removed);
}

TEST_F(TermTest, ALaterWishTakesThePlaceOfOneThatWaits) {
  install(griffier_, "verkeerd", {raad_.person_of(anna_)});
  install(griffier_, {raad_.person_of(bram_)});
  raad_.settle();
  EXPECT_EQ(griffier_.device->roll().term_name(), "raad 2030");
  EXPECT_EQ(bram_.device->state(), DeviceState::active);
}

TEST_F(TermTest, WhatAnOfficerWhoLeftSealedAwayStopsNoNewRaad) {
  const CircleAlias kept = raad_.make_circle(plv_, "van Piet", {});
  raad_.settle();
  put_standing(griffier_, kept, Standing::waiting);
  install(griffier_, {raad_.person_of(bram_)});
  raad_.sync(griffier_);
  EXPECT_TRUE(griffier_.device->awaits_new_raad().value());
  wish(griffier_, removal_of(plv_));
  raad_.sync(griffier_);
  raad_.sync(griffier_);
  EXPECT_EQ(griffier_.device->roll().term_name(), "raad 2030");
}

TEST_F(TermTest, AGrantThatATermEndedIsNotBroughtBackByOneWhoWasAnOfficer) {
  const PersonId piet = raad_.person_of(plv_);
  const PersonId bram = raad_.person_of(bram_);
  raad_.reload(plv_);
  ASSERT_TRUE(plv_.device->wish_admit(other_, bram, DossierRole::lid));
  raad_.settle();
  ASSERT_EQ(standing(bram_, other_), Standing::current);
  install(griffier_, {bram});
  raad_.settle();
  const RollPosition as_officer = plv_.device->roll().head();
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_admit(other_, piet, DossierRole::adviseur));
  raad_.settle();
  Appoint ending;
  ending.person = piet;
  ending.capacities = {Capacity::plv_griffier};
  ending.ground = AppointGround::ending;
  wish(griffier_, AppointIntent{ending});
  raad_.settle();
  ASSERT_EQ(standing(plv_, other_), Standing::current);
  Party& second = raad_.join_device(griffier_, "Griet 2", raad_.person_of(griffier_));
  raad_.settle();
  const Admit admit{bram, DossierRole::lid, {bram_.device->id()}};
  write_backdated(plv_, other_, as_officer, RecordKind::admit, encode(admit));
  raad_.settle();
  EXPECT_EQ(standing(second, other_), Standing::current);
  EXPECT_EQ(standing(bram_, other_), Standing::removed);
}

TEST_F(TermTest, EverybodyIsToldOfTheNewRaad) {
  install(griffier_, {raad_.person_of(bram_)});
  raad_.settle();
  for (Party* party : {&griffier_, &plv_, &bram_}) {
    EXPECT_TRUE(alarms(*party).contains("new-raad  raad 2030")) << party->name;
  }
}

TEST_F(TermTest, ACustodyDeviceKeepsEveryCircle) {
  Party& safe = raad_.join_device(griffier_, "Kluis", raad_.person_of(anna_), true);
  raad_.settle();
  install(griffier_, {raad_.person_of(bram_)});
  raad_.settle();
  EXPECT_EQ(anna_.device->state(), DeviceState::removed);
  EXPECT_EQ(safe.device->state(), DeviceState::active);
  EXPECT_EQ(raad_.notes(safe, circle_), Texts{"van het vorige tijdvak"});
}

TEST_F(TermTest, AnOwnersOtherLaptopsDoNotReadWithACustodyDevice) {
  install(griffier_, {raad_.person_of(bram_)});
  raad_.settle();
  Party& safe = raad_.join_device(griffier_, "Kluis", raad_.person_of(bram_), true);
  raad_.settle();
  EXPECT_EQ(raad_.notes(safe, circle_), Texts{"van het vorige tijdvak"});
  EXPECT_TRUE(raad_.notes(bram_, circle_).empty());
  EXPECT_EQ(standing(bram_, circle_), Standing::removed);
}

// The other's order was about the raad before; it lapses.
TEST_F(TermTest, OfTwoOfficersWhoInstallAtOnceTheFirstDoes) {
  install(griffier_, "eerste", {raad_.person_of(bram_)});
  install(plv_, "tweede", {raad_.person_of(anna_), raad_.person_of(bram_)});
  raad_.settle();
  EXPECT_EQ(plv_.device->roll().term_name(), "eerste");
  EXPECT_EQ(griffier_.device->roll().head(), plv_.device->roll().head());
  EXPECT_FALSE(plv_.device->awaits_new_raad().value());
  EXPECT_EQ(anna_.device->state(), DeviceState::removed);
  EXPECT_EQ(bram_.device->state(), DeviceState::active);
}

}  // namespace
}  // namespace kluis::test
