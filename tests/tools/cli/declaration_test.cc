#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/tools/driver/stage.h"

// `declaration` and `verify`: from two persons' decree to a page that anybody can check.
namespace kluis::test {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class DeclarationCliTest : public testing::Test {
 protected:
  void SetUp() override {
    stage_.start_relay();
    stage_.found();
    stage_.join("anna", "Anna A", "raadslid");
    stage_.join("berend", "Berend B", "burgemeester");
    ok("griffier", {"appoint", "Anna A", "plv-raadsvoorzitter"});
    ok("griffier", {"dossier", "new", "Berend", "--kind", "gesprek", "--burgemeester", "Berend B"});
    ok("griffier", {"grant", "Anna A", "Berend"});
    const std::string agenda = stage_.file("agenda.txt", "agenda");
    ok("griffier", {"add", "Berend", agenda, "--type", "agenda", "--title", "Agenda"});
    ok("griffier",
       {"event", "burgemeester-aftreden", "--date", "2026-03-31", "--person", "Berend B"});
    sync({"griffier", "anna", "berend", "griffier"});
    const Json proposed =
        ok("griffier", {"destroy", "propose", "Berend", "--ground", "aftreden per 31 maart"});
    decree_ = proposed.value("decree", "");
    sync({"griffier", "anna"});
    ok("anna", {"decree", "approve", decree_});
    sync({"anna", "griffier"});
  }

  Json ok(const char* who, const std::vector<std::string>& words) {
    return stage_.json(who, words);
  }
  void sync(const std::vector<const char*>& everybody) {
    for (const char* who : everybody) ok(who, {"sync"});
  }
  void execute() { ok("griffier", {"decree", "execute", decree_}); }

  std::string path(const std::string& name) const { return (stage_.folder() / name).string(); }
  std::vector<std::string> declaring(const std::string& name) const {
    return {"declaration", decree_.substr(0, 8), "--out",   path(name),
            "--exception", "afdruk bij de CvdK", "--place", "Voorbeeldstad"};
  }
  // In no vault, and with nobody's passphrase.
  static Ran verify(const std::string& file, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--json", "verify", file});
    return run({KLUIS_PROGRAM, std::move(more), {}, {"LANG=nl"}});
  }
  static Json verified(const std::string& file, std::vector<std::string> more = {}) {
    const Ran ran = verify(file, std::move(more));
    EXPECT_EQ(ran.exit, 0) << ran.err;
    return ran.exit == 0 ? Json::parse(ran.out) : Json();
  }
  static bool says(const Json& document, const std::string& words) {
    return document["statements"]
               .dump(-1, ' ', false, Json::error_handler_t::replace)
               .find(words) != std::string::npos;
  }

