#include <csignal>
#include <set>

#include <gtest/gtest.h>

#include "tests/tools/driver/stage.h"

// A person at a terminal.
namespace kluis::test {
namespace {

Command at_terminal(const Stage& stage, const std::string& who,
                    std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--vault", stage.vault(who).string()});
  return {KLUIS_PROGRAM, std::move(arguments), {}, {"LANG=nl_NL.UTF-8", "TERM=xterm", "TZ=UTC"}};
}

TEST(TerminalTest, APassphraseIsAskedTwiceAndNeverShown) {
  Stage stage;
  stage.start_relay();
  const std::vector<std::string> init = {"init",
                                         "--gemeente",
                                         "Voorbeeldstad",
                                         "--name",
                                         "Greet",
                                         "--relay",
                                         stage.address(),
                                         "--relay-key",
                                         stage.relay_key(),
                                         "--voucher-file",
                                         stage.new_voucher_file()};
  {
    OnTerminal differs(at_terminal(stage, "griffier", init));
    ASSERT_TRUE(differs.shows("Kies een wachtwoordzin: "));
    EXPECT_FALSE(differs.echoes());
    differs.type("geheime zin\n");
    ASSERT_TRUE(differs.shows("Nog een keer: "));
    EXPECT_FALSE(differs.echoes());
    differs.type("geheime zim\n");
    EXPECT_EQ(differs.wait(), 2);
    EXPECT_EQ(differs.screen().find("geheime"), std::string::npos) << differs.screen();
  }
  OnTerminal founds(at_terminal(stage, "griffier", init));
  for (const char* question : {"Kies een wachtwoordzin: ", "Nog een keer: "}) {
    ASSERT_TRUE(founds.shows(question));
    founds.type("geheime zin\n");
  }
  EXPECT_EQ(founds.wait(), 0) << founds.screen();
  EXPECT_EQ(founds.screen().find("geheime"), std::string::npos);
  EXPECT_NE(founds.screen().find("De raad van Voorbeeldstad is opgericht"), std::string::npos);

  OnTerminal asks_once(at_terminal(stage, "griffier", {"status"}));
  ASSERT_TRUE(asks_once.shows("Wachtwoordzin: "));
  EXPECT_FALSE(asks_once.echoes());
  asks_once.type("verkeerde zin\n");
  EXPECT_EQ(asks_once.wait(), 5);
  EXPECT_NE(asks_once.screen().find("De wachtwoordzin klopt niet"), std::string::npos);

  OnTerminal interrupted(at_terminal(stage, "griffier", {"status"}));
  ASSERT_TRUE(interrupted.shows("Wachtwoordzin: "));
  interrupted.type("half\x03");
  EXPECT_EQ(interrupted.wait(), 2);
  EXPECT_TRUE(interrupted.echoes());
}

TEST(TerminalTest, WhatOthersWroteGivesNoOrdersToATerminal) {
  Stage stage;
  stage.start_relay();
  stage.found();
  static_cast<void>(stage.json("griffier", {"dossier", "new", "Gesprek", "--kind", "gesprek"}));
  const std::string text = stage.file("text.txt", "gewone tekst\n");
  // The name of a file comes from outside: an escape, a turned direction and no UTF-8.
  const std::string odd = stage.file("a\x1b[2J\u202Etxt\xff", "inhoud\n");
  static_cast<void>(stage.json("griffier", {"add", "Gesprek", text, "--type", "overig"}));
  static_cast<void>(stage.json("griffier", {"add", "Gesprek", odd, "--type", "overig"}));
  const std::string binary = stage.file("binary", std::string("\x1b[2J\0\x01", 6));
  static_cast<void>(
      stage.json("griffier", {"add", "Gesprek", binary, "--type", "overig", "--title", "Binair"}));

  const Command list = stage.command("griffier", {"list"});
  OnTerminal listed(list);
  EXPECT_EQ(listed.wait(), 0);
  EXPECT_EQ(listed.screen().find("\x1b[2J"), std::string::npos) << listed.screen();
  EXPECT_EQ(listed.screen().find("\u202E"), std::string::npos);
  const Ran piped = run(list);
  EXPECT_EQ(piped.out.find('\x1b'), std::string::npos);  // no colour either

  OnTerminal reads_text(stage.command("griffier", {"read", "text.txt"}));
  EXPECT_EQ(reads_text.wait(), 0);
  EXPECT_NE(reads_text.screen().find("gewone tekst"), std::string::npos);

  OnTerminal reads_binary(stage.command("griffier", {"read", "Binair"}));
  EXPECT_EQ(reads_binary.wait(), 2);
  EXPECT_EQ(reads_binary.screen().find("\x1b[2J"), std::string::npos);
  EXPECT_EQ(stage.kluis("griffier", {"read", "Binair"}).out, std::string("\x1b[2J\0\x01", 6));
}

TEST(TerminalTest, ADashIsAskedFor) {
  Stage stage;
  stage.start_relay();
  stage.found();
  OnTerminal asks(stage.command("griffier", {"dossier", "new", "-", "--kind", "gesprek"}));
  ASSERT_TRUE(asks.shows("TITLE:"));
  asks.type("Een titel in geen geschiedenis\n");
  EXPECT_EQ(asks.wait(), 0) << asks.screen();
  const Ran piped = stage.kluis("griffier", {"dossier", "new", "-", "--kind", "gesprek"},
                                "Een tweede titel\nrest\n");
  EXPECT_EQ(piped.exit, 0) << piped.err;
  const Json dossiers = stage.json("griffier", {"dossier", "list"})["dossiers"];
  ASSERT_EQ(dossiers.size(), 2U);
  const std::set<Json> titles = {dossiers[0]["title"], dossiers[1]["title"]};
  EXPECT_EQ(titles, (std::set<Json>{"Een titel in geen geschiedenis", "Een tweede titel"}));
  EXPECT_EQ(stage.kluis("griffier", {"dossier", "new", "-", "--kind", "gesprek"}).exit, 2);
}

}  // namespace
}  // namespace kluis::test
