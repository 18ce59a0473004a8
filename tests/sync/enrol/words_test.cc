#include "sync/enrol/words.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace kluis {
namespace {

std::vector<std::string> all_words() {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kWordCount; ++i) words.emplace_back(word_at(i));
  return words;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// A word as a Dutch ear keeps it: spellings of one sound become one letter.
std::string sound_of(std::string word) {
  if (word.ends_with("tie")) word.replace(word.size() - 3, 1, "s");  // actie, politie
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kSame = {
      {{"ij", "y"},
       {"ei", "y"},
       {"ou", "O"},
       {"au", "O"},
       {"ch", "g"},
       {"ck", "k"},
       {"ph", "f"},
       {"th", "t"},
       {"qu", "kw"},
       {"x", "ks"},
       {"ce", "se"},
       {"ci", "si"},
       {"cy", "sy"},
       {"c", "k"},
       {"v", "f"},
       {"z", "s"},
       {"dt", "t"},
       {"gg", "g"}}};
  for (const auto& [from, to] : kSame) replace_all(word, from, to);
  if (word.back() == 'd') word.back() = 't';
  if (word.back() == 'b') word.back() = 'p';
  word.erase(std::unique(word.begin(), word.end()), word.end());
  return word;
}

// One letter more, less, other, or two neighbours swapped.
bool within_one_edit(const std::string& left, const std::string& right) {
  if (left.size() > right.size()) return within_one_edit(right, left);
  if (right.size() - left.size() > 1) return false;
  const auto [l, r] = std::mismatch(left.begin(), left.end(), right.begin());
  if (l == left.end()) return true;
  if (left.size() < right.size()) return std::equal(l, left.end(), r + 1, right.end());
  if (std::equal(l + 1, left.end(), r + 1, right.end())) return true;
  return l + 1 != left.end() && *l == *(r + 1) && *(l + 1) == *r &&
         std::equal(l + 2, left.end(), r + 2, right.end());
}

TEST(WordListTest, HoldsSortedLowerCaseWordsOfFourToEightLetters) {
  const auto words = all_words();
  EXPECT_TRUE(std::is_sorted(words.begin(), words.end()));
  for (const std::string& word : words) {
    EXPECT_GE(word.size(), 4U) << word;
    EXPECT_LE(word.size(), 8U) << word;
    EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), std::string::npos) << word;
  }
}

TEST(WordListTest, TellsWordsApartByFourLetters) {
  std::set<std::string> beginnings;
  for (const std::string& word : all_words()) {
    EXPECT_TRUE(beginnings.insert(word.substr(0, 4)).second) << word;
  }
}

TEST(WordListTest, HasNoTwoWordsWithinOneEditInWritingOrInSound) {
  const auto words = all_words();
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = i + 1; j < words.size(); ++j) {
      EXPECT_FALSE(within_one_edit(words[i], words[j])) << words[i] << ' ' << words[j];
      EXPECT_FALSE(within_one_edit(sound_of(words[i]), sound_of(words[j])))
          << words[i] << ' ' << words[j];
    }
  }
}

// The yardsticks of the test above measure what they should.
TEST(WordListTest, MeasuresSoundsAndEditsAsADutchEarDoes) {
  using Pair = std::pair<std::string, std::string>;
  for (const auto& [left, right] :
       {Pair{"leiden", "lijden"}, Pair{"rauw", "rouw"}, Pair{"vier", "fier"}, Pair{"zee", "see"},
        Pair{"lach", "lag"}, Pair{"hard", "hart"}, Pair{"krab", "krap"}, Pair{"canon", "kanon"},
        Pair{"cent", "zent"}, Pair{"bellen", "belen"}, Pair{"thee", "tee"}}) {
    EXPECT_EQ(sound_of(left), sound_of(right));
  }
  EXPECT_TRUE(within_one_edit("hond", "hand"));
  EXPECT_TRUE(within_one_edit("hand", "handi"));
  EXPECT_FALSE(within_one_edit("hand", "handig"));
  EXPECT_TRUE(within_one_edit("bron", "born"));
  EXPECT_TRUE(within_one_edit("oven", "ovens"));
  EXPECT_TRUE(within_one_edit("oven", "koven"));
  EXPECT_FALSE(within_one_edit("oven", "tent"));
  EXPECT_FALSE(within_one_edit("boven", "bevend"));
}

