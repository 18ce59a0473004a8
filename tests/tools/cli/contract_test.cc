#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/tools/driver/stage.h"

// Every verb once, against the shapes that scripts rely on.
namespace kluis::test {
namespace {

const std::string kDocument =
    KLUIS_SOURCE_DIR "/tests/vectors/dutch-docs/besluitenlijst-raad-2015-06-29.pdf";

std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t word_count(const Json& text) {
  const auto& words = text.get_ref<const std::string&>();
  return 1 + static_cast<std::size_t>(std::count(words.begin(), words.end(), ' '));
}

bool is_id(const Json& value, std::size_t bytes) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() == 2 * bytes &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_time(const Json& value) {
  return value.is_string() && value.get_ref<const std::string&>().size() == 20 &&
         value.get_ref<const std::string&>().back() == 'Z';
}

const Json& with(const Json& list, const std::string& member, const Json& value) {
  static const Json nothing = Json::object();
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Json& one) { return one.at(member) == value; });
  EXPECT_NE(found, list.end()) << member << " " << value << " in " << list;
  return found == list.end() ? nothing : *found;
}

class ContractTest : public testing::Test {
 protected:
  void SetUp() override {
    stage.start_relay();
    stage.found();
    stage.join("anna", "Anna A", "raadslid");
    dossier = stage.json("griffier", {"dossier", "new", "Gesprek", "--kind", "gesprek"})["dossier"];
  }

  Stage stage;
  std::string dossier;
};

TEST_F(ContractTest, PeopleDevicesAndStatus) {
  const Json status = stage.json("anna", {"status"});
  ASSERT_TRUE(has_members(status, {"state", "raad", "fingerprint", "head", "person", "device",
                                   "last_sync", "pending", "alarms"}))
      << status;
  EXPECT_EQ(status["state"], "active");
  EXPECT_EQ(word_count(status["fingerprint"]), 12U);
  EXPECT_EQ(word_count(status["head"]), 8U);
  EXPECT_TRUE(is_time(status["last_sync"]));
  EXPECT_EQ(status["pending"], 0);
  EXPECT_TRUE(is_id(status["raad"], 32));
  EXPECT_TRUE(is_id(status["person"], 16));
  EXPECT_TRUE(is_id(status["device"], 32));

  static_cast<void>(stage.json("griffier", {"sync"}));
  const Json people = stage.json("griffier", {"people"})["people"];
  ASSERT_EQ(people.size(), 2U);
  const Json& anna = with(people, "name", "Anna A");
  EXPECT_TRUE(has_members(anna, {"person", "name", "capacities", "devices", "state"}));
  EXPECT_EQ(anna["capacities"], Json({"raadslid"}));
  EXPECT_EQ(anna["devices"], 1);
  EXPECT_EQ(anna["state"], "active");

  const Json devices = stage.json("griffier", {"device", "list"})["devices"];
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_TRUE(
      has_members(devices[0], {"person", "device", "name", "state", "custody", "last_seen"}));

  const Json synced = stage.json("griffier", {"sync"});
  EXPECT_TRUE(has_members(
      synced, {"sent", "received", "round_trips", "bytes_out", "bytes_in", "joined", "alarms"}))
      << synced;
  EXPECT_EQ(synced["round_trips"], 1);

  const Json appointed = stage.json("griffier", {"appoint", "Anna A", "wethouder"});
  EXPECT_TRUE(has_members(appointed, {"person", "capacities"}));
  EXPECT_EQ(appointed["capacities"], Json({"raadslid", "wethouder"}));
  EXPECT_EQ(stage.json("griffier", {"appoint", "Anna A", "wethouder", "--end"})["capacities"],
            Json({"raadslid"}));
}

