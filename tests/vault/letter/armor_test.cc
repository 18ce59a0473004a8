#include "vault/letter/armor.h"

#include <optional>

#include <gtest/gtest.h>

#include "tests/support/memory_stream.h"

// Beside the testkit, which has the forms that are refused: where the text is cut, and how long the
// space around it may be.
namespace kluis::test {
namespace {

const std::string kBegin = "-----BEGIN AGE ENCRYPTED FILE-----\n";
const std::string kEnd = "-----END AGE ENCRYPTED FILE-----\n";

std::optional<std::string> read(const std::string& text, std::size_t piece = SIZE_MAX) {
  MemorySource source(as_bytes(text), piece);
  LineSource lines(source);
  ArmorSource armor(lines);
  Bytes content(4096);
  const auto size = read_fully(armor, content);
  if (!size) {
    EXPECT_EQ(size.error().key, "letter.armor");
    return std::nullopt;
  }
  return std::string(as_text(ByteView(content).first(*size)));
}

TEST(ArmorTest, ReadsWholeLinesAndTheRest) {
  EXPECT_EQ(read(kBegin + kEnd), "");
  EXPECT_EQ(read(kBegin + "UmFhZGtsdWlz\n" + kEnd), "Raadkluis");
  const std::string line(64, 'A');
  for (const std::size_t piece : {std::size_t{1}, std::size_t{63}, SIZE_MAX}) {
    EXPECT_EQ(read(kBegin + line + "\n" + line + "\n" + "UQ==\n" + kEnd, piece),
              std::string(96, '\0') + "Q");
  }
}

TEST(ArmorTest, IsRefusedWhereverItIsCut) {
  const std::string text = kBegin + std::string(64, 'A') + "\nUmFhZGs=\n" + kEnd;
  ASSERT_TRUE(read(text));
  ASSERT_TRUE(read(text.substr(0, text.size() - 1)));  // the last line feed may be missing
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_FALSE(read(text.substr(0, size))) << size;
  }
}

TEST(ArmorTest, EachByteSequenceHasOneText) {
  EXPECT_FALSE(read(kBegin + "UR==\n" + kEnd));  // spare bits
  EXPECT_FALSE(read(kBegin + "UQ\n" + kEnd));    // no padding
  EXPECT_FALSE(read(kBegin + "U===\n" + kEnd));
  EXPECT_FALSE(read(kBegin + "====\n" + kEnd));
  EXPECT_FALSE(read(kBegin + "UQ==\nUQ==\n" + kEnd));
  EXPECT_FALSE(read(kBegin + "QUJD\nQUJD\n" + kEnd));  // a short line that is not the last
  EXPECT_FALSE(read(kBegin + std::string(68, 'A') + "\n" + kEnd));
  EXPECT_FALSE(read(kBegin + "UQ==\n" + kEnd + "x"));
  EXPECT_FALSE(read("x" + kBegin + "UQ==\n" + kEnd));
}

TEST(ArmorTest, TheSpaceAroundItIsBounded) {
  const std::string body = kBegin + "UQ==\n" + kEnd;
  EXPECT_EQ(read(std::string(1024, '\n') + body + std::string(1024, ' ')), "Q");
  EXPECT_FALSE(read(std::string(1025, '\n') + body));
  EXPECT_FALSE(read(body + std::string(1025, ' ')));
}

}  // namespace
}  // namespace kluis::test
