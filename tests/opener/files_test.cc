#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "sync/relay/sqlite_storage.h"
#include "tests/opener/opener.h"
#include "tests/opener/traces.h"
#include "tests/tools/driver/stage.h"
#include "vault/platform/folder.h"
#include "vault/platform/system.h"
#include "vault/store/sealed_vault.h"

// What the opener gets here are files, as an attacker lays hands on them: folders of vaults with
// their passphrases, and the store of the relay as it was after every step; all written by the
// programs as they are.
namespace kluis::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBefore = "het zonnebloemgeheim van voor de intrekking";
constexpr std::string_view kAfter = "het vuurtorenplein van na de intrekking";

Bytes content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return to_bytes(as_bytes(text));
}

Bytes real_document(const std::string& name) {
  Bytes content = content_of(fs::path(KLUIS_DUTCH_DOCUMENTS) / name);
  EXPECT_GT(content.size(), 20'000U) << name;
  return content;
}

class OpenerOnFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = real_document("besluitenlijst-raad-2015-06-29.pdf");
    after_ = real_document("raad-van-state-advies.pdf");
    stage_.start_relay();
    stage_.found();
    stage_.join("anna", "Anna Zuidema", "raadslid");
    stage_.join("bram", "Bram Noordhof", "raadslid");
    step("griffier", {"dossier", "new", "Olifantenpad", "--kind", "gesprek"});
    step("griffier", {"grant", "Anna Zuidema", "Olifantenpad"});
    step("griffier", {"grant", "Bram Noordhof", "Olifantenpad"});
    add("Verslag van toen", before_, kBefore);
    all_sync({"anna", "bram", "griffier"});
    copy_of("anna");
    copy_of("bram");
    step("griffier", {"revoke", "Bram Noordhof"});
    add("Verslag van nu", after_, kAfter);
    all_sync({"anna", "griffier"});
    static_cast<void>(stage_.error("bram", {"sync"}, 6));  // is told, and forgets
    back_up();
  }

  // A stuk and a note on it.
  void add(const std::string& title, const Bytes& content, std::string_view note) {
    const std::string file = stage_.file("stuk.pdf", std::string(as_text(content)));
    step("griffier", {"add", "Olifantenpad", file, "--type", "verslag", "--title", title});
    const std::string text = stage_.file("note.txt", std::string(note));
    step("griffier", {"note", title, "--text-file", text});
    step("griffier", {"sync"});
  }
  void step(const std::string& who, const std::vector<std::string>& arguments) {
    static_cast<void>(stage_.json(who, arguments));
    back_up();
  }
  void all_sync(const std::vector<std::string>& order) {
    for (const std::string& who : order) step(who, {"sync"});
  }
  void back_up() {
    backups_.push_back(stage_.folder() / ("backup" + std::to_string(backups_.size())));
    const Ran ran = run(
        {KLUIS_RELAY_PROGRAM, {"backup", "--store", store(), "--to", backups_.back().string()}});
    ASSERT_EQ(ran.exit, 0) << ran.err;
  }
  void copy_of(const std::string& who) {
    fs::copy(stage_.vault(who), stage_.folder() / (who + "-before"), fs::copy_options::recursive);
  }
  [[nodiscard]] std::string store() const {
    return "sqlite:" + (stage_.folder() / "relay.db").string();
  }

  // Everything the relay ever stored, up to and including step `last`.
  void give_relay(Opener& opener) const {
    for (const fs::path& backup : backups_) {
      const auto storage = SqliteStorage::open(backup.string(), StoreMode::read_only);
      ASSERT_TRUE(storage) << storage.error().key;
      opener.take_relay(**storage);
    }
  }
  void give_vault(Opener& opener, const std::string& folder, const std::string& owner) {
    const auto disk = open_folder((stage_.folder() / folder).string(), FolderMode::existing);
    ASSERT_TRUE(disk) << disk.error().key;
    const std::string passphrase = "de wachtwoordzin van " + owner;
    auto vault = SealedVault::open({disk->get(), &entropy_, &hasher_}, as_bytes(passphrase));
    ASSERT_TRUE(vault) << folder << ": " << vault.error().key;
    opener.take_vault(vault->store());
  }

  struct Found {
    bool before;
    bool after;
    bool operator==(const Found&) const = default;
  };
  // Which of the two documents opened; of each, its note with it.
  [[nodiscard]] Found found(const Opener& opener) const {
    const auto documents = opener.documents();
    const auto texts = opener.texts();
    const Found in_documents{documents.contains(before_), documents.contains(after_)};
    const Found in_notes{texts.contains(std::string(kBefore)), texts.contains(std::string(kAfter))};
    EXPECT_EQ(in_documents, in_notes);
    return in_documents;
  }
  [[nodiscard]] Found opened_with(const std::string& folder, const std::string& owner) {
    Opener opener;
    give_relay(opener);
    give_vault(opener, folder, owner);
    opener.run();
    return found(opener);
  }

  Stage stage_;
  SystemEntropy entropy_;
  PasswordHasher hasher_{Argon2Cost::product()};
  std::vector<fs::path> backups_;
  Bytes before_;
  Bytes after_;
};

