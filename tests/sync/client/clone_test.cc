#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/simulated_raad.h"

// A vault that was copied, and that knows it: it reads on, and but for the records that it had
// written before it knew, which stop the other copy, nothing leaves it any more.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class CloneTest : public ::testing::Test {
 protected:
  CloneTest()
      : griffier_(raad_.found("Griet")),
        anna_(raad_.join(griffier_, "Anna", {Capacity::raadslid})) {
    circle_ = raad_.make_circle(griffier_, "gesprek", {raad_.person_of(anna_)});
    raad_.settle();
  }

  // The folder of a vault, copied.
  Party& copy_of(const Party& original) {
    raad_.parties.push_back(std::make_unique<Party>("Kopie", 4711));
    Party& copy = *raad_.parties.back();
    copy.store = original.store;
    raad_.reload(copy);
    return copy;
  }

  // What a session asked that makes the relay keep or drop something.
  std::size_t writes_of_sync(Party& party) {
    const std::size_t before = raad_.traffic.requests.size();
    const auto report = raad_.try_sync(party);
    EXPECT_TRUE(report.has_value()) << report.error().key;
    return static_cast<std::size_t>(
        std::count_if(raad_.traffic.requests.begin() + static_cast<std::ptrdiff_t>(before),
                      raad_.traffic.requests.end(), [](const Request& request) {
                        return std::holds_alternative<AppendRequest>(request) ||
                               std::holds_alternative<StageRequest>(request) ||
                               std::holds_alternative<CommitRequest>(request) ||
                               std::holds_alternative<HoldRequest>(request) ||
                               std::holds_alternative<MailboxMakeRequest>(request) ||
                               std::holds_alternative<MailboxPutRequest>(request);
                      }));
  }

  static bool knows(Party& party) {
    const auto alarms = party.device->rows().alarms().value();
    return std::any_of(alarms.begin(), alarms.end(),
                       [](const AlarmRow& alarm) { return alarm.code == "clone"; });
  }

  SimulatedRaad raad_{71};
  Party& griffier_;
  Party& anna_;
  CircleAlias circle_;
};

TEST_F(CloneTest, OnlyRecordsThatWaitedLeaveACopyAndBothStopAndReadOn) {
  Party& copy = copy_of(griffier_);
  raad_.write_note(griffier_, circle_, "van de ene");
  raad_.sync(griffier_);
  // All that a vault can have to say: a record, a cell, a leaf, an invitation and a commit.
  raad_.write_note(copy, circle_, "van de andere");
  ASSERT_TRUE(copy.device->set_cell(circle_, CellKind::opened, 202601, as_bytes("x")).has_value());
  ASSERT_TRUE(
      copy.store.transact([&] { return copy.device->rows().set_local_number("rotate_due", 1); }));
  ASSERT_TRUE(invite(*copy.device, {std::nullopt, "Cees", {Capacity::raadslid}, false}));
  ASSERT_TRUE(copy.device->wish(ResealIntent{circle_}).has_value());

  EXPECT_EQ(writes_of_sync(copy), 2U);  // one blob staged, one record appended
  EXPECT_TRUE(knows(copy));
  EXPECT_FALSE(knows(griffier_));
  raad_.sync(griffier_);
  EXPECT_TRUE(knows(griffier_));
  raad_.write_note(anna_, circle_, "van Anna");
  raad_.sync(anna_);
  for (Party* party : {&griffier_, &copy}) {
    EXPECT_EQ(writes_of_sync(*party), 0U) << party->name;
    const Texts read = raad_.notes(*party, circle_);
    EXPECT_EQ(std::count(read.begin(), read.end(), "van Anna"), 1) << party->name;
  }
}

TEST_F(CloneTest, ACommitThatStoodReadyIsNotHandedIn) {
  Party& copy = copy_of(griffier_);
  ASSERT_TRUE(copy.device->wish(ResealIntent{circle_}).has_value());
  ASSERT_TRUE(copy.device->prepare_commit().value().has_value());
  raad_.write_note(griffier_, circle_, "van de ene");
  raad_.sync(griffier_);
  EXPECT_EQ(writes_of_sync(copy), 0U);
  EXPECT_TRUE(knows(copy));
}

// Each of the two opens what the other sealed, and would rotate the leaf under the other's feet.
TEST_F(CloneTest, OfTwoWhoCommitTheSecondStops) {
  Party& copy = copy_of(griffier_);
  for (Party* party : {&griffier_, &copy}) {
    ASSERT_TRUE(party->device->wish(ResealIntent{circle_}).has_value());
  }
  raad_.sync(griffier_);
  EXPECT_EQ(writes_of_sync(copy), 0U);
  EXPECT_TRUE(knows(copy));
  ASSERT_TRUE(griffier_.device->wish(ResealIntent{circle_}).has_value());
  EXPECT_GT(writes_of_sync(griffier_), 0U);
  EXPECT_FALSE(knows(griffier_));
  EXPECT_EQ(writes_of_sync(copy), 0U);
}

TEST_F(CloneTest, WhatAnOfficerWantsIsRefusedAtOnce) {
  ASSERT_TRUE(griffier_.store.transact(
      [&] { return griffier_.device->rows().set_local_number("clone", 1); }));
  const auto key_of = [](const auto& result) {
    return result ? std::string() : result.error().key;
  };
  EXPECT_EQ(key_of(griffier_.device->wish(ResealIntent{circle_})), "device.clone");
  EXPECT_EQ(key_of(griffier_.device->wish_drop(circle_, raad_.person_of(anna_))), "device.clone");
  EXPECT_EQ(key_of(invite(*griffier_.device, {std::nullopt, "Cees", {}, false})), "device.clone");
}

}  // namespace
}  // namespace kluis::test
