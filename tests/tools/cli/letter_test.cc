#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/tools/driver/stage.h"

// `seal`, `unseal` and `keygen`, and the programs of others that know the same files. No vault and
// no relay anywhere.
namespace kluis::test {
namespace {

namespace fs = std::filesystem;

std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Of several chunks, and of every byte.
std::string long_text() {
  std::string text;
  for (std::size_t i = 0; i < 200'000; ++i) text += static_cast<char>(i % 253);
  return text;
}

std::string line_with(const std::string& text, const std::string& sign) {
  const std::size_t at = text.find(sign);
  if (at == std::string::npos) return {};
  return text.substr(at, text.find('\n', at) - at);
}

// A program of others, wherever the path has it.
Command outside(const std::string& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  return {"/usr/bin/env", std::move(arguments), {}, {"TERM=xterm"}};
}

class LetterCliTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (stage_.folder() / name).string(); }
  std::string file(const std::string& name, const std::string& content) const {
    return stage_.file(name, content);
  }
  static Command command(std::vector<std::string> arguments) {
    return {KLUIS_PROGRAM, std::move(arguments), {}, {"LANG=en", "TERM=xterm"}};
  }
  // Has to succeed.
  void kluis(std::vector<std::string> arguments) const {
    const Ran ran = run(command(std::move(arguments)));
    EXPECT_EQ(ran.exit, 0) << ran.err;
  }
  static void outsider(const std::string& program, std::vector<std::string> arguments) {
    const Ran ran = run(outside(program, std::move(arguments)));
    EXPECT_EQ(ran.exit, 0) << program << ": " << ran.err;
  }
  // Has to fail with that code, and to leave nothing behind.
  std::string refused(int code, std::vector<std::string> arguments) const {
    const std::size_t before = file_count();
    const Ran ran = run(command(arguments));
    EXPECT_EQ(ran.exit, code) << testing::PrintToString(arguments) << ran.err;
    EXPECT_EQ(file_count(), before) << testing::PrintToString(arguments);
    return ran.err;
  }
  std::size_t file_count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(stage_.folder()), fs::directory_iterator()));
  }
  // A key of ours in the file `name`; the public half.
  std::string key(const std::string& name, bool hybrid = false) const {
    std::vector<std::string> arguments = {"keygen", "-o", path(name), "--json"};
    if (hybrid) arguments.emplace_back("--pq");
    const Ran ran = run(command(arguments));
    EXPECT_EQ(ran.exit, 0) << ran.err;
    const Json answer = Json::parse(ran.out);
    EXPECT_TRUE(has_members(answer, {"file", "recipient"}));
    return answer["recipient"];
  }

  Stage stage_;
  const std::string plain_ = file("plain", long_text());
};

