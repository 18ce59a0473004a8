#include <set>

#include <gtest/gtest.h>

#include "tests/explore/visit.h"
#include "tests/support/simulated_raad.h"
#include "vault/core/row.h"

// Leaving: what a removed device forgets, what it hands in, and what the others keep.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class RemovalTest : public ::testing::Test {
 protected:
  RemovalTest()
      : griffier_(raad_.found("Griet")),
        plv_(raad_.join(griffier_, "Piet", {Capacity::plv_griffier})),
        anna_(raad_.join(griffier_, "Anna", {Capacity::raadslid})),
        bram_(raad_.join(griffier_, "Bram", {Capacity::raadslid})) {
    circle_ =
        raad_.make_circle(griffier_, "gesprek", {raad_.person_of(anna_), raad_.person_of(bram_)});
    raad_.settle();
  }

  void wish(Party& officer, IntentBody intent) {
    raad_.reload(officer);
    ASSERT_TRUE(officer.device->wish(std::move(intent)).has_value());
  }

  RemoveIntent removal_of(Party& party) {
    RemoveIntent removal;
    removal.person = raad_.person_of(party);
    removal.devices = {party.device->id()};
    return removal;
  }

  // A session that breaks off where it would commit: the commit is prepared, and did not leave.
  void break_off_at_the_commit(Party& officer) {
    auto visit = Visit::begin({officer.store, raad_.clock, officer.entropy, nullptr}, Bytes(64, 7));
    ASSERT_TRUE(visit.has_value());
    while (true) {
      const auto request = (*visit)->next();
      ASSERT_TRUE(request && *request);
      if (std::holds_alternative<CommitRequest>(**request)) return;
      const auto response = (*visit)->deliver(raad_.relay(), **request);
      ASSERT_TRUE((*visit)->receive(*response).has_value());
    }
  }

  static std::set<std::string> names_in(Party& party, Table table) {
    std::set<std::string> names;
    EXPECT_TRUE(party.store.scan(table, {}, [&](ByteView key, ByteView) {
      names.emplace(key.begin(), key.end());
      return true;
    }));
    return names;
  }

  SimulatedRaad raad_{71};
  Party& griffier_;
  Party& plv_;
  Party& anna_;
  Party& bram_;
  CircleAlias circle_;
};

// ---- Forgetting ----

TEST_F(RemovalTest, AnOfficerRemovedWithAPreparedCommitForgetsLikeEverybody) {
  InviteOptions invited;
  invited.person_name = "Dirk";
  invited.capacities = {Capacity::raadslid};
  raad_.reload(plv_);
  ASSERT_TRUE(invite(*plv_.device, invited).has_value());
  ASSERT_TRUE(plv_.store.transact(
      [&] { return plv_.device->rows().set_secret("welcome/" + circle_.hex(), Bytes(32, 1)); }));
  wish(plv_, ResealIntent{circle_});
  break_off_at_the_commit(plv_);
  raad_.reload(plv_);
  ASSERT_TRUE(plv_.device->rows().prepared()->has_value());
  wish(griffier_, removal_of(plv_));
  raad_.sync(griffier_);

  EXPECT_TRUE(raad_.sync(plv_).became_removed);
  raad_.reload(plv_);
  EXPECT_EQ(plv_.device->state(), DeviceState::removed);
  EXPECT_TRUE(plv_.device->reseal_due(0).value());
  ASSERT_TRUE(plv_.device->resealed(1));
  EXPECT_FALSE(plv_.device->reseal_due(1).value());
  EXPECT_EQ(names_in(plv_, Table::secret), std::set<std::string>{"identity"});
  for (const Table table : {Table::prepared, Table::intent, Table::invitation, Table::outbox,
                            Table::record, Table::record_key}) {
    EXPECT_TRUE(names_in(plv_, table).empty()) << static_cast<int>(table);
  }
}

}  // namespace
}  // namespace kluis::test
