#include "tools/commands/parse.h"

#include <array>

#include <gtest/gtest.h>

namespace kluis {
namespace {

using Words = std::vector<std::string>;

constexpr std::array<Parameter, 2> kNew = {
    {{"TITLE", Takes::argument}, {"--kind", Takes::value, Content::word, true, "KIND"}}};
constexpr std::array<Parameter, 3> kGrant = {
    {{"PERSON", Takes::argument},
     {"DOSSIER", Takes::argument},
     {"--only", Takes::values, Content::text, false, "S"}}};
constexpr std::array<Parameter, 2> kInvite = {
    {{"NAME", Takes::argument}, {"--as", Takes::value, Content::word, true, "C"}}};
constexpr std::array<Parameter, 1> kAppoint = {{{"--end", Takes::flag}}};
constexpr std::array<Parameter, 1> kSearch = {{{"WORDS", Takes::arguments}}};

constexpr std::array<Parameter, 4> kSeal = {{{"-r", Takes::each, Content::word, false, "R"},
                                             {"-p", Takes::flag},
                                             {"FILE", Takes::argument, Content::path},
                                             {"-o", Takes::value, Content::path, true, "OUT"}}};

Result<Answer> nothing(CommandRun& /*command*/, const Given& /*given*/) {
  return Answer();
}

std::vector<Verb> verbs() {
  return {{"dossier new", kNew, nothing}, {"dossier list", {}, nothing}, {"grant", kGrant, nothing},
          {"invite", kInvite, nothing},   {"invite list", {}, nothing},  {"end", kAppoint, nothing},
          {"search", kSearch, nothing},   {"seal", kSeal, nothing}};
}

std::string key_of(const Words& words) {
  const auto known = verbs();
  const auto parsed = parse(words, known);
  return parsed ? "" : parsed.error().key;
}

TEST(ParseTest, FindsVerbsOfOneAndTwoWords) {
  const auto known = verbs();
  const auto parsed = parse(Words{"dossier", "new", "Gesprek 2026", "--kind", "gesprek"}, known);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->verb->words, "dossier new");
  EXPECT_EQ(parsed->given.text("TITLE"), "Gesprek 2026");
  EXPECT_EQ(parsed->given.text("--kind"), "gesprek");
}

TEST(ParseTest, TakesCommonOptionsAnywhere) {
  const auto known = verbs();
  const auto parsed =
      parse(Words{"--vault", "list", "invite", "--json", "list", "--passphrase-file", "f"}, known);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->verb->words, "invite list");
  EXPECT_EQ(parsed->options.vault, "list");
  EXPECT_EQ(parsed->options.passphrase_file, "f");
  EXPECT_TRUE(parsed->options.json);
}

TEST(ParseTest, ATitleMayBeAVerb) {
  const auto known = verbs();
  const auto parsed = parse(Words{"search", "grant", "list", "search"}, known);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->verb->words, "search");
  EXPECT_EQ(parsed->given.all("WORDS"), (Words{"grant", "list", "search"}));
}

TEST(ParseTest, TakesDashEmptyAndOddTextAsTheyAre) {
  const auto known = verbs();
  for (const std::string text : {"-", "", "[x]", "{}", "%%", "a=b", "../../etc", "\x1b[2J"}) {
    const auto parsed = parse(Words{"dossier", "new", "--kind", "gesprek", "--", text}, known);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->given.text("TITLE"), text);
  }
  const auto dashes = parse(Words{"dossier", "new", "-", "--kind", "gesprek"}, known);
  ASSERT_TRUE(dashes);
  EXPECT_EQ(dashes->given.text("TITLE"), "-");
}

