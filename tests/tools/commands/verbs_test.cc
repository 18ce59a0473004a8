#include "tools/commands/verbs.h"

#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "tools/commands/help.h"
#include "tools/text/sentence.h"

namespace kluis {
namespace {

TEST(VerbsTest, NoParameterTakesASecret) {
  // A passphrase, code or voucher on the line would stand in every list of processes.
  const std::set<std::string_view> secrets = {"--passphrase", "--code", "--voucher", "--key",
                                              "PASSPHRASE",   "CODE",   "VOUCHER"};
  for (const Verb& verb : all_verbs()) {
    for (const Parameter& parameter : verb.parameters) {
      EXPECT_FALSE(secrets.contains(parameter.name)) << verb.words;
      if (parameter.name.find("voucher") != std::string_view::npos ||
          parameter.name.find("code") != std::string_view::npos ||
          parameter.name.find("passphrase") != std::string_view::npos) {
        EXPECT_EQ(parameter.content, Content::path) << verb.words << " " << parameter.name;
      }
    }
  }
}

TEST(VerbsTest, EveryVerbAndParameterIsExplained) {
  for (const Verb& verb : all_verbs()) {
    for (const Language language : {Language::dutch, Language::english}) {
      EXPECT_FALSE(help_of(language, verb).empty()) << verb.words;
    }
  }
}

TEST(VerbsTest, WordsAreUnique) {
  std::set<std::string_view> seen;
  for (const Verb& verb : all_verbs()) EXPECT_TRUE(seen.insert(verb.words).second) << verb.words;
}

std::string source_file(const std::string& name) {
  std::ifstream stream(KLUIS_SOURCE_DIR "/tools/" + name);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// "--code-file" as the manual writes it: "\-\-code\-file".
std::string with_hyphens(std::string_view name) {
  std::string text;
  for (const char letter : name) {
    text += letter == '-' ? std::string("\\-") : std::string(1, letter);
  }
  return text;
}

TEST(VerbsTest, TheManualAndTheCompletionKnowThemAll) {
  const std::string manual = source_file("kluis.1");
  const std::string completion = source_file("kluis.bash");
  for (const Verb& verb : all_verbs()) {
    const std::string words(verb.words);
    EXPECT_NE(manual.find("\\fB" + words), std::string::npos) << words;
    const std::string last = words.substr(words.rfind(' ') + 1);
    EXPECT_NE(completion.find(last), std::string::npos) << words;
    for (const Parameter& parameter : verb.parameters) {
      const std::string name(parameter.name);
      if (!name.starts_with("--")) continue;
      EXPECT_NE(completion.find(name), std::string::npos) << words << " " << name;
      if (name == "--device-name" || name == "--new-passphrase-file") continue;
      EXPECT_NE(manual.find(with_hyphens(name)), std::string::npos) << words << " " << name;
    }
  }
}

}  // namespace
}  // namespace kluis
