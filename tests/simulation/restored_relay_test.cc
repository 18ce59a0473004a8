#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "tests/explore/judge.h"
#include "tests/simulation/stepped_session.h"

// A relay that was put back from an older backup. The devices hand it what it lost; nothing is
// lost, nobody is told that anybody cheated, and the raad goes on.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

// Far more than a session of these tests makes.
constexpr unsigned kRequestsMax = 200;

struct Snapshot {
  MemoryStorage relay;
  std::vector<MemoryStore> stores;
};

class Raad {
 public:
  SimulatedRaad raad{51};
  Party& griffier = raad.found("Griet");
  Party& plv = raad.join(griffier, "Piet", {Capacity::plv_griffier});
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  Party& bram = raad.join(griffier, "Bram", {Capacity::raadslid});
  Party& dirk = raad.join(griffier, "Dirk", {Capacity::raadslid});
  CircleAlias gesprek = raad.make_circle(
      griffier, "gesprek", {raad.person_of(anna), raad.person_of(bram), raad.person_of(dirk)});
  CircleAlias commissie = raad.make_circle(griffier, "commissie", {raad.person_of(anna)});
  MemoryStorage backup;
  Party* asleep = nullptr;

  Raad() {
    raad.settle(2);
    note(anna, gesprek, "van voor de back-up");
    raad.settle(3);
    backup = raad.storage;
  }

  void settle(unsigned rounds) {
    for (unsigned round = 0; round < rounds; ++round) {
      for (const auto& party : raad.parties) {
        if (party.get() != asleep) raad.sync(*party);
      }
    }
  }

  void restore() {
    raad.storage = backup;
    raad.restart_relay();
  }

  [[nodiscard]] Snapshot snapshot() const {
    Snapshot taken{raad.storage, {}};
    for (const auto& party : raad.parties) taken.stores.push_back(party->store);
    return taken;
  }
  // Parties that joined later are gone.
  void put_back(const Snapshot& taken) {
    raad.parties.resize(taken.stores.size());
    for (std::size_t i = 0; i < taken.stores.size(); ++i) {
      raad.parties[i]->store = taken.stores[i];
      raad.reload(*raad.parties[i]);
    }
  }

  void note(Party& who, const CircleAlias& circle, const std::string& text) {
    raad.write_note(who, circle, text);
    raad.sync(who);
  }
  void reseal(Party& officer, const CircleAlias& circle) {
    raad.sync(officer);
    ASSERT_TRUE(officer.device->wish(ResealIntent{circle}).has_value());
    raad.sync(officer);
  }
  void grant(Party& officer, const CircleAlias& circle, Party& whom) {
    raad.sync(officer);
    ASSERT_TRUE(
        officer.device->wish_admit(circle, raad.person_of(whom), DossierRole::lid).has_value());
    raad.sync(officer);
  }
  [[nodiscard]] CircleAlias roll() { return griffier.device->roll().alias(); }

  [[nodiscard]] Holding holding(Party& party) {
    raad.reload(party);
    auto holding = holding_of(*party.device);
    EXPECT_TRUE(holding.has_value());
    return std::move(*holding);
  }

  // Rounds of syncs, each of which succeeds, until all hold the same.
  void expect_equal() {
    std::optional<std::string> what = "nothing yet";
    for (unsigned round = 0; round < 6 && what; ++round) {
      raad.clock.now_ms += 61'000;
      std::vector<Holding> holdings;
      for (const auto& party : raad.parties) expect_sync(*party);
      for (const auto& party : raad.parties) holdings.push_back(holding(*party));
      what = unsettled(holdings);
    }
    EXPECT_EQ(what, std::nullopt);
    for (const auto& party : raad.parties) {
      for (const auto& alarm : holding(*party).alarms) {
        EXPECT_TRUE(alarm == "relay-behind" || alarm == "removed") << party->name << ": " << alarm;
      }
    }
  }

  void expect_sync(Party& party) {
    const auto report = raad.try_sync(party);
    EXPECT_TRUE(report.has_value())
        << party.name << ": " << report.error().key << " "
        << (report.error().arguments.empty() ? "" : report.error().arguments.front());
  }
};

struct Loss {
  const char* name;
  void (*happens)(Raad& raad);  // after the backup was made
};

constexpr Loss kLosses[] = {
    {"Nothing", [](Raad&) {}},
    {"Notes",
     [](Raad& raad) {
       raad.note(raad.anna, raad.gesprek, "verloren 1");
       raad.note(raad.bram, raad.gesprek, "verloren 2");
     }},
    {"AGrant", [](Raad& raad) { raad.grant(raad.griffier, raad.commissie, raad.bram); }},
    {"TwoGrantsByTwo",
     [](Raad& raad) {
       raad.grant(raad.griffier, raad.commissie, raad.bram);
       raad.settle(2);
       ASSERT_TRUE(
           raad.plv.device->wish_drop(raad.commissie, raad.raad.person_of(raad.bram)).has_value());
       raad.raad.sync(raad.plv);
       raad.settle(2);
       raad.grant(raad.plv, raad.commissie, raad.bram);
     }},
    {"AResealOfACircle",
     [](Raad& raad) {
       raad.note(raad.anna, raad.gesprek, "voor de vernieuwing");
       raad.reseal(raad.griffier, raad.gesprek);
       raad.settle(1);
       raad.note(raad.anna, raad.gesprek, "na de vernieuwing");
     }},
    {"ResealsOfTheRoll",
     [](Raad& raad) {
       raad.note(raad.anna, raad.commissie, "voor de vernieuwing");
       raad.reseal(raad.griffier, raad.roll());
       raad.settle(1);
       raad.reseal(raad.plv, raad.roll());
     }},
    {"ANewCircle",
     [](Raad& raad) {
       const CircleAlias circle =
           raad.raad.make_circle(raad.griffier, "nieuw", {raad.raad.person_of(raad.bram)});
       raad.settle(2);
       raad.note(raad.bram, circle, "in de nieuwe");
     }},
    {"AJoin",
     [](Raad& raad) {
       Party& cas = raad.raad.join(raad.griffier, "Cas", {Capacity::raadslid});
       raad.grant(raad.griffier, raad.gesprek, cas);
       raad.settle(2);
       raad.note(cas, raad.gesprek, "van Cas");
     }},
    {"ARevocation",
     [](Raad& raad) {
       raad.note(raad.bram, raad.gesprek, "van Bram");
       RemoveIntent wish{{raad.bram.device->id()}, raad.raad.person_of(raad.bram)};
       ASSERT_TRUE(raad.griffier.device->wish(wish).has_value());
       raad.raad.sync(raad.griffier);
     }},
};

