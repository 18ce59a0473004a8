#include "vault/crypto/cpace.h"

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "tests/support/vectors.h"
#include "vault/crypto/cpace_strings.h"

namespace kluis {
namespace {

using nlohmann::json;
using test::hex_field;

class CpaceVectorsTest : public testing::Test {
 protected:
  const json file_ = test::load_vectors("cpace/draft21-ristretto255-sha512.json");
  const json group_ = file_["ristretto255_SHA512"];
  const json run_ = group_["Testvectors as JSON file encoded as BASE64"];
};

TEST_F(CpaceVectorsTest, StringFunctions) {
  const json& strings = file_["Definition and test vectors for string utility functions"];
  const json& lengths = strings["prepend_len test vectors"];
  const auto expect = [&](const json& from, const char* key,
                          std::initializer_list<ByteView> parts) {
    EXPECT_EQ(cpace_lv_cat(parts), hex_field(from, key)) << key;
  };
  Bytes count(128);
  for (std::size_t i = 0; i < count.size(); ++i) count[i] = static_cast<std::uint8_t>(i);
  expect(lengths, "prepend_len(b'')", {ByteView{}});
  expect(lengths, "prepend_len(b'1234')", {as_bytes("1234")});
  expect(lengths, "prepend_len(bytes(range(127)))", {ByteView(count).first(127)});
  expect(lengths, "prepend_len(bytes(range(128)))", {count});
  expect(strings["Testvector for lv_cat()"], "lv_cat(b'1234',b'5',b'',b'678')",
         {as_bytes("1234"), as_bytes("5"), {}, as_bytes("678")});
}

TEST_F(CpaceVectorsTest, GeneratorString) {
  const json& vector = group_["Test vectors for calculate\\_generator with group ristretto255"];
  EXPECT_EQ(cpace_generator_string(hex_field(vector, "PRS"), hex_field(vector, "CI"),
                                   hex_field(vector, "sid")),
            hex_field(vector, "generator_string(G.DSI,PRS,CI,sid,H.s_in_bytes)"));
}

TEST_F(CpaceVectorsTest, InitiatorAndResponder) {
  const Bytes code = hex_field(run_, "PRS"), channel = hex_field(run_, "CI");
  const Bytes sid = hex_field(run_, "sid");
  const Bytes data_a = hex_field(run_, "ADa"), data_b = hex_field(run_, "ADb");
  test::FixedEntropy entropy_a(hex_field(run_, "ya")), entropy_b(hex_field(run_, "yb"));
  const CpaceScalar scalar_a = draw_cpace_scalar(entropy_a);
  const CpaceScalar scalar_b = draw_cpace_scalar(entropy_b);
  const CpaceContext context{channel, sid};
  const CpaceShare share_a = cpace_share(scalar_a, code, context);
  const CpaceShare share_b = cpace_share(scalar_b, code, context);
  EXPECT_TRUE(same_bytes(share_a.view(), hex_field(run_, "Ya")));
  EXPECT_TRUE(same_bytes(share_b.view(), hex_field(run_, "Yb")));
  const CpaceTranscript transcript{share_a, data_a, share_b, data_b};
  const auto key_a = cpace_key(scalar_a, CpaceRole::initiator, sid, transcript);
  const auto key_b = cpace_key(scalar_b, CpaceRole::responder, sid, transcript);
  ASSERT_TRUE(key_a.has_value());
  ASSERT_TRUE(key_b.has_value());
  EXPECT_TRUE(same_bytes(key_a->expose(), hex_field(run_, "ISK_IR")));
  EXPECT_TRUE(key_a->equals(*key_b));
}

TEST_F(CpaceVectorsTest, InvalidSharesAreRefused) {
  const json& vector = group_["Invalid inputs for scalar\\_mult\\_vfy"];
  const Bytes scalar_bytes = hex_field(vector["Valid"], "s");
  const auto scalar = CpaceScalar::copy_of(ByteView(scalar_bytes).first<32>());
  const auto valid = *CpaceShare::from(hex_field(vector["Valid"], "X"));
  const auto key_with = [&](const CpaceShare& peer) {
    return cpace_key(scalar, CpaceRole::initiator, {}, {valid, {}, peer, {}});
  };
  EXPECT_TRUE(key_with(valid).has_value());
  for (const char* name : {"Invalid Y1", "Invalid Y2"}) {
    const auto refused = key_with(*CpaceShare::from(hex_field(vector, name)));
    ASSERT_FALSE(refused.has_value()) << name;
    EXPECT_EQ(refused.error().key, "cpace.invalid_share");
  }
}

// What one side of a run believes; the other may believe something else.
struct View {
  std::string code = "appel kaars molen vis";
  std::string channel = "griffier,lid";
  std::string sid = "0123456789abcdef";
  std::string data = "raad";
};

CpaceKey key_of(const View& run, CpaceRole role, const CpaceScalar& own, const CpaceShare& share_a,
                const CpaceShare& share_b) {
  return cpace_key(own, role, as_bytes(run.sid),
                   {share_a, as_bytes(run.data), share_b, as_bytes("lid")})
      .value();
}

bool agree(const View& initiator, const View& responder) {
  test::SeededEntropy entropy(1);
  const CpaceScalar a = draw_cpace_scalar(entropy), b = draw_cpace_scalar(entropy);
  const auto share = [](const CpaceScalar& scalar, const View& run) {
    return cpace_share(scalar, as_bytes(run.code), {as_bytes(run.channel), as_bytes(run.sid)});
  };
  const CpaceShare share_a = share(a, initiator), share_b = share(b, responder);
  return key_of(initiator, CpaceRole::initiator, a, share_a, share_b)
      .equals(key_of(responder, CpaceRole::responder, b, share_a, share_b));
}

TEST(CpaceTest, AgreesExactlyWhenEverythingAgrees) {
  const View run;
  EXPECT_TRUE(agree(run, run));
  EXPECT_FALSE(agree(run, {.code = "appel kaars molen vos"}));
  EXPECT_FALSE(agree(run, {.channel = "griffier,ander"}));
  EXPECT_FALSE(agree(run, {.sid = "0123456789abcdeg"}));
  EXPECT_FALSE(agree(run, {.data = "andere raad"}));
  EXPECT_FALSE(agree(run, {.code = ""}));
}

TEST(CpaceTest, LongCodesNeedNoPadding) {
  const View run{.code = std::string(300, 'x')};
  EXPECT_TRUE(agree(run, run));
}

TEST(CpaceTest, DrawsAgainWhenAScalarIsZeroOrNotReduced) {
  // Zero; then the order itself, little-endian; then seven.
  Bytes bytes(32);
  append(bytes, *from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"));
  Bytes seven(32);
  seven[0] = 7;
  append(bytes, seven);
  test::FixedEntropy entropy(bytes);
  EXPECT_TRUE(same_bytes(draw_cpace_scalar(entropy).expose(), seven));
}

}  // namespace
}  // namespace kluis
