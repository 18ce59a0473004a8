#include "vault/core/erasure.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "sync/relay/rows.h"
#include "tests/sync/client/raad_of_four.h"

// A dossier is destroyed by two persons: on every device, at the relay, and for good.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class ErasureTest : public RaadOfFour {
 protected:
  ErasureTest() {
    wish(griffier_, AppointIntent{founding()});
    other_ = raad_.make_circle(griffier_, "ander", {raad_.person_of(anna_)});
    raad_.settle();
    raad_.write_note(anna_, circle_, "geheim");
    raad_.write_note(anna_, other_, "blijft");
    raad_.settle();
  }

  Appoint founding() {
    Appoint appoint;
    appoint.person = raad_.person_of(anna_);
    appoint.capacities = {Capacity::plv_raadsvoorzitter};
    appoint.ground = AppointGround::founding;
    appoint.speaking_device = anna_.device->id();
    return appoint;
  }

  Decree destruction(std::vector<CircleAlias> circles) {
    Decree decree;
    decree.ground = "aftreden van de burgemeester";
    decree.dossier.bytes.fill(7);
    std::ranges::sort(circles);
    decree.circles = std::move(circles);
    return decree;
  }

  DecreeId propose(Party& party, const Decree& decree) {
    raad_.reload(party);
    const auto id = party.device->propose(decree);
    EXPECT_TRUE(id.has_value());
    raad_.settle();
    return *id;
  }
  void approve(Party& party, const DecreeId& decree) {
    raad_.reload(party);
    ASSERT_TRUE(party.device->approve(decree).has_value());
    raad_.settle();
  }

  std::set<DeviceId> confirmed(Party& party, const DecreeId& decree) {
    raad_.reload(party);
    std::set<DeviceId> devices;
    const auto rows = party.device->confirmations(decree);
    for (const Device::ConfirmationRow& row : *rows) devices.insert(row.device);
    return devices;
  }
  // What the relay holds of a circle's newest epoch.
  std::size_t relay_items(const CircleAlias& circle) {
    const auto tenancy = griffier_.device->tenancy();
    std::size_t count = 0;
    EXPECT_TRUE(raad_.storage.scan(RelayTable::item, row_key(**tenancy, circle), {},
                                   [&](ByteView, ByteView) {
                                     ++count;
                                     return true;
                                   }));
    return count;
  }
  Device::DecreeRow row_of(Party& party, const DecreeId& decree) {
    raad_.reload(party);
    const auto rows = party.device->decrees();
    for (const Device::DecreeRow& row : *rows) {
      if (row.id == decree) return row;
    }
    ADD_FAILURE() << "no such decree";
    return {};
  }

  // Decided and ordered, not carried out yet.
  DecreeId ordered(const Decree& decree) {
    const DecreeId id = propose(griffier_, decree);
    approve(anna_, id);
    wish(griffier_, ExecuteIntent{id});
    return id;
  }

  CircleAlias other_;
};

TEST_F(ErasureTest, EveryDeviceForgetsAndSaysSo) {
  const DecreeId decree = ordered(destruction({circle_}));
  const auto rolled = [&] { return griffier_.device->roll().commit_number(); };
  const std::uint64_t commits = rolled();
  raad_.sync(griffier_);
  EXPECT_EQ(rolled(), commits + 1);
  EXPECT_TRUE(confirmed(griffier_, decree).empty());
  raad_.live_on();
  std::set<DeviceId> everybody;
  for (const auto& party : raad_.parties) {
    everybody.insert(party->device->id());
    EXPECT_TRUE(raad_.notes(*party, circle_).empty()) << party->name;
    const auto state = party->device->rows().circle(circle_);
    EXPECT_EQ((*state)->standing, Standing::ended) << party->name;
    EXPECT_FALSE(party->device->rows().epoch_secret(circle_)->has_value()) << party->name;
  }
  for (const auto& party : raad_.parties) EXPECT_EQ(confirmed(*party, decree), everybody);
  EXPECT_EQ(raad_.notes(griffier_, other_), Texts{"blijft"});
  EXPECT_EQ(raad_.notes(anna_, other_), Texts{"blijft"});
  EXPECT_EQ(row_of(bram_, decree).phase, Device::DecreePhase::executed);
}

