#include "vault/letter/bech32.h"

#include <cctype>
#include <string>

#include <gtest/gtest.h>

#include "vault/crypto/secret.h"

namespace kluis::test {
namespace {

std::string encoded(std::string_view prefix, ByteView bytes) {
  Bytes text(bech32_size(prefix, bytes.size()));
  bech32_encode_into(text, prefix, bytes);
  return std::string(as_text(text));
}

bool decodes(std::string_view prefix, std::string_view text, std::size_t size_bytes) {
  Bytes bytes(size_bytes);
  return bech32_decode_into(bytes, prefix, text);
}

// `groups` of five bits behind `prefix`, with the checksum of BIP 173: written apart from what is
// tested, so that a text can be right in this and wrong in another way.
std::string with_checksum(const std::string& prefix, Bytes groups) {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  Bytes all;
  for (const char letter : prefix) all.push_back(static_cast<std::uint8_t>(letter >> 5));
  all.push_back(0);
  for (const char letter : prefix) all.push_back(static_cast<std::uint8_t>(letter & 31));
  append(all, groups);
  all.resize(all.size() + 6);
  std::uint64_t sum = 1;
  for (const std::uint8_t group : all) {
    const std::uint64_t top = sum >> 25U;
    sum = (sum & 0x1ffffffU) << 5U ^ group;
    if ((top & 1U) != 0) sum ^= 0x3b6a57b2;
    if ((top & 2U) != 0) sum ^= 0x26508e6d;
    if ((top & 4U) != 0) sum ^= 0x1ea119fa;
    if ((top & 8U) != 0) sum ^= 0x3d4233dd;
    if ((top & 16U) != 0) sum ^= 0x2a1462b3;
  }
  std::string text = prefix + "1";
  for (const std::uint8_t group : groups) text += kAlphabet[group];
  for (unsigned i = 0; i < 6; ++i) text += kAlphabet[((sum ^ 1U) >> (25U - 5U * i)) & 31U];
  return text;
}

// The valid strings of BIP 173 that hold whole bytes.
TEST(Bech32Test, ReadsAndWritesThePublishedStrings) {
  EXPECT_TRUE(decodes("A", "A12UEL5L", 0));
  EXPECT_EQ(encoded("A", {}), "A12UEL5L");
  EXPECT_TRUE(decodes("a", "a12uel5l", 0));
  const Bytes counting = *from_hex("00443214c74254b635cf84653a56d7c675be77df");
  const std::string text = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
  EXPECT_EQ(encoded("abcdef", counting), text);
  Bytes read(20);
  ASSERT_TRUE(bech32_decode_into(read, "abcdef", text));
  EXPECT_EQ(read, counting);
  EXPECT_TRUE(decodes(
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      0));
}

TEST(Bech32Test, RefusesThePublishedWrongStrings) {
  EXPECT_FALSE(decodes("A", "A1G7SGD8", 0));   // checksum over the prefix in capitals
  EXPECT_FALSE(decodes("a", "a1lty2", 0));     // too short
  EXPECT_FALSE(decodes("", "1qzzfhee", 0));    // another prefix
  EXPECT_FALSE(decodes("x", "x1b4n0q5v", 0));  // no letter of the alphabet
}

TEST(Bech32Test, EveryChangedLetterIsRefused) {
  const Bytes bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const std::string text = encoded("age", bytes);
  ASSERT_TRUE(decodes("age", text, bytes.size()));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char letter : std::string_view("qpzry9x8gf2tvdw0s3jn54khce6mua7l1bioQP -\n")) {
      std::string changed = text;
      changed[at] = letter;
      if (changed == text) continue;
      EXPECT_FALSE(decodes("age", changed, bytes.size())) << changed;
    }
  }
}

// One byte string, one text.
TEST(Bech32Test, RefusesOtherCasesAndLengths) {
  const Bytes bytes = {0xff};
  const std::string text = encoded("age", bytes);
  std::string capitals = text;
  for (char& letter : capitals) letter = static_cast<char>(std::toupper(letter));
  EXPECT_FALSE(decodes("age", capitals, 1));
  EXPECT_TRUE(decodes("AGE", capitals, 1));
  EXPECT_FALSE(decodes("AGE", text, 1));
  std::string mixed = capitals;
  mixed.back() = text.back();
  if (mixed != capitals) EXPECT_FALSE(decodes("AGE", mixed, 1));
  EXPECT_FALSE(decodes("age", text, 0));
  EXPECT_FALSE(decodes("age", text, 2));
}

TEST(Bech32Test, RefusesSpareBits) {
  // Two groups hold one byte and two bits to spare.
  EXPECT_EQ(with_checksum("age", {31, 28}), encoded("age", Bytes{0xff}));
  EXPECT_TRUE(decodes("age", with_checksum("age", {31, 28}), 1));
  for (std::uint8_t last = 29; last < 32; ++last) {
    EXPECT_FALSE(decodes("age", with_checksum("age", {31, last}), 1));
  }
}

}  // namespace
}  // namespace kluis::test
