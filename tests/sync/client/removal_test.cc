#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/explore/visit.h"
#include "tests/sync/client/raad_of_four.h"
#include "vault/core/row.h"

// Leaving: what a removed device forgets, what it hands in, and what the others keep.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class RemovalTest : public RaadOfFour {
 protected:
  // A session that breaks off where it would commit: the commit is prepared, and did not leave.
  void break_off_at_the_commit(Party& officer) {
    auto visit = Visit::begin({officer.store, raad_.clock, officer.entropy, nullptr}, Bytes(64, 7));
    ASSERT_TRUE(visit.has_value());
    while (true) {
      const auto request = (*visit)->next();
      ASSERT_TRUE(request && *request);
      if (std::holds_alternative<CommitRequest>(**request)) return;
      const auto response = (*visit)->deliver(raad_.relay(), **request);
      ASSERT_TRUE((*visit)->receive(*response).has_value());
    }
  }

  // A session in which the relay says that it does not have this blob.
  void sync_without(Party& party, const BlobName& blob) {
    auto visit = Visit::begin({party.store, raad_.clock, party.entropy, nullptr}, Bytes(64, 8));
    ASSERT_TRUE(visit.has_value());
    while (true) {
      const auto request = (*visit)->next();
      ASSERT_TRUE(request.has_value()) << request.error().key;
      if (!*request) break;
      auto response = (*visit)->deliver(raad_.relay(), **request);
      ASSERT_TRUE(response.has_value());
      if (auto* answer = std::get_if<FetchAnswer>(&*response)) {
        for (FetchedBlob& fetched : answer->blobs) {
          if (fetched.blob != blob) continue;
          fetched.present = false;
          fetched.bytes.clear();
        }
      }
      const Status status = (*visit)->receive(*response);
      ASSERT_TRUE(status.has_value()) << status.error().key;
    }
    raad_.reload(party);
  }

  static std::set<std::string> names_in(Party& party, Table table) {
    std::set<std::string> names;
    EXPECT_TRUE(party.store.scan(table, {}, [&](ByteView key, ByteView) {
      names.emplace(key.begin(), key.end());
      return true;
    }));
    return names;
  }
};

// ---- Forgetting ----

TEST_F(RemovalTest, AnOfficerRemovedWithAPreparedCommitForgetsLikeEverybody) {
  InviteOptions invited;
  invited.person_name = "Dirk";
  invited.capacities = {Capacity::raadslid};
  raad_.reload(plv_);
  ASSERT_TRUE(invite(*plv_.device, invited).has_value());
  ASSERT_TRUE(plv_.store.transact([&] {
    return plv_.device->rows().put_welcomed(circle_, EpochSecret::generate(plv_.entropy));
  }));
  wish(plv_, ResealIntent{circle_});
  break_off_at_the_commit(plv_);
  raad_.reload(plv_);
  ASSERT_TRUE(plv_.device->rows().prepared()->has_value());
  wish(griffier_, removal_of(plv_));
  raad_.sync(griffier_);

  EXPECT_TRUE(raad_.sync(plv_).became_removed);
  raad_.reload(plv_);
  EXPECT_EQ(plv_.device->state(), DeviceState::removed);
  EXPECT_TRUE(plv_.device->reseal_due(0).value());
  ASSERT_TRUE(plv_.device->resealed(1));
  EXPECT_FALSE(plv_.device->reseal_due(1).value());
  EXPECT_EQ(names_in(plv_, Table::secret), (std::set<std::string>{"exit-raad", "identity"}));
  for (const Table table : {Table::prepared, Table::intent, Table::invitation, Table::outbox,
                            Table::record, Table::record_key}) {
    EXPECT_TRUE(names_in(plv_, table).empty()) << static_cast<int>(table);
  }
}

// ---- Handing in ----