TEST_F(ErasureTest, TheRelayErasesItAndSaysSo) {
  const DecreeId decree = ordered(destruction({circle_}));
  raad_.sync(griffier_);
  EXPECT_EQ(relay_items(circle_), 0U);
  EXPECT_NE(relay_items(other_), 0U);
  raad_.reload(griffier_);
  const auto kept = griffier_.device->erasure_receipt(decree);
  ASSERT_TRUE(kept && *kept);
  const auto receipt = decode_receipt((*kept)->receipt.bytes);
  EXPECT_EQ(receipt->verdict, Verdict::committed);
  EXPECT_FALSE(receipt->dropped.is_zero());
  EXPECT_TRUE(griffier_.device->check_receipt((*kept)->receipt, (*kept)->commit));
  raad_.sync(plv_);
  raad_.reload(plv_);
  EXPECT_FALSE(plv_.device->erasure_receipt(decree)->has_value());
}

TEST_F(ErasureTest, TheExecutionNamesWhoEverHadIt) {
  RemoveIntent removal = removal_of(bram_);
  const DeviceId bram = bram_.device->id();
  wish(griffier_, std::move(removal));
  raad_.settle();
  const DecreeId decree = ordered(destruction({circle_}));
  raad_.sync(griffier_);
  const auto& holders = griffier_.device->roll().executed().at(decree).holders;
  std::vector<DeviceId> expected = {griffier_.device->id(), plv_.device->id(), anna_.device->id(),
                                    bram};
  std::ranges::sort(expected);
  EXPECT_EQ(holders, expected);
}

// Who left the raad before says that he forgot everything, and the griffier keeps his word.
TEST_F(ErasureTest, WhoLeftTheRaadLeftHisWord) {
  const DeviceId bram = bram_.device->id();
  wish(griffier_, removal_of(bram_));
  raad_.sync(griffier_);
  raad_.sync(bram_);
  raad_.reload(griffier_);
  EXPECT_TRUE(griffier_.device->rows().words_of_leaving()->empty());
  raad_.after_sync(bram_);
  raad_.sync(bram_);
  raad_.sync(griffier_);
  raad_.reload(griffier_);
  const auto words = griffier_.device->rows().words_of_leaving();
  ASSERT_EQ(words->size(), 1U);
  EXPECT_EQ(VerifiedRecord::from(words->front())->record().author, bram);
}

// Nobody counts as having forgotten while his leaf, or his disk, could still open it.
TEST_F(ErasureTest, AConfirmationWaitsForTheLeafAndTheDisk) {
  const DecreeId decree = ordered(destruction({circle_}));
  raad_.sync(griffier_);
  raad_.sync(bram_);
  raad_.reload(bram_);
  ASSERT_TRUE(bram_.device->confirm_erasures().has_value());
  EXPECT_TRUE(confirmed(bram_, decree).empty());
  raad_.after_sync(bram_);
  EXPECT_EQ(confirmed(bram_, decree), std::set<DeviceId>{bram_.device->id()});
}

TEST_F(ErasureTest, TheLeafOfWhoNeverHadItChangesToo) {
  const DecreeId decree = ordered(destruction({other_}));
  const auto leaf = [&] {
    raad_.reload(bram_);
    return bram_.device->rows()
        .cell(bram_.device->roll().alias(), bram_.device->id(), CellKind::leaf, 0)
        ->value()
        .bytes;
  };
  const Bytes before = leaf();
  raad_.sync(griffier_);
  raad_.live_on();
  EXPECT_NE(leaf(), before);
  EXPECT_TRUE(confirmed(griffier_, decree).contains(bram_.device->id()));
}

