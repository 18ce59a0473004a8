#include "sync/noise/protocol.h"

#include <gtest/gtest.h>

#include "sync/noise/handshake.h"
#include "tests/support/entropies.h"

namespace kluis::noise {
namespace {

TEST(NoiseProtocolTest, KnowsTheProduct) {
  const auto protocol = parse_protocol(kProductProtocol);
  ASSERT_TRUE(protocol.has_value());
  EXPECT_EQ(protocol->hash, NoiseHash::blake2b);
  EXPECT_TRUE(protocol->responder_static_known);
  EXPECT_FALSE(protocol->initiator_static_known);
  ASSERT_EQ(protocol->messages.size(), 2U);
  EXPECT_EQ(protocol->messages[0], (std::vector{Token::e, Token::es}));
  EXPECT_EQ(protocol->messages[1], (std::vector{Token::e, Token::ee}));
}

TEST(NoiseProtocolTest, PutsPresharedKeysWhereTheModifiersSay) {
  const auto protocol = parse_protocol("Noise_NNpsk0+psk2_25519_ChaChaPoly_SHA256");
  ASSERT_TRUE(protocol.has_value());
  EXPECT_EQ(protocol->psk_count, 2);
  EXPECT_EQ(protocol->messages[0], (std::vector{Token::psk, Token::e}));
  EXPECT_EQ(protocol->messages[1], (std::vector{Token::e, Token::ee, Token::psk}));
}

TEST(NoiseProtocolTest, RefusesNamesItDoesNotKnow) {
  for (const char* name :
       {"", "Noise", "Noise_NK_25519_ChaChaPoly", "Noise_NK_25519_ChaChaPoly_BLAKE2b_",
        "noise_NK_25519_ChaChaPoly_BLAKE2b", "Noise_NK_448_ChaChaPoly_BLAKE2b",
        "Noise_NK_25519_AESGCM_BLAKE2b", "Noise_NK_25519_ChaChaPoly_BLAKE2s",
        "Noise_ZZ_25519_ChaChaPoly_BLAKE2b", "Noise__25519_ChaChaPoly_BLAKE2b",
        "Noise_NKpsk3_25519_ChaChaPoly_BLAKE2b", "Noise_NKpsk_25519_ChaChaPoly_BLAKE2b",
        "Noise_NKpsk00_25519_ChaChaPoly_BLAKE2b", "Noise_NKpsk0+psk0_25519_ChaChaPoly_BLAKE2b",
        "Noise_NKpsk0+_25519_ChaChaPoly_BLAKE2b", "Noise_NKfallback_25519_ChaChaPoly_BLAKE2b",
        "Noise_NKpsk-1_25519_ChaChaPoly_BLAKE2b"}) {
    EXPECT_FALSE(parse_protocol(name).has_value()) << name;
  }
}

TEST(NoiseHandshakeTest, BeginsOnlyWithTheKeysThatThePatternNeeds) {
  test::SeededEntropy entropy(1);
  const auto begin = [&](const char* name, Role role, bool local, bool remote, int psks) {
    HandshakeKeys keys;
    const auto own = X25519Private::generate(entropy);
    if (remote) keys.remote_static = x25519_public(own);
    if (local) keys.local_static = own.clone();
    for (int i = 0; i < psks; ++i) keys.preshared.push_back(PresharedKey::generate(entropy));
    return Handshake::begin(*parse_protocol(name), role, std::move(keys), {}, entropy).has_value();
  };
  const char* nk = "Noise_NK_25519_ChaChaPoly_BLAKE2b";
  EXPECT_TRUE(begin(nk, Role::initiator, false, true, 0));
  EXPECT_FALSE(begin(nk, Role::initiator, false, false, 0));
  EXPECT_FALSE(begin(nk, Role::initiator, true, true, 0));
  EXPECT_FALSE(begin(nk, Role::initiator, false, true, 1));
  EXPECT_TRUE(begin(nk, Role::responder, true, false, 0));
  EXPECT_FALSE(begin(nk, Role::responder, false, false, 0));
  const char* xx_psk = "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2b";
  EXPECT_TRUE(begin(xx_psk, Role::initiator, true, false, 1));
  EXPECT_FALSE(begin(xx_psk, Role::initiator, true, false, 0));
  EXPECT_FALSE(begin(xx_psk, Role::initiator, false, false, 1));
}

}  // namespace
}  // namespace kluis::noise