class RestoredRelayTest : public testing::TestWithParam<Loss> {};

// Whoever of those who hold everything comes first hands it in.
TEST_P(RestoredRelayTest, IsRefilledByWhoeverComesFirst) {
  for (const char* first : {"Griet", "Piet", "Anna"}) {
    SCOPED_TRACE(first);
    Raad raad;
    GetParam().happens(raad);
    raad.settle(4);
    std::map<std::string, Texts> before;
    for (const auto& party : raad.raad.parties) {
      before[party->name] = raad.raad.notes(*party, raad.gesprek);
    }
    raad.restore();
    for (const auto& party : raad.raad.parties) {
      if (party->name == first) raad.expect_sync(*party);
    }
    raad.expect_equal();
    for (const auto& party : raad.raad.parties) {
      EXPECT_EQ(raad.raad.notes(*party, raad.gesprek), before[party->name]) << party->name;
    }
    // And the raad goes on.
    raad.note(raad.anna, raad.gesprek, "daarna");
    raad.reseal(raad.griffier, raad.gesprek);
    raad.reseal(raad.plv, raad.roll());
    raad.expect_equal();
    EXPECT_EQ(std::ranges::count(raad.raad.notes(raad.griffier, raad.gesprek), "daarna"), 1);
    if (HasFailure()) return;
  }
}

// Who slept since before the backup comes after it was restored, and after others refilled it: he
// gets what was written between the backup and a reseal as well, of which only the list still
// tells.
TEST_P(RestoredRelayTest, ASleeperGetsWhatWasWrittenBetween) {
  for (const char* first : {"Griet", "Piet", "Anna"}) {
    SCOPED_TRACE(first);
    Raad raad;
    raad.asleep = &raad.dirk;
    GetParam().happens(raad);
    raad.settle(4);
    raad.restore();
    for (const auto& party : raad.raad.parties) {
      if (party->name == first) raad.expect_sync(*party);
    }
    for (const auto& party : raad.raad.parties) {
      if (party->name != "Dirk") raad.expect_sync(*party);
    }
    raad.expect_equal();
    EXPECT_EQ(raad.raad.notes(raad.dirk, raad.gesprek),
              raad.raad.notes(raad.griffier, raad.gesprek));
    // Nothing that the raad holds is missing at the relay: a newcomer reads it all.
    Party& eva = raad.raad.join(raad.griffier, "Eva", {Capacity::raadslid});
    raad.grant(raad.griffier, raad.gesprek, eva);
    raad.grant(raad.griffier, raad.commissie, eva);
    raad.expect_equal();
    for (const CircleAlias& circle : {raad.gesprek, raad.commissie}) {
      EXPECT_EQ(raad.raad.notes(eva, circle), raad.raad.notes(raad.griffier, circle));
    }
    if (HasFailure()) return;
  }
}

// Whoever begins to refill it may be interrupted at any request: another goes on, and in the end
// the first one too.
TEST_P(RestoredRelayTest, RefillingCanBeCutAnywhere) {
  Raad raad;
  GetParam().happens(raad);
  raad.settle(4);
  const Snapshot held = raad.snapshot();
  for (unsigned cut = 0; cut < kRequestsMax; ++cut) {
    SCOPED_TRACE("cut after " + std::to_string(cut));
    raad.put_back(held);
    raad.restore();
    {
      SteppedSession first(raad.raad, raad.anna);
      if (!first.go_on(cut)) return;
    }
    raad.expect_sync(raad.griffier);
    raad.expect_equal();
    Party& eva = raad.raad.join(raad.griffier, "Eva", {Capacity::raadslid});
    raad.grant(raad.griffier, raad.gesprek, eva);
    raad.expect_equal();
    EXPECT_EQ(raad.raad.notes(eva, raad.gesprek), raad.raad.notes(raad.griffier, raad.gesprek));
    if (HasFailure()) return;
  }
  FAIL() << "a session without end";
}

TEST(EmptiedRelayTest, IsToldApartAndNothingIsLost) {
  Raad raad;
  const Snapshot held = raad.snapshot();
  raad.raad.storage = MemoryStorage();
  raad.raad.restart_relay();
  for (const auto& party : raad.raad.parties) {
    const auto report = raad.raad.try_sync(*party);
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().kind, ErrorKind::relay);
    EXPECT_EQ(report.error().key, "relay.raad_unknown");
    EXPECT_EQ(raad.raad.notes(*party, raad.gesprek), Texts{"van voor de back-up"});
  }
  // It comes back: the raad goes on as if nothing had happened.
  raad.raad.storage = held.relay;
  raad.raad.restart_relay();
  raad.expect_equal();
}

INSTANTIATE_TEST_SUITE_P(Losses, RestoredRelayTest, testing::ValuesIn(kLosses),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace kluis::test