TEST_F(ErasureTest, OnePersonOrdersInVain) {
  const DecreeId decree = propose(griffier_, destruction({circle_}));
  wish(griffier_, ExecuteIntent{decree});
  raad_.live_on();
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"geheim"});
  EXPECT_EQ(row_of(bram_, decree).phase, Device::DecreePhase::proposed);
  EXPECT_TRUE(griffier_.device->rows().intents()->empty());
}

TEST_F(ErasureTest, ApprovalsComeInAnyOrderAndFromOffline) {
  raad_.reload(anna_);
  const auto id = anna_.device->propose(destruction({circle_}));
  ASSERT_TRUE(id.has_value());
  raad_.sync(anna_);
  raad_.reload(plv_);
  raad_.sync(plv_);
  raad_.reload(plv_);
  ASSERT_TRUE(plv_.device->approve(*id).has_value());
  ASSERT_TRUE(plv_.device->wish(ExecuteIntent{*id}).has_value());
  raad_.sync(plv_);
  EXPECT_EQ(row_of(plv_, *id).phase, Device::DecreePhase::executed);
}

TEST_F(ErasureTest, WhatIsToBeDestroyedTakesInNothingNew) {
  const DecreeId decree = propose(griffier_, destruction({circle_}));
  const auto note = [&](Party& party, const CircleAlias& circle) {
    raad_.reload(party);
    const auto added =
        party.device->add({circle, RecordKind::note, encode(Note{StukId{}, 0, "nog iets"}),
                           BlobName{}, OutboxKind::record});
    return added ? std::string() : added.error().key;
  };
  EXPECT_EQ(note(bram_, circle_), "decree.suspended");
  EXPECT_EQ(note(anna_, other_), "");
  wish(griffier_, WithdrawIntent{decree});
  raad_.settle();
  EXPECT_EQ(note(bram_, circle_), "");
  EXPECT_EQ(row_of(bram_, decree).phase, Device::DecreePhase::withdrawn);
}

TEST_F(ErasureTest, WhoWasAwayForgetsWhenHeComesBack) {
  const DecreeId decree = ordered(destruction({circle_}));
  raad_.sync(griffier_);
  for (int round = 0; round < 3; ++round) {
    for (Party* party : {&griffier_, &plv_, &anna_}) {
      raad_.sync(*party);
      raad_.after_sync(*party);
    }
  }
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"geheim"});
  EXPECT_FALSE(confirmed(griffier_, decree).contains(bram_.device->id()));
  raad_.live_on();
  EXPECT_TRUE(raad_.notes(bram_, circle_).empty());
  EXPECT_TRUE(confirmed(griffier_, decree).contains(bram_.device->id()));
}

// The relay is put back to the day before; every device can tell it how the circle ended.
TEST_F(ErasureTest, ARestoredRelayDoesNotBringItBack) {
  const MemoryStorage backup = raad_.storage;
  EXPECT_NE(relay_items(circle_), 0U);
  const DecreeId decree = ordered(destruction({circle_}));
  raad_.sync(griffier_);
  raad_.live_on();
  raad_.storage = backup;
  raad_.restart_relay();
  for (Party* party : {&bram_, &anna_, &griffier_, &plv_}) {
    raad_.sync(*party);
    raad_.after_sync(*party);
  }
  raad_.live_on();
  for (const auto& party : raad_.parties) {
    EXPECT_TRUE(raad_.notes(*party, circle_).empty()) << party->name;
    EXPECT_TRUE(party->device->roll().circle(circle_)->ended);
  }
  EXPECT_EQ(raad_.notes(anna_, other_), Texts{"blijft"});
  EXPECT_EQ(confirmed(bram_, decree).size(), 4U);
  EXPECT_EQ(relay_items(circle_), 0U);
}

// What is signed by enough is still for an officer to carry out.
TEST_F(ErasureTest, OnlyAnOfficerExecutes) {
  const DecreeId decree = propose(griffier_, destruction({circle_}));
  approve(anna_, decree);
  raad_.reload(bram_);
  const auto execution = bram_.device->execution_of(decree);
  ASSERT_TRUE(execution && *execution);
  EXPECT_EQ(bram_.device->wish(ExecuteIntent{decree}).error().key, "officer.required");
}

