#include "vault/crypto/password.h"

#include <type_traits>

#include <gtest/gtest.h>

#include "tests/support/test_argon2_cost.h"
#include "vault/crypto/argon2_encoded.h"

namespace kluis {
namespace {

static_assert(!std::is_constructible_v<Argon2Cost, StoredCost>);
static_assert(!std::is_default_constructible_v<Argon2Cost>);
static_assert(!std::is_constructible_v<PasswordHasher, StoredCost>);

const PasswordSalt kSalt = {{1, 2, 3}};

TEST(PasswordTest, ProductCostIsTheFloor) {
  const StoredCost cost = Argon2Cost::product().stored();
  EXPECT_GE(cost.memory_kib, 256U * 1024);
  EXPECT_GE(cost.passes, 3U);
}

TEST(PasswordTest, SamePassphraseSaltAndCostGiveTheSameKey) {
  const PasswordHasher hasher(test_argon2_cost());
  const StoredCost cost = hasher.cost_for_new();
  const auto key = hasher.derive(as_bytes("correct"), kSalt, cost);
  ASSERT_TRUE(key.has_value());
  EXPECT_TRUE(key->equals(*hasher.derive(as_bytes("correct"), kSalt, cost)));
  EXPECT_FALSE(key->equals(*hasher.derive(as_bytes("Correct"), kSalt, cost)));
  EXPECT_FALSE(key->equals(*hasher.derive({}, kSalt, cost)));
  EXPECT_FALSE(key->equals(*hasher.derive(as_bytes("correct"), PasswordSalt{{1, 2, 4}}, cost)));
  const StoredCost more_memory{cost.memory_kib + 8, cost.passes};
  const StoredCost more_passes{cost.memory_kib, cost.passes + 1};
  EXPECT_FALSE(key->equals(*hasher.derive(as_bytes("correct"), kSalt, more_memory)));
  EXPECT_FALSE(key->equals(*hasher.derive(as_bytes("correct"), kSalt, more_passes)));
}

TEST(PasswordTest, IsArgon2id) {
  // The hash that a published encoded string holds, by way of the product's function.
  const PasswordHasher hasher(test_argon2_cost());
  const auto key = hasher.derive(as_bytes("password"),
                                 PasswordSalt{{'s', 'o', 'm', 'e', 's', 'a', 'l', 't', 's', 'o',
                                               'm', 'e', 's', 'a', 'l', 't'}},
                                 {256, 2});
  ASSERT_TRUE(key.has_value());
  // Base64 of the salt, and of the key, without padding.
  const auto base64 = [](ByteView bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const std::uint8_t byte : bytes) {
      bits = bits << 8 | byte;
      for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63];
    }
    if (count > 0) text += kDigits[bits << (6 - count) & 63];
    return text;
  };
  const std::string salt = base64(as_bytes("somesaltsomesalt"));
  const std::string hash = "$" + salt + "$" + base64(key->expose());
  EXPECT_TRUE(argon2_verify_encoded("$argon2id$v=19$m=256,t=2,p=1" + hash, "password"));
  EXPECT_FALSE(argon2_verify_encoded("$argon2i$v=19$m=256,t=2,p=1" + hash, "password"));
}

TEST(PasswordTest, ProductRefusesACheaperCostBeforeDeriving) {
  const PasswordHasher hasher(Argon2Cost::product());
  const StoredCost floor = hasher.cost_for_new();
  for (const StoredCost cost :
       {StoredCost{0, 0}, StoredCost{64, 1}, StoredCost{floor.memory_kib - 1, floor.passes},
        StoredCost{floor.memory_kib, floor.passes - 1}, StoredCost{floor.memory_kib * 2, 1}}) {
    const auto refused = hasher.derive(as_bytes("x"), kSalt, cost);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().key, "slot.cost_too_low");
    EXPECT_EQ(refused.error().kind, ErrorKind::integrity);
  }
}

TEST(PasswordTest, RefusesACostThatWouldNeverEnd) {
  const PasswordHasher hasher(test_argon2_cost());
  for (const StoredCost cost : {StoredCost{UINT32_MAX, 1}, StoredCost{64, UINT32_MAX},
                                StoredCost{4 * 1024 * 1024 + 1, 1}, StoredCost{64, 65}}) {
    EXPECT_EQ(hasher.derive(as_bytes("x"), kSalt, cost).error().key, "slot.cost_too_high");
  }
}

TEST(PasswordTest, DerivesAtTheProductsCost) {
  const PasswordHasher hasher(Argon2Cost::product());
  EXPECT_TRUE(hasher.derive(as_bytes("x"), kSalt, hasher.cost_for_new()).has_value());
}

}  // namespace
}  // namespace kluis
