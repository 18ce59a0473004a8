#include <gmock/gmock.h>

#include "tests/vault/raad_of_vaults.h"

// Records that a changed client signs: genuine signatures, but not his to say.
namespace kluis::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class ForgedWords : public RaadOfVaults {
 protected:
  ForgedWords()
      : griffier_(found("Griet")),
        plv_(join(griffier_, "Piet", {Capacity::plv_griffier})),
        anna_(join(griffier_, "Anna", {Capacity::raadslid})) {
    sync(griffier_);
    dossier_ = new_dossier(griffier_);
    grant(griffier_, anna_, dossier_);
    stuk_ = griffier_.add(dossier_, "verslag", "inhoud", "Verslag");
    settle();
    const auto epochs = griffier_.vault->epochs(dossier_).value();
    for (const CircleEpoch& epoch : epochs) {
      if (epoch.reader_class == ReaderClass::verslag) circle_ = epoch.circle;
    }
  }

  RecordId say(Laptop& laptop, RecordKind kind, const Bytes& body) {
    const auto added =
        laptop.vault->device().add({circle_, kind, body, BlobName{}, OutboxKind::record});
    EXPECT_TRUE(added) << added.error().key;
    return added ? added->id() : RecordId{};
  }

  // The record that made the only version of the stuk.
  RecordId version_record() {
    const auto entries = griffier_.vault->device().rows().key_entries(circle_).value();
    for (const KeyEntry& entry : entries) {
      const auto bytes = griffier_.vault->device().rows().record(circle_, entry.record).value();
      if (decode_record(bytes->bytes)->kind == RecordKind::version) return entry.record;
    }
    ADD_FAILURE() << "no version";
    return {};
  }

  static std::vector<std::string> acts_of(Laptop& laptop) {
    std::vector<std::string> acts;
    const auto entries = laptop.vault->journal(std::nullopt).value();
    for (const RegisterEntry& entry : entries) acts.push_back(entry.person_name + " " + entry.act);
    return acts;
  }

  Laptop& griffier_;
  Laptop& plv_;
  Laptop& anna_;
  DossierId dossier_;
  StukId stuk_;
  CircleAlias circle_;
};

// As many as it takes for one of them to come first by record id.
TEST_F(ForgedWords, NobodyMakesTheStukOfAnotherAgain) {
  for (int i = 0; i < 8; ++i) {
    say(anna_, RecordKind::stuk, encode(Stuk{stuk_, "Anders", "verslag"}));
  }
  settle();
  for (Laptop* laptop : {&griffier_, &plv_, &anna_}) {
    Store& store = laptop->vault->device().rows().store();
    ASSERT_TRUE(store.transact([&] { return laptop->vault->rebuild_lists(); }));
    EXPECT_THAT(laptop->titles(), ElementsAre("Verslag"));
  }
}

// Not even another officer: each circle is what its maker said.
TEST_F(ForgedWords, OnlyItsMakerSaysWhatACircleIs) {
  for (int i = 0; i < 4; ++i) {
    const DossierId dossier = new_dossier(griffier_);
    griffier_.add(dossier, "verslag", "inhoud", "Verslag");
    settle();
    const auto epochs = plv_.vault->epochs(dossier).value();
    for (const CircleEpoch& epoch : epochs) {
      circle_ = epoch.circle;
      say(plv_, RecordKind::circle_info,
          encode(CircleInfo{dossier, "Anders", DossierKind::gesprek, ReaderClass::gezamenlijk,
                            std::nullopt}));
    }
    settle();
  }
  for (Laptop* laptop : {&griffier_, &plv_}) {
    const auto rows = laptop->vault->dossiers().value();
    for (const DossierRow& row : rows) EXPECT_EQ(row.title, "Dossier");
  }
}

TEST_F(ForgedWords, ACarryOfJunkStopsNobody) {
  say(plv_, RecordKind::carry, encode(Carry{circle_, {}, Bytes(40, 1), {}}));
  settle();
  ASSERT_TRUE(anna_.vault->note(stuk_, std::nullopt, "gaat door"));
  settle();
  EXPECT_THAT(acts_of(griffier_), Contains("Anna note"));
  EXPECT_THAT(acts_of(griffier_), Not(Contains("Piet carry")));
}

TEST_F(ForgedWords, TheRegisterTellsWhatWasDoneNotWhatIsSaidOfIt) {
  for (const char* act : {"sign", "adopt", "grant"}) {
    say(anna_, RecordKind::journal, encode(JournalEntry{act, stuk_, 1, ""}));
  }
  say(anna_, RecordKind::journal, encode(JournalEntry{"export", stuk_, 1, ""}));
  settle();
  EXPECT_THAT(acts_of(griffier_), Contains("Anna export"));
  for (const char* act : {"Anna sign", "Anna adopt", "Anna grant"}) {
    EXPECT_THAT(acts_of(griffier_), Not(Contains(act)));
  }
}

TEST_F(ForgedWords, AnAdoptionThatDoesNotCountIsNotCarriedAlong) {
  Laptop& cees = join(griffier_, "Cees", {Capacity::raadslid});
  sync(griffier_);
  say(anna_, RecordKind::adopt, encode(Adopt{stuk_, 1, version_record()}));
  settle();
  const StukId adopted = griffier_.add(dossier_, "verslag", "besloten", "Vastgesteld verslag");
  ASSERT_TRUE(griffier_.vault->adopt(adopted));
  settle();
  grant(griffier_, cees, dossier_, std::nullopt, {stuk_, adopted});
  settle();
  EXPECT_THAT(cees.titles(), ElementsAre("Vastgesteld verslag", "Verslag"));
  for (Laptop* laptop : {&griffier_, &plv_, &anna_, &cees}) {
    EXPECT_EQ(laptop->vault->stuk(stuk_)->status, StukStatus::concept_);
    EXPECT_THAT(acts_of(*laptop), Not(Contains("Anna adopt")));
  }
  EXPECT_EQ(cees.vault->stuk(adopted)->status, StukStatus::vastgesteld);
}

// ---- What a removed device had not sent ----

TEST_F(ForgedWords, AnAdoptionByWhoMayNotIsNotCarriedIn) {
  const RecordId adoption =
      say(anna_, RecordKind::adopt, encode(Adopt{stuk_, 1, version_record()}));
  ASSERT_TRUE(griffier_.vault->revoke(anna_.person(), std::nullopt));
  sync(griffier_);
  sync(anna_);
  sync(griffier_);
  EXPECT_EQ(key_of(griffier_.vault->carry_in(adoption)), "adopt.not_allowed");
  EXPECT_TRUE(griffier_.vault->refuse_apart(adoption));
  EXPECT_THAT(griffier_.vault->apart().value(), IsEmpty());
}

TEST_F(ForgedWords, NothingIsSettledByACarryThatDoesNotShowIt) {
  ASSERT_TRUE(anna_.vault->note(stuk_, std::nullopt, "in de trein geschreven"));
  ASSERT_TRUE(griffier_.vault->revoke(anna_.person(), std::nullopt));
  sync(griffier_);
  sync(anna_);
  settle();
  const auto rows = griffier_.vault->apart().value();
  ASSERT_EQ(rows.size(), 1U);
  say(plv_, RecordKind::carry, encode(Carry{circle_, rows[0].record, Bytes(40, 1), {}}));
  settle();
  EXPECT_EQ(griffier_.vault->status()->apart, 1U);
  EXPECT_EQ(plv_.vault->status()->apart, 1U);
}

}  // namespace
}  // namespace kluis::test
