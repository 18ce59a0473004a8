// What the protocol relies on, in words that hold for the real functions and for the model of
// tests/model_crypto alike: this file is compiled against both.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/kdf.h"
#include "vault/crypto/kem.h"
#include "vault/crypto/padme.h"
#include "vault/crypto/sign.h"

namespace kluis {
namespace {

using Key = Secret<struct TestKeyPurpose>;
using test::SeededEntropy;

template <typename View>
Bytes with_flipped_bit(View view, std::size_t bit) {
  Bytes bytes(view.begin(), view.end());
  bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
  return bytes;
}

class AeadTest : public testing::Test {
 protected:
  SeededEntropy entropy_{1};
  Key key_ = Key::generate(entropy_);
  AeadNonce nonce_;
  const Bytes data_ = to_bytes(as_bytes("context"));
  const Bytes plaintext_ = to_bytes(as_bytes("the sealed words"));
  const Bytes sealed_ = aead_seal(key_, nonce_, data_, plaintext_);

  void expect_refused(const Result<SecretBuffer>& result) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::integrity);
    EXPECT_EQ(result.error().key, "aead.unauthentic");
  }
};

TEST_F(AeadTest, OpensWhatItSealed) {
  EXPECT_EQ(sealed_.size(), plaintext_.size() + kAeadTagBytes);
  const auto opened = aead_open(key_, nonce_, data_, sealed_);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(same_bytes(opened->expose(), plaintext_));
  EXPECT_EQ(std::ranges::search(sealed_, as_bytes("sealed words")).size(), 0U);
}

TEST_F(AeadTest, OpensNothingWithOneBitDifferent) {
  for (std::size_t bit = 0; bit < sealed_.size() * 8; ++bit) {
    expect_refused(aead_open(key_, nonce_, data_, with_flipped_bit(sealed_, bit)));
  }
  for (std::size_t bit = 0; bit < data_.size() * 8; ++bit) {
    expect_refused(aead_open(key_, nonce_, with_flipped_bit(data_, bit), sealed_));
  }
  for (std::size_t bit = 0; bit < kAeadNonceBytes * 8; ++bit) {
    AeadNonce other;
    std::ranges::copy(with_flipped_bit(nonce_.bytes, bit), other.bytes.begin());
    expect_refused(aead_open(key_, other, data_, sealed_));
  }
  for (std::size_t bit = 0; bit < Key::kSize * 8; ++bit) {
    const Bytes other = with_flipped_bit(key_.expose(), bit);
    expect_refused(aead_open(Key::copy_of(ByteView(other).first<32>()), nonce_, data_, sealed_));
  }
}

TEST_F(AeadTest, OpensNothingOfAnotherLength) {
  for (std::size_t size = 0; size < sealed_.size(); ++size) {
    expect_refused(aead_open(key_, nonce_, data_, ByteView(sealed_).first(size)));
  }
  Bytes longer = sealed_;
  longer.push_back(0);
  expect_refused(aead_open(key_, nonce_, data_, longer));
}

TEST_F(AeadTest, SealsAndOpensNothing) {
  const auto opened = aead_open(key_, nonce_, {}, aead_seal(key_, nonce_, {}, {}));
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->size(), 0U);
}

TEST_F(AeadTest, DrawsAFreshNonceEachTime) {
  const Bytes first = aead_seal_random(key_, entropy_, data_, plaintext_);
  const Bytes second = aead_seal_random(key_, entropy_, data_, plaintext_);
  EXPECT_NE(first, second);
  const auto opened = aead_open_random(key_, data_, second);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(same_bytes(opened->expose(), plaintext_));
  for (std::size_t bit = 0; bit < second.size() * 8; ++bit) {
    expect_refused(aead_open_random(key_, data_, with_flipped_bit(second, bit)));
  }
  expect_refused(aead_open_random(key_, data_, ByteView(second).first(kAeadNonceBytes - 1)));
}

TEST(HashTest, TellsDomainsPartsAndLengthsApart) {
  const Bytes ab = to_bytes(as_bytes("ab")), c = to_bytes(as_bytes("c"));
  const Bytes a = to_bytes(as_bytes("a")), bc = to_bytes(as_bytes("bc"));
  const Bytes abc = to_bytes(as_bytes("abc"));
  std::set<Bytes> values;
  const auto add = [&](std::string_view domain, std::initializer_list<ByteView> parts) {
    values.insert(to_bytes(hash_as<Digest>(domain, parts).view()));
  };
  add("x", {ab, c});
  add("x", {a, bc});
  add("x", {abc});
  add("x", {abc, {}});
  add("x", {{}, abc});
  add("x", {});
  add("y", {ab, c});
  add("xab", {c});
  EXPECT_EQ(values.size(), 8U);
  EXPECT_EQ(hash_as<Digest>("x", {ab, c}), hash_as<Digest>("x", {ab, c}));
}

TEST(HashTest, FillsEachAllowedLengthAndAbortsOnOthers) {
  for (std::size_t size = 16; size <= 64; ++size) {
    Bytes target(size);
    hash_into(target, "x", {});
    EXPECT_NE(target, Bytes(size));
  }
  Bytes shorter(15), longer(65);
  EXPECT_DEATH(hash_into(shorter, "x", {}), "assertion failed");
  EXPECT_DEATH(hash_into(longer, "x", {}), "assertion failed");
}

