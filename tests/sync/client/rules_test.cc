#include <set>

#include <gtest/gtest.h>

#include "tests/explore/visit.h"
#include "tests/sync/client/hiding_relay.h"
#include "vault/core/row.h"

// The rules of the protocol, each at the place where it is kept: tests/rules takes them out one by
// one, and then one of these fails.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class RulesTest : public ::testing::Test {
 protected:
  RulesTest()
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

  // What an officer who wants to leave something out has no row of.
  static void strike(Party& party, const CircleAlias& circle, const RecordId& record) {
    ASSERT_TRUE(party.store.transact([&]() -> Status {
      KLUIS_CHECK(party.store.erase(Table::record, joined_key(circle, record)));
      return party.store.erase(Table::record_key, joined_key(circle, record));
    }));
  }

  RecordId leave_out_a_note_of_annas() {
    const RecordId note = raad_.write_note(anna_, circle_, "weggelaten");
    raad_.settle();
    strike(griffier_, circle_, note);
    wish(griffier_, ResealIntent{circle_});
    raad_.sync(griffier_);
    EXPECT_TRUE(raad_.notes(griffier_, circle_).empty());
    return note;
  }

  static std::set<std::string> alarms(Party& party) {
    std::set<std::string> result;
    const auto rows = party.device->rows().alarms();
    for (const AlarmRow& alarm : *rows) {
      std::string text = alarm.code + " " + alarm.subject;
      for (const std::string& argument : alarm.arguments) text += " " + argument;
      result.insert(text);
    }
    return result;
  }

  // The newest epoch that stands in the store, and the secret that stands beside it, fit.
  static bool opens(Party& party, const CircleAlias& circle) {
    DeviceRows rows(party.store);
    const auto state = rows.circle(circle);
    const auto secret = rows.epoch_secret(circle);
    const auto bytes = rows.epoch_bytes(circle);
    if (!*state || !*secret || !*bytes) return false;
    const auto header = VerifiedHeader::from((*bytes)->signed_header);
    return header && header->hash() == (*state)->header &&
           open_list(*header, (*bytes)->list, **secret).has_value();
  }

  Device::Delivery delivery(Party& party, const CircleAlias& circle, const RecordId& record) {
    return party.device->delivery(circle, record).value();
  }

  SimulatedRaad raad_{61};
  Party& griffier_;
  Party& plv_;
  Party& anna_;
  Party& bram_;
  CircleAlias circle_;
};

// ---- 1: the key that opened an epoch dies too ----

// A device reseal between forgetting a circle and losing the leaf carries that leaf over.
TEST_F(RulesTest, OneMoreDeviceResealIsDueWhenTheLeafIsGone) {
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(bram_)).has_value());
  raad_.sync(griffier_);
  auto visit = Visit::begin({bram_.store, raad_.clock, bram_.entropy, nullptr}, Bytes(64, 7));
  ASSERT_TRUE(visit.has_value());
  while (true) {
    const auto request = (*visit)->next();
    ASSERT_TRUE(request && *request);
    if (std::holds_alternative<AppendRequest>(**request)) break;  // and there the line breaks
    const auto response = (*visit)->deliver(raad_.relay(), **request);
    ASSERT_TRUE((*visit)->receive(*response).has_value());
  }
  raad_.reload(bram_);
  EXPECT_TRUE(bram_.device->reseal_due(0).value());
  ASSERT_TRUE(bram_.device->resealed(1).has_value());
  EXPECT_FALSE(bram_.device->reseal_due(1).value());
  raad_.sync(bram_);
  EXPECT_TRUE(bram_.device->reseal_due(1).value());
  ASSERT_TRUE(bram_.device->resealed(2).has_value());
  EXPECT_FALSE(bram_.device->reseal_due(2).value());
}

// ---- 4: nothing vanishes silently ----

TEST_F(RulesTest, WhatAnOfficerLeavesOutIsPutBackByWhoHasIt) {
  leave_out_a_note_of_annas();
  raad_.sync(bram_);  // not its author
  raad_.sync(griffier_);
  EXPECT_EQ(raad_.notes(griffier_, circle_), Texts{"weggelaten"});
  raad_.settle();
  for (Party* party : {&griffier_, &plv_, &anna_, &bram_}) {
    EXPECT_EQ(raad_.notes(*party, circle_), Texts{"weggelaten"}) << party->name;
  }
}

TEST_F(RulesTest, TheAlarmNamesTheOfficerWhoLeftItOut) {
  leave_out_a_note_of_annas();
  raad_.sync(bram_);
  const std::string alarm = "put-back " + circle_.hex() + " " + griffier_.device->id().hex();
  EXPECT_EQ(alarms(bram_), std::set<std::string>{alarm});
}

