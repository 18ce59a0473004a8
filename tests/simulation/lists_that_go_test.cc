#include <gtest/gtest.h>

#include "tests/simulation/stepped_session.h"

// The list of an epoch goes from the relay when the next epoch comes. A session that was about to
// fetch it starts again, and is not told that its relay is broken.
namespace kluis::test {
namespace {

constexpr unsigned kRequestsMax = 60;

// How often a session of `reader`, which has a reseal to catch up with, was cut right where it asks
// for a list, by another reseal of the same circle.
unsigned cut_at_lists(bool roll) {
  unsigned cuts = 0;
  for (unsigned cut = 0; cut < kRequestsMax; ++cut) {
    SimulatedRaad raad(31);
    Party& griffier = raad.found("Griet");
    Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
    const CircleAlias circle = raad.make_circle(griffier, "gesprek", {raad.person_of(anna)});
    raad.settle(3);
    const CircleAlias resealed = roll ? griffier.device->roll().alias() : circle;
    EXPECT_TRUE(griffier.device->wish(ResealIntent{resealed}).has_value());
    raad.sync(griffier);
    SteppedSession session(raad, anna);
    const bool goes_on = session.go_on(cut);
    const Request* request = session.ask();
    if (!goes_on || request == nullptr) return cuts;
    if (!std::holds_alternative<FetchSliceRequest>(*request)) continue;
    ++cuts;
    EXPECT_TRUE(griffier.device->wish(ResealIntent{resealed}).has_value());
    raad.sync(griffier);
    const Status status = session.finish();
    EXPECT_TRUE(status.has_value()) << "cut after " << cut << ": " << status.error().key;
    raad.write_note(griffier, circle, "daarna");
    raad.sync(griffier);
    raad.sync(anna);
    EXPECT_EQ(raad.notes(anna, circle), std::vector<std::string>{"daarna"});
  }
  return cuts;
}

TEST(ListsThatGoTest, OfACircle) {
  EXPECT_GT(cut_at_lists(false), 0U);
}

TEST(ListsThatGoTest, OfTheRoll) {
  EXPECT_GT(cut_at_lists(true), 0U);
}

}  // namespace
}  // namespace kluis::test
