#include <algorithm>

#include <gtest/gtest.h>

#include "tests/explore/judge.h"
#include "tests/support/simulated_raad.h"

// A device that was away for long.
namespace kluis::test {
namespace {

constexpr unsigned kReseals = 70;

struct Raad {
  SimulatedRaad raad{41};
  Party& griffier = raad.found("Griet");
  Party& plv = raad.join(griffier, "Piet", {Capacity::plv_griffier});
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  Party& bram = raad.join(griffier, "Bram", {Capacity::raadslid});
  Party& cas = raad.join(griffier, "Cas", {Capacity::raadslid});
  Party& dirk = raad.join(griffier, "Dirk", {Capacity::raadslid});
  CircleAlias gesprek = raad.make_circle(
      griffier, "gesprek", {raad.person_of(anna), raad.person_of(bram), raad.person_of(cas)});
  CircleAlias commissie = raad.make_circle(griffier, "commissie", {raad.person_of(anna)});
  CircleAlias later;  // made while Anna sleeps

  Raad() {
    raad.settle(2);
    raad.write_note(anna, gesprek, "van voor de slaap");
    raad.settle(3);
  }

  void must(const Status& status) { ASSERT_TRUE(status.has_value()) << status.error().key; }

  // What is decided at one of the reseals, beside the reseal.
  void decide(unsigned number, Party& officer) {
    Device& device = *officer.device;
    if (number == 10) must(device.wish_drop(gesprek, raad.person_of(bram)));
    if (number == 20) must(device.wish(RemoveIntent{{cas.device->id()}, raad.person_of(cas)}));
    if (number == 30) must(device.wish_admit(gesprek, raad.person_of(dirk), DossierRole::lid));
    if (number == 40) must(device.wish_admit(gesprek, raad.person_of(bram), DossierRole::lid));
    if (number == 50) must(device.wish_drop(gesprek, raad.person_of(dirk)));
  }

  void reseal(unsigned number) {
    Party& officer = number % 2 == 0 ? griffier : plv;
    raad.sync(officer);
    const CircleAlias roll = officer.device->roll().alias();
    const CircleAlias circles[] = {gesprek, commissie, roll};
    must(officer.device->wish(ResealIntent{circles[number % 3]}));
    decide(number, officer);
    raad.sync(officer);
    raad.clock.now_ms += 86'400'000;
    for (Party* party : {&bram, &cas, &dirk}) raad.sync(*party);
    if (number % 7 == 0) write("griffier", number, griffier);
    if (number % 11 == 0 && number >= 44) write("bram", number, bram);
  }

  void write(const std::string& who, unsigned number, Party& party) {
    raad.write_note(party, gesprek, who + " " + std::to_string(number));
    raad.sync(party);
  }

  [[nodiscard]] Holding holding(Party& party) {
    raad.reload(party);
    auto holding = holding_of(*party.device);
    EXPECT_TRUE(holding.has_value());
    return std::move(*holding);
  }
};

TEST(SleeperTest, ADeviceThatSleptThroughSeventyResealsComesBackInOneSync) {
  Raad raad;
  raad.raad.write_note(raad.anna, raad.gesprek, "bij het inslapen");
  for (unsigned number = 1; number <= kReseals; ++number) {
    raad.reseal(number);
    if (number == 35) raad.raad.write_note(raad.anna, raad.commissie, "halverwege");
  }
  raad.later = raad.raad.make_circle(raad.griffier, "later", {raad.raad.person_of(raad.anna)});
  raad.raad.write_note(raad.griffier, raad.later, "voor wie terugkomt");
  for (Party* party : {&raad.griffier, &raad.plv, &raad.griffier}) raad.raad.sync(*party);
  const Holding before = raad.holding(raad.anna);
  const Holding officer = raad.holding(raad.griffier);
  ASSERT_GE(officer.circles.at(raad.gesprek).number,
            before.circles.at(raad.gesprek).number + kReseals / 3);

  const SessionReport report = raad.raad.sync(raad.anna);
  EXPECT_GE(report.sent, 2U);  // both notes
  const Holding after = raad.holding(raad.anna);
  EXPECT_EQ(after.alarms, std::vector<std::string>{});
  EXPECT_EQ(after.outbox, 0U);
  EXPECT_EQ(after.head, officer.head);
  for (const CircleAlias& circle : {raad.gesprek, raad.commissie, raad.later}) {
    EXPECT_EQ(after.circles.at(circle).header, officer.circles.at(circle).header);
    EXPECT_EQ(after.circles.at(circle).missing, 0U);
    EXPECT_TRUE(std::ranges::includes(after.circles.at(circle).records,
                                      officer.circles.at(circle).records));
  }
  EXPECT_EQ(raad.raad.notes(raad.anna, raad.later), std::vector<std::string>{"voor wie terugkomt"});

  raad.raad.sync(raad.griffier);
  EXPECT_EQ(raad.raad.notes(raad.griffier, raad.gesprek), raad.raad.notes(raad.anna, raad.gesprek));
  const auto notes = raad.raad.notes(raad.griffier, raad.gesprek);
  EXPECT_TRUE(std::ranges::count(notes, "bij het inslapen") == 1);
  EXPECT_EQ(raad.raad.notes(raad.griffier, raad.commissie), std::vector<std::string>{"halverwege"});
  for (const auto& party : raad.raad.parties) {
    const Holding held = raad.holding(*party);
    for (const std::string& alarm : held.alarms) EXPECT_EQ(alarm, "removed") << party->name;
  }
}

}  // namespace
}  // namespace kluis::test
