#include <set>

#include <gtest/gtest.h>

#include "proto/limits.h"
#include "tests/explore/visit.h"
#include "tests/sync/client/hiding_relay.h"
#include "tests/sync/client/raad_of_four.h"
#include "vault/core/row.h"
#include "vault/crypto/sign.h"

// The rules of the protocol, each at the place where it is kept: tests/rules takes them out one by
// one, and then one of these fails.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class RulesTest : public RaadOfFour {
 protected:
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

  // A session from what is stored, beginning included: any reading of it may fail.
  Status visit(Party& party) {
    Bytes handshake_hash(64);
    party.entropy.fill(handshake_hash);
    KLUIS_TRY(visit,
              Visit::begin({party.store, raad_.clock, party.entropy, nullptr}, handshake_hash));
    while (true) {
      KLUIS_TRY(request, visit->next());
      if (!request) return {};
      KLUIS_TRY(response, visit->deliver(raad_.relay(), *request));
      KLUIS_CHECK(visit->receive(response));
    }
  }

  Device::Delivery delivery(Party& party, const CircleAlias& circle, const RecordId& record) {
    return party.device->deliveries(circle).value().at(record);
  }
};

// ---- 1: the key that opened an epoch dies too ----

// The epoch that a welcome leads to may never come, or be another when it does.
TEST_F(RulesTest, AWelcomeCostsItsLeafThoughItsEpochDoesNotCome) {
  const CircleAlias other = raad_.make_circle(griffier_, "tweede", {raad_.person_of(anna_)});
  const auto leaf = anna_.device->rows().secret<LeafSeed>("leaf");
  HidingRelay relay(raad_);
  relay.hides = [](const Party&, Hideable what) { return what == Hideable::header; };
  ASSERT_TRUE(relay.sync(anna_).has_value());
  EXPECT_EQ(anna_.device->rows().circle(other)->value().standing, Standing::joining);
  EXPECT_FALSE(anna_.device->rows().secret<LeafSeed>("leaf")->value().equals(**leaf));
}

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
  ASSERT_TRUE(griffier_.store.transact(
      [&] { return griffier_.device->rows().put_grave(circle_, {{note, DeviceId{}, 0}, {}}); }));
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

TEST_F(RulesTest, EachReadingOfASyncThatTakesANewEpochMayFail) {
  raad_.write_note(bram_, circle_, "blijft leesbaar");
  raad_.settle();
  wish(griffier_, ResealIntent{circle_});
  wish(griffier_, ResealIntent{griffier_.device->roll().alias()});
  raad_.sync(griffier_);
  const MemoryStore store = anna_.store;
  const MemoryStorage storage = raad_.storage;
  for (std::uint64_t number = 1;; ++number) {
    anna_.store = store;
    raad_.storage = storage;
    raad_.restart_relay();
    anna_.store.fail_at_read(number);
    const Status result = visit(anna_);
    anna_.store.fail_at_read(0);
    EXPECT_TRUE(opens(anna_, circle_)) << number;
    const Status mended = visit(anna_);
    ASSERT_TRUE(mended.has_value()) << number << " " << mended.error().key;
    raad_.reload(anna_);
    EXPECT_EQ(raad_.notes(anna_, circle_), Texts{"blijft leesbaar"}) << number;
    if (result) {
      EXPECT_GT(number, 100U);
      break;
    }
    EXPECT_EQ(result.error().key, "disk.io") << number;
  }
}

// A header of the roll that takes Bram out, made by somebody who can sign and a relay that shows
// it.
TEST_F(RulesTest, OnlyAnOfficersTagMakesADeviceForget) {
  raad_.write_note(griffier_, circle_, "blijft leesbaar");
  raad_.settle();
  const auto shown_by = [&](Party& signer) {
    const auto roll = bram_.device->rows().circle(bram_.device->roll().alias())->value();
    Header header;
    header.suite = kSuite;
    header.raad = bram_.device->roll().raad();
    header.circle = roll.alias;
    header.number = roll.number + 1;
    header.previous = roll.header;
    header.roll_position = bram_.device->roll().head();
    header.removed = {removed_tag(roll.alias, bram_.device->id())};
    header.exit_key = leaf_public(LeafSeed::generate(signer.entropy));
    const auto seed = signer.device->rows().secret<IdentitySeed>("identity");
    SignedHeader signed_header;
    signed_header.bytes = encode(header);
    signed_header.signer = signer.device->id();
    signed_header.signature = sign(**seed, "header", header_hash(signed_header.bytes).view());
    Device::RollUpdate update;
    update.superseded.emplace();
    update.superseded->signed_header = encode(signed_header);
    return bram_.device->apply_roll(update);
  };
  EXPECT_FALSE(shown_by(anna_).has_value());
  raad_.reload(bram_);
  EXPECT_EQ(bram_.device->state(), DeviceState::active);
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"blijft leesbaar"});
  const auto by_an_officer = shown_by(griffier_);
  ASSERT_TRUE(by_an_officer.has_value());
  EXPECT_EQ(*by_an_officer, Device::RollOutcome::removed);
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
  EXPECT_EQ(anna_.device->rows().welcomed()->size(), 1U);
  EXPECT_TRUE(opens(anna_, circle_));
}