// The first stuk is destroyed by two persons; everybody who is in the raad still confirms.
class DestructionOnFiles : public OpenerOnFiles {
 protected:
  void SetUp() override {
    OpenerOnFiles::SetUp();
    step("griffier", {"appoint", "Anna Zuidema", "plv-raadsvoorzitter"});
    static_cast<void>(stage_.error("bram", {"sync"}, 6));  // hands in what he had
    all_sync({"griffier", "anna"});
    fs::copy(stage_.vault("griffier"), stage_.folder() / "griffier-before",
             fs::copy_options::recursive);
    const std::string decree = stage_.json(
        "griffier", {"destroy", "propose", "Verslag van toen", "--ground", "op verzoek"})["decree"];
    all_sync({"griffier", "anna"});
    step("anna", {"decree", "approve", decree});
    all_sync({"anna", "griffier"});
    step("griffier", {"decree", "execute", decree});
    all_sync({"anna", "griffier"});
    status_ = stage_.json("griffier", {"decree", "status", decree});
  }

  // Every vault as it is now, all passphrases, and all that the relay ever stored.
  void give_all(Opener& opener) {
    give_relay(opener);
    for (const char* who : {"griffier", "anna", "bram"}) give_vault(opener, who, who);
  }

  Json status_;
};

TEST_F(DestructionOnFiles, NothingThatIsLeftOpensWhatWasDestroyed) {
  EXPECT_EQ(status_["state"], "complete") << status_;
  Opener opener;
  give_all(opener);
  opener.run();
  EXPECT_EQ(found(opener), (Found{false, true}));
  // A copy from before is out of everybody's reach: SECURITY.md says so.
  give_vault(opener, "griffier-before", "griffier");
  opener.run();
  EXPECT_EQ(found(opener), (Found{true, true}));
}

// One story, many questions: the story takes most of the time.
TEST_F(OpenerOnFiles, EachVaultOpensWhatItsOwnerCouldReadAndTheRelayNothing) {
  EXPECT_EQ(opened_with("griffier", "griffier"), (Found{true, true}));
  EXPECT_EQ(opened_with("anna", "anna"), (Found{true, true}));
  EXPECT_EQ(opened_with("bram", "bram"), (Found{false, false}));
  EXPECT_EQ(opened_with("bram-before", "bram"), (Found{true, false}));
  // Through the leaf it held, and what the relay recorded since.
  EXPECT_EQ(opened_with("anna-before", "anna"), (Found{true, true}));

  Opener alone;
  give_relay(alone);
  alone.run();
  EXPECT_TRUE(alone.records().empty());
  EXPECT_EQ(alone.epoch_secrets(), 0U);

  EXPECT_EQ(stage_.stop_relay(), 0);
  Bytes haystack = content_of(stage_.folder() / "relay.log");
  EXPECT_FALSE(haystack.empty());
  for (const auto& entry : fs::directory_iterator(stage_.folder())) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("relay.db") || name.starts_with("backup")) {
      append(haystack, content_of(entry.path()));
    }
  }
  EXPECT_GT(haystack.size(), 1'000'000U);
  for (const std::string_view word :
       {kBefore, kAfter, std::string_view("Olifantenpad"), std::string_view("Anna Zuidema"),
        std::string_view("Bram Noordhof"), std::string_view("Greet Griffier"),
        std::string_view("Voorbeeldstad"), std::string_view("besluitenlijst"),
        std::string_view("gesprek"), std::string_view("verslag"), std::string_view("raadslid")}) {
    EXPECT_EQ(traces(as_text(haystack), word), 0U) << word;
    EXPECT_GT(traces(std::string(as_text(haystack)) + utf16(word), word), 0U) << word;
  }
  for (const Bytes& document : {before_, after_}) {
    EXPECT_EQ(windows_found(haystack, document), 0U);
    Bytes with_control = haystack;
    append(with_control, ByteView(document).subspan(1000, 400));
    EXPECT_GT(windows_found(with_control, document), 0U);
  }
}

}  // namespace
}  // namespace kluis::test
