#include "tests/vault/store/vault_fixture.h"
#include "vault/store/page_sealer.h"
#include "vault/store/reseal.h"

// The worked example of vault/store/FORMAT.md: the bytes a vault is made of, from fixed inputs.
namespace kluis::test {
namespace {

Bytes counting(std::uint8_t first, std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
  return bytes;
}

const RootKey& example_root() {
  static const RootKey kRoot =
      RootKey::copy_of(std::span<const std::uint8_t, 32>(counting(0x00, 32)));
  return kRoot;
}
DatabaseId example_id() {
  return *DatabaseId::from(counting(0x20, 16));
}

TEST(FormatTest, NamesAndKeysOfADatabase) {
  EXPECT_EQ(database_name(example_id()), "data-202122232425262728292a2b2c2d2e2f");
  EXPECT_EQ(to_hex(database_key(example_root(), example_id()).expose()),
            "50efd2a9bcdbf456e72e5c54c5e80c5f08bc9125a690eb77bec667fc68174db3");
}

TEST(FormatTest, AnEdition) {
  FixedEntropy entropy(counting(0x40, 24));
  PageSealer sealer(database_key(example_root(), example_id()), entropy);
  Bytes sealed(kStampBytes + kSealBytes);
  sealer.seal_header(PieceKind::edition, 1, Bytes{1, 0, 0, 0, 0, 0, 0, 0}, sealed);
  EXPECT_EQ(to_hex(sealed),
            "404142434445464748494a4b4c4d4e4f50515253545556579d4724683c5cb91a2a21fa11dd4d0f22"
            "1488f4d4f65a52f9");
}

TEST(FormatTest, APage) {
  FixedEntropy entropy(counting(0x40, 24));
  PageSealer sealer(database_key(example_root(), example_id()), entropy);
  Bytes sealed(kPageBytes);
  sealer.seal_page(PieceKind::page, 2, 1, Bytes(kPageBytes), sealed);
  EXPECT_EQ(to_hex(ByteView(sealed).first(16)), "9c4724683c5cb91aa0476698b65ba310");
  EXPECT_EQ(to_hex(ByteView(sealed).last(40)),
            "404142434445464748494a4b4c4d4e4f5051525354555657ea2ae053b0b90e6209121d47b38d6a5c");
}

TEST(FormatTest, AFrameHeader) {
  FixedEntropy entropy(counting(0x40, 24));
  PageSealer sealer(database_key(example_root(), example_id()), entropy);
  Bytes sealed(24 + kSealBytes);
  sealer.seal_header(PieceKind::frame_header, 1, Bytes(24), sealed);
  EXPECT_EQ(to_hex(sealed),
            "404142434445464748494a4b4c4d4e4f505152535455565750d6b4397326630fc53a1d975855f84a"
            "ea7df1eefc6cd2f5e73bb215251ddea4d0369622eda5bf93");
}

TEST(FormatTest, ASlotHalf) {
  FixedEntropy entropy(counting(0x40, 24));
  SlotKey key{PassphraseKey::copy_of(std::span<const std::uint8_t, 32>(counting(0x60, 32))),
              {262144, 3},
              {}};
  const Bytes salt = counting(0x30, 16);
  std::copy(salt.begin(), salt.end(), key.salt.bytes.begin());
  const SlotContent content{7, 5, example_id(), example_root().clone()};
  const SlotHalf half = seal_slot(content, key, entropy);
  EXPECT_EQ(to_hex(ByteView(half).first(72)),
            "52414144534c4f540100010000000400030000000000000007000000000000000500000000000000"
            "303132333435363738393a3b3c3d3e3f202122232425262728292a2b2c2d2e2f");
  EXPECT_EQ(to_hex(ByteView(half).subspan(1096, 72)),
            "404142434445464748494a4b4c4d4e4f5051525354555657999c1beac67cd3ef08baf141ec5ed80c"
            "997419c71fe187da67573ba189396a92da8a5afa5a66a10036914aafcaaae9e4");
  EXPECT_EQ(to_hex(ByteView(half).last(32)),
            "d55e6c1b103ef3c4cc22068313f5cdccb5cf54a3c7129d91341dbda05f12c5d7");
}

}  // namespace
}  // namespace kluis::test