// The second person's only laptop is lost: three persons give her voice to a new one, and the raad
// can destroy again.
TEST_F(ErasureTest, ARaadWhoseSecondPersonLostHerLaptopCanStillDestroy) {
  const PersonId anna = raad_.person_of(anna_);
  wish(griffier_, RemoveIntent{{anna_.device->id()}, std::nullopt});
  raad_.live_on();
  Party& laptop = raad_.join_device(griffier_, "Anna", anna);
  raad_.live_on();
  Decree succession;
  succession.kind = DecreeKind::appoint;
  succession.ground = "laptop verloren";
  succession.person = anna;
  succession.capacities = {Capacity::plv_raadsvoorzitter};
  succession.speaking_device = laptop.device->id();
  const DecreeId given = propose(griffier_, succession);
  EXPECT_TRUE(alarms(bram_).contains("succession " + given.hex() + " Anna"));
  approve(plv_, given);
  approve(bram_, given);
  wish(griffier_, ExecuteIntent{given});
  raad_.live_on();
  EXPECT_EQ(row_of(griffier_, given).phase, Device::DecreePhase::proposed);
  raad_.clock.now_ms += kSuccessionDelayMs;
  wish(griffier_, ExecuteIntent{given});
  raad_.live_on();
  EXPECT_EQ(row_of(griffier_, given).phase, Device::DecreePhase::executed);
  const DecreeId decree = propose(griffier_, destruction({circle_}));
  approve(laptop, decree);
  wish(griffier_, ExecuteIntent{decree});
  raad_.live_on();
  EXPECT_EQ(row_of(bram_, decree).phase, Device::DecreePhase::executed);
}

// ---- What members and officers may try ----

// Junk in the roll is no decree and no approval, and stops none.
TEST_F(ErasureTest, JunkAmongDecreesStopsNobody) {
  for (const RecordKind kind :
       {RecordKind::proposal, RecordKind::approval, RecordKind::confirmation, RecordKind::event}) {
    raad_.reload(bram_);
    ASSERT_TRUE(bram_.device->add(
        {bram_.device->roll().alias(), kind, Bytes{1, 2, 3}, BlobName{}, OutboxKind::record}));
  }
  propose(bram_, destruction({other_}));
  raad_.write_note(anna_, other_, "schrijft gewoon door");
  const DecreeId decree = ordered(destruction({circle_}));
  raad_.sync(griffier_);
  raad_.live_on();
  EXPECT_EQ(confirmed(griffier_, decree).size(), 4U);
  EXPECT_EQ(raad_.notes(griffier_, other_), (Texts{"blijft", "schrijft gewoon door"}));
}

TEST_F(ErasureTest, TwoDecreesOfOneDossierAreCarriedOutOneAfterTheOther) {
  Decree part = destruction({circle_});
  part.kind = DecreeKind::destroy_stuk;
  part.stuk = StukId{};
  raad_.reload(griffier_);
  part.records = *griffier_.device->records_about(circle_, StukId{});
  std::ranges::sort(part.records);
  const DecreeId whole = ordered(destruction({circle_}));
  const DecreeId of_stuk = ordered(part);
  raad_.live_on(4);
  EXPECT_TRUE(griffier_.device->roll().circle(circle_)->ended);
  EXPECT_EQ(row_of(griffier_, whole).phase, Device::DecreePhase::executed);
  EXPECT_EQ(row_of(griffier_, of_stuk).phase, Device::DecreePhase::proposed);
  EXPECT_EQ(confirmed(griffier_, whole).size(), 4U);
}

TEST_F(ErasureTest, AGrantThatWasWishedForDoesNotOutliveTheDossier) {
  const DecreeId decree = ordered(destruction({circle_, other_}));
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_admit(other_, raad_.person_of(bram_), DossierRole::lid));
  raad_.live_on();
  EXPECT_EQ(row_of(griffier_, decree).phase, Device::DecreePhase::executed);
  EXPECT_TRUE(griffier_.device->rows().intents()->empty());
}

