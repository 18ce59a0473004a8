#include "tools/commands/verbs.h"

#include <set>

#include <gtest/gtest.h>

#include "tools/commands/help.h"
#include "tools/text/sentence.h"

namespace kluis {
namespace {

TEST(VerbsTest, NoParameterTakesASecret) {
  // A passphrase, code or voucher on the line would stand in every list of processes.
  const std::set<std::string_view> secrets = {"--passphrase", "--code", "--voucher", "--key",
                                              "PASSPHRASE", "CODE", "VOUCHER"};
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

}  // namespace
}  // namespace kluis
