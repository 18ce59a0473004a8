#include "vault/letter/letter_key.h"

#include <gtest/gtest.h>

#include "tests/support/entropies.h"

namespace kluis::test {
namespace {

std::string text_of(const LetterIdentity& identity) {
  return std::string(as_text(identity.text().expose()));
}

std::string refusal(const std::string& file) {
  const auto identities = parse_letter_identities(as_bytes(file));
  if (identities) return "";
  const auto& error = identities.error();
  return error.arguments.empty() ? error.key : error.key + " " + error.arguments[0];
}

std::string recipient_refusal(const std::string& text) {
  const auto recipient = parse_letter_recipient(text, 3);
  if (recipient) return "";
  EXPECT_EQ(recipient.error().kind, ErrorKind::usage);
  EXPECT_EQ(recipient.error().arguments, std::vector<std::string>{"3"});
  return recipient.error().key;
}

TEST(LetterKeyTest, WhatItWritesItReads) {
  SeededEntropy entropy(1);
  for (const LetterKeyKind kind : {LetterKeyKind::x25519, LetterKeyKind::hybrid}) {
    const auto identity = LetterIdentity::generate(kind, entropy);
    const auto read = parse_letter_identities(identity.text().expose());
    ASSERT_TRUE(read.has_value());
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().kind(), kind);
    EXPECT_TRUE(read->front().key().equals(identity.key()));
    const std::string recipient = letter_recipient_text(identity.recipient());
    const auto again = parse_letter_recipient(recipient, 1);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(letter_recipient_text(*again), recipient);
  }
}

// The examples in age.md, "The X25519 recipient type" and "The MLKEM768-X25519 … recipient type".
TEST(LetterKeyTest, KnowsTheKeysOfTheSpecification) {
  const auto identities = parse_letter_identities(
      as_bytes("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n"
               "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR\n"));
  ASSERT_TRUE(identities.has_value());
  EXPECT_EQ(letter_recipient_text(identities->at(0).recipient()),
            "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
  const std::string hybrid = letter_recipient_text(identities->at(1).recipient());
  EXPECT_TRUE(hybrid.starts_with("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg"));
  EXPECT_EQ(hybrid.size(), 1959U);
}

TEST(LetterKeyTest, AnIdentityFileHasCommentsAndOneKeyALine) {
  SeededEntropy entropy(2);
  const std::string key = text_of(LetterIdentity::generate(LetterKeyKind::x25519, entropy));
  const std::string hybrid = text_of(LetterIdentity::generate(LetterKeyKind::hybrid, entropy));
  EXPECT_EQ(refusal("# a\n\n" + key + "\n# b\n" + hybrid), "");
  EXPECT_EQ(refusal("# a\r\n\r\n" + key + "\r\n"), "");
  EXPECT_EQ(refusal(""), "letter.no_identity");
  EXPECT_EQ(refusal("# nothing\n\n"), "letter.no_identity");
  EXPECT_EQ(refusal(key + "\n" + key + " \n"), "letter.identity_line 2");
  EXPECT_EQ(refusal("#\n\n " + key), "letter.identity_line 3");
  EXPECT_EQ(refusal(key + "\r\r\n"), "letter.identity_line 1");
  EXPECT_EQ(refusal(key.substr(0, key.size() - 1)), "letter.identity_line 1");
  std::string small = key;
  for (char& letter : small) letter = static_cast<char>(std::tolower(letter));
  EXPECT_EQ(refusal(small), "letter.identity_line 1");
  EXPECT_EQ(refusal("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj\n"),
            "letter.identity_line 1");
}

TEST(LetterKeyTest, ARecipientIsExactlyOne) {
  SeededEntropy entropy(3);
  const auto identity = LetterIdentity::generate(LetterKeyKind::hybrid, entropy);
  const std::string text = letter_recipient_text(identity.recipient());
  EXPECT_EQ(recipient_refusal(text), "");
  EXPECT_EQ(recipient_refusal(""), "letter.recipient");
  EXPECT_EQ(recipient_refusal(text + "q"), "letter.recipient");
  EXPECT_EQ(recipient_refusal(text.substr(1)), "letter.recipient");
  EXPECT_EQ(recipient_refusal("ssh-ed25519 AAAA"), "letter.recipient");
  EXPECT_EQ(recipient_refusal(text_of(identity)), "letter.secret_as_recipient");
  EXPECT_EQ(recipient_refusal("age-secret-key-1whatever"), "letter.secret_as_recipient");
}

}  // namespace
}  // namespace kluis::test