// He could not sign the reseals that it asks for; the other officer carries it out.
TEST_F(ErasureTest, AnOfficerDoesNotCarryOutHisOwnDischarge) {
  Decree decree;
  decree.kind = DecreeKind::discharge;
  decree.ground = "vertrekt";
  decree.person = raad_.person_of(griffier_);
  decree.capacities = {Capacity::griffier};
  const DecreeId id = ordered(decree);
  raad_.live_on();
  EXPECT_EQ(row_of(griffier_, id).phase, Device::DecreePhase::proposed);
  wish(plv_, ExecuteIntent{id});
  raad_.live_on(4);
  EXPECT_EQ(row_of(plv_, id).phase, Device::DecreePhase::executed);
  EXPECT_FALSE(plv_.device->roll().is_officer(griffier_.device->id()));
  EXPECT_TRUE(raad_.notes(griffier_, circle_).empty());
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"geheim"});
}

// A copy to a new circle, or a circle more, would escape what is signed for.
TEST_F(ErasureTest, NothingIsCarriedOutOfWhatIsToBeDestroyed) {
  propose(griffier_, destruction({circle_}));
  raad_.reload(plv_);
  Carry carry;
  carry.source = circle_;
  const auto notes = plv_.device->records_about(circle_, StukId{});
  carry.original = notes->front();
  const auto bytes = plv_.device->rows().record(circle_, carry.original);
  carry.record_bytes = (*bytes)->bytes;
  carry.record_signature = (*bytes)->signature;
  const auto carried =
      plv_.device->add({other_, RecordKind::carry, encode(carry), BlobName{}, OutboxKind::record});
  ASSERT_FALSE(carried.has_value());
  EXPECT_EQ(carried.error().key, "decree.suspended");
  CircleInfo info;
  info.dossier.bytes.fill(7);
  const auto further = plv_.device->plan_circle(info);
  ASSERT_FALSE(further.has_value());
  EXPECT_EQ(further.error().key, "decree.suspended");
}

// Bram never had it, and is in no list of who executed it.
TEST_F(ErasureTest, CompleteIsNotWhatTheExecutorLists) {
  const DecreeId decree = ordered(destruction({other_}));
  raad_.sync(griffier_);
  raad_.reload(griffier_);
  const RollState& roll = griffier_.device->roll();
  EXPECT_EQ(erasure_progress(roll, decree, {}, {}).missing.size(), 4U);
  Record record;
  record.circle = roll.alias();
  record.author = bram_.device->id();
  record.sequence = 1;
  record.kind = RecordKind::confirmation;
  record.body = encode(Confirmation{decree, 1, {DeviceId{}}});
  const auto identity = bram_.device->rows().secret<IdentitySeed>("identity");
  const std::vector<VerifiedRecord> words = {sign_record(record, **identity)};
  EXPECT_EQ(erasure_progress(roll, decree, words, {}).missing.size(), 3U);
}

// ---- One stuk of several in a circle ----

class StukErasureTest : public ErasureTest {
 protected:
  StukErasureTest() {
    doomed_.bytes.fill(1);
    kept_.bytes.fill(2);
    say(anna_, doomed_, "a over het ene");
    say(anna_, kept_, "a over het andere");
    raad_.settle();
    say(bram_, doomed_, "b over het ene");
    say(bram_, kept_, "b over het andere");
    raad_.settle();
  }

  RecordId say(Party& party, const StukId& stuk, const std::string& text) {
    raad_.reload(party);
    const auto record = party.device->add(
        {circle_, RecordKind::note, encode(Note{stuk, 0, text}), BlobName{}, OutboxKind::record});
    EXPECT_TRUE(record.has_value()) << (record ? "" : record.error().key);
    return record->id();
  }

  Decree erasure_of(const StukId& stuk) {
    Decree decree = destruction({circle_});
    decree.kind = DecreeKind::destroy_stuk;
    decree.stuk = stuk;
    raad_.reload(griffier_);
    decree.records = *griffier_.device->records_about(circle_, stuk);
    std::ranges::sort(decree.records);
    return decree;
  }

