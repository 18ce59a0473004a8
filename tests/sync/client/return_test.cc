#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sync/client/hiding_relay.h"
#include "tests/sync/client/raad_of_four.h"

// Who was taken out of a circle and comes back: what he wrote before, and a relay or a member kept
// from the others, is no second copy of his vault.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class ReturnTest : public RaadOfFour {
 protected:
  ReturnTest() : relay_(raad_) {}

  void hide(const BlobName& blob, const std::vector<Party*>& from) {
    relay_.hides_blob = [blob, from](const Party& asking, const BlobName& asked) {
      return asked == blob && std::find(from.begin(), from.end(), &asking) != from.end();
    };
  }
  void sync(const std::vector<Party*>& parties) {
    for (Party* party : parties) {
      const auto synced = relay_.sync(*party);
      ASSERT_TRUE(synced.has_value()) << party->name << " " << synced.error().key;
    }
  }
  void drop(Party& party) {
    raad_.reload(griffier_);
    ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(party)).has_value());
    sync({&griffier_});
  }
  void admit(Party& party) {
    raad_.reload(griffier_);
    const PersonId person = raad_.person_of(party);
    ASSERT_TRUE(griffier_.device->wish_admit(circle_, person, DossierRole::lid).has_value());
    sync({&griffier_});
  }
  BlobName write(Party& party, const std::string& text) {
    raad_.reload(party);
    const RecordId note = raad_.write_note(party, circle_, text);
    return blob_name(party.device->rows().record_key(circle_, note).value().value());
  }
  static bool is_told_of_a_clone(Party& party) {
    const auto told = alarms(party);
    return std::any_of(told.begin(), told.end(),
                       [](const std::string& alarm) { return alarm.starts_with("clone"); });
  }
  void expect_no_clone() {
    for (Party* party : {&griffier_, &plv_, &anna_, &bram_}) {
      EXPECT_FALSE(is_told_of_a_clone(*party)) << party->name;
      EXPECT_TRUE(party->device->may_write().value()) << party->name;
    }
  }
  void expect_all_read(const std::vector<Party*>& parties, const Texts& texts) {
    for (Party* party : parties) EXPECT_EQ(raad_.notes(*party, circle_), texts) << party->name;
  }

  // All go on from the same record of his.
  void expect_one_chain_of_bram(const std::vector<Party*>& parties) {
    const auto own = bram_.device->rows().chain_end(circle_, bram_.device->id()).value();
    for (Party* party : parties) {
      const auto end = party->device->rows().chain_end(circle_, bram_.device->id()).value();
      EXPECT_EQ(end.record, own.record) << party->name;
    }
  }

  HidingRelay relay_;
};

// The griffier had its key, and not its bytes.
TEST_F(ReturnTest, HisRecordThatTheRelayKeptFromTheGriffierIsStillHis) {
  const BlobName before = write(bram_, "ervoor");
  sync({&bram_});
  hide(before, {&griffier_});
  drop(bram_);
  sync({&bram_});
  admit(bram_);
  sync({&bram_, &anna_});
  expect_no_clone();
  write(bram_, "erna");
  relay_.hides_blob = nullptr;
  raad_.settle();
  expect_no_clone();
  expect_all_read({&griffier_, &plv_, &anna_, &bram_}, {"erna", "ervoor"});
  expect_one_chain_of_bram({&griffier_, &plv_, &anna_});
}

// The same, and kept from himself as well.
TEST_F(ReturnTest, NorIsItWhenHeSeesItAfterHeWroteAnew) {
  const BlobName before = write(bram_, "ervoor");
  sync({&bram_, &anna_});
  hide(before, {&griffier_, &bram_, &plv_});
  drop(bram_);
  sync({&bram_});
  admit(bram_);
  sync({&bram_});
  const BlobName after = write(bram_, "erna");
  sync({&bram_});
  write(bram_, "en nog eens");
  sync({&bram_, &anna_});
  // Piet sees all but the one that the last one follows.
  hide(after, {&plv_});
  sync({&plv_});
  relay_.hides_blob = nullptr;
  raad_.settle();
  expect_no_clone();
  for (Party* party : {&griffier_, &plv_, &anna_, &bram_}) {
    const Texts read = raad_.notes(*party, circle_);
    EXPECT_EQ(std::count(read.begin(), read.end(), "erna"), 1) << party->name;
    EXPECT_EQ(std::count(read.begin(), read.end(), "en nog eens"), 1) << party->name;
  }
  expect_one_chain_of_bram({&griffier_, &plv_, &anna_});
}