TEST_F(RulesTest, ARecordThatTheRelayTookAndLostIsSentAgain) {
  const RecordId note = raad_.write_note(anna_, circle_, "toch verzonden");
  HidingRelay relay(raad_);
  relay.loses = [](const Party&, Hideable what) { return what == Hideable::record; };
  ASSERT_TRUE(relay.sync(anna_).has_value());
  EXPECT_EQ(delivery(anna_, circle_, note), Device::Delivery::sent);
  raad_.settle();
  EXPECT_EQ(raad_.notes(griffier_, circle_), Texts{"toch verzonden"});
  EXPECT_EQ(delivery(anna_, circle_, note), Device::Delivery::received);
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

TEST_F(RulesTest, ARemovalWinsOverAnAdditionThatWaits) {
  const CircleAlias other = raad_.make_circle(griffier_, "tweede", {raad_.person_of(anna_)});
  raad_.settle();
  raad_.write_note(anna_, other, "niet voor hem");
  raad_.sync(anna_);
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_admit(other, raad_.person_of(bram_), DossierRole::lid));
  wish(griffier_, removal_of(bram_));
  for (Party* party : {&griffier_, &anna_}) {
    const auto synced = raad_.try_sync(*party);
    ASSERT_TRUE(synced.has_value()) << party->name << " " << synced.error().key;
  }
  for (Party* party : {&griffier_, &anna_}) {
    const auto members = party->device->rows().circle(other)->value().members;
    EXPECT_FALSE(std::ranges::binary_search(members, bram_.device->id())) << party->name;
  }
}

// An admit that is read when its person has been dropped again already.
TEST_F(RulesTest, AnAdmitFromBeforeTheEpochBringsNobodyBack) {
  Party& cas = raad_.join(griffier_, "Cas", {Capacity::raadslid});
  raad_.settle();
  ASSERT_TRUE(griffier_.device->wish_admit(circle_, raad_.person_of(cas), DossierRole::lid));
  raad_.sync(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(cas)).has_value());
  raad_.sync(griffier_);
  raad_.sync(anna_);
  const auto members = anna_.device->rows().circle(circle_)->value().members;
  EXPECT_FALSE(std::ranges::binary_search(members, cas.device->id()));
  raad_.write_note(anna_, circle_, "niet voor hem");
  raad_.settle();
  EXPECT_TRUE(raad_.notes(cas, circle_).empty());
}

// A leaf that was drawn on another branch of the roll is sealed to by nobody on this one.
TEST_F(RulesTest, ALeafFromAnotherRollGetsNoBox) {
  const CircleAlias roll = griffier_.device->roll().alias();
  const auto identity = anna_.device->rows().secret<IdentitySeed>("identity");
  const auto present = griffier_.device->rows().cell(roll, anna_.device->id(), CellKind::leaf, 0);
  const LeafPublic leaf = leaf_public(LeafSeed::generate(anna_.entropy));
  Cell cell = decode_cell((*present)->bytes).value();
  ++cell.counter;
  const auto box_for = [&](const RollPosition& drawn_at) {
    cell.value = encode(LeafValue{leaf, drawn_at});
    EXPECT_TRUE(griffier_.store.transact([&] {
      return griffier_.device->rows().put_cell(cell, sign_cell(cell, **identity).signed_bytes());
    }));
    wish(griffier_, ResealIntent{circle_});
    raad_.sync(griffier_);
    const auto bytes = griffier_.device->rows().epoch_bytes(circle_);
    const std::uint64_t number = griffier_.device->rows().circle(circle_)->value().number;
    const auto boxes = decode_boxes((*bytes)->boxes)->boxes;
    return std::ranges::find(boxes, box_label(leaf, circle_, number), &Box::label) != boxes.end();
  };
  const RollPosition head = griffier_.device->roll().head();
  EXPECT_FALSE(box_for({head.act_number, random_id<RecordId>(anna_.entropy)}));
  EXPECT_TRUE(box_for(head));
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

// ---- 8: only an officer's key makes the relay delete ----

TEST_F(RulesTest, ARemovedOfficersKeyLeavesTheRelaysListInTheSameCommit) {
  RelayState relay(raad_.storage, raad_.clock);
  const auto listed = [&] {
    const TenancyId tenancy = griffier_.device->roll().genesis().tenancy;
    return relay
        .is_officer(tenancy, griffier_.device->roll().device(plv_.device->id())->officer_key)
        .value();
  };
  EXPECT_TRUE(listed());
  wish(griffier_, removal_of(plv_));
  raad_.sync_until_committed(griffier_);
  EXPECT_FALSE(listed());
}

// ---- 9: no single person is a quorum, and nothing counts without the raad's fingerprint ----

TEST_F(RulesTest, AJoinerTakesNoOtherRaadThanTheOneHeWasInvitedTo) {
  SimulatedRaad other(62);
  Party& impostor = other.found("Griet");
  Party joiner("Cas", 99);
  const Device::Surroundings around{joiner.store, raad_.clock, joiner.entropy, nullptr};
  const auto request = Device::begin_join(around, "laptop", {"relay.example:4000", RelayKey{}});
  ASSERT_TRUE(request.has_value());
  // An answer in which everything is right but the raad that it comes from.
  EnrolIntent enrolment;
  enrolment.certificate.person = random_id<PersonId>(joiner.entropy);
  enrolment.certificate.person_name = "Cas";
  enrolment.certificate.device = request->device;
  enrolment.certificate.device_name = request->device_name;
  enrolment.certificate.officer_key = request->officer_key;
  enrolment.certificate.leaf = request->leaf;
  ASSERT_TRUE(impostor.device->wish(enrolment).has_value());
  other.sync(impostor);
  const auto answer = impostor.device->answer_for(request->device, request->leaf);
  ASSERT_TRUE(answer.has_value()) << answer.error().key;
  const Status joined = Device::finish_join(around, griffier_.device->roll().raad(), *answer);
  ASSERT_FALSE(joined.has_value());
  EXPECT_EQ(joined.error().key, "join.other_raad");
  EXPECT_TRUE(Device::finish_join(around, impostor.device->roll().raad(), *answer).has_value());
}

}  // namespace
}  // namespace kluis::test