  // Griet and Anna decide and execute while the others are away.
  void execute_among_two(const Decree& decree) {
    raad_.reload(griffier_);
    const auto id = griffier_.device->propose(decree);
    for (Party* party : {&griffier_, &anna_}) raad_.sync(*party);
    raad_.reload(anna_);
    ASSERT_TRUE(anna_.device->approve(*id).has_value());
    raad_.sync(anna_);
    wish(griffier_, ExecuteIntent{*id});
    for (int i = 0; i < 3; ++i) raad_.sync(griffier_);
  }

  // How far a party followed what another wrote: beyond that everything waits.
  std::uint64_t followed(Party& party, Party& author) {
    raad_.reload(party);
    return party.device->rows().chain_end(circle_, author.device->id())->sequence;
  }

  StukId doomed_;
  StukId kept_;
  const Texts rest_ = {"a over het andere", "b over het andere", "geheim"};
};

TEST_F(StukErasureTest, ItsRecordsGoAndTheOthersStay) {
  const DecreeId decree = ordered(erasure_of(doomed_));
  raad_.sync(griffier_);
  raad_.live_on();
  for (const auto& party : raad_.parties) {
    EXPECT_EQ(raad_.notes(*party, circle_), rest_) << party->name;
    EXPECT_TRUE(alarms(*party).empty()) << party->name;
  }
  EXPECT_EQ(confirmed(griffier_, decree).size(), 4U);
  say(anna_, kept_, "en verder");
  raad_.settle();
  EXPECT_EQ(raad_.notes(bram_, circle_).size(), 4U);
}

TEST_F(StukErasureTest, WhoComesLaterWaitsForNothingThatIsGone) {
  const DecreeId decree = ordered(erasure_of(doomed_));
  raad_.sync(griffier_);
  raad_.live_on();
  static_cast<void>(decree);
  Party& cees = raad_.join(griffier_, "Cees", {Capacity::raadslid});
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_admit(circle_, raad_.person_of(cees), DossierRole::lid));
  raad_.settle();
  EXPECT_EQ(raad_.notes(cees, circle_), rest_);
  say(bram_, kept_, "en verder");
  raad_.settle();
  EXPECT_EQ(raad_.notes(cees, circle_).size(), 4U);
  for (Party* author : {&anna_, &bram_}) {
    EXPECT_EQ(followed(cees, *author), followed(*author, *author)) << author->name;
  }
}

TEST_F(StukErasureTest, WhatWasNotSentYetIsDroppedAndNobodyWaitsForIt) {
  const Decree decree = erasure_of(doomed_);
  say(bram_, doomed_, "van onderweg, over het ene");
  say(bram_, kept_, "van onderweg, over het andere");
  execute_among_two(decree);
  raad_.live_on(4);
  Texts expected = rest_;
  expected.push_back("van onderweg, over het andere");
  std::ranges::sort(expected);
  for (const auto& party : raad_.parties) {
    EXPECT_EQ(raad_.notes(*party, circle_), expected) << party->name;
    EXPECT_EQ(followed(*party, bram_), followed(bram_, bram_)) << party->name;
  }
}

// Who says of his own chain that nothing will come says nothing of anybody's records.
TEST_F(StukErasureTest, AGapBuriesNobodysRecord) {
  const RecordId annas = say(anna_, kept_, "van Anna");
  raad_.sync(anna_);
  const auto end = bram_.device->rows().chain_end(circle_, bram_.device->id());
  ASSERT_TRUE(end.has_value());
  for (Party* party : {&griffier_, &plv_}) raad_.sync(*party);
  raad_.reload(bram_);
  DeviceRows& rows = bram_.device->rows();
  ASSERT_TRUE(bram_.store.transact(
      [&] { return rows.put_chain_end(circle_, bram_.device->id(), {end->sequence + 1, annas}); }));
  write_backdated(bram_, circle_, bram_.device->roll().head(), RecordKind::dropped,
                  encode(Dropped{{{end->sequence + 1, annas}}}));
  raad_.sync(bram_);
  raad_.settle();
  wish(griffier_, ResealIntent{circle_});
  raad_.settle();
  for (Party* party : {&griffier_, &plv_, &anna_}) {
    const Texts notes = raad_.notes(*party, circle_);
    EXPECT_NE(std::ranges::find(notes, "van Anna"), notes.end()) << party->name;
    EXPECT_EQ(party->device->rows().circle(circle_)->value().standing, Standing::current);
  }
}

