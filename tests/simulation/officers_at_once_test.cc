#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "tests/explore/judge.h"
#include "tests/simulation/stepped_session.h"

// Griffier and plv-griffier decide at the same time, neither having seen what the other decided.
// One session is cut after each of its requests in turn, and the other runs as a whole in the gap,
// in both orders: whoever loses the race starts again from his wishes.
namespace kluis::test {
namespace {

// Far more than a session of these tests makes.
constexpr unsigned kRequestsMax = 60;

class Raad {
 public:
  SimulatedRaad raad{21};
  Party& griffier = raad.found("Griet");
  Party& plv = raad.join(griffier, "Piet", {Capacity::plv_griffier});
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  Party& bram = raad.join(griffier, "Bram", {Capacity::raadslid});
  Party& cas = raad.join(griffier, "Cas", {Capacity::raadslid});
  CircleAlias circle =
      raad.make_circle(griffier, "gesprek", {raad.person_of(anna), raad.person_of(bram)});

  Raad() {
    raad.settle(2);
    raad.write_note(anna, circle, "van Anna");
    raad.settle(3);
    start_storage_ = raad.storage;
    for (const auto& party : raad.parties) start_stores_.push_back(party->store);
  }

  // Everything as it was when this raad was founded, but for the randomness that is used up.
  void start_again() {
    raad.storage = start_storage_;
    raad.restart_relay();
    for (std::size_t i = 0; i < raad.parties.size(); ++i) {
      raad.parties[i]->store = start_stores_[i];
      raad.reload(*raad.parties[i]);
    }
  }

  void revoke(Party& officer, Party& whom) {
    RemoveIntent wish;
    wish.person = raad.person_of(whom);
    wish.devices = {whom.device->id()};
    ASSERT_TRUE(officer.device->wish(wish).has_value());
  }
  void grant(Party& officer, Party& whom) {
    const auto status = officer.device->wish_admit(circle, raad.person_of(whom), DossierRole::lid);
    ASSERT_TRUE(status.has_value());
  }
  void drop(Party& officer, Party& whom) {
    ASSERT_TRUE(officer.device->wish_drop(circle, raad.person_of(whom)).has_value());
  }

  [[nodiscard]] Holding holding(Party& party) {
    raad.reload(party);
    auto holding = holding_of(*party.device);
    EXPECT_TRUE(holding.has_value());
    return std::move(*holding);
  }
  [[nodiscard]] bool is_member(Party& seen_by, const Party& whom) {
    const auto held = holding(seen_by).circles.at(circle);
    return std::ranges::binary_search(held.members, whom.device->id());
  }
  [[nodiscard]] bool is_active(Party& seen_by, const Party& whom) {
    return std::ranges::binary_search(holding(seen_by).active, whom.device->id());
  }

  void expect_equal() {
    raad.settle(4);
    std::vector<Holding> holdings;
    for (const auto& party : raad.parties) {
      holdings.push_back(holding(*party));
      for (const auto& alarm : holdings.back().alarms) EXPECT_EQ(alarm, "removed") << party->name;
    }
    EXPECT_EQ(unsettled(holdings), std::nullopt);
  }

 private:
  MemoryStorage start_storage_;
  std::vector<MemoryStore> start_stores_;
};

using Wishes = std::function<void(Raad&)>;

// Calls `judge` for every place where the session of one officer can be cut by the other's.
void at_every_cut(const Wishes& wishes, const Wishes& judge) {
  Raad raad;
  for (const bool griffier_first : {true, false}) {
    bool over = false;
    for (unsigned cut = 0; !over; ++cut) {
      ASSERT_LT(cut, kRequestsMax);
      SCOPED_TRACE(std::string(griffier_first ? "griffier" : "plv") + " cut after " +
                   std::to_string(cut));
      raad.start_again();
      wishes(raad);
      SteppedSession slow(raad.raad, griffier_first ? raad.griffier : raad.plv);
      over = !slow.go_on(cut);
      // The request at the cut is made before the other comes, and delivered after.
      over = slow.ask() == nullptr || over;
      SteppedSession quick(raad.raad, griffier_first ? raad.plv : raad.griffier);
      ASSERT_TRUE(quick.finish().has_value());
      ASSERT_TRUE(slow.finish().has_value());
      raad.expect_equal();
      judge(raad);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(OfficersAtOnceTest, ARevocationAndAGrantBothStandOnEveryDevice) {
  at_every_cut(
      [](Raad& raad) {
        raad.revoke(raad.griffier, raad.bram);
        raad.grant(raad.plv, raad.cas);
      },
      [](Raad& raad) {
        for (Party* party : {&raad.griffier, &raad.plv, &raad.anna, &raad.cas}) {
          EXPECT_FALSE(raad.is_active(*party, raad.bram)) << party->name;
          EXPECT_FALSE(raad.is_member(*party, raad.bram)) << party->name;
          EXPECT_TRUE(raad.is_member(*party, raad.cas)) << party->name;
          EXPECT_EQ(raad.raad.notes(*party, raad.circle), std::vector<std::string>{"van Anna"})
              << party->name;
        }
        EXPECT_EQ(raad.bram.device->state(), DeviceState::removed);
        const RollPosition head = raad.holding(raad.griffier).head;
        EXPECT_EQ(raad.holding(raad.plv).head, head);
        EXPECT_EQ(raad.holding(raad.anna).head, head);
      });
}

TEST(OfficersAtOnceTest, WhoIsRevokedWhileHeIsGrantedIsOut) {
  at_every_cut(
      [](Raad& raad) {
        raad.revoke(raad.griffier, raad.cas);
        raad.grant(raad.plv, raad.cas);
      },
      [](Raad& raad) {
        for (Party* party : {&raad.griffier, &raad.plv, &raad.anna}) {
          EXPECT_FALSE(raad.is_active(*party, raad.cas)) << party->name;
          EXPECT_FALSE(raad.is_member(*party, raad.cas)) << party->name;
        }
        EXPECT_EQ(raad.cas.device->state(), DeviceState::removed);
        EXPECT_TRUE(raad.raad.notes(raad.cas, raad.circle).empty());
      });
}

TEST(OfficersAtOnceTest, WhoIsDroppedFromACircleWhileHeIsGrantedItIsOutOfIt) {
  at_every_cut(
      [](Raad& raad) {
        raad.drop(raad.griffier, raad.bram);
        raad.grant(raad.plv, raad.bram);
      },
      [](Raad& raad) {
        for (Party* party : {&raad.griffier, &raad.plv, &raad.anna}) {
          EXPECT_TRUE(raad.is_active(*party, raad.bram)) << party->name;
          EXPECT_FALSE(raad.is_member(*party, raad.bram)) << party->name;
        }
        EXPECT_TRUE(raad.raad.notes(raad.bram, raad.circle).empty());
      });
}

TEST(OfficersAtOnceTest, WhoIsGrantedAndDroppedByEachOfTwoIsJudgedAlikeEverywhere) {
  at_every_cut(
      [](Raad& raad) {
        raad.grant(raad.griffier, raad.cas);
        raad.drop(raad.plv, raad.cas);
        raad.grant(raad.plv, raad.cas);
      },
      [](Raad& raad) {
        const bool member = raad.is_member(raad.griffier, raad.cas);
        EXPECT_EQ(raad.is_member(raad.plv, raad.cas), member);
        EXPECT_EQ(raad.is_member(raad.anna, raad.cas), member);
      });
}

}  // namespace
}  // namespace kluis::test
