#include <algorithm>

#include <gtest/gtest.h>

#include "tests/opener/opener.h"
#include "tests/support/simulated_raad.h"

// What is destroyed does not open again: not with every vault there is and every passphrase, and
// not with all that the relay ever saw. The same input without the destruction opens everything,
// and one vault that was copied before it opens it still; so the opener is known to be able to.
namespace kluis::test {
namespace {

constexpr const char* kDestroyed = "wat vernietigd werd";
constexpr const char* kKept = "wat bleef";

// A raad of four with two circles. Bram left it before, and handed in what he had.
class Destruction : public ::testing::Test {
 protected:
  Destruction()
      : griffier_(raad_.found("Griet")),
        plv_(raad_.join(griffier_, "Piet", {Capacity::plv_griffier})),
        anna_(raad_.join(griffier_, "Anna", {Capacity::raadslid})),
        bram_(raad_.join(griffier_, "Bram", {Capacity::raadslid})) {
    const std::vector<PersonId> both = {raad_.person_of(anna_), raad_.person_of(bram_)};
    destroyed_ = raad_.make_circle(griffier_, "gesprek", both);
    kept_ = raad_.make_circle(griffier_, "ander", both);
    Appoint founding;
    founding.person = raad_.person_of(anna_);
    founding.capacities = {Capacity::plv_raadsvoorzitter};
    founding.ground = AppointGround::founding;
    founding.speaking_device = anna_.device->id();
    wish(AppointIntent{founding});
    raad_.live_on();
    raad_.write_note(bram_, destroyed_, kDestroyed);
    raad_.write_note(anna_, kept_, kKept);
    raad_.live_on();
    wish(RemoveIntent{{bram_.device->id()}, raad_.person_of(bram_)});
    raad_.live_on();
  }

  void wish(IntentBody intent) {
    raad_.reload(griffier_);
    ASSERT_TRUE(griffier_.device->wish(std::move(intent)).has_value());
  }

  DecreeId decide() {
    Decree decree;
    decree.ground = "aftreden";
    decree.dossier.bytes.fill(7);
    decree.circles = {destroyed_};
    raad_.reload(griffier_);
    const auto id = griffier_.device->propose(std::move(decree));
    raad_.live_on();
    raad_.reload(anna_);
    EXPECT_TRUE(anna_.device->approve(*id).has_value());
    raad_.live_on();
    return *id;
  }
  void execute(const DecreeId& id) {
    wish(ExecuteIntent{id});
    raad_.live_on();
    ASSERT_EQ(griffier_.device->confirmations(id)->size(), 3U);
  }
  void destroy() { execute(decide()); }

  // Everything that passed through the relay, its own rows, and every vault as it is now.
  void give_all(Opener& opener) {
    for (const Request& request : raad_.traffic.requests) opener.take(request);
    for (const Response& response : raad_.traffic.responses) opener.take(response);
    for (const MemoryStorage* storage : backups()) give_relay(opener, *storage);
    for (const auto& party : raad_.parties) opener.take_vault(party->store);
  }
  static void give_relay(Opener& opener, const MemoryStorage& storage) {
    for (int table = 1; table <= static_cast<int>(kRelayTables); ++table) {
      for (const auto& [key, row] : storage.rows(static_cast<RelayTable>(table))) {
        opener.take_bytes(row);
      }
    }
  }
  std::vector<const MemoryStorage*> backups() const { return {&before_, &raad_.storage}; }

  static bool opens(Opener& opener, const char* text) { return opener.texts().contains(text); }

  SimulatedRaad raad_{23};
  Party& griffier_;
  Party& plv_;
  Party& anna_;
  Party& bram_;
  CircleAlias destroyed_;
  CircleAlias kept_;
  MemoryStorage before_;  // a backup of the relay
};

TEST_F(Destruction, WithoutItEverythingOpens) {
  Opener opener;
  give_all(opener);
  opener.run();
  EXPECT_TRUE(opens(opener, kDestroyed));
  EXPECT_TRUE(opens(opener, kKept));
}

TEST_F(Destruction, WhatWasDestroyedDoesNotOpenAgain) {
  before_ = raad_.storage;
  destroy();
  Opener opener;
  give_all(opener);
  opener.run();
  EXPECT_FALSE(opens(opener, kDestroyed));
  EXPECT_TRUE(opens(opener, kKept));
}

// SECURITY.md says it: such a copy cannot be reached by anybody.
TEST_F(Destruction, AVaultThatWasCopiedBeforeOpensItStill) {
  before_ = raad_.storage;
  MemoryStore copy = plv_.store;
  destroy();
  Opener opener;
  give_all(opener);
  opener.take_vault(copy);
  opener.run();
  EXPECT_TRUE(opens(opener, kDestroyed));
}

// An epoch that was sealed to everybody's leaf, and that nobody fetched before all of it was
// destroyed: the relay kept the boxes, and those very leaves still lived.
TEST_F(Destruction, ABoxThatNobodyOpenedDoesNotOpenLater) {
  const DecreeId decree = decide();
  before_ = raad_.storage;
  wish(ResealIntent{destroyed_});
  raad_.sync(griffier_);
  raad_.after_sync(griffier_);
  execute(decree);
  Opener opener;
  give_all(opener);
  opener.run();
  EXPECT_FALSE(opens(opener, kDestroyed));
  EXPECT_TRUE(opens(opener, kKept));
}

// Why every active device changes its leaf, holder or not: one that did not opens what a relay
// kept.
TEST_F(Destruction, ALeafThatWasKeptOpensIt) {
  before_ = raad_.storage;
  const auto leaf = anna_.device->rows().secret<LeafSeed>("leaf");
  const Bytes kept = to_bytes((*leaf)->expose());
  wish(ResealIntent{destroyed_});
  raad_.sync(griffier_);
  destroy();
  Opener opener;
  give_all(opener);
  opener.take_bytes(kept);
  opener.run();
  EXPECT_TRUE(opens(opener, kDestroyed));
}

}  // namespace
}  // namespace kluis::test