TEST_F(ReturnTest, HeCountsOnFromHisOwnThatHeCannotSee) {
  const BlobName before = write(bram_, "ervoor");
  write(bram_, "nog ervoor");
  sync({&bram_, &anna_});
  hide(before, {&griffier_, &bram_});
  drop(bram_);
  sync({&bram_});
  admit(bram_);
  sync({&bram_});
  write(bram_, "erna");
  sync({&bram_, &anna_});
  relay_.hides_blob = nullptr;
  raad_.settle();
  expect_no_clone();
  expect_all_read({&griffier_, &plv_, &anna_, &bram_}, {"erna", "ervoor", "nog ervoor"});
  expect_one_chain_of_bram({&griffier_, &plv_, &anna_});
}

// One member alone got it, and hands it out when its author is back.
class LentTest : public ReturnTest, public ::testing::WithParamInterface<bool> {};

TEST_P(LentTest, WhatAMemberHandsOutLaterAccusesNobody) {
  const MemoryStorage forgotten = raad_.storage;
  write(bram_, "ervoor");
  sync({&bram_, &anna_});
  raad_.storage = forgotten;
  raad_.restart_relay();
  drop(bram_);
  sync({&bram_, &plv_});
  admit(bram_);
  sync({&bram_, &plv_});
  if (GetParam()) write(bram_, "erna");
  sync({&bram_, &anna_, &plv_, &griffier_, &bram_});
  if (!GetParam()) write(bram_, "erna");
  raad_.settle();
  wish(griffier_, ResealIntent{circle_});
  raad_.settle();
  expect_no_clone();
  expect_all_read({&griffier_, &plv_, &anna_, &bram_}, {"erna", "ervoor"});
  expect_one_chain_of_bram({&griffier_, &plv_, &anna_});
}

INSTANTIATE_TEST_SUITE_P(WroteAnew, LentTest, ::testing::Bool());

// Nothing of his has come yet, and he writes.
TEST_F(ReturnTest, HeUsesNoNumberTwice) {
  const BlobName first = write(bram_, "ervoor");
  raad_.settle();
  drop(bram_);
  sync({&bram_});
  admit(bram_);
  hide(first, {&bram_});
  sync({&bram_});
  write(bram_, "erna");
  sync({&bram_, &anna_});
  relay_.hides_blob = nullptr;
  write(bram_, "en nog eens");
  raad_.settle();
  expect_no_clone();
  expect_all_read({&griffier_, &plv_, &anna_, &bram_}, {"en nog eens", "erna", "ervoor"});
  expect_one_chain_of_bram({&griffier_, &plv_, &anna_});
}

// He was away all the time, and sends what he wrote before. Anna saw the epoch without him.
TEST_F(ReturnTest, HeNeedNotKnowThatHeWasOut) {
  write(bram_, "onderweg geschreven");
  drop(bram_);
  sync({&anna_});
  admit(bram_);
  wish(griffier_, ResealIntent{circle_});
  sync({&griffier_, &bram_});
  write(bram_, "erna");
  raad_.settle();
  wish(griffier_, ResealIntent{circle_});
  raad_.settle();
  expect_no_clone();
  expect_all_read({&griffier_, &plv_, &anna_, &bram_}, {"erna", "onderweg geschreven"});
  expect_one_chain_of_bram({&griffier_, &plv_, &anna_});
}

// He is let in again by an epoch that was due, and whose list so knows no cut of him.
TEST_F(ReturnTest, HeGoesOnFromWhatTheOthersHaveOfHim) {
  write(bram_, "ervoor");
  raad_.settle();
  drop(bram_);
  write(bram_, "nooit verzonden");
  sync({&bram_});
  wish(griffier_, ResealIntent{circle_});
  admit(bram_);
  sync({&bram_});
  write(bram_, "erna");
  raad_.settle();
  expect_no_clone();
  expect_all_read({&griffier_, &plv_, &anna_, &bram_}, {"erna", "ervoor"});
  expect_one_chain_of_bram({&griffier_, &plv_, &anna_});
}

// A copy that was made when he was back is told all the same.
TEST_F(ReturnTest, ACopyIsStillToldByWhatBothWrite) {
  drop(bram_);
  sync({&bram_});
  admit(bram_);
  raad_.settle();
  raad_.parties.push_back(std::make_unique<Party>("Kopie", 4711));
  Party& copy = *raad_.parties.back();
  copy.store = bram_.store;
  raad_.reload(copy);
  write(bram_, "van de ene");
  write(copy, "van de andere");
  sync({&bram_, &copy, &bram_, &anna_});
  for (Party* party : {&bram_, &copy, &anna_}) EXPECT_TRUE(is_told_of_a_clone(*party));
}

}  // namespace
}  // namespace kluis::test