TEST(ParseTest, AnArgumentMayStandBehindAList) {
  const auto known = verbs();
  const std::vector<std::pair<Words, Words>> lines = {
      {{"seal", "-r", "a", "f", "-o", "out"}, {"a"}},
      {{"seal", "-r", "a", "b", "f", "-o", "out"}, {"a", "b"}},
      {{"seal", "-r", "a", "-r", "b", "f", "-o", "out"}, {"a", "b"}},
      {{"seal", "-r", "a", "-r", "b", "-o", "out", "f"}, {"a", "b"}},
      {{"seal", "-o", "out", "-r", "a", "f"}, {"a"}},
      {{"seal", "-o", "out", "-r", "a", "--", "f"}, {"a"}},
      {{"seal", "f", "-r", "a", "b", "-o", "out"}, {"a", "b"}},
      {{"seal", "-r", "a", "-p", "f", "-o", "out"}, {"a"}},
      {{"seal", "-p", "f", "-o", "out"}, {}}};
  for (const auto& [words, recipients] : lines) {
    const auto parsed = parse(words, known);
    ASSERT_TRUE(parsed) << parsed.error().key << testing::PrintToString(words);
    EXPECT_EQ(parsed->given.text("FILE"), "f") << testing::PrintToString(words);
    EXPECT_EQ(parsed->given.text("-o"), "out");
    EXPECT_EQ(parsed->given.all("-r"), recipients);
  }
  const auto missing = [&](const Words& words) {
    const auto parsed = parse(words, known);
    return parsed || parsed.error().key != "usage.missing" ? "" : parsed.error().arguments.at(0);
  };
  EXPECT_EQ(missing({"seal", "-r", "a", "-o", "out"}), "FILE");
  EXPECT_EQ(missing({"seal", "-p", "-o", "out"}), "FILE");
  EXPECT_EQ(missing({"seal", "-r", "a", "f"}), "-o");
  EXPECT_EQ(key_of({"seal", "f", "g", "-o", "out"}), "usage.too_much");
}

TEST(ParseTest, ListsEndWhereAnOptionBegins) {
  const auto known = verbs();
  const auto parsed = parse(Words{"grant", "P", "D", "--only", "a", "b", "--json"}, known);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->given.all("--only"), (Words{"a", "b"}));
  const auto first = parse(Words{"grant", "--only", "a", "b", "P", "D"}, known);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->given.all("--only"), (Words{"a", "b"}));
  EXPECT_EQ(first->given.text("DOSSIER"), "D");
}

TEST(ParseTest, SaysWhatIsWrong) {
  EXPECT_EQ(key_of({"nonsense"}), "usage.unknown_verb");
  EXPECT_EQ(key_of({"dossier", "nonsense"}), "usage.unknown_verb");
  EXPECT_EQ(key_of({"dossier", "new", "--kind", "gesprek"}), "usage.missing");
  EXPECT_EQ(key_of({"dossier", "new", "T"}), "usage.missing");
  EXPECT_EQ(key_of({"dossier", "new", "T", "--kind"}), "usage.missing_value");
  EXPECT_EQ(key_of({"dossier", "new", "T", "U", "--kind", "x"}), "usage.too_much");
  EXPECT_EQ(key_of({"dossier", "new", "T", "--kind", "x", "--kind", "y"}), "usage.missing_value");
  EXPECT_EQ(key_of({"end", "--nonsense"}), "usage.too_much");
}

TEST(ParseTest, HelpWinsOverWhatIsMissing) {
  const auto known = verbs();
  const auto parsed = parse(Words{"dossier", "new", "--help"}, known);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->options.help);
  const auto group = parse(Words{"dossier"}, known);
  ASSERT_TRUE(group);
  EXPECT_EQ(group->verb, nullptr);
  EXPECT_EQ(group->group, "dossier");
}

TEST(ParseTest, SeesJsonEvenInAWrongLine) {
  EXPECT_TRUE(wants_json(Words{"nonsense", "--json"}));
  EXPECT_FALSE(wants_json(Words{"search", "--", "--json"}));
}

TEST(ValueTest, WritesOneLineOfAscii) {
  Value value = Value::object({{"title", "één\x1b\u202E\"\n"},
                               {"none", Value()},
                               {"n", 3},
                               {"yes", true},
                               {"list", Value::list({"a"})}});
  value.add("bad", "\xff");
  EXPECT_EQ(value.json(),
            "{\"title\":\"\\u00e9\\u00e9n\\u001b\\u202e\\\"\\n\",\"none\":null,\"n\":3,"
            "\"yes\":true,\"list\":[\"a\"],\"bad\":\"\\ufffd\"}");
}

}  // namespace
}  // namespace kluis