TEST_F(LetterCliTest, MakesAKeyThatIsItsOwnersAlone) {
  for (const bool hybrid : {false, true}) {
    const std::string name = hybrid ? "hybrid" : "x25519";
    const std::string recipient = key(name, hybrid);
    EXPECT_TRUE(recipient.starts_with(hybrid ? "age1pq1" : "age1"));
    struct stat facts{};
    ASSERT_EQ(::stat(path(name).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
    const std::string text = content_of(path(name));
    EXPECT_TRUE(text.starts_with("# created: 20"));
    EXPECT_EQ(line_with(text, "# public key: "), "# public key: " + recipient);
    EXPECT_FALSE(line_with(text, hybrid ? "AGE-SECRET-KEY-PQ-1" : "AGE-SECRET-KEY-1").empty());
  }
  const Ran shown = run(command({"keygen", "-o", path("third")}));
  EXPECT_EQ(shown.exit, 0);
  EXPECT_NE(shown.out.find("age1"), std::string::npos);
  EXPECT_EQ((shown.out + shown.err).find("SECRET"), std::string::npos);
}

TEST_F(LetterCliTest, OpensWhatItSealed) {
  for (const bool hybrid : {false, true}) {
    const std::string name = hybrid ? "h" : "x";
    const std::string first = key(name + "1", hybrid), second = key(name + "2", hybrid);
    const std::string letter = path(name + ".age");
    kluis({"seal", "-r", first, second, plain_, "-o", letter});
    for (const std::string number : {"1", "2"}) {
      const std::string out = path(name + number + ".out");
      kluis({"unseal", "-i", path(name + number), letter, "-o", out});
      EXPECT_TRUE(content_of(out) == long_text());
      struct stat facts{};
      ASSERT_EQ(::stat(out.c_str(), &facts), 0);
      EXPECT_EQ(facts.st_mode & 0777U, 0600U);
    }
  }
  const std::string empty = file("empty", "");
  kluis({"seal", empty, "-r", key("e"), "-o", path("e.age")});
  kluis({"unseal", "-i", path("x1"), path("e"), path("e.age"), "-o", path("e.out")});
  EXPECT_EQ(content_of(path("e.out")), "");
}

TEST_F(LetterCliTest, AgeOpensWhatKluisSealed) {
  const std::string ours = key("ours");
  outsider("age-keygen", {"-o", path("theirs")});
  const std::string theirs = line_with(content_of(path("theirs")), "age1");
  kluis({"seal", "-r", ours, "-r", theirs, plain_, "-o", path("letter")});
  for (const std::string who : {"ours", "theirs"}) {
    outsider("age", {"-d", "-i", path(who), "-o", path(who + ".out"), path("letter")});
    EXPECT_TRUE(content_of(path(who + ".out")) == long_text());
  }
  const Ran recipient = run(outside("age-keygen", {"-y", path("ours")}));
  EXPECT_EQ(recipient.out, ours + "\n");
}

TEST_F(LetterCliTest, KluisOpensWhatAgeSealed) {
  const std::string ours = key("ours");
  outsider("age-keygen", {"-o", path("theirs")});
  const std::string theirs = line_with(content_of(path("theirs")), "age1");
  outsider("age", {"-r", theirs, "-r", ours, "-o", path("binary"), plain_});
  outsider("age", {"-a", "-r", theirs, "-r", ours, "-o", path("text"), plain_});
  for (const std::string form : {"binary", "text"}) {
    for (const std::string who : {"ours", "theirs"}) {
      const std::string out = path(form + who);
      kluis({"unseal", "-i", path(who), path(form), "-o", out});
      EXPECT_TRUE(content_of(out) == long_text()) << form;
    }
  }
}

TEST_F(LetterCliTest, APassphraseWorksBothWaysWithAge) {
  OnTerminal seals(command({"seal", "-p", plain_, "-o", path("letter")}));
  for (const char* question : {"that of your vault: ", "Once more: "}) {
    ASSERT_TRUE(seals.shows(question)) << seals.screen();
    EXPECT_FALSE(seals.echoes());
    seals.type("geheime zin van de raad\n");
  }
  EXPECT_EQ(seals.wait(), 0) << seals.screen();
  EXPECT_EQ(seals.screen().find("geheime"), std::string::npos);

  OnTerminal age_opens(outside("age", {"-d", "-o", path("age.out"), path("letter")}));
  ASSERT_TRUE(age_opens.shows("passphrase", 10)) << age_opens.screen();
  age_opens.type("geheime zin van de raad\n");
  EXPECT_EQ(age_opens.wait(), 0) << age_opens.screen();
  EXPECT_TRUE(content_of(path("age.out")) == long_text());

  OnTerminal age_seals(outside("age", {"-p", "-o", path("theirs"), plain_}));
  ASSERT_TRUE(age_seals.shows("Enter passphrase")) << age_seals.screen();
  age_seals.type("een andere zin\n");
  ASSERT_TRUE(age_seals.shows("Confirm passphrase")) << age_seals.screen();
  age_seals.type("een andere zin\n");
  EXPECT_EQ(age_seals.wait(), 0) << age_seals.screen();
  OnTerminal opens(command({"unseal", path("theirs"), "-o", path("kluis.out")}));
  ASSERT_TRUE(opens.shows("Passphrase of this letter: ")) << opens.screen();
  EXPECT_FALSE(opens.echoes());
  opens.type("een andere zin\n");
  EXPECT_EQ(opens.wait(), 0) << opens.screen();
  EXPECT_TRUE(content_of(path("kluis.out")) == long_text());

  const std::string right = file("right", "een andere zin\n");
  kluis({"--passphrase-file", right, "unseal", "-p", path("theirs"), "-o", path("script.out")});
  EXPECT_TRUE(content_of(path("script.out")) == long_text());
  const std::string wrong = file("wrong", "een verkeerde zin\n");
  refused(5, {"--passphrase-file", wrong, "unseal", path("theirs"), "-o", path("x")});
  refused(6, {"unseal", "-i", (key("k"), path("k")), path("theirs"), "-o", path("x")});
  refused(2, {"unseal", path("theirs"), "-o", path("x")});  // no terminal to ask on
}

// The age that knows hybrid keys: the one on the path, or the one that KLUIS_AGE names.
std::string hybrid_age() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in a test program changes the environment.
  const char* chosen = std::getenv("KLUIS_AGE");
  const std::string program = chosen != nullptr && *chosen != '\0' ? chosen : "age";
  const Ran version = run(outside(program, {"--version"}));
  int major = 0, minor = 0;
  const std::size_t digit = version.out.find_first_of("0123456789");
  if (version.exit != 0 || digit == std::string::npos) return {};
  // NOLINTNEXTLINE(cert-err34-c): what is no number leaves the zeros
  if (std::sscanf(version.out.c_str() + digit, "%d.%d", &major, &minor) != 2) return {};
  return major > 1 || (major == 1 && minor >= 3) ? program : "";
}

TEST_F(LetterCliTest, AHybridLetterWorksBothWaysWithAge) {
  const std::string age = hybrid_age();
  if (age.empty()) GTEST_SKIP() << "needs age 1.3 or newer: KLUIS_AGE names one";
  const std::string ours = key("ours", true);
  const Ran made = run(outside(age + "-keygen", {"-pq", "-o", path("theirs")}));
  ASSERT_EQ(made.exit, 0) << made.err;
  const std::string theirs = line_with(content_of(path("theirs")), "age1pq1");
  kluis({"seal", "-r", ours, "-r", theirs, plain_, "-o", path("letter")});
  outsider(age, {"-r", ours, "-r", theirs, "-o", path("binary"), plain_});
  outsider(age, {"-a", "-r", ours, "-r", theirs, "-o", path("text"), plain_});
  for (const std::string who : {"ours", "theirs"}) {
    outsider(age, {"-d", "-i", path(who), "-o", path(who + ".out"), path("letter")});
    EXPECT_TRUE(content_of(path(who + ".out")) == long_text());
    for (const std::string form : {"binary", "text"}) {
      const std::string out = path(form + who);
      kluis({"unseal", "-i", path(who), path(form), "-o", out});
      EXPECT_TRUE(content_of(out) == long_text()) << form;
    }
  }
  EXPECT_EQ(run(outside(age + "-keygen", {"-y", path("ours")})).out, ours + "\n");
}

TEST_F(LetterCliTest, NothingIsLeftOfALetterThatIsRefused) {
  const std::string recipient = key("key");
  static_cast<void>(key("other"));
  kluis({"seal", "-r", recipient, plain_, "-o", path("letter")});
  const std::string letter = content_of(path("letter"));
  const auto unseal = [&](const std::string& who, const std::string& what) {
    return std::vector<std::string>{"unseal", "-i", path(who), what, "-o", path("out")};
  };
  refused(6, unseal("other", path("letter")));
  refused(6, {"unseal", path("letter"), "-o", path("out")});
  refused(7, unseal("nobody", path("letter")));
  refused(7, unseal("key", path("nothing")));
  refused(2, unseal("plain", path("letter")));
  refused(4, unseal("key", plain_));
  refused(4, unseal("key", file("none", "")));
  for (const std::size_t size : {std::size_t{10}, std::size_t{100}, std::size_t{190},
                                 std::size_t{70'000}, letter.size() - 1}) {
    refused(4, unseal("key", file("cut", letter.substr(0, size))));
  }
  std::string changed = letter;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  refused(4, unseal("key", file("changed", changed)));
  EXPECT_EQ(refused(4, unseal("key", file("changed", letter + "x"))).find("plain"),
            std::string::npos);
}

TEST_F(LetterCliTest, NoFileIsOverwrittenAndNoneIsLeftHalf) {
  const std::string recipient = key("key");
  kluis({"seal", "-r", recipient, plain_, "-o", path("letter")});
  const std::string there = file("there", "old");
  refused(2, {"seal", "-r", recipient, plain_, "-o", there});
  refused(2, {"unseal", "-i", path("key"), path("letter"), "-o", there});
  refused(2, {"keygen", "-o", there});
  refused(2, {"seal", "-r", recipient, plain_, "-o", plain_});
  EXPECT_EQ(content_of(there), "old");
  refused(7, {"seal", "-r", recipient, plain_, "-o", path("no/folder")});
  refused(7, {"keygen", "-o", "/proc/key"});  // where nobody can write, root included
  refused(7, {"unseal", "-i", path("key"), path("letter"), "-o", "/proc/out"});
  // A disk that is full in the middle.
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"seal", "-r", recipient, plain_, "-o", path("full")},
        {"unseal", "-i", path("key"), path("letter"), "-o", path("full")}}) {
    Command full = command(line);
    full.file_bytes_max = 100'000;
    const std::size_t before = file_count();
    EXPECT_EQ(run(full).exit, 7);
    EXPECT_EQ(file_count(), before);
  }
}

