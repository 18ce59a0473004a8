#include <gmock/gmock.h>

#include "tests/vault/raad_of_vaults.h"

namespace kluis::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<std::string> texts_of(Laptop& laptop, const StukId& stuk) {
  std::vector<std::string> texts;
  const auto notes = laptop.vault->notes(stuk).value();
  for (const NoteRow& note : notes) {
    texts.push_back(note.author_name + ": " + note.text);
  }
  return texts;
}

std::vector<std::string> acts_apart(Laptop& laptop) {
  std::vector<std::string> acts;
  const auto rows = laptop.vault->apart().value();
  for (const ApartRow& row : rows) {
    acts.push_back(row.person_name + " " + row.act + " " + row.subject);
  }
  std::ranges::sort(acts);
  return acts;
}

RecordId apart_with_act(Laptop& laptop, std::string_view act) {
  const auto rows = laptop.vault->apart().value();
  for (const ApartRow& row : rows) {
    if (row.act == act) return row.record;
  }
  ADD_FAILURE() << "nothing apart is a " << act;
  return {};
}

std::vector<std::string> register_of(Laptop& laptop) {
  std::vector<std::string> lines;
  const auto entries = laptop.vault->journal(std::nullopt).value();
  for (const RegisterEntry& entry : entries) {
    lines.push_back(entry.person_name + " " + entry.act + " " + entry.subject);
  }
  return lines;
}

// Anna is taken out of the raad while a note, a signature and a stuk of hers were not sent yet.
class ApartTest : public RaadOfVaults {
 protected:
  void SetUp() override {
    griffier = &found("Griet");
    plv = &join(*griffier, "Piet", {Capacity::plv_griffier});
    anna = &join(*griffier, "Anna", {Capacity::raadslid});
    bram = &join(*griffier, "Bram", {Capacity::raadslid});
    sync(*griffier);
    const DossierId dossier = new_dossier(*griffier);
    grant(*griffier, *anna, dossier);
    grant(*griffier, *bram, dossier);
    stuk = griffier->add(dossier, "verslag", "woord", "Verslag");
    settle();
    ASSERT_TRUE(anna->vault->note(stuk, std::nullopt, "in de trein geschreven"));
    ASSERT_TRUE(anna->vault->sign(stuk));
    own_stuk = anna->add(dossier, "verslag", "van Anna", "Annas stuk");
    ASSERT_TRUE(griffier->vault->revoke(anna->person(), std::nullopt));
    sync(*griffier);
    sync(*anna);
    sync(*griffier);
    sync(*plv);
  }

  Laptop* griffier = nullptr;
  Laptop* plv = nullptr;
  Laptop* anna = nullptr;
  Laptop* bram = nullptr;
  StukId stuk;
  StukId own_stuk;
};

TEST_F(ApartTest, WhatWasNotSentIsShownToOfficersAndStandsNowhere) {
  EXPECT_EQ(griffier->vault->status()->apart, 4U);
  EXPECT_THAT(acts_apart(*griffier),
              ElementsAre("Anna add ", "Anna add ", "Anna note Verslag", "Anna sign Verslag"));
  EXPECT_THAT(texts_of(*griffier, stuk), IsEmpty());
  EXPECT_EQ(griffier->vault->stuk(stuk)->signature_count, 0U);
  sync(*bram);
  EXPECT_EQ(key_of(bram->vault->apart()), "apart.only_officer");
  EXPECT_EQ(bram->vault->status()->apart, 0U);
  EXPECT_THAT(texts_of(*bram, stuk), IsEmpty());
}

TEST_F(ApartTest, WhatIsCarriedInStandsUnderItsAuthorForEverybody) {
  ASSERT_TRUE(griffier->vault->carry_in(apart_with_act(*griffier, "note")));
  ASSERT_TRUE(griffier->vault->carry_in(apart_with_act(*griffier, "sign")));
  settle();
  for (Laptop* laptop : {griffier, plv, bram}) {
    reopen(*laptop);
    EXPECT_THAT(texts_of(*laptop, stuk), ElementsAre("Anna: in de trein geschreven"));
    EXPECT_EQ(laptop->vault->stuk(stuk)->signature_count, 1U);
    EXPECT_THAT(register_of(*laptop), Contains("Griet carry Anna").Times(2));
    EXPECT_THAT(register_of(*laptop), Contains("Anna note Verslag"));
    EXPECT_THAT(laptop->vault->search("trein").value(), SizeIs(1));
  }
  EXPECT_THAT(acts_apart(*griffier), ElementsAre("Anna add ", "Anna add "));
  EXPECT_THAT(acts_apart(*plv), ElementsAre("Anna add ", "Anna add "));
}

TEST_F(ApartTest, WhatIsRefusedStandsNowhereAndIsNotAskedAgain) {
  const RecordId note = apart_with_act(*griffier, "note");
  ASSERT_TRUE(griffier->vault->refuse_apart(note));
  EXPECT_EQ(key_of(griffier->vault->refuse_apart(note)), "apart.unknown");
  EXPECT_EQ(key_of(griffier->vault->carry_in(note)), "apart.unknown");
  settle();
  for (Laptop* laptop : {griffier, plv}) {
    reopen(*laptop);
    EXPECT_THAT(acts_apart(*laptop), ElementsAre("Anna add ", "Anna add ", "Anna sign Verslag"));
    EXPECT_THAT(register_of(*laptop), Contains("Griet refuse Anna"));
  }
  EXPECT_THAT(texts_of(*bram, stuk), IsEmpty());
}

TEST_F(ApartTest, ADocumentThatDidNotComeIsNotCarriedIn) {
  const auto rows = griffier->vault->apart().value();
  for (const ApartRow& row : rows) {
    if (row.act != "add") continue;
    EXPECT_FALSE(row.can_carry);
    EXPECT_EQ(key_of(griffier->vault->carry_in(row.record)), "apart.no_document");
  }
  EXPECT_EQ(key_of(griffier->vault->stuk(own_stuk)), "stuk.unknown");
}

TEST_F(ApartTest, AMemberDecidesNothing) {
  sync(*bram);
  const RecordId note = apart_with_act(*griffier, "note");
  const auto kept = griffier->vault->device().rows().apart().value();
  const auto found = std::ranges::find(kept, note, &DeviceRows::ApartRecord::record);
  ASSERT_NE(found, kept.end());
  const auto refused = bram->vault->device().add({found->circle, RecordKind::refuse,
                                                  encode(Refuse{note, anna->vault->device().id()}),
                                                  BlobName{}, OutboxKind::record});
  ASSERT_TRUE(refused);
  settle();
  EXPECT_EQ(apart_with_act(*griffier, "note"), note);
  EXPECT_THAT(register_of(*griffier), Not(Contains("Bram refuse Anna")));
  EXPECT_EQ(key_of(bram->vault->carry_in(note)), "apart.only_officer");
  EXPECT_EQ(key_of(bram->vault->refuse_apart(note)), "apart.only_officer");
}

TEST_F(ApartTest, ItIsFoundByTheBeginningOfItsId) {
  const RecordId note = apart_with_act(*griffier, "note");
  EXPECT_EQ(griffier->vault->find_apart(note.hex().substr(0, 8)).value(), note);
  EXPECT_EQ(key_of(griffier->vault->find_apart("")), "apart.unknown");
  EXPECT_EQ(key_of(griffier->vault->find_apart("0000")), "apart.unknown");
}

}  // namespace
}  // namespace kluis::test
