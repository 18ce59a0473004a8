#include "tests/vault/raad_of_vaults.h"

// Documents and a relay that was put back from an older backup: the files come back as well.
namespace kluis::test {
namespace {

class RestoredDocuments : public RaadOfVaults {
 protected:
  void SetUp() override {
    griffier_ = &found("Griet");
    anna_ = &join(*griffier_, "Anna", {Capacity::raadslid});
    dossier_ = new_dossier(*griffier_);
    grant(*griffier_, *anna_, dossier_);
    settle(2);
    before_ = griffier_->add(dossier_, "agenda", "van voor de back-up", "agenda");
    settle(3);
    backup_ = storage_;
  }

  void reseal_everything() {
    Device& device = griffier_->vault->device();
    const auto circles = device.rows().circles();
    ASSERT_TRUE(circles);
    for (const CircleState& state : *circles) {
      if (state.standing != Standing::current) continue;
      ASSERT_TRUE(device.wish(ResealIntent{state.alias}));
    }
    settle(3);
  }

  // Somebody who comes now reads all there is, from the relay alone.
  void expect_newcomer_reads(const StukId& stuk, const std::string& content) {
    Laptop& cas = join(*griffier_, "Cas", {Capacity::raadslid});
    grant(*griffier_, cas, dossier_);
    settle(3);
    EXPECT_EQ(cas.read(before_), "van voor de back-up");
    EXPECT_EQ(cas.read(stuk), content);
  }

  Laptop* griffier_ = nullptr;
  Laptop* anna_ = nullptr;
  DossierId dossier_;
  StukId before_;
  MemoryStorage backup_;
};

TEST_F(RestoredDocuments, OfAnItemThatIsHandedInAgain) {
  const StukId lost = griffier_->add(dossier_, "agenda", "van erna", "tweede agenda");
  settle(3);
  storage_ = backup_;
  settle(3);
  expect_newcomer_reads(lost, "van erna");
}

TEST_F(RestoredDocuments, OfARecordThatOnlyAListNames) {
  const StukId lost = griffier_->add(dossier_, "agenda", "van erna", "tweede agenda");
  settle(3);
  reseal_everything();
  storage_ = backup_;
  settle(3);
  expect_newcomer_reads(lost, "van erna");
}

TEST_F(RestoredDocuments, ThatWhoeverComesFirstDoesNotHave) {
  const StukId lost = griffier_->add(dossier_, "agenda", "van erna", "tweede agenda");
  sync(*griffier_);
  ASSERT_TRUE(try_sync(*anna_, false));
  ASSERT_TRUE(try_sync(*anna_, false));
  storage_ = backup_;
  ASSERT_TRUE(try_sync(*anna_));  // hands in the record, and calls for its file
  EXPECT_NE(anna_->read(lost), "van erna");
  settle(3);
  EXPECT_EQ(anna_->read(lost), "van erna");
  expect_newcomer_reads(lost, "van erna");
}

}  // namespace
}  // namespace kluis::test
