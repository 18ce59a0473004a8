#include "tests/support/vectors.h"

#include <gtest/gtest.h>

#include "vault/crypto/argon2_encoded.h"
#include "vault/crypto/hpke.h"
#include "vault/crypto/kem.h"
#include "vault/crypto/padme.h"
#include "vault/crypto/scrypt.h"

namespace kluis {
namespace {

using nlohmann::json;
using test::hex_field;

TEST(VectorsTest, XWing) {
  const json vectors = test::load_vectors("xwing-hpke/xwing-draft-vectors-1-2.json");
  ASSERT_FALSE(vectors.empty());
  for (const json& vector : vectors) {
    const Bytes seed_bytes = hex_field(vector, "seed"), coin_bytes = hex_field(vector, "eseed");
    const auto seed = LeafSeed::copy_of(ByteView(seed_bytes).first<32>());
    const auto coins = KemCoins::copy_of(ByteView(coin_bytes).first<64>());
    const LeafPublic leaf = leaf_public(seed);
    EXPECT_TRUE(same_bytes(leaf.view(), hex_field(vector, "pk")));
    const auto box = encapsulate(leaf, coins);
    ASSERT_TRUE(box.has_value());
    EXPECT_TRUE(same_bytes(box->ciphertext.view(), hex_field(vector, "ct")));
    EXPECT_TRUE(same_bytes(box->shared.expose(), hex_field(vector, "ss")));
    const auto opened = decapsulate(seed, box->ciphertext);
    ASSERT_TRUE(opened.has_value());
    EXPECT_TRUE(same_bytes(opened->expose(), hex_field(vector, "ss")));
  }
}

TEST(VectorsTest, Hpke) {
  const json vectors =
      test::load_vectors("xwing-hpke/hpke-mlkem768x25519-hkdfsha256-chacha20poly1305.json");
  ASSERT_FALSE(vectors.empty());
  for (const json& vector : vectors) {
    const Bytes seed = hex_field(vector, "skRm"), coins = hex_field(vector, "ikmE");
    const auto made = encapsulate(leaf_public(LeafSeed::copy_of(ByteView(seed).first<32>())),
                                  KemCoins::copy_of(ByteView(coins).first<64>()));
    ASSERT_TRUE(made.has_value());
    EXPECT_TRUE(same_bytes(made->ciphertext.view(), hex_field(vector, "enc")));
    EXPECT_TRUE(same_bytes(made->shared.expose(), hex_field(vector, "shared_secret")));
    // The vector's info is the hexadecimal text of hexadecimal text.
    const HpkeContext context = hpke_context(made->shared, hex_field(vector, "info"));
    EXPECT_TRUE(same_bytes(context.key.expose(), hex_field(vector, "key")));
    EXPECT_TRUE(same_bytes(context.nonce.bytes, hex_field(vector, "base_nonce")));
    const json& first = vector["encryptions"][0];
    Bytes sealed;
    chachapoly_seal_onto(sealed, context.key, context.nonce, hex_field(first, "aad"),
                         hex_field(first, "pt"));
    EXPECT_TRUE(same_bytes(sealed, hex_field(first, "ct")));
  }
}

// RFC 7914, section 12: the vector with r = 8 and p = 1. Its first 32 bytes do not depend on how
// many were asked for.
TEST(VectorsTest, Scrypt) {
  const auto key = scrypt_key(as_bytes("pleaseletmein"), as_bytes("SodiumChloride"), 14);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(to_hex(key->expose()),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
}

TEST(VectorsTest, Padme) {
  const json vectors = test::load_vectors("padme/padme-lengths.json");
  ASSERT_FALSE(vectors.empty());
  for (const json& vector : vectors) {
    const auto size = vector["L"].get<std::uint64_t>(),
               padded = vector["padded"].get<std::uint64_t>();
    EXPECT_EQ(padme_size(size), padded) << size;
    EXPECT_EQ(padme_size(padded), padded);
  }
}

TEST(VectorsTest, Argon2EncodedStrings) {
  const json vectors = test::load_vectors("argon2/phc-mcf.json");
  ASSERT_FALSE(vectors.empty());
  for (const json& vector : vectors) {
    const auto encoded = vector["mcf"].get<std::string>();
    const auto password = vector["password"].get<std::string>();
    const bool accepted = vector["libsodium_1_0_22_str_verify"].get<bool>();
    EXPECT_EQ(argon2_verify_encoded(encoded, password), accepted) << encoded;
  }
  const auto& cheap = *std::ranges::find_if(vectors, [](const json& vector) {
    return vector["m_kib"] == 256 && vector["libsodium_1_0_22_str_verify"] == true;
  });
  EXPECT_FALSE(argon2_verify_encoded(cheap["mcf"].get<std::string>(), "another"));
}

}  // namespace
}  // namespace kluis
