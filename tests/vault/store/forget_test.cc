#include "tests/vault/store/vault_fixture.h"
#include "vault/store/page_sealer.h"
#include "vault/store/reseal.h"
#include "vault/store/sealed_vfs.h"

// What is left after a device reseal, looked at as whoever gets the laptop and its passphrase
// would.
namespace kluis::test {
namespace {

constexpr std::string_view kErased = "Zwanenburgwal-kandidaat";
constexpr std::string_view kErasedWord = "zwanenburgwal";

// Every page of the database that the slot names, in plaintext, free pages included.
Bytes plaintext_pages(VaultOnFaultDisk& on) {
  auto slot = recover_slot(on.disk, on.hasher, on.passphrase);
  EXPECT_TRUE(slot) << key_of(slot);
  const std::string name = database_name(slot->content.database);
  const auto key = database_key(slot->content.root, slot->content.database);
  Bytes plaintext;
  for (const bool is_log : {false, true}) {
    const std::string file = is_log ? name + "-wal" : name;
    auto opened = on.disk.open(file, OpenMode::read);
    if (!opened) continue;
    PageSealer sealer(key, on.entropy);
    const std::size_t header = is_log ? 32 + 8 + kSealBytes : kPageBytes;
    const std::size_t step = is_log ? 24 + kSealBytes + kPageBytes : kPageBytes;
    const Bytes bytes = on.disk.contents(file);
    for (std::size_t number = 1; header + number * step <= bytes.size(); ++number) {
      Bytes page(bytes.begin() + static_cast<std::ptrdiff_t>(header + number * step - kPageBytes),
                 bytes.begin() + static_cast<std::ptrdiff_t>(header + number * step));
      const auto kind = is_log ? PieceKind::frame_page : PieceKind::page;
      if (sealer.open_page(kind, number, page)) append(plaintext, page);
    }
  }
  return plaintext;
}

class ForgetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto vault = on_.create();
    ASSERT_TRUE(vault);
    vault_.emplace(std::move(*vault));
    ASSERT_TRUE(vault_->add_user(search_));
    for (int number = 0; number < 300; ++number) {
      ASSERT_TRUE(put_row(vault_->store(), "blijft" + std::to_string(number), Bytes(90, 7)));
      ASSERT_TRUE(search_.add(number, "notulen nummer" + std::to_string(number) + " blijven"));
    }
    ASSERT_TRUE(put_row(vault_->store(), "weg", as_bytes(kErased)));
    ASSERT_TRUE(search_.add(1000, kErased));
    EXPECT_EQ(search_.count(kErasedWord).value(), 1);
  }
  void erase() {
    ASSERT_TRUE(vault_->store().transact(
        [&] { return vault_->store().erase(Table::record, as_bytes("weg")); }));
    ASSERT_TRUE(search_.remove(1000));
  }
  SlotHalf half(SlotFile::Half which) {
    const Bytes bytes = on_.disk.contents("slot");
    SlotHalf half{};
    const auto at =
        which == SlotFile::Half::a ? 0 : static_cast<std::ptrdiff_t>(kSlotHalfDistanceBytes);
    std::copy_n(bytes.begin() + at, kSlotHalfBytes, half.begin());
    return half;
  }

  VaultOnFaultDisk on_;
  SearchIndex search_;
  std::optional<SealedVault> vault_;
};

TEST_F(ForgetTest, ErasedRowsAndWordsAreInNoPageOfTheNewDatabase) {
  ASSERT_TRUE(vault_->close());
  EXPECT_TRUE(contains(plaintext_pages(on_), as_bytes(kErased)));
  EXPECT_TRUE(contains(plaintext_pages(on_), as_bytes(kErasedWord)));
  vault_.emplace(std::move(*on_.open()));
  ASSERT_TRUE(vault_->add_user(search_));
  erase();
  ASSERT_TRUE(vault_->reseal());
  EXPECT_EQ(search_.count(kErasedWord).value(), 0);
  EXPECT_EQ(search_.count("blijven").value(), 300);
  ASSERT_TRUE(vault_->close());
  const Bytes pages = plaintext_pages(on_);
  EXPECT_TRUE(contains(pages, as_bytes("nummer123")));
  EXPECT_FALSE(contains(pages, as_bytes(kErased)));
  EXPECT_FALSE(contains(pages, as_bytes(kErasedWord)));
  EXPECT_FALSE(contains(pages, as_bytes("anenburg")));
}