TEST_F(ContractTest, InvitationsAndTheSecondLaptop) {
  const Json open = stage.json("griffier", {"invite", "Bram B", "--as", "raadslid,wethouder"});
  const Json list = stage.json("griffier", {"invite", "list"})["invitations"];
  EXPECT_EQ(with(list, "invitation", open["invitation"])["state"], "open");
  EXPECT_EQ(with(stage.json("griffier", {"people"})["people"], "name", "Bram B")["state"],
            "invited");
  const std::string id = open["invitation"].get<std::string>();
  static_cast<void>(stage.json("griffier", {"invite", "cancel", id.substr(0, 8)}));
  EXPECT_EQ(with(stage.json("griffier", {"invite", "list"})["invitations"], "invitation",
                 open["invitation"])["state"],
            "cancelled");

  const Json second = stage.json("griffier", {"device", "invite", "Anna A"});
  ASSERT_TRUE(has_members(second, {"invitation", "person", "link", "code", "expires"}));
  EXPECT_TRUE(is_time(second["expires"]));
  EXPECT_EQ(word_count(second["code"]), 4U);
  // A code of words in capitals, with hyphens, is the same code.
  std::string spoken = second["code"];
  std::transform(spoken.begin(), spoken.end(), spoken.begin(),
                 [](char c) { return c == ' ' ? '-' : static_cast<char>(std::toupper(c)); });
  static_cast<void>(stage.json(
      "laptop2", {"join", second["link"], "--code-file", stage.file("code2", spoken + "\n")}));
  const Json waiting = stage.json("laptop2", {"status"});
  EXPECT_TRUE(has_members(waiting, {"state", "last_sync"})) << waiting;
  EXPECT_EQ(stage.error("laptop2", {"list"}, 6)["error"], "no-access");
  EXPECT_EQ(stage.error("laptop2", {"people"}, 6)["error"], "no-access");
  static_cast<void>(stage.json("griffier", {"sync"}));
  static_cast<void>(stage.json("laptop2", {"sync"}));
  EXPECT_EQ(stage.json("laptop2", {"status"})["person"], stage.json("anna", {"status"})["person"]);

  const std::string device = stage.json("laptop2", {"status"})["device"];
  static_cast<void>(stage.json("griffier", {"device", "revoke", device.substr(0, 12)}));
  EXPECT_EQ(stage.error("laptop2", {"sync"}, 6)["error"], "no-access");
  EXPECT_EQ(stage.json("laptop2", {"status"})["state"], "removed");
  EXPECT_EQ(stage.error("laptop2", {"list"}, 6)["error"], "no-access");
  EXPECT_EQ(stage.json("anna", {"status"})["state"], "active");
}

