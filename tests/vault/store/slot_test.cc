#include "vault/store/slot.h"

#include "tests/vault/store/vault_fixture.h"
#include "vault/crypto/hash.h"

namespace kluis::test {
namespace {

class SlotTest : public ::testing::Test {
 protected:
  SlotTest() : key_(*make_slot_key(hasher_, entropy_, as_bytes("goed"))) {}

  SlotContent content(std::uint64_t counter) {
    return {counter, 5, random_id<DatabaseId>(entropy_), RootKey::generate(entropy_)};
  }
  SlotHalf half(std::uint64_t counter) { return seal_slot(content(counter), key_, entropy_); }
  // Opens the slot file with `passphrase`: the error key, or the counter that won.
  std::string open(std::string_view passphrase) {
    auto file = SlotFile::open(disk_);
    if (!file) return key_of(file);
    auto winner = file->winner();
    if (!winner) return key_of(winner);
    auto key = derive_slot_key(*winner, hasher_, as_bytes(passphrase));
    if (!key) return key_of(key);
    auto opened = open_slot(*winner, *key);
    return opened ? std::to_string(opened->counter) : key_of(opened);
  }
  void put(SlotFile::Half which, ByteView bytes) {
    Bytes file = disk_.contents("slot");
    const auto at =
        which == SlotFile::Half::a ? std::size_t{0} : std::size_t{kSlotHalfDistanceBytes};
    std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
    disk_.set_contents("slot", file);
  }
  // Changes a byte and makes the checksum right again, as a forger would.
  static SlotHalf forged(SlotHalf half, std::size_t at, std::uint8_t value) {
    half[at] = value;
    const auto sum = hash_as<Digest>("slot/checksum", {ByteView(half).first(kSlotHalfBytes - 32)});
    std::copy(sum.bytes.begin(), sum.bytes.end(), half.end() - 32);
    return half;
  }