TEST_F(ForgetTest, TheOldRootKeyStandsNowhereOnTheMedium) {
  const SlotHalf before = half(SlotFile::Half::a);
  EXPECT_EQ(before, half(SlotFile::Half::b));
  const ByteView sealed_root = ByteView(before).subspan(1120, 48);
  const ByteView nonce = ByteView(before).subspan(1096, 24);
  EXPECT_TRUE(contains(on_.disk.raw_image(), sealed_root));
  erase();
  ASSERT_TRUE(vault_->reseal());
  const Bytes image = on_.disk.raw_image();  // removed files and cut tails included
  EXPECT_FALSE(contains(image, sealed_root));
  EXPECT_FALSE(contains(image, nonce));
  EXPECT_FALSE(contains(image, sealed_root.first(24)));
  EXPECT_EQ(half(SlotFile::Half::a), half(SlotFile::Half::b));
}

TEST_F(ForgetTest, TheOldRootKeyOpensNothingNew) {
  const SlotHalf before = half(SlotFile::Half::a);
  auto old_key = derive_slot_key(before, on_.hasher, on_.passphrase);
  ASSERT_TRUE(old_key);
  auto old = open_slot(before, *old_key);
  ASSERT_TRUE(old);
  ASSERT_TRUE(vault_->reseal());
  ASSERT_TRUE(vault_->close());
  auto now = open_slot(half(SlotFile::Half::a), *old_key);  // the same passphrase and salt
  ASSERT_TRUE(now);
  EXPECT_FALSE(now->root.equals(old->root));
  EXPECT_NE(now->database, old->database);
  SealedVfs vfs(on_.disk, on_.entropy);
  const std::string name = database_name(now->database);
  vfs.set_key(name, database_key(old->root, now->database));
  EXPECT_EQ(key_of(Database::open_sealed(vfs, name)), "store.damaged");
  vfs.set_key(name, database_key(now->root, now->database));
  EXPECT_TRUE(Database::open_sealed(vfs, name));
}

TEST_F(ForgetTest, OnlyTheDatabaseThatTheSlotNamesIsLeft) {
  const auto before = on_.disk.names();
  ASSERT_TRUE(vault_->reseal());
  const auto after = on_.disk.names();
  EXPECT_EQ(after.size(), before.size());
  for (const auto& name : after) {
    EXPECT_TRUE(name == "slot" || std::find(before.begin(), before.end(), name) == before.end());
  }
}

TEST_F(ForgetTest, AChangedPassphraseIsTheOnlyOneAndBringsAFreshSalt) {
  const SlotHalf before = half(SlotFile::Half::a);
  ASSERT_TRUE(vault_->change_passphrase(as_bytes("nieuw")));
  EXPECT_EQ(vault_->generation(), 1u);
  EXPECT_NE(read_slot(half(SlotFile::Half::a))->salt.bytes, read_slot(before)->salt.bytes);
  ASSERT_TRUE(vault_->close());
  EXPECT_EQ(key_of(on_.open()), "slot.wrong_passphrase");
  on_.passphrase = bytes_of("nieuw");
  EXPECT_TRUE(on_.open());
  EXPECT_FALSE(contains(on_.disk.raw_image(), ByteView(before).subspan(1120, 48)));
}

TEST_F(ForgetTest, AReopenedVaultFinishesAnInterruptedReseal) {
  const SlotHalf before = half(SlotFile::Half::a);
  ASSERT_TRUE(vault_->reseal());
  const Bytes done = on_.disk.contents("slot");
  // As after a crash between steps 5 and 6: half b is new, half a is old.
  Bytes mixed = done;
  std::copy(before.begin(), before.end(), mixed.begin());
  on_.disk.set_contents("slot", mixed);
  on_.disk.set_contents("data-00000000000000000000000000000000", Bytes(5000, 1));
  vault_.reset();
  on_.disk.restart_process();
  auto vault = on_.open();
  ASSERT_TRUE(vault) << key_of(vault);
  EXPECT_EQ(vault->generation(), 1u);
  EXPECT_EQ(on_.disk.contents("slot"), done);
  EXPECT_FALSE(contains(on_.disk.raw_image(), ByteView(before).subspan(1120, 48)));
  EXPECT_EQ(on_.disk.names().size(), 3u);  // slot, database, log
}

}  // namespace
}  // namespace kluis::test