TEST_F(RemovalTest, WhatWasNotSentInADossierReachesTheGriffierFromWhoStaysInTheRaad) {
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(bram_)).has_value());
  raad_.sync(griffier_);
  raad_.reload(bram_);
  const RecordId unsent = raad_.write_note(bram_, circle_, "nog niet verzonden");
  raad_.sync(bram_);
  EXPECT_TRUE(bram_.device->reseal_due(0).value());
  EXPECT_TRUE(bram_.device->exit_parcels()->empty());  // it is not forgotten yet
  ASSERT_TRUE(bram_.device->resealed(1));
  EXPECT_EQ(bram_.device->exit_parcels()->size(), 1U);
  raad_.sync(bram_);
  EXPECT_TRUE(bram_.device->exit_parcels()->empty());
  raad_.sync(griffier_);
  const auto kept = griffier_.store.get(Table::apart, joined_key(circle_, unsent));
  EXPECT_TRUE(kept && *kept);
}

TEST_F(RemovalTest, AParcelFromTheRaadIsHandedInAfterTheResealAndAgainWhenTheLineBreaks) {
  wish(griffier_, removal_of(bram_));
  raad_.sync(griffier_);
  const RecordId unsent = raad_.write_note(bram_, circle_, "nog niet verzonden");
  raad_.sync(bram_);
  raad_.reload(bram_);
  EXPECT_TRUE(bram_.device->exit_parcels()->empty());
  ASSERT_TRUE(bram_.device->resealed(1));
  auto visit = Visit::begin({bram_.store, raad_.clock, bram_.entropy, nullptr}, Bytes(64, 9));
  ASSERT_TRUE(visit.has_value());
  while (true) {
    const auto request = (*visit)->next();
    ASSERT_TRUE(request && *request);
    if (std::holds_alternative<ExitRequest>(**request)) break;  // and there the line breaks
    const auto response = (*visit)->deliver(raad_.relay(), **request);
    ASSERT_TRUE((*visit)->receive(*response).has_value());
  }
  raad_.sync(bram_);
  EXPECT_TRUE(bram_.device->exit_parcels()->empty());
  EXPECT_FALSE(bram_.device->way_out()->has_value());
  raad_.sync(griffier_);
  const auto kept = griffier_.store.get(Table::apart, joined_key(circle_, unsent));
  EXPECT_TRUE(kept && *kept);
  // He left all circles with it.
  for (const CircleAlias& circle : {circle_, griffier_.device->roll().alias()}) {
    const std::string tag = removed_tag(circle, bram_.device->id()).hex();
    EXPECT_EQ(griffier_.device->rows().local_number("parcel/" + tag).value(), 1U);
  }
}

TEST_F(RemovalTest, OneNoteThatIsTooLongKeepsNoOtherOut) {
  wish(griffier_, removal_of(bram_));
  raad_.sync(griffier_);
  const RecordId before = raad_.write_note(bram_, circle_, std::string(40'000, 'x'));
  const RecordId after = raad_.write_note(bram_, circle_, "nog niet verzonden");
  raad_.sync(bram_);
  raad_.reload(bram_);
  ASSERT_TRUE(bram_.device->resealed(1));
  raad_.sync(bram_);
  raad_.sync(griffier_);
  EXPECT_FALSE(griffier_.store.get(Table::apart, joined_key(circle_, before)).value());
  EXPECT_TRUE(griffier_.store.get(Table::apart, joined_key(circle_, after)).value());
  EXPECT_TRUE(alarms(bram_).contains("not-handed-in " + griffier_.device->roll().alias().hex()));
}

// The relay took the next leaf and hid that it did; then a box may have been made to it.
TEST_F(RemovalTest, WhoLeavesACircleForgetsALeafThatWasOnItsWayToo) {
  raad_.reload(bram_);
  ASSERT_TRUE(bram_.device->publish_leaf());
  DeviceRows rows(bram_.store);
  const auto drawn = rows.secret<LeafSeed>("leaf-next").value();
  ASSERT_TRUE(drawn);
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(bram_)).has_value());
  raad_.sync(griffier_);
  raad_.sync(bram_);
  ASSERT_TRUE(bram_.device->resealed(1));
  raad_.sync(bram_);
  EXPECT_FALSE(rows.secret<LeafSeed>("leaf-next").value());
  EXPECT_FALSE(rows.secret<LeafSeed>("leaf").value()->equals(*drawn));
}

// ---- What stays ----