TEST_F(ContractTest, ADossierFromAddToRevoke) {
  const Json added = stage.json(
      "griffier", {"add", "Gesprek", kDocument, "--type", "verslag", "--title", "Verslag"});
  ASSERT_TRUE(has_members(added, {"stuk", "version"}));
  EXPECT_EQ(added["version"], 1);
  const Json granted = stage.json("griffier", {"grant", "Anna A", dossier.substr(0, 6)});
  EXPECT_TRUE(has_members(granted, {"person", "dossier", "epoch"}));
  static_cast<void>(stage.json("anna", {"sync"}));

  const Json dossiers = stage.json("anna", {"dossier", "list"})["dossiers"];
  ASSERT_EQ(dossiers.size(), 1U);
  EXPECT_TRUE(has_members(dossiers[0], {"dossier", "title", "kind", "phase", "stukken"}));
  EXPECT_EQ(dossiers[0]["stukken"], 1);

  const Json stukken = stage.json("anna", {"list"})["stukken"];
  ASSERT_EQ(stukken.size(), 1U);
  EXPECT_TRUE(has_members(stukken[0], {"stuk", "dossier", "title", "type", "version", "status",
                                       "marking", "bytes", "signatures", "notes", "delivery"}))
      << stukken[0];
  EXPECT_EQ(stukken[0]["bytes"], content_of(kDocument).size());

  const Ran read = stage.kluis("anna", {"read", "Verslag"});
  EXPECT_EQ(read.exit, 0) << read.err;
  EXPECT_EQ(read.out, content_of(kDocument));
  EXPECT_EQ(stage.error("anna", {"read", "Verslag"}, 2)["error"], "usage");  // with --json

  const std::string folder = (stage.folder() / "out").string();
  std::filesystem::create_directory(folder);
  const Json exported = stage.json("anna", {"export", "Verslag", "--to", folder});
  ASSERT_TRUE(has_members(exported, {"file", "cover"}));
  EXPECT_EQ(content_of(exported["file"]), content_of(kDocument));
  EXPECT_NE(content_of(exported["cover"]).find("Verslag"), std::string::npos);
  EXPECT_EQ(stage.error("anna", {"export", "Verslag", "--to", folder}, 2)["error"], "usage");

  const std::string words = stage.file("note.txt", "Het olifantenpad ontbreekt.\n");
  EXPECT_TRUE(has_members(stage.json("anna", {"note", "Verslag", "--text-file", words}), {"note"}));
  EXPECT_TRUE(has_members(stage.json("anna", {"sign", "Verslag"}), {"signed"}));
  EXPECT_EQ(stage.error("anna", {"sign", "Verslag"}, 1)["error"], "refused");
  const Json hits = stage.json("anna", {"search", "olifantenpad"})["hits"];
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_TRUE(has_members(hits[0], {"stuk", "title", "snippet"}));
  const std::string shown = stage.kluis("anna", {"search", "olifantenpad"}).out;
  EXPECT_NE(shown.find("ontbreekt."), std::string::npos);
  EXPECT_EQ(shown.find('\\'), std::string::npos);  // of a line end at the end of a note
  const Json no_type = stage.error("anna", {"add", "Gesprek", kDocument, "--type", "foto"}, 2);
  EXPECT_NE(no_type["message"].get<std::string>().find("verslag"), std::string::npos);

  const Json who = stage.json("anna", {"who", "Verslag"});
  ASSERT_TRUE(has_members(who, {"readers", "refused"}));
  EXPECT_TRUE(has_members(with(who["readers"], "name", "Anna A"),
                          {"person", "name", "because", "devices"}));

  const Json entries = stage.json("anna", {"register", "Gesprek"})["entries"];
  EXPECT_TRUE(has_members(entries[0], {"time", "person", "act", "subject"})) << entries[0];
  for (const char* act : {"add", "grant", "open", "export", "note", "sign"}) {
    static_cast<void>(with(entries, "act", act));
  }

  static_cast<void>(stage.json("anna", {"sync"}));
  const Json next = stage.json("griffier", {"add", "--to", "Verslag", kDocument});
  EXPECT_EQ(next["version"], 2);
  EXPECT_EQ(stage.json("griffier", {"add", "--undo", "Verslag"})["version"], 1);
  EXPECT_EQ(stage.error("griffier", {"add", "--undo", "Verslag"}, 1)["error"], "refused");

  const Json revoked = stage.json("griffier", {"revoke", "Anna A", "--dossier", "Gesprek"});
  ASSERT_TRUE(has_members(revoked, {"person", "epochs"}));
  EXPECT_TRUE(revoked["epochs"].is_array());
  EXPECT_FALSE(revoked["epochs"].empty());
  static_cast<void>(stage.kluis("anna", {"sync"}));
  EXPECT_EQ(stage.json("anna", {"list"})["stukken"].size(), 0U);
  EXPECT_EQ(stage.kluis("anna", {"read", "Verslag"}).exit, 6);
}