TEST(KdfTest, DependsOnParentLabelAndParts) {
  SeededEntropy entropy(2);
  const Key parent = Key::generate(entropy), other = Key::generate(entropy);
  const Bytes part = to_bytes(as_bytes("part"));
  const auto value = [&](const Key& from, std::string_view label, ByteView bytes) {
    return derive_public<Digest>(from, label, {bytes});
  };
  const Digest base = value(parent, "label", part);
  EXPECT_EQ(base, value(parent, "label", part));
  EXPECT_NE(base, value(other, "label", part));
  EXPECT_NE(base, value(parent, "label2", part));
  EXPECT_NE(base, value(parent, "label", ByteView(part).first(3)));
  EXPECT_NE(base, derive_public<Digest>(parent, "label"));
  const Key child = derive<Key>(parent, "label", {part});
  EXPECT_TRUE(same_bytes(child.expose(), base.view()));
}

TEST(KdfTest, IsNotTheHashOfTheSameInput) {
  const Key zero = Key::made_by([](MutableByteView) {});
  EXPECT_NE(derive_public<Digest>(zero, "x"), hash_as<Digest>("x", {}));
}

TEST(SignTest, VerifiesOnlyItsOwnKeyDomainMessageAndSignature) {
  SeededEntropy entropy(3);
  const Key seed = Key::generate(entropy), other = Key::generate(entropy);
  const Bytes message = to_bytes(as_bytes("besluit"));
  const DeviceId device = signing_public<DeviceId>(seed);
  const Signature signature = sign(seed, "act", message);
  EXPECT_TRUE(verify(device.view(), "act", message, signature));
  EXPECT_FALSE(verify(signing_public<DeviceId>(other).view(), "act", message, signature));
  EXPECT_FALSE(verify(device.view(), "ac", message, signature));
  EXPECT_FALSE(verify(device.view(), "acT", message, signature));
  EXPECT_FALSE(verify(device.view(), "ac", as_bytes(std::string("t\0besluit", 9)), signature));
  EXPECT_FALSE(verify(device.view(), "act2", message, signature));
  EXPECT_FALSE(verify(device.view(), "act", ByteView(message).first(3), signature));
  EXPECT_FALSE(verify(device.view().first(31), "act", message, signature));
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    EXPECT_FALSE(verify(device.view(), "act", with_flipped_bit(message, bit), signature));
  }
  for (std::size_t bit = 0; bit < Signature::kSize * 8; ++bit) {
    const auto damaged = Signature::from(with_flipped_bit(signature.bytes, bit));
    EXPECT_FALSE(verify(device.view(), "act", message, *damaged)) << bit;
  }
  for (std::size_t bit = 0; bit < DeviceId::kSize * 8; ++bit) {
    EXPECT_FALSE(verify(with_flipped_bit(device.bytes, bit), "act", message, signature)) << bit;
  }
}

class KemTest : public testing::Test {
 protected:
  SeededEntropy entropy_{4};
  LeafSeed seed_ = LeafSeed::generate(entropy_);
  LeafPublic leaf_ = leaf_public(seed_);
  KemCoins coins_ = KemCoins::generate(entropy_);
};

TEST_F(KemTest, BothSidesHaveTheSameSecret) {
  const auto box = encapsulate(leaf_, coins_);
  ASSERT_TRUE(box.has_value());
  const auto opened = decapsulate(seed_, box->ciphertext);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(opened->equals(box->shared));
}

TEST_F(KemTest, IsAFunctionOfLeafAndCoins) {
  const auto first = encapsulate(leaf_, coins_), again = encapsulate(leaf_, coins_);
  const auto other = encapsulate(leaf_, KemCoins::generate(entropy_));
  EXPECT_EQ(first->ciphertext, again->ciphertext);
  EXPECT_TRUE(first->shared.equals(again->shared));
  EXPECT_NE(first->ciphertext, other->ciphertext);
  EXPECT_FALSE(first->shared.equals(other->shared));
}

TEST_F(KemTest, AnotherSeedOrADamagedCiphertextGivesAnotherSecret) {
  const auto box = encapsulate(leaf_, coins_);
  const LeafSeed other = LeafSeed::generate(entropy_);
  EXPECT_FALSE(decapsulate(other, box->ciphertext)->equals(box->shared));
  for (std::size_t bit = 0; bit < kKemCiphertextBytes * 8; bit += 61) {
    const auto damaged = KemCiphertext::from(with_flipped_bit(box->ciphertext.bytes, bit));
    const auto opened = decapsulate(seed_, *damaged);
    EXPECT_TRUE(!opened || !opened->equals(box->shared)) << bit;
  }
}

TEST_F(KemTest, WhatIsNoLeafGetsNoBox) {
  LeafPublic nonsense;
  nonsense.bytes.fill(0xff);
  EXPECT_FALSE(encapsulate(nonsense, coins_).has_value());
}

TEST(PadTest, RoundTripsAndRefusesEverythingElse) {
  for (std::size_t size = 0; size < 300; ++size) {
    const Bytes content(size, 0xa5);
    const Bytes padded = pad(content);
    EXPECT_EQ(padded.size(), padme_size(8 + size));
    const auto back = unpad(padded);
    ASSERT_TRUE(back.has_value());
    EXPECT_TRUE(same_bytes(*back, content));
    EXPECT_FALSE(unpad(ByteView(padded).first(padded.size() - 1)).has_value());
    Bytes longer = padded;
    longer.push_back(0);
    EXPECT_FALSE(unpad(longer).has_value());
    if (padded.size() > 8 + size) {
      Bytes dirty = padded;
      dirty.back() = 1;
      EXPECT_FALSE(unpad(dirty).has_value());
    }
  }
}

TEST(PadTest, RefusesLengthsThatOverflow) {
  Bytes padded(16, 0xff);
  EXPECT_FALSE(unpad(padded).has_value());
  EXPECT_FALSE(unpad({}).has_value());
}

}  // namespace
}  // namespace kluis
