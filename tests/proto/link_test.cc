#include <gtest/gtest.h>

#include "proto/base64url.h"
#include "tests/proto/formats.h"

namespace kluis::test {
namespace {

std::string encoded(std::string_view text) {
  return to_base64url(as_bytes(text));
}

// RFC 4648, section 10, without padding.
TEST(Base64UrlTest, MatchesThePublishedValues) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg");
  EXPECT_EQ(encoded("fo"), "Zm8");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64url(Bytes{0xfb, 0xff, 0xfe}), "-__-");
}

TEST(Base64UrlTest, ReadsWhatItWrites) {
  Bytes bytes;
  for (std::size_t size = 0; size < 300; ++size) {
    const auto read = from_base64url(to_base64url(bytes), 300);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, bytes);
    bytes.push_back(static_cast<std::uint8_t>(size * 37));
  }
}

TEST(Base64UrlTest, RefusesEveryOtherSpelling) {
  for (const std::string_view text : {"Z", "Zg=", "Zg==", "Zh", "Zm9", "Zm8=", "Zm+v", "Zm/v",
                                      "Zm v", "Zm9v\n", "Zm9vY", "\xc3\xab"}) {
    EXPECT_FALSE(from_base64url(text, 100)) << text;
  }
  EXPECT_FALSE(from_base64url("Zm9v", 2));
  EXPECT_FALSE(from_base64url(std::string_view("Zg\0A", 4), 100));
}

Link sample_link() {
  return {"relay.example.nl:7443", {{1}}, {{2}}, {{3}}, {{4}}};
}

TEST(LinkTest, ReadsWhatItWrites) {
  const auto link = parse_link(link_text(sample_link()));
  ASSERT_TRUE(link);
  EXPECT_TRUE(same(*link, sample_link()));
}

TEST(LinkTest, IsRefusedWhenAnyCharacterIsLostAddedOrInAnotherCase) {
  const std::string text = link_text(sample_link());
  for (std::size_t at = 0; at < text.size(); ++at) {
    EXPECT_FALSE(parse_link(std::string(text).erase(at, 1))) << at;
    EXPECT_FALSE(parse_link(std::string(text).insert(at, 1, ' '))) << at;
  }
  EXPECT_FALSE(parse_link("Raadkluis:" + text.substr(10)));
  EXPECT_FALSE(parse_link(text + "A"));
  EXPECT_FALSE(parse_link(""));
  EXPECT_FALSE(parse_link("raadkluis:"));
}

TEST(LinkTest, FailsAsAWrongArgumentNotAsTampering) {
  const auto link = parse_link("raadkluis:AAAA");
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().kind, ErrorKind::usage);
  EXPECT_EQ(link.error().key, "link.malformed");
}

}  // namespace
}  // namespace kluis::test
