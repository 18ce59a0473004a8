#include "tools/text/sentence.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kluis {
namespace {

namespace fs = std::filesystem;

std::vector<std::span<const Sentence>> all_tables() {
  return {error_sentences(),  rule_sentences(),        alarm_sentences(),
          screen_sentences(), declaration_sentences(), help_sentences()};
}

// Literals that look like a key and are none: names of files.
bool is_file_name(const std::string& text) {
  static const std::set<std::string> endings = {".db",  ".sqlite", ".txt",  ".json", ".tmp", ".key",
                                                ".pdf", ".lock",   ".part", ".blob", ".new"};
  return endings.contains(text.substr(text.rfind('.')));
}

// The keys in one source file: every literal of the shape "family.rest". Comments are not code.
void collect_keys(const fs::path& path, std::map<std::string, std::string>& keys) {
  static const std::regex key(R"re("([a-z][a-z0-9_]*(\.[a-z][a-z0-9_-]*)+)")re");
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line);) {
    if (line.find("#include") != std::string::npos) continue;
    line.resize(std::min(line.size(), line.find("// ")));
    for (std::sregex_iterator at(line.begin(), line.end(), key), end; at != end; ++at) {
      if (!is_file_name((*at)[1])) keys.emplace((*at)[1], path.filename().string());
    }
  }
}

std::map<std::string, std::string> keys_of_the_source() {
  std::map<std::string, std::string> keys;
  for (const char* folder : {"proto", "vault", "sync", "tools"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(KLUIS_SOURCE_DIR) / folder)) {
      const std::string name = entry.path().string();
      const bool is_table = name.find("tools/text/") != std::string::npos;
      if (!is_table && (name.ends_with(".cc") || name.ends_with(".h"))) collect_keys(name, keys);
    }
  }
  return keys;
}

TEST(SentenceTest, EveryKeyOfTheSourceHasASentence) {
  const auto keys = keys_of_the_source();
  ASSERT_GT(keys.size(), 100U);
  ASSERT_TRUE(keys.contains("slot.wrong_passphrase"));
  for (const auto& [key, file] : keys) {
    EXPECT_NE(find_sentence(key), nullptr) << key << " in " << file;
  }
}

TEST(SentenceTest, EverySentenceIsInBothLanguages) {
  for (const auto table : all_tables()) {
    for (const Sentence& sentence : table) {
      EXPECT_FALSE(sentence.dutch.empty()) << sentence.key;
      EXPECT_FALSE(sentence.english.empty()) << sentence.key;
    }
  }
}

std::set<char> places_in(std::string_view pattern) {
  std::set<char> places;
  for (std::size_t i = 0; i + 2 < pattern.size(); ++i) {
    const bool is_place = pattern[i] == '{' && pattern[i + 2] == '}';
    if (is_place && std::isdigit(static_cast<unsigned char>(pattern[i + 1])) != 0) {
      places.insert(pattern[i + 1]);
    }
  }
  return places;
}

TEST(SentenceTest, BothLanguagesUseTheSameArguments) {
  for (const auto table : all_tables()) {
    for (const Sentence& sentence : table) {
      EXPECT_EQ(places_in(sentence.dutch), places_in(sentence.english)) << sentence.key;
    }
  }
}

TEST(SentenceTest, FillsInArgumentsAndMakesThemVisible) {
  const Error error{ErrorKind::locked, "vault.in_use", {"kl\x1buis", "42"}, {}};
  EXPECT_EQ(say(Language::english, error), "The vault is in use by kl\\u{001B}uis (process 42).");
}

TEST(SentenceTest, ARefusalNamesItsArticle) {
  const Error error{ErrorKind::refused, "roll.not_an_officer", {}, "V5.4"};
  EXPECT_NE(say(Language::dutch, error).find("art. 5 lid 4 van de verordening (V5.4)"),
            std::string::npos);
  EXPECT_NE(say(Language::english, error).find("art. 5(4) of the ordinance (V5.4)"),
            std::string::npos);
}

TEST(SentenceTest, NamesArticlesOfEverySource) {
  EXPECT_EQ(say_article(Language::dutch, "Vt4"),
            "de toelichting bij art. 4 van de verordening (Vt4)");
  EXPECT_EQ(say_article(Language::dutch, "C XIII.2"), "de circulaire, onderdeel XIII.2 (C XIII.2)");
  EXPECT_EQ(say_article(Language::dutch, "H4.3"), "de handreiking, stap 4.3 (H4.3)");
}

TEST(SentenceTest, AFamilySharesASentenceAndAnUnknownKeyStillSaysSomething) {
  EXPECT_EQ(say(Language::english, Error{ErrorKind::integrity, "format.whatever", {}, {}}),
            say(Language::english, "format."));
  EXPECT_EQ(find_sentence("no_such_family.key"), nullptr);
  EXPECT_NE(say(Language::english, Error{ErrorKind::disk, "no_such_family.key", {}, {}})
                .find("no_such_family.key"),
            std::string::npos);
}

TEST(LanguageTest, FollowsTheFirstLocaleThatIsSet) {
  EXPECT_EQ(language_of({"", "", "nl_NL.UTF-8"}), Language::dutch);
  EXPECT_EQ(language_of({"", "en_GB", "nl_NL"}), Language::english);
  EXPECT_EQ(language_of({"nl_BE", "en_GB", "C"}), Language::dutch);
  EXPECT_EQ(language_of({"", "", ""}), Language::english);
}

}  // namespace
}  // namespace kluis