TEST_F(ContractTest, WhatARemovedDeviceHadNotSentIsDecidedOn) {
  stage.join("bram", "Bram B", "raadslid");
  static_cast<void>(stage.json(
      "griffier", {"add", "Gesprek", kDocument, "--type", "verslag", "--title", "Verslag"}));
  static_cast<void>(stage.json("griffier", {"grant", "Anna A", "Gesprek"}));
  static_cast<void>(stage.json("anna", {"sync"}));
  EXPECT_EQ(stage.json("griffier", {"apart", "list"}), Json({{"apart", Json::array()}}));
  const std::string words = stage.file("note.txt", "Het olifantenpad ontbreekt.");
  static_cast<void>(stage.json("anna", {"note", "Verslag", "--text-file", words}));
  static_cast<void>(stage.json("anna", {"sign", "Verslag"}));
  static_cast<void>(stage.json("anna", {"add", "Gesprek", kDocument, "--type", "verslag"}));
  const std::string anna = stage.json("anna", {"status"})["person"];
  static_cast<void>(stage.json("griffier", {"revoke", "Anna A"}));
  EXPECT_EQ(stage.error("anna", {"sync"}, 6)["error"], "no-access");
  static_cast<void>(stage.json("griffier", {"sync"}));

  const Json apart = stage.json("griffier", {"apart", "list"})["apart"];
  ASSERT_EQ(apart.size(), 4U) << apart;  // a stuk and its version are two
  for (const Json& one : apart) {
    ASSERT_TRUE(has_members(one, {"record", "person", "name", "time", "act", "dossier", "subject",
                                  "text", "can_carry"}))
        << one;
    EXPECT_TRUE(is_id(one["record"], 32));
    EXPECT_EQ(one["person"], anna);
    EXPECT_EQ(one["name"], "Anna A");
    EXPECT_TRUE(is_time(one["time"]));
    EXPECT_EQ(one["dossier"], "Gesprek");
    EXPECT_EQ(one["can_carry"], one["act"] != "add");
  }
  const Json& note = with(apart, "act", "note");
  EXPECT_EQ(note["subject"], "Verslag");
  EXPECT_EQ(note["text"], "Het olifantenpad ontbreekt.");

  // A member decides nothing; the article says why.
  for (const std::vector<std::string>& line : {std::vector<std::string>{"apart", "list"},
                                               {"apart", "carry", "0000"},
                                               {"apart", "refuse", "0000"}}) {
    const Json refused = stage.error("bram", line, 1);
    EXPECT_EQ(refused["error"], "refused");
    EXPECT_EQ(refused["article"], "V3.1");
  }
  const auto decide = [&](const char* how, const char* act) {
    const std::string id = with(apart, "act", act)["record"];
    return stage.json("griffier", {"apart", how, id.substr(0, 12)});
  };
  EXPECT_EQ(decide("carry", "note"), Json({{"record", note["record"]}, {"state", "carried"}}));
  EXPECT_EQ(decide("refuse", "sign"),
            Json({{"record", with(apart, "act", "sign")["record"]}, {"state", "refused"}}));
  // Decided on, of no such id, or a document that did not come.
  for (const std::string& id : {note["record"].get<std::string>(), std::string(64, '0'),
                                with(apart, "act", "add")["record"].get<std::string>()}) {
    EXPECT_EQ(stage.error("griffier", {"apart", "carry", id}, 6)["error"], "no-access");
  }
  EXPECT_EQ(stage.json("griffier", {"apart", "list"})["apart"].size(), 2U);
  EXPECT_EQ(stage.json("griffier", {"notes", "Verslag"})["notes"].size(), 1U);
  EXPECT_EQ(with(stage.json("griffier", {"list"})["stukken"], "title", "Verslag")["signatures"], 0);
}

TEST_F(ContractTest, ANewRaadIsInstalledInOneAct) {
  stage.join("bram", "Bram B", "raadslid");
  for (const char* person : {"Anna A", "Bram B"}) {
    static_cast<void>(stage.json("griffier", {"grant", person, "Gesprek"}));
  }
  for (const char* who : {"anna", "bram"}) static_cast<void>(stage.json(who, {"sync"}));
  EXPECT_EQ(
      stage.error("anna", {"raad", "install", "Raad 2030", "--member", "Bram B"}, 1)["article"],
      "V3.1");
  EXPECT_EQ(stage.kluis("griffier", {"raad", "install", "Raad 2030"}).exit, 2);
  static_cast<void>(stage.error("griffier", {"raad", "install", "Raad 2030", "--member", "G"}, 6));

  const Json installed =
      stage.json("griffier", {"raad", "install", "Raad 2030", "--member", "Bram B"});
  ASSERT_TRUE(has_members(installed, {"term", "ended", "epochs"}));
  EXPECT_EQ(installed["term"], "Raad 2030");
  ASSERT_EQ(installed["ended"].size(), 1U);
  EXPECT_EQ(with(installed["ended"], "name", "Anna A")["state"], "unconfirmed");
  EXPECT_FALSE(installed["epochs"].empty());
  EXPECT_EQ(stage.kluis("anna", {"sync"}).exit, 6);
  static_cast<void>(stage.json("bram", {"sync"}));
  EXPECT_TRUE(stage.json("bram", {"dossier", "list"})["dossiers"].empty());
  static_cast<void>(stage.json("griffier", {"sync"}));
  const Json people = stage.json("griffier", {"people"})["people"];
  EXPECT_EQ(with(people, "name", "Anna A")["state"], "removed");

  static_cast<void>(stage.json("griffier", {"grant", "Bram B", "Gesprek"}));
  static_cast<void>(stage.json("bram", {"sync"}));
  EXPECT_EQ(stage.json("bram", {"dossier", "list"})["dossiers"].size(), 1U);
}

