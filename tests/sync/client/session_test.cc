#include "sync/client/session.h"

#include <gtest/gtest.h>

#include "tests/explore/visit.h"
#include "tests/support/simulated_raad.h"
#include "vault/core/row.h"

namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

TEST(SessionTest, AJoinerReadsWhatWasWrittenBeforeAndAfterHeCame) {
  SimulatedRaad raad(1);
  Party& griffier = raad.found("Griet");
  Party& lid = raad.join(griffier, "Anna", {Capacity::raadslid});
  ASSERT_EQ(lid.device->state(), DeviceState::active);
  const CircleAlias circle = raad.make_circle(griffier, "gesprek", {raad.person_of(lid)});
  raad.write_note(griffier, circle, "eerste");
  raad.settle();
  EXPECT_EQ(raad.notes(lid, circle), Texts{"eerste"});
  raad.write_note(lid, circle, "tweede");
  raad.settle();
  EXPECT_EQ(raad.notes(griffier, circle), (Texts{"eerste", "tweede"}));
}

TEST(SessionTest, ALaterGrantOpensWhatLiesInTheCircle) {
  SimulatedRaad raad(2);
  Party& griffier = raad.found("Griet");
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  Party& bram = raad.join(griffier, "Bram", {Capacity::raadslid});
  const CircleAlias circle = raad.make_circle(griffier, "gesprek", {raad.person_of(anna)});
  raad.settle();
  raad.write_note(anna, circle, "van Anna");
  raad.settle();
  EXPECT_TRUE(raad.notes(bram, circle).empty());
  ASSERT_TRUE(
      griffier.device->wish_admit(circle, raad.person_of(bram), DossierRole::lid).has_value());
  raad.settle();
  EXPECT_EQ(raad.notes(bram, circle), Texts{"van Anna"});
}

TEST(SessionTest, TwoWhoWriteOfflineAtOnceKeepEverything) {
  SimulatedRaad raad(3);
  Party& griffier = raad.found("Griet");
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  Party& bram = raad.join(griffier, "Bram", {Capacity::raadslid});
  const CircleAlias circle =
      raad.make_circle(griffier, "gesprek", {raad.person_of(anna), raad.person_of(bram)});
  raad.settle();
  raad.write_note(anna, circle, "a1");
  raad.write_note(bram, circle, "b1");
  raad.write_note(anna, circle, "a2");
  raad.settle();
  const Texts all{"a1", "a2", "b1"};
  EXPECT_EQ(raad.notes(anna, circle), all);
  EXPECT_EQ(raad.notes(bram, circle), all);
  EXPECT_EQ(raad.notes(griffier, circle), all);
}

TEST(SessionTest, ARevokedPersonIsOutAndForgets) {
  SimulatedRaad raad(4);
  Party& griffier = raad.found("Griet");
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  Party& bram = raad.join(griffier, "Bram", {Capacity::raadslid});
  const CircleAlias circle =
      raad.make_circle(griffier, "gesprek", {raad.person_of(anna), raad.person_of(bram)});
  raad.write_note(griffier, circle, "voor");
  raad.settle();
  EXPECT_EQ(raad.notes(bram, circle), Texts{"voor"});
  RemoveIntent wish;
  wish.person = raad.person_of(bram);
  wish.devices = {bram.device->id()};
  ASSERT_TRUE(griffier.device->wish(wish).has_value());
  raad.sync(griffier);
  raad.write_note(anna, circle, "na");
  raad.sync(anna);
  raad.sync(anna);
  raad.sync(griffier);
  EXPECT_EQ(raad.notes(griffier, circle), (Texts{"na", "voor"}));
  const SessionReport report = raad.sync(bram);
  EXPECT_TRUE(report.became_removed);
  EXPECT_TRUE(raad.notes(bram, circle).empty());
  raad.reload(bram);
  EXPECT_EQ(bram.device->state(), DeviceState::removed);
}

TEST(SessionTest, WhatARemovedDeviceHadNotSentReachesTheGriffierApart) {
  SimulatedRaad raad(6);
  Party& griffier = raad.found("Griet");
  Party& bram = raad.join(griffier, "Bram", {Capacity::raadslid});
  const CircleAlias circle = raad.make_circle(griffier, "gesprek", {raad.person_of(bram)});
  raad.settle();
  const RecordId unsent = raad.write_note(bram, circle, "nog niet verzonden");
  // What cannot be read is nothing to decide on, and keeps nobody from the rest.
  ASSERT_TRUE(
      bram.device->add({circle, RecordKind::note, Bytes{1, 2, 3}, BlobName{}, OutboxKind::record}));
  RemoveIntent wish;
  wish.person = raad.person_of(bram);
  wish.devices = {bram.device->id()};
  ASSERT_TRUE(griffier.device->wish(wish).has_value());
  raad.sync(griffier);
  EXPECT_TRUE(raad.sync(bram).became_removed);
  raad.reload(bram);
  ASSERT_TRUE(bram.device->resealed(1));
  raad.sync(bram);
  raad.sync(griffier);
  EXPECT_TRUE(raad.notes(griffier, circle).empty());
  const auto kept = griffier.device->rows().apart();
  ASSERT_TRUE(kept.has_value());
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().record, unsent);
}