TEST_F(RulesTest, NobodyDeclaresARecordDeadWithoutADecree) {
  const RecordId note = raad_.write_note(anna_, circle_, "dood verklaard");
  raad_.settle();
  strike(griffier_, circle_, note);
  ASSERT_TRUE(griffier_.store.transact([&] {
    return griffier_.store.put(Table::tombstone, joined_key(circle_, note), RecordId{}.view());
  }));
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  const auto result = raad_.try_sync(anna_);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().key, "epoch.tombstone_without_decree");
  EXPECT_EQ(raad_.notes(anna_, circle_), Texts{"dood verklaard"});
}

TEST_F(RulesTest, TheRollNeverDropsAnAct) {
  const CircleAlias roll = griffier_.device->roll().alias();
  strike(griffier_, roll, griffier_.device->roll().act_ids().at(3));
  wish(griffier_, ResealIntent{roll});
  EXPECT_FALSE(raad_.try_sync(griffier_).has_value());  // he reads it like everybody
  const auto result = raad_.try_sync(anna_);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().key, "roll.dropped_act");
}

// ---- 5: forget only after opening ----

TEST_F(RulesTest, AMissingBoxErasesNothing) {
  raad_.write_note(bram_, circle_, "blijft leesbaar");
  raad_.settle();
  // An officer who has no leaf of Anna's makes her no box.
  const CircleAlias roll = griffier_.device->roll().alias();
  ASSERT_TRUE(griffier_.store.transact([&] {
    return griffier_.store.erase_prefix(Table::cell, joined_key(roll, anna_.device->id()));
  }));
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  raad_.sync(anna_);
  EXPECT_EQ(anna_.device->rows().circle(circle_)->value().standing, Standing::waiting);
  EXPECT_EQ(raad_.notes(anna_, circle_), Texts{"blijft leesbaar"});
  EXPECT_TRUE(opens(anna_, circle_));
  EXPECT_EQ(alarms(anna_), std::set<std::string>{"waiting-for-officer " + circle_.hex()});
  raad_.settle();  // another member brings her a welcome
  EXPECT_EQ(anna_.device->rows().circle(circle_)->value().standing, Standing::current);
}

TEST_F(RulesTest, EachWriteOfASyncThatTakesANewEpochMayFail) {
  raad_.write_note(bram_, circle_, "blijft leesbaar");
  raad_.settle();
  unsigned failures = 0;
  for (std::uint64_t number = 1;; ++number) {
    wish(griffier_, ResealIntent{circle_});
    raad_.sync(griffier_);
    anna_.store.fail_at_commit(number);
    const auto result = raad_.try_sync(anna_);
    anna_.store.fail_at_commit(0);
    raad_.reload(anna_);
    EXPECT_TRUE(opens(anna_, circle_)) << number;
    EXPECT_EQ(raad_.notes(anna_, circle_), Texts{"blijft leesbaar"}) << number;
    const auto mended = raad_.try_sync(anna_);
    ASSERT_TRUE(mended.has_value()) << number << " " << mended.error().key;
    if (result) break;
    EXPECT_EQ(result.error().key, "disk.full") << number;
    ++failures;
  }
  EXPECT_GT(failures, 4U);
}

// The welcome to a newer epoch comes, and the epoch itself does not.
TEST_F(RulesTest, AWelcomeDoesNotReplaceTheSecretThatStands) {
  const CircleAlias roll = griffier_.device->roll().alias();
  ASSERT_TRUE(griffier_.store.transact([&] {
    return griffier_.store.erase_prefix(Table::cell, joined_key(roll, anna_.device->id()));
  }));
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  raad_.sync(bram_);  // he sees that she has no box
  HidingRelay relay(raad_);
  relay.hides = [&](const Party&, Hideable what) { return what == Hideable::header; };
  ASSERT_TRUE(relay.sync(anna_).has_value());
  EXPECT_TRUE(anna_.device->rows().secret<EpochSecret>("welcome/" + circle_.hex())->has_value());
  EXPECT_TRUE(opens(anna_, circle_));
}

TEST_F(RulesTest, ARecordThatTheRelayTookAndLostIsSentAgain) {
  const RecordId note = raad_.write_note(anna_, circle_, "toch verzonden");
  HidingRelay relay(raad_);
  relay.loses = [](const Party&, Hideable what) { return what == Hideable::record; };
  ASSERT_TRUE(relay.sync(anna_).has_value());
  EXPECT_EQ(delivery(anna_, circle_, note), Device::Delivery::sent);
  wish(griffier_, ResealIntent{circle_});
  raad_.settle();
  EXPECT_EQ(raad_.notes(griffier_, circle_), Texts{"toch verzonden"});
}

