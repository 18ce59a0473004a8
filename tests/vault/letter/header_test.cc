#include "vault/letter/header.h"

#include <gtest/gtest.h>

#include "tests/support/memory_stream.h"

namespace kluis::test {
namespace {

const std::string kMacLine = "--- " + std::string(43, 'A') + "\n";

std::string refusal(const std::string& text) {
  MemorySource source(as_bytes(text));
  LineSource lines(source);
  const auto header = read_letter_header(lines);
  return header ? "" : header.error().key;
}

std::string stanzas(std::size_t count) {
  std::string text = "age-encryption.org/v1\n";
  for (std::size_t i = 0; i < count; ++i) text += "-> x\n\n";
  return text;
}

TEST(LetterHeaderTest, WhatItWritesItReads) {
  std::vector<Stanza> written;
  for (const std::size_t size : {0U, 1U, 47U, 48U, 49U, 95U, 96U, 97U}) {
    written.push_back({{"kind", "of", std::to_string(size)}, Bytes(size, 0xa5)});
  }
  const std::string text = finished_letter_header(letter_header_text(written), {}) + "behind";
  MemorySource source(as_bytes(text), 7);
  LineSource lines(source);
  const auto header = read_letter_header(lines);
  ASSERT_TRUE(header.has_value());
  ASSERT_EQ(header->stanzas.size(), written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(header->stanzas[i].arguments, written[i].arguments);
    EXPECT_EQ(header->stanzas[i].body, written[i].body);
  }
  EXPECT_EQ(header->authentic_text, letter_header_text(written));
  Bytes behind(10);
  EXPECT_EQ(read_fully(lines, behind).value(), 6U);
  EXPECT_EQ(as_text(ByteView(behind).first(6)), "behind");
}

TEST(LetterHeaderTest, TellsWhatIsNoLetterAndWhatIsNewer) {
  EXPECT_EQ(refusal(""), "letter.none");
  EXPECT_EQ(refusal("%PDF-1.7\n"), "letter.none");
  EXPECT_EQ(refusal(std::string(1U << 20U, 'a')), "letter.none");
  EXPECT_EQ(refusal("age-encryption.org/v2\n-> x\n\n" + kMacLine), "letter.version");
  EXPECT_EQ(refusal("age-encryption.org/v1"), "letter.version");
}

TEST(LetterHeaderTest, RefusesOtherForms) {
  EXPECT_EQ(refusal(stanzas(1) + kMacLine), "");
  EXPECT_EQ(refusal(stanzas(0) + kMacLine), "letter.header");
  EXPECT_EQ(refusal(stanzas(1)), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + kMacLine.substr(0, 20)), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "--- " + std::string(42, 'A') + "B\n"), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "--- " + std::string(44, 'A') + "\n"), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "->\n\n" + kMacLine), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "-> \n\n" + kMacLine), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "-> a  b\n\n" + kMacLine), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "-> a\tb\n\n" + kMacLine), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "-> a\xc3\xa9\n\n" + kMacLine), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "-> a\nAB==\n" + kMacLine), "letter.header");
  EXPECT_EQ(refusal(stanzas(1) + "-> a\nAB\n" + kMacLine), "letter.header");  // spare bits
  EXPECT_EQ(refusal(stanzas(1) + "-> a\n_-__\n" + kMacLine), "letter.header");
}

TEST(LetterHeaderTest, IsBounded) {
  EXPECT_EQ(refusal(stanzas(kLetterStanzasMax) + kMacLine), "");
  EXPECT_EQ(refusal(stanzas(kLetterStanzasMax + 1) + kMacLine), "letter.too_many");
  const std::string front = "age-encryption.org/v1\n-> ";
  const std::size_t room = kLetterHeaderBytesMax - front.size() - 2 - kMacLine.size();
  EXPECT_EQ(refusal(front + std::string(room, 'x') + "\n\n" + kMacLine), "");
  EXPECT_EQ(refusal(front + std::string(room + 1, 'x') + "\n\n" + kMacLine), "letter.too_many");
  // A line without end is not read to its end.
  const std::string endless = front + std::string(4U << 20U, 'x');
  MemorySource source(as_bytes(endless), 4096);
  LineSource lines(source);
  EXPECT_FALSE(read_letter_header(lines));
  EXPECT_LE(source.reads, 70);
}

}  // namespace
}  // namespace kluis::test
