#include "tests/opener/opener.h"

#include <gtest/gtest.h>

#include "tests/opener/traces.h"
#include "tests/support/simulated_raad.h"

// What the opener gets: whatever an attacker could hold. Each "opens nothing" stands beside the
// same input with one thing more, which opens it: so the opener is known to be able to.
namespace kluis::test {
namespace {

constexpr const char* kBefore = "geschreven voor de intrekking";
constexpr const char* kAfter = "geschreven na de intrekking";

// A raad of three; Bram is revoked between two notes.
struct Revocation {
  SimulatedRaad raad{7};
  Party* griffier = nullptr;
  Party* anna = nullptr;
  Party* bram = nullptr;
  MemoryStore bram_before;  // his vault as it was while he could read
  MemoryStore anna_before;
  CircleAlias circle;

  Revocation() {
    griffier = &raad.found("Griet");
    anna = &raad.join(*griffier, "Anna", {Capacity::raadslid});
    bram = &raad.join(*griffier, "Bram", {Capacity::raadslid});
    circle = raad.make_circle(*griffier, "gesprek", {raad.person_of(*anna), raad.person_of(*bram)});
    raad.write_note(*griffier, circle, kBefore);
    raad.settle();
    bram_before = bram->store;
    anna_before = anna->store;
    RemoveIntent wish;
    wish.person = raad.person_of(*bram);
    wish.devices = {bram->device->id()};
    EXPECT_TRUE(griffier->device->wish(wish).has_value());
    raad.sync(*griffier);
    raad.write_note(*griffier, circle, kAfter);
    raad.settle();
  }

  // What a relay that records everything has: all messages, and its own rows.
  void give_relay(Opener& opener) const {
    for (const Request& request : raad.traffic.requests) opener.take(request);
    for (const Response& response : raad.traffic.responses) opener.take(response);
    for (int table = 1; table <= static_cast<int>(kRelayTables); ++table) {
      for (const auto& [key, row] : raad.storage.rows(static_cast<RelayTable>(table))) {
        opener.take_bytes(row);
      }
    }
  }
};

std::set<std::string> opened_with(const Revocation& scene, MemoryStore vault) {
  Opener opener;
  scene.give_relay(opener);
  opener.take_vault(vault);
  opener.run();
  return opener.texts();
}

TEST(OpenerTest, TheRelayAloneOpensNothing) {
  const Revocation scene;
  Opener opener;
  scene.give_relay(opener);
  opener.run();
  EXPECT_TRUE(opener.records().empty());
  EXPECT_EQ(opener.epoch_secrets(), 0U);
}

TEST(OpenerTest, NoWordStandsInTheRelaysTrafficOrStore) {
  const Revocation scene;
  std::string haystack;
  const auto add = [&](ByteView bytes) { haystack += as_text(bytes); };
  for (const Request& request : scene.raad.traffic.requests) add(encode(request));
  for (const Response& response : scene.raad.traffic.responses) add(encode(response));
  for (int table = 1; table <= static_cast<int>(kRelayTables); ++table) {
    for (const auto& [key, row] : scene.raad.storage.rows(static_cast<RelayTable>(table))) {
      add(key);
      add(row);
    }
  }
  for (const char* word : {kBefore, kAfter}) {
    EXPECT_EQ(traces(haystack, word), 0U);
    EXPECT_GT(traces(haystack + word, word), 0U);
    EXPECT_GT(traces(haystack + utf16(word), word), 0U);
    EXPECT_GT(traces(haystack + base64_core(word, 1), word), 0U);
  }
  for (const char* name : {"Griet", "Anna", "Bram", "gesprek", "Voorbeeld"}) {
    EXPECT_EQ(haystack.find(name), std::string::npos) << name;
  }
}

TEST(OpenerTest, TheGriffiersVaultOpensEverything) {
  const Revocation scene;
  const auto texts = opened_with(scene, scene.griffier->store);
  EXPECT_TRUE(texts.contains(kBefore));
  EXPECT_TRUE(texts.contains(kAfter));
}

TEST(OpenerTest, TheRevokedPersonsOldVaultOpensNothingThatCameAfter) {
  const Revocation scene;
  const auto texts = opened_with(scene, scene.bram_before);
  EXPECT_TRUE(texts.contains(kBefore));
  EXPECT_FALSE(texts.contains(kAfter));
}

TEST(OpenerTest, TheRevokedPersonsVaultAfterHeForgotOpensNothing) {
  const Revocation scene;
  const auto texts = opened_with(scene, scene.bram->store);
  EXPECT_FALSE(texts.contains(kBefore));
  EXPECT_FALSE(texts.contains(kAfter));
}

TEST(OpenerTest, AStayingMembersVaultCopiedBeforeOpensWhatCameAfterThroughItsLeaf) {
  const Revocation scene;
  const auto texts = opened_with(scene, scene.anna_before);
  EXPECT_TRUE(texts.contains(kBefore));
  EXPECT_TRUE(texts.contains(kAfter));
}

}  // namespace
}  // namespace kluis::test