TEST_F(RemovalTest, ACutThatIsTooShortTakesNothingThatStood) {
  const RecordId note = raad_.write_note(anna_, circle_, "stond er al");
  raad_.settle();
  // An officer who says that Anna never wrote anything.
  ASSERT_TRUE(griffier_.store.transact([&]() -> Status {
    const Bytes chain = joined_key(circle_, anna_.device->id());
    KLUIS_CHECK(griffier_.store.erase(Table::chain, chain));
    KLUIS_CHECK(griffier_.store.erase(Table::record, joined_key(circle_, note)));
    return griffier_.store.erase(Table::record_key, joined_key(circle_, note));
  }));
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(anna_)).has_value());
  raad_.sync(griffier_);
  raad_.sync(bram_);
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"stond er al"});
  const std::string officer = griffier_.device->id().hex();
  EXPECT_EQ(alarms(bram_), std::set<std::string>{"put-back " + circle_.hex() + " " + officer});
  // The next epoch of an officer who has it lists it, for the first one too.
  raad_.settle();
  wish(plv_, ResealIntent{circle_});
  raad_.settle();
  for (Party* party : {&griffier_, &plv_, &bram_}) {
    EXPECT_EQ(raad_.notes(*party, circle_), Texts{"stond er al"}) << party->name;
  }
}

TEST_F(RemovalTest, WhatTheRelayKeptFromTheOfficerStandsBeyondHisCut) {
  const RecordId note = raad_.write_note(anna_, circle_, "de griffier kreeg het niet");
  const BlobName blob = blob_name(**anna_.device->rows().record_key(circle_, note));
  raad_.sync(anna_);
  raad_.sync(bram_);
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(anna_)).has_value());
  sync_without(griffier_, blob);
  EXPECT_TRUE(raad_.notes(griffier_, circle_).empty());
  EXPECT_FALSE(griffier_.device->wanted_blobs(1)->empty());
  raad_.sync(bram_);
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"de griffier kreeg het niet"});
  raad_.settle();
  for (Party* party : {&griffier_, &plv_, &bram_}) {
    EXPECT_EQ(raad_.notes(*party, circle_), Texts{"de griffier kreeg het niet"}) << party->name;
    EXPECT_TRUE(names_in(*party, Table::apart).empty()) << party->name;
  }
}

// Somebody who stayed in lends his hand to somebody who is out.
TEST_F(RemovalTest, WhatARemovedDeviceWritesAfterTheCutStandsNowhere) {
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(anna_)).has_value());
  const RecordId late = raad_.write_note(anna_, circle_, "achteraf");
  const auto record = anna_.device->rows().record(circle_, late);
  const auto key = anna_.device->rows().record_key(circle_, late);
  raad_.sync(griffier_);
  raad_.sync(bram_);
  raad_.sync(plv_);
  ASSERT_TRUE(bram_.store.transact([&]() -> Status {
    DeviceRows& rows = bram_.device->rows();
    KLUIS_CHECK(rows.put_record(circle_, late, **record));
    KLUIS_CHECK(rows.put_record_key(circle_, late, **key));
    OutboxEntry entry;
    entry.kind = OutboxKind::put_back;
    entry.circle = circle_;
    entry.record = late;
    return rows.put(entry);
  }));
  raad_.sync(bram_);
  // Nor where its bytes come after an officer made a list.
  wish(griffier_, ResealIntent{circle_});
  sync_without(griffier_, blob_name(**key));
  EXPECT_FALSE(griffier_.device->wanted_blobs(1)->empty());
  sync_without(plv_, blob_name(**key));
  Party& second = raad_.join_device(griffier_, "Griet 2", raad_.person_of(griffier_));
  raad_.settle();
  for (Party* party : {&griffier_, &plv_, &second}) {
    EXPECT_EQ(party->device->rows().circle(circle_)->value().standing, Standing::current);
    EXPECT_TRUE(raad_.notes(*party, circle_).empty()) << party->name;
  }
}

// ---- Who was an officer once ----