TEST(WordListTest, FindsAWordWholeOrFromFourLettersInAnyCase) {
  for (std::size_t i = 0; i < kWordCount; ++i) {
    const std::string word(word_at(i));
    EXPECT_EQ(index_of(word), i);
    EXPECT_EQ(index_of(word.substr(0, 4)), i);
    std::string shouted = word;
    shouted[0] = static_cast<char>(shouted[0] - 'a' + 'A');
    EXPECT_EQ(index_of(shouted), i);
  }
}

TEST(WordListTest, RefusesWhatIsNoWord) {
  const std::string word(word_at(100));
  EXPECT_EQ(index_of(""), std::nullopt);
  EXPECT_EQ(index_of(word.substr(0, 3)), std::nullopt);
  EXPECT_EQ(index_of(word + "x"), std::nullopt);
  EXPECT_EQ(index_of(word.substr(0, 4) + "q"), std::nullopt);
  EXPECT_EQ(index_of("zzzz"), std::nullopt);
  EXPECT_EQ(index_of("aaaa"), std::nullopt);
  EXPECT_EQ(index_of(std::string(4, '\0')), std::nullopt);
  EXPECT_EQ(index_of("\xc3\xa9\xc3\xa9n"), std::nullopt);
}

TEST(WordListTest, OffersTheWordsThatBeginWithWhatIsTyped) {
  EXPECT_EQ(words_beginning_with("").size(), kWordCount);
  EXPECT_TRUE(words_beginning_with("qq").empty());
  const auto offered = words_beginning_with("ZON");
  ASSERT_FALSE(offered.empty());
  std::size_t with_prefix = 0;
  for (const std::string& word : all_words()) with_prefix += word.starts_with("zon") ? 1 : 0;
  EXPECT_EQ(offered.size(), with_prefix);
  for (const auto word : offered) EXPECT_TRUE(word.starts_with("zon")) << word;
}

TEST(WordBitsTest, TakesTenBitsAWordMostSignificantFirst) {
  // 0000000000 0000000001 1111111111 1000000000
  const Bytes bytes = {0x00, 0x00, 0x1f, 0xfe, 0x00};
  const std::string expected = std::string(word_at(0)) + ' ' + std::string(word_at(1)) + ' ' +
                               std::string(word_at(1023)) + ' ' + std::string(word_at(512));
  EXPECT_EQ(words_from_bits(bytes, 4), expected);
  EXPECT_EQ(bits_from_words(expected, 4), bytes);
}

RC_GTEST_PROP(WordBitsTest, ComeBackFromWords, (const std::array<std::uint8_t, 15>& bits)) {
  const Bytes bytes(bits.begin(), bits.end());
  for (const std::size_t count : {kCodeWords, kHeadWords, kFingerprintWords}) {
    const std::string words = words_from_bits(bytes, count);
    const Bytes expected(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count) * 5 / 4);
    RC_ASSERT(bits_from_words(words, count) == expected);
  }
}

TEST(WordBitsTest, ReadsWordsAsPeopleTypeThem) {
  const Bytes bytes = {0x12, 0x34, 0x56, 0x78, 0x9a};
  std::string words = words_from_bits(bytes, 4);
  replace_all(words, " ", " -\t ");
  EXPECT_EQ(bits_from_words("  " + words + "\r\n", 4), bytes);
}

TEST(WordBitsTest, RefusesTooFewTooManyAndUnknownWords) {
  const std::string words = words_from_bits(Bytes{0x12, 0x34, 0x56, 0x78, 0x9a}, 4);
  EXPECT_EQ(bits_from_words(words.substr(0, words.rfind(' ')), 4), std::nullopt);
  EXPECT_EQ(bits_from_words(words + ' ' + std::string(word_at(7)), 4), std::nullopt);
  EXPECT_EQ(bits_from_words(words.substr(0, words.rfind(' ')) + " qqqq", 4), std::nullopt);
  EXPECT_EQ(bits_from_words("", 4), std::nullopt);
}

// Everything that was written down or printed depends on it.
TEST(WordBitsTest, KeepsEveryWordInItsPlace) {
  std::uint64_t fold = 14695981039346656037U;  // FNV-1a over the list, a line a word
  for (const std::string& word : all_words()) {
    for (const char letter : word + "\n") {
      fold = (fold ^ static_cast<unsigned char>(letter)) * 1099511628211U;
    }
  }
  EXPECT_EQ(fold, 8454270915792887261U);
}

}  // namespace
}  // namespace kluis