TEST_F(LetterCliTest, RecipientsThatCannotBeAreRefused) {
  const std::string plain_key = key("key"), hybrid = key("hybrid", true);
  refused(2, {"seal", "-r", plain_key, "-r", hybrid, plain_, "-o", path("out")});
  refused(2, {"seal", "-r", plain_key + "q", plain_, "-o", path("out")});
  // The point of order one: every secret made with it is zero.
  refused(2, {"seal", "-r", "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
              plain_, "-o", path("out")});
  const std::string secret = line_with(content_of(path("key")), "AGE-SECRET-KEY-1");
  const std::string said = refused(2, {"seal", "-r", secret, plain_, "-o", path("out")});
  EXPECT_NE(said.find("secret key"), std::string::npos);
  EXPECT_EQ(said.find(secret), std::string::npos);
}

TEST_F(LetterCliTest, NeedsNoVaultAndMakesNone) {
  Command makes = command({"keygen", "-o", path("key"), "--json"});
  makes.environment.push_back("HOME=" + path("home"));
  EXPECT_EQ(run(makes).exit, 0);
  EXPECT_FALSE(fs::exists(path("home")));
  const Ran sealed = run(
      command({"seal", "-r",
               Json::parse(run(command({"keygen", "-o", path("b"), "--json"})).out)["recipient"],
               plain_, "-o", path("letter"), "--json"}));
  EXPECT_TRUE(has_members(Json::parse(sealed.out), {"file"})) << sealed.err;
  const Ran opened =
      run(command({"unseal", "-i", path("b"), path("letter"), "-o", path("out"), "--json"}));
  EXPECT_EQ(Json::parse(opened.out)["file"], path("out")) << opened.err;
}

}  // namespace
}  // namespace kluis::test