// The welcomes of a new circle are items of the roll's epoch. When that ends before its members
// came, opening the next one changes their leaves, and whoever read his welcome tops them up.
TEST(SessionTest, ANewCircleWhoseWelcomesWereSweptAwayReachesItsMembers) {
  SimulatedRaad raad(8);
  Party& griffier = raad.found("Griet");
  Party& plv = raad.join(griffier, "Piet", {Capacity::plv_griffier});
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  raad.settle();
  const auto circle = griffier.device->plan_circle(
      {DossierId{}, "gesprek", DossierKind::gesprek, ReaderClass::intern, std::nullopt});
  ASSERT_TRUE(circle.has_value());
  ASSERT_TRUE(
      griffier.device->wish_admit(*circle, raad.person_of(anna), DossierRole::lid).has_value());
  raad.sync_until_committed(griffier);
  ASSERT_TRUE(plv.device->wish(ResealIntent{plv.device->roll().alias()}).has_value());
  raad.sync_until_committed(plv);
  raad.settle();
  raad.write_note(griffier, *circle, "bereikt allen");
  raad.settle();
  EXPECT_EQ(raad.notes(anna, *circle), Texts{"bereikt allen"});
  EXPECT_EQ(raad.notes(plv, *circle), Texts{"bereikt allen"});
}

// A box is found by a name of the circle that its member knows. Who never was in it needs a
// welcome, also when the circle is resealed before he could read his first one.
TEST(SessionTest, WhoWasNeverInACircleIsWelcomedIntoItsNextEpochToo) {
  SimulatedRaad raad(9);
  Party& griffier = raad.found("Griet");
  Party& plv = raad.join(griffier, "Piet", {Capacity::plv_griffier});
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  raad.settle();
  const CircleAlias circle = raad.make_circle(griffier, "gesprek", {raad.person_of(anna)});
  raad.sync(anna);
  raad.sync(griffier);
  ASSERT_TRUE(griffier.device->wish(ResealIntent{griffier.device->roll().alias()}).has_value());
  raad.sync_until_committed(griffier);
  raad.sync(plv);
  RemoveIntent removal;
  removal.person = raad.person_of(anna);
  removal.devices = {anna.device->id()};
  ASSERT_TRUE(plv.device->wish(removal).has_value());
  raad.sync_until_committed(plv);
  raad.write_note(griffier, circle, "voor de officieren");
  raad.settle();
  EXPECT_EQ(raad.notes(plv, circle), Texts{"voor de officieren"});
}

// The roll's acts come before the epochs that they name. A device that read no more, at a relay
// that is then put back to before the commit, would leave everybody with an epoch that nobody has.
TEST(SessionTest, AnEpochThatOnlyItsAuthorHasIsHandedIn) {
  SimulatedRaad raad(10);
  Party& griffier = raad.found("Griet");
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  const CircleAlias circle = raad.make_circle(griffier, "gesprek", {raad.person_of(anna)});
  raad.settle();
  ASSERT_TRUE(griffier.device->wish(ResealIntent{circle}).has_value());
  const MemoryStorage backup = raad.storage;
  auto visit = Visit::begin({griffier.store, raad.clock, griffier.entropy, nullptr}, Bytes(64, 1));
  ASSERT_TRUE(visit.has_value());
  for (bool committed = false;;) {
    const auto request = (*visit)->next();
    ASSERT_TRUE(request && *request);
    if (committed && std::holds_alternative<FetchSliceRequest>(**request)) break;
    const auto response = (*visit)->deliver(raad.relay(), **request);
    ASSERT_TRUE(response.has_value());
    committed = committed || std::holds_alternative<CommitAnswer>(*response);
    ASSERT_TRUE((*visit)->receive(*response).has_value());
  }
  raad.storage = backup;
  raad.restart_relay();
  raad.settle();
  raad.write_note(griffier, circle, "verder");
  raad.settle();
  EXPECT_EQ(raad.notes(anna, circle), Texts{"verder"});
}

// A relay that is lifted from an old backup to the newest epochs never saw those between.
TEST(SessionTest, WhoStandsAtAnEpochThatTheRelayWasLiftedPastComesAlong) {
  SimulatedRaad raad(11);
  Party& griffier = raad.found("Griet");
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  const CircleAlias circle = raad.make_circle(griffier, "gesprek", {raad.person_of(anna)});
  raad.settle();
  const MemoryStorage backup = raad.storage;
  const auto reseal_all = [&] {
    for (const CircleAlias& each : {circle, griffier.device->roll().alias()}) {
      ASSERT_TRUE(griffier.device->wish(ResealIntent{each}).has_value());
    }
    raad.sync(griffier);
  };
  reseal_all();
  raad.settle();
  reseal_all();
  raad.storage = backup;
  raad.restart_relay();
  raad.sync(griffier);
  raad.settle();
  raad.write_note(griffier, circle, "verder");
  raad.settle();
  EXPECT_EQ(raad.notes(anna, circle), Texts{"verder"});
}

TEST(SessionTest, AnUnchangedVaultCostsOneRequest) {
  SimulatedRaad raad(5);
  Party& griffier = raad.found("Griet");
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  raad.make_circle(griffier, "gesprek", {raad.person_of(anna)});
  raad.settle(4);
  const std::size_t before = raad.traffic.requests.size();
  raad.sync(anna);
  EXPECT_EQ(raad.traffic.requests.size() - before, 1U);
}

}  // namespace
}  // namespace kluis::test