  Stage stage_;
  std::string decree_;
};

TEST_F(DeclarationCliTest, NothingIsDeclaredBeforeItIsDoneNorByAnybodyElse) {
  EXPECT_EQ(stage_.error("griffier", declaring("early"), 1)["article"], "V14.4");
  EXPECT_FALSE(std::filesystem::exists(path("early")));
  execute();
  sync({"anna"});
  EXPECT_EQ(stage_.error("anna", declaring("hers"), 1)["article"], "V3.1");
  EXPECT_EQ(stage_.error("griffier", {"declaration", "0000", "--out", path("none")}, 6)["error"],
            "no-access");
}

TEST_F(DeclarationCliTest, FirstProvisionalThenComplete) {
  execute();
  const Json early = ok("griffier", declaring("early"));
  ASSERT_TRUE(has_members(early, {"file", "complete"}));
  EXPECT_EQ(early["file"], path("early"));
  EXPECT_EQ(early["complete"], false);
  const Json provisional = verified(path("early"));
  EXPECT_EQ(provisional["complete"], false);
  EXPECT_TRUE(says(provisional, "voorlopig")) << provisional;

  // What stands there stays.
  const std::string before = content_of(path("early"));
  EXPECT_EQ(stage_.error("griffier", declaring("early"), 2)["error"], "usage");
  EXPECT_EQ(content_of(path("early")), before);

  sync({"anna", "berend", "griffier"});
  EXPECT_EQ(ok("griffier", declaring("later"))["complete"], true);
  const std::string words = ok("griffier", {"status"})["fingerprint"];
  const Json complete = verified(path("later"), {"--fingerprint", words});
  ASSERT_TRUE(has_members(
      complete, {"valid", "anchored", "complete", "fingerprint", "kind", "signers", "statements"}));
  EXPECT_EQ(complete["valid"], true);
  EXPECT_EQ(complete["anchored"], true);
  EXPECT_EQ(complete["complete"], true);
  EXPECT_EQ(complete["fingerprint"], words);
  EXPECT_EQ(complete["kind"], "destroy-dossier");
  ASSERT_EQ(complete["signers"].size(), 2U);
  EXPECT_EQ(complete["signers"][0]["capacity"], "griffier");
  EXPECT_EQ(complete["signers"][1],
            Json({{"name", "Anna A"}, {"capacity", "plv-raadsvoorzitter"}}));
  for (const char* said :
       {"agenda", "aftreden per 31 maart", "CvdK", "Voorbeeldstad", "Berend B"}) {
    EXPECT_TRUE(says(complete, said)) << said << " in " << complete;
  }
}

TEST_F(DeclarationCliTest, WhoseRaadItIsTellTheWords) {
  execute();
  ok("griffier", declaring("data"));
  const std::string words = ok("griffier", {"status"})["fingerprint"];
  EXPECT_EQ(verified(path("data"))["anchored"], false);
  std::string shouted = words;
  std::ranges::replace(shouted, ' ', '\n');
  EXPECT_EQ(verified(path("data"), {"--fingerprint", shouted})["anchored"], true);
  const std::string shorter = words.substr(0, words.rfind(' '));
  for (const std::string& wrong : {shorter, words + " " + words, std::string(), std::string("x")}) {
    EXPECT_EQ(verify(path("data"), {"--fingerprint", wrong}).exit, 4) << wrong;
  }
  const Ran told = run({KLUIS_PROGRAM, {"verify", path("data")}, {}, {"LANG=en"}});
  EXPECT_EQ(told.exit, 0);
  EXPECT_NE(told.out.find("griffie"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find(words), std::string::npos) << told.out;
}

TEST_F(DeclarationCliTest, ThePageHoldsTheSameData) {
  execute();
  sync({"anna", "berend", "griffier"});
  auto line = declaring("data");
  line.insert(line.end(), {"--pdf", path("page.pdf")});
  EXPECT_EQ(ok("griffier", line)["complete"], true);
  Json data = verified(path("data"));
  const Json page = verified(path("page.pdf"));
  EXPECT_EQ(data, page);
  const Ran text = run({"/usr/bin/env", {"pdftotext", "-layout", path("page.pdf"), "-"}, {}, {}});
  ASSERT_EQ(text.exit, 0) << text.err;
  for (const std::string& words :
       {std::string("Verklaring van vernietiging"), std::string("Anna A"),
        std::string("1 × agenda"), std::string("afdruk bij de CvdK"),
        std::string("plv. raadsvoorzitter")}) {
    EXPECT_NE(text.out.find(words), std::string::npos) << words << " in " << text.out;
  }
  EXPECT_EQ(text.err, "");
  EXPECT_EQ(std::ranges::count(text.out, '\f'), 1) << "more than one sheet: " << text.out;
}

TEST_F(DeclarationCliTest, OneByteOtherMoreOrLessExitsWith4) {
  execute();
  auto line = declaring("data");
  line.insert(line.end(), {"--pdf", path("page.pdf")});
  ok("griffier", line);
  for (const std::string name : {"data", "page.pdf"}) {
    const std::string whole = content_of(path(name));
    ASSERT_EQ(verify(path(name)).exit, 0);
    for (const std::size_t at : {std::size_t{0}, whole.size() / 3, whole.size() - 2}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      EXPECT_EQ(verify(stage_.file("changed", changed)).exit, 4) << name << " at " << at;
    }
    EXPECT_EQ(verify(stage_.file("changed", whole + "\n")).exit, 4) << name;
    EXPECT_EQ(verify(stage_.file("changed", whole.substr(0, whole.size() - 1))).exit, 4) << name;
    EXPECT_EQ(verify(stage_.file("changed", whole.substr(1))).exit, 4) << name;
  }
  EXPECT_EQ(verify(stage_.file("changed", "")).exit, 4);
  EXPECT_EQ(verify(path("nothing")).exit, 7);
}

}  // namespace
}  // namespace kluis::test