TEST_F(RulesTest, ALeafThatTheRelayTookAndLostLeavesTheOldOneInPlace) {
  const CircleAlias roll = griffier_.device->roll().alias();
  HidingRelay relay(raad_);
  relay.loses = [](const Party&, Hideable what) { return what == Hideable::leaf; };
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  ASSERT_TRUE(relay.sync(anna_).has_value());
  // To the leaf that everybody knows of.
  wish(griffier_, ResealIntent{roll});
  raad_.sync(griffier_);
  raad_.write_note(griffier_, circle_, "bereikt haar");
  raad_.settle();
  EXPECT_EQ(raad_.notes(anna_, circle_), Texts{"bereikt haar"});
  EXPECT_FALSE(anna_.device->rotation_due().value());
}

// ---- 6: the roll orders everything ----

// A circle that the officer of a revocation was not in: nobody writes there until another reseals.
TEST_F(RulesTest, NothingIsWrittenWhereARevokedDeviceStillReads) {
  const auto other = griffier_.device->plan_circle(
      {DossierId{}, "tweede", DossierKind::gesprek, ReaderClass::intern, std::nullopt});
  ASSERT_TRUE(other.has_value());
  for (Party* party : {&anna_, &bram_}) {
    ASSERT_TRUE(griffier_.device->wish_admit(*other, raad_.person_of(*party), DossierRole::lid));
  }
  raad_.sync_until_committed(griffier_);
  raad_.sync(anna_);
  raad_.sync(bram_);
  // The next epoch of the roll sweeps Piet's welcome away.
  wish(griffier_, ResealIntent{griffier_.device->roll().alias()});
  raad_.sync_until_committed(griffier_);
  wish(plv_, removal_of(bram_));
  raad_.sync_until_committed(plv_);

  const RecordId note = raad_.write_note(anna_, *other, "wacht op de griffier");
  raad_.sync(anna_);
  EXPECT_FALSE(anna_.device->roll().is_active(bram_.device->id()));
  EXPECT_EQ(delivery(anna_, *other, note), Device::Delivery::local);
  raad_.settle();
  EXPECT_EQ(raad_.notes(griffier_, *other), Texts{"wacht op de griffier"});
}

TEST_F(RulesTest, NothingIsWrittenInAnEpochThatTheRollCallsOld) {
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  const RecordId note = raad_.write_note(anna_, circle_, "onder de nieuwe sleutel");
  HidingRelay relay(raad_);
  relay.hides = [&](const Party&, Hideable what) { return what == Hideable::header; };
  ASSERT_TRUE(relay.sync(anna_).has_value());
  EXPECT_EQ(anna_.device->roll().circle(circle_)->newest(),
            griffier_.device->rows().circle(circle_)->value().header);
  EXPECT_EQ(delivery(anna_, circle_, note), Device::Delivery::local);
  for (const Request& request : relay.asked()) {
    const auto* append = std::get_if<AppendRequest>(&request);
    EXPECT_TRUE(append == nullptr || append->blobs.empty());
  }
}

TEST_F(RulesTest, WhoLosesARaceDoesWhatHeWantedInTheNextCommit) {
  wish(plv_, removal_of(bram_));
  wish(griffier_, ResealIntent{circle_});
  auto visit = Visit::begin({plv_.store, raad_.clock, plv_.entropy, nullptr}, Bytes(64, 8));
  ASSERT_TRUE(visit.has_value());
  bool raced = false;
  bool conflict = false;
  while (true) {
    const auto request = (*visit)->next();
    ASSERT_TRUE(request.has_value()) << request.error().key;
    if (!*request) break;
    if (!raced && std::holds_alternative<CommitRequest>(**request)) {
      raced = true;
      raad_.sync(griffier_);
    }
    const auto response = (*visit)->deliver(raad_.relay(), **request);
    ASSERT_TRUE(response.has_value());
    conflict = conflict || std::holds_alternative<ConflictAnswer>(*response);
    const Status status = (*visit)->receive(*response);
    ASSERT_TRUE(status.has_value()) << status.error().key;
  }
  EXPECT_TRUE(conflict);
  raad_.reload(plv_);
  EXPECT_FALSE(plv_.device->roll().is_active(bram_.device->id()));
  EXPECT_TRUE(plv_.device->rows().intents()->empty());
}

}  // namespace
}  // namespace kluis::test
