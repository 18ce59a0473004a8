#include <gtest/gtest.h>

#include "tests/support/simulated_raad.h"

// What officers say of a person's grant without having heard of each other, or of the relay.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class GrantsTest : public ::testing::Test {
 protected:
  GrantsTest()
      : griffier_(raad_.found("Griet")),
        plv_(raad_.join(griffier_, "Piet", {Capacity::plv_griffier})),
        anna_(raad_.join(griffier_, "Anna", {Capacity::raadslid})) {
    circle_ = raad_.make_circle(griffier_, "gesprek", {raad_.person_of(anna_)});
    raad_.settle();
    for (Party* party : {&griffier_, &plv_}) raad_.reload(*party);
  }

  void admit(Party& officer, DossierRole role = DossierRole::lid) {
    ASSERT_TRUE(officer.device->wish_admit(circle_, raad_.person_of(anna_), role).has_value());
  }
  void withdraw(Party& officer) {
    ASSERT_TRUE(officer.device->wish_drop(circle_, raad_.person_of(anna_)).has_value());
  }
  // "" when she has none.
  std::string grant(Party& party) {
    const auto grants = party.device->grants(circle_).value();
    for (const Device::Grant& grant : grants) {
      if (grant.person != raad_.person_of(anna_) || grant.withdrawn) continue;
      return grant.role == DossierRole::lid ? "lid" : "other";
    }
    return "";
  }
  Texts what_anna_reads_afterwards() {
    raad_.settle();
    raad_.write_note(griffier_, circle_, "daarna");
    raad_.settle();
    return raad_.notes(anna_, circle_);
  }

  SimulatedRaad raad_{83};
  Party& griffier_;
  Party& plv_;
  Party& anna_;
  CircleAlias circle_;
};

TEST_F(GrantsTest, RevokedAndGrantedAgainOfflineIsGranted) {
  withdraw(griffier_);
  EXPECT_EQ(grant(griffier_), "");
  admit(griffier_);
  EXPECT_EQ(grant(griffier_), "lid");
  EXPECT_EQ(what_anna_reads_afterwards(), Texts{"daarna"});
  for (Party* party : {&griffier_, &plv_, &anna_}) EXPECT_EQ(grant(*party), "lid") << party->name;
}

TEST_F(GrantsTest, GrantedAnewAndRevokedOfflineIsRevoked) {
  admit(griffier_, DossierRole::commissievoorzitter);
  EXPECT_EQ(grant(griffier_), "other");
  withdraw(griffier_);
  EXPECT_EQ(grant(griffier_), "");
  EXPECT_EQ(what_anna_reads_afterwards(), Texts{});
  EXPECT_EQ(grant(plv_), "");
}

TEST_F(GrantsTest, OfTwoOfficersWhoHadNotHeardOfEachOtherTheOneWhoRevokesWins) {
  withdraw(plv_);
  withdraw(griffier_);
  admit(griffier_);
  EXPECT_EQ(what_anna_reads_afterwards(), Texts{});
  for (Party* party : {&griffier_, &plv_}) EXPECT_EQ(grant(*party), "") << party->name;
  admit(griffier_);  // now he has heard of it
  EXPECT_EQ(what_anna_reads_afterwards(), (Texts{"daarna", "daarna"}));
}

}  // namespace
}  // namespace kluis::test