class FormerOfficerTest : public RemovalTest {
 protected:
  FormerOfficerTest() : dirk_(raad_.join(griffier_, "Dirk", {Capacity::raadslid})) {
    raad_.settle();
    as_officer_ = plv_.device->roll().head();
    const PersonId person = raad_.person_of(plv_);
    EXPECT_TRUE(griffier_.device->wish_admit(circle_, person, DossierRole::lid));
    raad_.settle();
    Appoint ending;
    ending.person = person;
    ending.capacities = {Capacity::plv_griffier};
    ending.ground = AppointGround::ending;
    EXPECT_TRUE(griffier_.device->wish(AppointIntent{ending}));
    raad_.settle();
    EXPECT_FALSE(plv_.device->is_officer());
    EXPECT_TRUE(is_in(griffier_, plv_));
  }

  bool is_in(Party& seen_by, Party& party) {
    const auto state = seen_by.device->rows().circle(circle_);
    const auto& members = state->value().members;
    return std::binary_search(members.begin(), members.end(), party.device->id());
  }

  RecordId write_backdated(RecordKind kind, const Bytes& body) {
    return RaadOfFour::write_backdated(plv_, circle_, as_officer_, kind, body);
  }

  Party& dirk_;
  RollPosition as_officer_;
};

TEST_F(FormerOfficerTest, NobodyIsAdmittedByOneWhoWasAnOfficerOnce) {
  const Admit admit{raad_.person_of(dirk_), DossierRole::lid, {dirk_.device->id()}};
  write_backdated(RecordKind::admit, encode(admit));
  raad_.settle();
  for (Party* party : {&griffier_, &anna_, &bram_}) EXPECT_FALSE(is_in(*party, dirk_));
  EXPECT_FALSE(dirk_.device->rows().circle(circle_)->has_value());
}

TEST_F(FormerOfficerTest, NobodyIsPutOutByOneWhoWasAnOfficerOnce) {
  raad_.write_note(bram_, circle_, "blijft");
  write_backdated(RecordKind::withdraw_grant, encode(WithdrawGrant{raad_.person_of(bram_)}));
  raad_.settle();
  EXPECT_TRUE(is_in(griffier_, bram_));
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"blijft"});
}

// A circle that was made after he stepped down, in which he wrote nothing yet.
TEST_F(FormerOfficerTest, NobodyWritesIntoACircleAsIfItHadBeenThereBefore) {
  raad_.reload(griffier_);
  const CircleAlias later = raad_.make_circle(
      griffier_, "later", {raad_.person_of(plv_), raad_.person_of(anna_), raad_.person_of(bram_)});
  raad_.settle();
  circle_ = later;
  raad_.reload(plv_);
  const RecordId carry = write_backdated(RecordKind::carry, encode(Carry{later, {}, {}, {}}));
  const RecordId note = write_backdated(RecordKind::note, encode(Note{{}, 0, "van toen"}));
  raad_.settle();
  for (Party* party : {&griffier_, &anna_, &bram_}) {
    EXPECT_FALSE(party->device->rows().record(later, carry).value()) << party->name;
    EXPECT_FALSE(party->device->rows().record(later, note).value()) << party->name;
    EXPECT_TRUE(raad_.notes(*party, later).empty());
  }
  raad_.write_note(bram_, later, "gewoon");
  raad_.settle();
  EXPECT_EQ(raad_.notes(anna_, later), Texts{"gewoon"});
}

TEST_F(FormerOfficerTest, ARollHeadNeverGoesBackAlongAChain) {
  raad_.write_note(plv_, circle_, "nu");
  raad_.settle();
  Note note;
  note.text = "toen";
  write_backdated(RecordKind::note, encode(note));
  raad_.settle();
  EXPECT_EQ(raad_.notes(griffier_, circle_), Texts{"nu"});
  EXPECT_EQ(raad_.notes(bram_, circle_), Texts{"nu"});
}

TEST_F(RemovalTest, WhatAFormerOfficerGrantedWhenHeWasOneStands) {
  raad_.reload(plv_);
  const CircleAlias other = raad_.make_circle(plv_, "van Piet", {raad_.person_of(bram_)});
  raad_.settle();
  wish(griffier_, removal_of(plv_));
  raad_.settle();
  Party& second = raad_.join_device(griffier_, "Bram 2", raad_.person_of(bram_));
  raad_.settle();
  for (Party* party : {&griffier_, &bram_, &second}) {
    EXPECT_EQ(party->device->rows().circle(other)->value().standing, Standing::current);
  }
}

}  // namespace
}  // namespace kluis::test