TEST_F(ContractTest, TwoPersonsDestroyADossier) {
  const auto ok = [&](const char* who, const std::vector<std::string>& words) {
    return stage.json(who, words);
  };
  static_cast<void>(ok("griffier", {"appoint", "Anna A", "plv-raadsvoorzitter"}));
  stage.join("berend", "Berend B", "burgemeester");
  static_cast<void>(ok(
      "griffier", {"dossier", "new", "Berend", "--kind", "gesprek", "--burgemeester", "Berend B"}));
  static_cast<void>(ok("griffier", {"grant", "Anna A", "Berend"}));
  static_cast<void>(
      ok("griffier", {"add", "Berend", kDocument, "--type", "verslag", "--title", "Verslag"}));
  for (const char* who : {"griffier", "anna", "berend", "griffier"}) {
    static_cast<void>(ok(who, {"sync"}));
  }
  const std::vector<std::string> propose = {"destroy", "propose", "Berend", "--ground",
                                            "aftreden per 31 maart"};
  EXPECT_EQ(stage.error("griffier", propose, 1)["article"], "V14.4");
  EXPECT_EQ(stage
                .kluis("griffier", {"event", "burgemeester-aftreden", "--date", "gisteren",
                                    "--person", "Berend B"})
                .exit,
            2);
  EXPECT_TRUE(is_id(ok("griffier", {"event", "burgemeester-aftreden", "--date", "2026-03-31",
                                    "--person", "Berend B"})["event"],
                    32));
  EXPECT_EQ(stage.error("griffier", propose, 1)["error"], "refused");  // not adopted
  auto waived = propose;
  waived.insert(waived.end(), {"--waive", "nooit vastgesteld"});
  EXPECT_EQ(stage.error("anna", waived, 1)["article"], "V14.4");
  const Json proposed = ok("griffier", waived);
  ASSERT_TRUE(has_members(proposed, {"decree", "needs", "signed", "blocked_by"}));
  const std::string decree = proposed["decree"];
  EXPECT_EQ(proposed["needs"], Json({"second"}));
  EXPECT_EQ(proposed["blocked_by"].size(), 1U);
  EXPECT_EQ(stage.error("griffier", {"sign", "Verslag"}, 1)["article"], "V14.4");
  EXPECT_EQ(stage.error("griffier", {"decree", "approve", decree}, 1)["article"], "R9");
  EXPECT_EQ(stage.error("griffier", {"decree", "execute", decree}, 1)["article"], "R9");
  static_cast<void>(ok("griffier", {"sync"}));

  static_cast<void>(ok("anna", {"sync"}));
  static_cast<void>(ok("berend", {"sync"}));
  EXPECT_EQ(stage.error("berend", {"decree", "approve", decree}, 1)["article"], "R9");
  const Json shown = ok("anna", {"decree", "show", decree.substr(0, 8)});
  ASSERT_TRUE(
      has_members(shown, {"decree", "kind", "state", "ground", "covers", "signed", "needs"}));
  EXPECT_EQ(shown["kind"], "destroy-dossier");
  EXPECT_EQ(shown["covers"][0]["type"], "verslag");
  EXPECT_EQ(shown["covers"][0]["count"], 1);
  const Json approved = ok("anna", {"decree", "approve", decree});
  ASSERT_TRUE(has_members(approved, {"decree", "state", "signed", "needs"}));
  EXPECT_TRUE(approved["needs"].empty());
  EXPECT_EQ(approved["signed"].size(), 2U);
  EXPECT_EQ(stage.error("anna", {"decree", "execute", decree}, 1)["article"], "V14.4");
  static_cast<void>(ok("anna", {"sync"}));

  static_cast<void>(ok("griffier", {"sync"}));
  EXPECT_EQ(ok("griffier", {"decree", "execute", decree})["state"], "incomplete");
  static_cast<void>(stage.error("griffier", {"who", "Verslag"}, 6));
  for (const char* who : {"anna", "berend", "griffier"}) static_cast<void>(ok(who, {"sync"}));
  static_cast<void>(stage.error("anna", {"who", "Verslag"}, 6));
  const Json status = ok("griffier", {"decree", "status", decree});
  ASSERT_TRUE(has_members(status, {"decree", "state", "confirmed", "missing", "relay_receipt"}));
  EXPECT_EQ(status["state"], "complete") << status;
  EXPECT_EQ(status["relay_receipt"], true);
  EXPECT_EQ(status["confirmed"].size(), 3U);
  EXPECT_EQ(ok("anna", {"decree", "list"})["decrees"].size(), 1U);
  EXPECT_EQ(stage.error("griffier", {"decree", "withdraw", decree}, 1)["article"], "R9");
  EXPECT_EQ(ok("griffier", {"dossier", "list"})["dossiers"].size(), 1U);
}

