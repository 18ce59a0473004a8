#include "tools/text/visible.h"

#include <gtest/gtest.h>

namespace kluis {
namespace {

TEST(VisibleTest, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(visible("Verslag 2026, één exemplaar: € 5 – naïef 漢字 👍"),
            "Verslag 2026, één exemplaar: € 5 – naïef 漢字 👍");
}

TEST(VisibleTest, SpellsOutControlAndEscapeCharacters) {
  EXPECT_EQ(visible("a\x1b[2Jb\n\r\t\x7f"), "a\\u{001B}[2Jb\\u{000A}\\u{000D}\\u{0009}\\u{007F}");
  EXPECT_EQ(visible("\xc2\x9b"), "\\u{009B}");  // C1: an escape sequence in one character
}

TEST(VisibleTest, SpellsOutWhatTurnsOrHidesText) {
  EXPECT_EQ(visible("\u202Egals\u2066\u200F"), "\\u{202E}gals\\u{2066}\\u{200F}");
  EXPECT_EQ(visible("a\u200Bb\uFEFF\U000E0041"), "a\\u{200B}b\\u{FEFF}\\u{E0041}");
}

TEST(VisibleTest, SpellsOutBytesThatAreNoUtf8) {
  EXPECT_EQ(visible("\xff\xc3"), "\\x{FF}\\x{C3}");
  EXPECT_EQ(visible("\xc0\x9b"), "\\x{C0}\\x{9B}");             // overlong escape
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\x{ED}\\x{A0}\\x{80}");  // a surrogate
}

// Every single byte, and every pair that starts with one of the dangerous ones.
TEST(VisibleTest, LetsNoByteThroughThatATerminalObeys) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string pair = {static_cast<char>(first), static_cast<char>(second)};
      const std::string shown = visible(pair);
      for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto byte = static_cast<unsigned char>(shown[i]);
        ASSERT_GE(byte, 0x20) << first << " " << second;
        ASSERT_NE(byte, 0x7F);
        const bool is_c1 = byte == 0xC2 && static_cast<unsigned char>(shown.at(i + 1)) < 0xA0;
        ASSERT_FALSE(is_c1) << first << " " << second;
      }
    }
  }
}

TEST(VisibleTest, KeepsLineBreaksInTextOfSeveralLines) {
  EXPECT_EQ(visible_lines("een\n\ttwee\x1b"), "een\n\ttwee\\u{001B}");
}

TEST(VisibleTest, CountsColumns) {
  EXPECT_EQ(width_of("één"), 3U);
  EXPECT_EQ(width_of("e\u0301"), 1U);
  EXPECT_EQ(width_of("漢字"), 4U);
}

TEST(VisibleTest, CutsBetweenCharacters) {
  EXPECT_EQ(cut_to("één twee", 8), "één twee");
  EXPECT_EQ(cut_to("één twee", 5), "één …");
  EXPECT_EQ(cut_to("漢字漢字", 4), "漢…");
}

TEST(VisibleTest, BreaksLinesBetweenWordsAndNeverAWord) {
  EXPECT_EQ(wrapped("een twee drie", 8), "een twee\ndrie");
  EXPECT_EQ(wrapped("een twee drie", 0), "een twee drie");
  EXPECT_EQ(wrapped("  een twee\n\ndrie", 6), "  een\n  twee\n\ndrie");
  EXPECT_EQ(wrapped("  raadkluis:AAAAAAAA", 6), "  raadkluis:AAAAAAAA");
  EXPECT_EQ(wrapped("\x1b[1meen twee\x1b[0m", 8), "\x1b[1meen twee\x1b[0m");
}

}  // namespace
}  // namespace kluis
