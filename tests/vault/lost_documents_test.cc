#include "tests/vault/raad_of_vaults.h"

// A file that should lie in the vault's folder and does not: whatever needs it waits, nothing else
// does, and it comes back from the relay.
namespace kluis::test {
namespace {

class LostDocuments : public RaadOfVaults {
 protected:
  void SetUp() override {
    griffier_ = &found("Griet");
    anna_ = &join(*griffier_, "Anna", {Capacity::raadslid});
    bram_ = &join(*griffier_, "Bram", {Capacity::raadslid});
    dossier_ = new_dossier(*griffier_);
    grant(*griffier_, *anna_, dossier_);
    settle(2);
  }

  static void lose_files(Laptop& laptop) {
    DocumentFiles& files = laptop.vault->documents();
    const auto names = files.list();
    ASSERT_TRUE(names && !names->empty());
    for (const BlobName& name : *names) ASSERT_TRUE(files.remove(name));
    ASSERT_TRUE(files.list()->empty());
  }

  Laptop* griffier_ = nullptr;
  Laptop* anna_ = nullptr;
  Laptop* bram_ = nullptr;
  DossierId dossier_;
};

TEST_F(LostDocuments, StopNoSyncAndComeBack) {
  const StukId stuk = griffier_->add(dossier_, "verslag", "woord over de brug", "Verslag");
  settle(2);
  lose_files(*griffier_);
  grant(*griffier_, *bram_, dossier_, std::nullopt, {stuk});
  ASSERT_TRUE(griffier_->vault->note(stuk, std::nullopt, "gaat door"));
  settle(3);
  EXPECT_EQ(anna_->vault->stuk(stuk)->note_count, 1U);
  EXPECT_EQ(griffier_->read(stuk), "woord over de brug");
  EXPECT_EQ(bram_->read(stuk), "woord over de brug");
}

// A stuk that somebody else wrote, whose file has not come yet.
TEST_F(LostDocuments, ACarryOfWhatHasNotComeYetWaitsForIt) {
  const StukId stuk = anna_->add(dossier_, "verslag", "van Anna", "Verslag");
  sync(*anna_);
  ASSERT_TRUE(try_sync(*griffier_, false));
  ASSERT_TRUE(griffier_->vault->documents().list()->empty());
  grant(*griffier_, *bram_, dossier_, std::nullopt, {stuk});
  settle(3);
  EXPECT_EQ(griffier_->read(stuk), "van Anna");
  EXPECT_EQ(bram_->read(stuk), "van Anna");
}

// The relay has it no more either: the others' work and the griffier's commits go on.
TEST_F(LostDocuments, ForGoodStopNoCommit) {
  const StukId stuk = griffier_->add(dossier_, "verslag", "nooit verzonden", "Verslag");
  lose_files(*griffier_);
  ASSERT_TRUE(griffier_->vault->revoke(bram_->person(), std::nullopt));
  sync(*griffier_);
  sync(*bram_);
  EXPECT_EQ(bram_->vault->device().state(), DeviceState::removed);
  EXPECT_EQ(griffier_->vault->stuk(stuk)->delivery, Device::Delivery::local);
}

TEST_F(LostDocuments, AreFetchedAgainOnceSomebodyWantsToRead) {
  const StukId stuk = griffier_->add(dossier_, "verslag", "woord over de brug", "Verslag");
  settle(2);
  lose_files(*anna_);
  EXPECT_EQ(anna_->read(stuk), "error stuk.not_here_yet");
  sync(*anna_);
  EXPECT_EQ(anna_->read(stuk), "woord over de brug");
}

}  // namespace
}  // namespace kluis::test