TEST_F(ContractTest, TwoPersonsDestroyOneStuk) {
  static_cast<void>(stage.json("griffier", {"appoint", "Anna A", "plv-raadsvoorzitter"}));
  static_cast<void>(stage.json("griffier", {"grant", "Anna A", "Gesprek"}));
  for (const char* title : {"Weg", "Blijft"}) {
    static_cast<void>(stage.json(
        "griffier", {"add", "Gesprek", kDocument, "--type", "verslag", "--title", title}));
  }
  for (const char* who : {"griffier", "anna"}) static_cast<void>(stage.json(who, {"sync"}));
  const Json proposed =
      stage.json("griffier", {"destroy", "propose", "Weg", "--ground", "verkeerd opgenomen"});
  const std::string decree = proposed["decree"];
  for (const char* who : {"griffier", "anna"}) static_cast<void>(stage.json(who, {"sync"}));
  EXPECT_EQ(stage.json("anna", {"decree", "show", decree})["kind"], "destroy-stuk");
  static_cast<void>(stage.json("anna", {"decree", "approve", decree}));
  for (const char* who : {"anna", "griffier"}) static_cast<void>(stage.json(who, {"sync"}));
  static_cast<void>(stage.json("griffier", {"decree", "execute", decree}));
  for (const char* who : {"anna", "griffier"}) static_cast<void>(stage.json(who, {"sync"}));
  for (const char* who : {"griffier", "anna"}) {
    EXPECT_EQ(stage.json(who, {"list"})["stukken"].size(), 1U) << who;
    static_cast<void>(stage.error(who, {"who", "Weg"}, 6));
    EXPECT_EQ(stage.json(who, {"search", "Blijft"})["hits"].size(), 1U) << who;
    EXPECT_TRUE(stage.json(who, {"search", "Weg"})["hits"].empty()) << who;
  }
  EXPECT_EQ(stage.json("griffier", {"decree", "status", decree})["state"], "complete");
}

TEST_F(ContractTest, TheRelayAwayKeepsAWishAndMembersWork) {
  static_cast<void>(stage.json(
      "griffier", {"add", "Gesprek", kDocument, "--type", "verslag", "--title", "Verslag"}));
  EXPECT_EQ(stage.stop_relay(), 0);
  const Ran granted = stage.kluis("griffier", {"--json", "grant", "Anna A", "Gesprek"});
  EXPECT_EQ(granted.exit, 3);
  EXPECT_EQ(Json::parse(granted.err)["error"], "relay");
  EXPECT_TRUE(has_members(Json::parse(granted.out), {"person", "dossier", "epoch"}));
  EXPECT_GT(stage.json("griffier", {"status"})["pending"], 0);
  EXPECT_EQ(stage.error("anna", {"sync"}, 3)["error"], "relay");
  stage.start_relay();
  static_cast<void>(stage.json("griffier", {"sync"}));
  EXPECT_EQ(stage.json("griffier", {"status"})["pending"], 0);
  static_cast<void>(stage.json("anna", {"sync"}));
  EXPECT_EQ(stage.json("anna", {"list"})["stukken"].size(), 1U);

  static_cast<void>(stage.json("griffier", {"revoke", "Anna A"}));
  EXPECT_EQ(stage.kluis("anna", {"sync"}).exit, 6);
  EXPECT_EQ(stage.kluis("anna", {"read", "Verslag"}).exit, 6);
  EXPECT_EQ(stage.kluis("anna", {"sync"}).exit, 6);
}

TEST_F(ContractTest, APassphraseIsChanged) {
  const std::string chosen = stage.file("new.pass", "een andere zin");
  static_cast<void>(stage.json("anna", {"passphrase", "change", "--new-passphrase-file", chosen}));
  EXPECT_EQ(stage.error("anna", {"status"}, 5)["error"], "locked");
  const Ran opened =
      run({KLUIS_PROGRAM,
           {"--vault", stage.vault("anna").string(), "--passphrase-file", chosen, "status"},
           {},
           {"LANG=en"}});
  EXPECT_EQ(opened.exit, 0) << opened.err;
}

}  // namespace
}  // namespace kluis::test
