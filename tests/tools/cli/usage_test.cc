#include <filesystem>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/tools/driver/stage.h"

// What needs no raad: the line itself, help, languages, and a vault that is not there.
namespace kluis::test {
namespace {

Ran in(const std::string& locale, std::vector<std::string> arguments) {
  return run({KLUIS_PROGRAM, std::move(arguments), {}, {"LANG=" + locale}});
}

const std::vector<std::string>& verbs() {
  static const std::vector<std::string> all = {"init",
                                               "invite",
                                               "invite list",
                                               "invite cancel",
                                               "join",
                                               "appoint",
                                               "device list",
                                               "device invite",
                                               "device revoke",
                                               "sync",
                                               "status",
                                               "people",
                                               "raad install",
                                               "passphrase change",
                                               "dossier new",
                                               "dossier list",
                                               "grant",
                                               "revoke",
                                               "who",
                                               "add",
                                               "list",
                                               "read",
                                               "export",
                                               "note",
                                               "notes",
                                               "sign",
                                               "adopt",
                                               "search",
                                               "register",
                                               "event",
                                               "destroy propose",
                                               "decree list",
                                               "decree show",
                                               "decree approve",
                                               "decree withdraw",
                                               "decree execute",
                                               "decree status",
                                               "declaration",
                                               "verify",
                                               "apart list",
                                               "apart carry",
                                               "apart refuse",
                                               "seal",
                                               "unseal",
                                               "keygen"};
  return all;
}

// The verbs that the help names: two spaces, the verb, two spaces or more, what it does.
std::vector<std::string> verbs_in(const std::string& help) {
  std::vector<std::string> found;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ") || line.starts_with("  -")) continue;
    found.push_back(line.substr(2, line.find("  ", 2) - 2));
  }
  return found;
}

std::vector<std::string> words_of(const std::string& text) {
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return {text};
  return {text.substr(0, space), text.substr(space + 1)};
}

TEST(UsageTest, EveryVerbHasHelpInBothLanguages) {
  const Ran dutch = in("nl_NL.UTF-8", {"--help"});
  const Ran english = in("en_GB.UTF-8", {"--help"});
  EXPECT_EQ(dutch.exit, 0);
  EXPECT_EQ(english.exit, 0);
  EXPECT_NE(dutch.out.find("Gebruik: kluis"), std::string::npos) << dutch.out;
  EXPECT_NE(english.out.find("Usage: kluis"), std::string::npos) << english.out;
  EXPECT_EQ(verbs_in(dutch.out), verbs());
  EXPECT_EQ(verbs_in(english.out), verbs());
  for (const std::string& verb : verbs()) {
    auto line = words_of(verb);
    line.emplace_back("--help");
    const Ran one = in("nl", line);
    EXPECT_EQ(one.exit, 0) << verb;
    EXPECT_NE(one.out.find("Gebruik: kluis " + verb), std::string::npos) << one.out;
    EXPECT_NE(one.out, in("en", line).out) << verb;
    EXPECT_EQ(one.err, "") << verb;
  }
}

TEST(UsageTest, MistakesOnTheLineExitWith2) {
  const std::vector<std::vector<std::string>> lines = {
      {},
      {"nonsense"},
      {"dossier"},
      {"dossier", "nonsense"},
      {"grant", "only-one"},
      {"dossier", "new", "T"},
      {"dossier", "new", "T", "--kind", "nonsense"},
      {"list", "--nonsense"},
      {"invite", "N", "--as", "koning"},
      {"add", "D"},
      {"add", "D", "F"},
      {"add", "--undo", "S", "extra"},
      {"read", "S", "--version", "two"},
      {"read", "S", "--version", "0"},
      {"apart"},
      {"apart", "carry"},
      {"apart", "refuse"},
      {"apart", "carry", "0000", "extra"},
      {"apart", "list", "extra"},
      {"seal", "F", "-o", "OUT"},
      {"seal", "-p", "-r", "age1x", "F", "-o", "OUT"},
      {"seal", "-r", "age1x", "F"},
      {"seal", "-r", "age1x", "F", "-o", "OUT"},
      {"unseal", "-i", "I", "-p", "F", "-o", "OUT"},
      {"unseal", "-o", "OUT"},
      {"keygen"},
      {"join", "not-a-link"},
      {"init", "--gemeente", "G", "--name", "N", "--relay", "nowhere", "--relay-key", "00"}};
  for (auto line : lines) {
    const Ran text = run({KLUIS_PROGRAM, line, {}, {"LANG=en", "HOME=/nonexistent"}});
    EXPECT_EQ(text.exit, 2) << (line.empty() ? "" : line.front()) << ": " << text.err;
    EXPECT_EQ(text.out, "");
    EXPECT_NE(text.err, "");
    line.emplace_back("--json");
    const Ran json = run({KLUIS_PROGRAM, line, {}, {"LANG=en", "HOME=/nonexistent"}});
    EXPECT_EQ(json.exit, 2);
    EXPECT_EQ(json.out, "");
    const Json error = Json::parse(json.err, nullptr, false);
    ASSERT_TRUE(has_members(error, {"error", "message"})) << json.err;
    EXPECT_EQ(error["error"], "usage");
  }
}

TEST(UsageTest, JsonWordsDoNotChangeWithTheLanguage) {
  const Json dutch = Json::parse(in("nl", {"nonsense", "--json"}).err);
  const Json english = Json::parse(in("en", {"nonsense", "--json"}).err);
  EXPECT_EQ(dutch["error"], english["error"]);
  EXPECT_NE(dutch["message"], english["message"]);
}

TEST(UsageTest, WithoutAVaultItSaysSo) {
  const Stage stage;
  EXPECT_EQ(stage.error("nobody", {"status"}, 7)["error"], "disk");
  // Nothing was made by looking.
  EXPECT_FALSE(std::filesystem::exists(stage.vault("nobody")));
  const Ran nowhere = run({KLUIS_PROGRAM, {"status"}, {}, {"LANG=en"}});
  EXPECT_EQ(nowhere.exit, 2) << nowhere.err;  // no HOME, no KLUIS_VAULT, no --vault
}

TEST(UsageTest, InitWithoutARelayLeavesNoVault) {
  const Stage stage;
  const std::string voucher = stage.file("voucher", "x");
  const Json error =
      stage.error("griffier",
                  {"init", "--gemeente", "G", "--name", "N", "--relay", "127.0.0.1:1",
                   "--relay-key", std::string(64, 'a'), "--voucher-file", voucher},
                  3);
  EXPECT_EQ(error["error"], "relay");
  EXPECT_EQ(stage.error("griffier", {"status"}, 7)["error"], "disk");
}

}  // namespace
}  // namespace kluis::test