  FaultDisk disk_;
  SeededEntropy entropy_{1};
  PasswordHasher hasher_{test_argon2_cost()};
  SlotKey key_;
};

TEST_F(SlotTest, OpensWithItsPassphraseAlone) {
  EXPECT_EQ(open("goed"), "vault.none");
  ASSERT_TRUE(SlotFile::create(disk_, half(1)));
  EXPECT_EQ(key_of(SlotFile::create(disk_, half(1))), "disk.exists");
  EXPECT_EQ(open("goed"), "1");
  EXPECT_EQ(open("fout"), "slot.wrong_passphrase");
  EXPECT_EQ(open(""), "slot.wrong_passphrase");
}

TEST_F(SlotTest, HalvesLieFarApartInAFileThatIsNeverMadeLonger) {
  ASSERT_TRUE(SlotFile::create(disk_, half(1)));
  EXPECT_GE(kSlotHalfDistanceBytes, 64u * 1024);
  const std::size_t size = disk_.contents("slot").size();
  EXPECT_EQ(size, kSlotHalfDistanceBytes + kSlotHalfBytes);
  auto file = SlotFile::open(disk_);
  ASSERT_TRUE(file->write(SlotFile::Half::b, half(2)));
  EXPECT_EQ(disk_.contents("slot").size(), size);
}

TEST_F(SlotTest, EveryBitThatFlipsInOneHalfIsSurvivedAndInBothIsDamage) {
  const SlotHalf good = half(3);
  ASSERT_TRUE(SlotFile::create(disk_, good));
  for (std::size_t bit = 0; bit < kSlotHalfBytes * 8; bit += 13) {
    SlotHalf bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    EXPECT_EQ(key_of(read_slot(bad)), "slot.damaged") << bit;
  }
  SlotHalf bad = good;
  bad[100] ^= 1;
  put(SlotFile::Half::a, bad);
  EXPECT_EQ(open("goed"), "3");
  put(SlotFile::Half::b, bad);
  EXPECT_EQ(open("goed"), "slot.damaged");
}

TEST_F(SlotTest, ATruncatedFileIsToldApart) {
  ASSERT_TRUE(SlotFile::create(disk_, half(3)));
  const Bytes whole = disk_.contents("slot");
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, kSlotHalfBytes - 1}) {
    disk_.set_contents("slot", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(open("goed"), "slot.damaged") << size;
  }
  disk_.set_contents("slot", {whole.begin(), whole.begin() + kSlotHalfBytes});
  EXPECT_EQ(open("goed"), "3");
  auto file = SlotFile::open(disk_);
  ASSERT_TRUE(file->repair(*file->winner()));
  EXPECT_EQ(disk_.contents("slot"), whole);
}

TEST_F(SlotTest, TheHigherCounterWinsAndIsCopiedOverTheOther) {
  const SlotHalf older = half(8);
  const SlotHalf newer = half(9);
  ASSERT_TRUE(SlotFile::create(disk_, older));
  for (const auto which : {SlotFile::Half::a, SlotFile::Half::b}) {
    put(SlotFile::Half::a, older);
    put(SlotFile::Half::b, older);
    put(which, newer);
    EXPECT_EQ(open("goed"), "9");
    auto file = SlotFile::open(disk_);
    ASSERT_TRUE(file->repair(*file->winner()));
    const Bytes bytes = disk_.contents("slot");
    EXPECT_TRUE(std::equal(newer.begin(), newer.end(), bytes.begin()));
    EXPECT_TRUE(std::equal(newer.begin(), newer.end(), bytes.end() - kSlotHalfBytes));
  }
}

TEST_F(SlotTest, AVersionOrSuiteOrFactorOfAnotherProgramIsNotTouched) {
  const SlotHalf good = half(3);
  ASSERT_TRUE(SlotFile::create(disk_, good));
  for (const std::size_t at : {8u, 10u, 20u}) {  // version, suite, kind of machine factor
    const SlotHalf other = forged(good, at, 2);
    EXPECT_EQ(key_of(read_slot(other)), "slot.unknown_version");
    // Even beside a half that this program knows: whoever wrote it knows better.
    put(SlotFile::Half::b, other);
    EXPECT_EQ(open("goed"), "slot.unknown_version");
  }
}

TEST_F(SlotTest, NoClearFieldCanBeChanged) {
  const SlotHalf good = half(3);
  for (std::size_t at = 0; at < 72; ++at) {
    const SlotHalf changed = forged(good, at, static_cast<std::uint8_t>(good[at] ^ 1));
    EXPECT_FALSE(open_slot(changed, key_)) << at;
  }
  for (const std::size_t at : {72u, 500u, 1095u, 1200u, 4000u}) {
    EXPECT_EQ(key_of(read_slot(forged(good, at, 1))), "slot.damaged") << at;
  }
  EXPECT_TRUE(open_slot(good, key_));
}

TEST_F(SlotTest, ACheapOrEndlessCostIsRefusedBeforeAnythingIsDerived) {
  const SlotHalf good = half(3);
  ASSERT_TRUE(SlotFile::create(disk_, good));
  const auto try_with = [&](const SlotHalf& changed) {
    put(SlotFile::Half::a, changed);
    put(SlotFile::Half::b, changed);
    return open("goed");
  };
  EXPECT_EQ(try_with(forged(good, 12, 8)), "slot.cost_too_low");  // 8 KiB
  EXPECT_EQ(try_with(forged(good, 16, 0)), "slot.cost_too_low");  // no pass
  EXPECT_EQ(try_with(forged(good, 15, 0xff)), "slot.cost_too_high");
  EXPECT_EQ(try_with(forged(good, 19, 0xff)), "slot.cost_too_high");
  // The shipped program does not take the cost that tests use.
  const PasswordHasher product(Argon2Cost::product());
  EXPECT_EQ(key_of(derive_slot_key(good, product, as_bytes("goed"))), "slot.cost_too_low");
}

TEST_F(SlotTest, TheSameContentIsNeverSealedTwiceAlike) {
  const SlotContent one = content(1);
  EXPECT_NE(seal_slot(one, key_, entropy_), seal_slot(one, key_, entropy_));
}

}  // namespace
}  // namespace kluis::test
