// The cases of Wycheproof against our wrappers: what they accept, refuse and compute.
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/vectors.h"
#include "vault/crypto/chachapoly.h"
#include "vault/crypto/ed25519.h"
#include "vault/crypto/hkdf_sha256.h"
#include "vault/crypto/noise_hash.h"
#include "vault/crypto/x25519.h"

namespace kluis {
namespace {

using nlohmann::json;
using test::hex_field;
using TestKey = Secret<struct TestKeyPurpose>;

// Calls `check(group, case)` for each case; returns how many there were.
int for_each_case(const std::string& file,
                  const std::function<void(const json&, const json&)>& check) {
  int count = 0;
  const json vectors = test::load_vectors("wycheproof/" + file);
  for (const json& group : vectors["testGroups"]) {
    for (const json& one : group["tests"]) {
      SCOPED_TRACE(file + " " + one["tcId"].dump() + ": " + one["comment"].get<std::string>());
      check(group, one);
      ++count;
    }
  }
  EXPECT_EQ(count, vectors["numberOfTests"].get<int>());
  return count;
}

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

TEST(WycheproofTest, X25519) {
  int refused = 0;
  EXPECT_GT(for_each_case("x25519_test.json",
                          [&](const json&, const json& one) {
                            const Bytes key = hex_field(one, "private");
                            const Bytes expected = hex_field(one, "shared");
                            const auto peer = X25519Public::from(hex_field(one, "public"));
                            ASSERT_TRUE(peer.has_value());
                            const auto shared =
                                x25519(X25519Private::copy_of(ByteView(key).first<32>()), *peer);
                            // "acceptable" covers both points of low order, which we refuse, and
                            // forms that are not canonical, which the RFC has us compute.
                            if (is_zero(expected)) {
                              EXPECT_FALSE(shared.has_value());
                              EXPECT_NE(one["result"], "valid");
                              ++refused;
                            } else {
                              ASSERT_TRUE(shared.has_value());
                              EXPECT_TRUE(same_bytes(shared->expose(), expected));
                            }
                          }),
            0);
  EXPECT_GT(refused, 0);
}

TEST(WycheproofTest, Ed25519) {
  EXPECT_GT(for_each_case("ed25519_test.json",
                          [](const json& group, const json& one) {
                            const bool accepted =
                                ed25519_verify(hex_field(group["publicKey"], "pk"),
                                               hex_field(one, "msg"), hex_field(one, "sig"));
                            EXPECT_EQ(accepted, one["result"] == "valid");
                          }),
            0);
}

TEST(WycheproofTest, ChaCha20Poly1305) {
  int with_other_nonces = 0;
  EXPECT_GT(for_each_case("chacha20_poly1305_test.json",
                          [&](const json&, const json& one) {
                            const Bytes key_bytes = hex_field(one, "key"),
                                        iv = hex_field(one, "iv");
                            ChaChaPolyNonce nonce;
                            if (iv.size() != nonce.bytes.size()) {  // our type has no other size
                              EXPECT_EQ(one["result"], "invalid");
                              ++with_other_nonces;
                              return;
                            }
                            std::ranges::copy(iv, nonce.bytes.begin());
                            const auto key = TestKey::copy_of(ByteView(key_bytes).first<32>());
                            const Bytes data = hex_field(one, "aad"), plain = hex_field(one, "msg");
                            Bytes sealed = hex_field(one, "ct");
                            append(sealed, hex_field(one, "tag"));
                            const auto opened = chachapoly_open(key, nonce, data, sealed);
                            if (one["result"] == "invalid") {
                              EXPECT_FALSE(opened.has_value());
                              return;
                            }
                            ASSERT_TRUE(opened.has_value());
                            EXPECT_EQ(*opened, plain);
                            Bytes ours;
                            chachapoly_seal_onto(ours, key, nonce, data, plain);
                            EXPECT_EQ(ours, sealed);
                          }),
            with_other_nonces);
}

TEST(WycheproofTest, HmacSha256) {
  EXPECT_GT(
      for_each_case(
          "hmac_sha256_test.json",
          [](const json& group, const json& one) {
            std::array<std::uint8_t, 32> mac;
            noise_hmac(NoiseHash::sha256, mac, hex_field(one, "key"), {hex_field(one, "msg")});
            const Bytes tag = hex_field(one, "tag");
            ASSERT_EQ(tag.size() * 8, group["tagSize"].get<std::size_t>());
            EXPECT_EQ(same_bytes(ByteView(mac).first(tag.size()), tag), one["result"] == "valid");
            // The other wrapper knows whole tags alone.
            EXPECT_EQ(hmac_sha256_matches(tag, hex_field(one, "key"), hex_field(one, "msg")),
                      tag.size() == 32 && one["result"] == "valid");
          }),
      0);
}

TEST(WycheproofTest, HkdfSha256) {
  int refused = 0;
  for_each_case("hkdf_sha256_test.json", [&](const json&, const json& one) {
    const auto size = one["size"].get<std::size_t>();
    if (size > kHkdfSha256BytesMax) {
      EXPECT_EQ(one["result"], "invalid");
      ++refused;
      return;
    }
    EXPECT_EQ(one["result"], "valid");
    const HkdfSecret secret = hkdf_sha256_extract(hex_field(one, "salt"), {hex_field(one, "ikm")});
    Bytes output(size);
    hkdf_sha256_expand(output, secret, hex_field(one, "info"));
    EXPECT_TRUE(same_bytes(output, hex_field(one, "okm")));
  });
  EXPECT_GT(refused, 0);
}

// Noise's own: no info, at most three blocks.
TEST(WycheproofTest, HkdfSha256WithoutInfo) {
  int run = 0;
  for_each_case("hkdf_sha256_test.json", [&](const json&, const json& one) {
    const auto size = one["size"].get<std::size_t>();
    if (!hex_field(one, "info").empty() || size > 96 || one["result"] != "valid") return;
    std::array<std::uint8_t, 96> output;
    const MutableByteView bytes = output;
    noise_hkdf(NoiseHash::sha256, hex_field(one, "salt"), hex_field(one, "ikm"),
               {bytes.first(32), bytes.subspan(32, 32), bytes.subspan(64)});
    EXPECT_TRUE(same_bytes(bytes.first(size), hex_field(one, "okm")));
    ++run;
  });
  EXPECT_GT(run, 10);
}

}  // namespace
}  // namespace kluis