// The list that a decree gives erases nothing where the record has not come yet.
TEST_F(StukErasureTest, ARecordThatIsListedByWrongComesLaterAllTheSame) {
  say(anna_, kept_, "van Anna, voor Piet te laat");
  for (Party* party : {&anna_, &griffier_, &bram_}) raad_.sync(*party);
  Decree decree = erasure_of(doomed_);
  const Decree other = erasure_of(kept_);
  decree.records.insert(decree.records.end(), other.records.begin(), other.records.end());
  std::ranges::sort(decree.records);
  execute_among_two(decree);
  raad_.live_on();
  wish(plv_, ResealIntent{circle_});
  raad_.live_on();
  for (const auto& party : raad_.parties) {
    EXPECT_EQ(raad_.notes(*party, circle_).size(), 4U) << party->name;
  }
}

// Written by somebody who was removed, and handed in after all was destroyed.
TEST_F(StukErasureTest, APartingWordAboutItIsNotKept) {
  const Decree decree = erasure_of(doomed_);
  say(bram_, doomed_, "nog niet verzonden");
  wish(griffier_, removal_of(bram_));
  raad_.sync(griffier_);
  execute_among_two(decree);
  raad_.live_on(4);
  raad_.reload(griffier_);
  EXPECT_TRUE(griffier_.device->rows().apart()->empty());
}

// A member with a changed program sends all the same: it is buried where it arrives.
TEST_F(StukErasureTest, WhatComesLateIsBuried) {
  const DecreeId decree = ordered(erasure_of(doomed_));
  raad_.sync(griffier_);
  raad_.live_on();
  static_cast<void>(decree);
  write_backdated(bram_, circle_, bram_.device->roll().head(), RecordKind::note,
                  encode(Note{doomed_, 0, "toch nog"}));
  raad_.sync(bram_);
  say(bram_, kept_, "en verder");
  raad_.settle();
  for (Party* party : {&griffier_, &plv_, &anna_}) {
    Texts expected = rest_;
    expected.push_back("en verder");
    std::ranges::sort(expected);
    EXPECT_EQ(raad_.notes(*party, circle_), expected) << party->name;
  }
}

// Records of another stuk under its name: who holds them sees what they are.
TEST_F(StukErasureTest, ADecreeErasesNothingButTheStukItNames) {
  Decree decree = erasure_of(doomed_);
  const Decree other = erasure_of(kept_);
  decree.records.insert(decree.records.end(), other.records.begin(), other.records.end());
  std::ranges::sort(decree.records);
  const DecreeId id = ordered(decree);
  raad_.sync(griffier_);
  raad_.live_on();
  for (const auto& party : raad_.parties) {
    EXPECT_EQ(raad_.notes(*party, circle_), rest_) << party->name;
  }
  EXPECT_EQ(confirmed(griffier_, id).size(), 4U);
}

TEST_F(StukErasureTest, WhoBringsItBackBringsItToNobody) {
  const MemoryStore old = anna_.store;
  const DecreeId decree = ordered(erasure_of(doomed_));
  raad_.sync(griffier_);
  raad_.live_on();
  static_cast<void>(decree);
  // An old backup of her vault, in which it stands still.
  anna_.store = old;
  raad_.reload(anna_);
  static_cast<void>(raad_.try_sync(anna_));
  raad_.settle(1);
  for (Party* party : {&griffier_, &plv_, &bram_}) {
    EXPECT_EQ(raad_.notes(*party, circle_), rest_) << party->name;
  }
}

}  // namespace
}  // namespace kluis::test
