#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/tools/driver/stage.h"

// What people, disks and networks get wrong: one clear sentence, the right exit code, and a vault
// that is as it was.
namespace kluis::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::string content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_to(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

fs::path database_of(const fs::path& vault) {
  for (const auto& entry : fs::directory_iterator(vault)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("data-") && name.find('.') == std::string::npos &&
        !name.ends_with("-wal")) {
      return entry.path();
    }
  }
  return {};
}

class BadInputTest : public testing::Test {
 protected:
  void SetUp() override {
    stage.start_relay();
    stage.found();
    static_cast<void>(stage.json("griffier", {"dossier", "new", "Gesprek", "--kind", "gesprek"}));
  }

  // How many stukken the vault holds: what a refused attempt must not change.
  std::size_t stukken() { return stage.json("griffier", {"list"})["stukken"].size(); }

  Stage stage;
};

TEST_F(BadInputTest, PassphrasesAndLocks) {
  write_to(stage.folder() / "wrong", "een verkeerde zin\n");
  const auto with_file = [&](const std::string& file) {
    return run({KLUIS_PROGRAM,
                {"--vault", stage.vault("griffier").string(), "--passphrase-file", file, "--json",
                 "status"},
                {},
                {"LANG=en"}});
  };
  const Ran wrong = with_file((stage.folder() / "wrong").string());
  EXPECT_EQ(wrong.exit, 5);
  EXPECT_EQ(wrong.out, "");
  EXPECT_EQ(Json::parse(wrong.err)["error"], "locked");
  EXPECT_EQ(with_file(stage.file("empty", "\n")).exit, 2);
  EXPECT_EQ(with_file(stage.file("long", std::string(10'000, 'a'))).exit, 2);
  EXPECT_EQ(with_file("/nonexistent").exit, 2);
  // One final line break is dropped, and no more than one.
  EXPECT_EQ(with_file(stage.file("none", "de wachtwoordzin van griffier")).exit, 0);
  EXPECT_EQ(with_file(stage.file("two", "de wachtwoordzin van griffier\n\n")).exit, 5);

  // Another process holds the vault: a wait of five seconds, then its name and number.
  const int lock = ::open((stage.vault("griffier") / "lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(lock, 0);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);
  ASSERT_EQ(::ftruncate(lock, 0), 0);
  ASSERT_EQ(::pwrite(lock, "4242 lezer\n", 11, 0), 11);
  const auto before = Clock::now();
  const Ran busy = stage.kluis("griffier", {"list"});
  EXPECT_GE(Clock::now() - before, std::chrono::seconds(5));
  EXPECT_EQ(busy.exit, 5);
  EXPECT_NE(busy.err.find("lezer"), std::string::npos) << busy.err;
  EXPECT_NE(busy.err.find("4242"), std::string::npos) << busy.err;
  ::close(lock);  // as when the other process dies
  EXPECT_EQ(stage.kluis("griffier", {"list"}).exit, 0);
}

TEST_F(BadInputTest, NamesAndTitles) {
  const std::vector<std::string> refused = {
      "", std::string(10'000, 'a'), "regel\neinde", "\x1b[2Jwis", "\u202Egnaro", "\xff\xfe"};
  for (const std::string& name : refused) {
    const Json error =
        stage.error("griffier", {"dossier", "new", "--kind", "gesprek", "--", name}, 2);
    EXPECT_EQ(error["error"], "usage") << name.substr(0, 20);
    EXPECT_EQ(stage.kluis("griffier", {"invite", "--as", "raadslid", "--", name}).exit, 2)
        << name.substr(0, 20);
  }
  EXPECT_EQ(stage.json("griffier", {"dossier", "list"})["dossiers"].size(), 1U);
  // Odd, and no danger to anybody.
  for (const std::string& name : std::vector<std::string>{"../../../etc/passwd", "CON", "👍🏽 漢字",
                                                          "a'; DROP TABLE stuk; --", "%s%n"}) {
    const Json made = stage.json("griffier", {"dossier", "new", "--kind", "gesprek", "--", name});
    const Json dossiers = stage.json("griffier", {"dossier", "list"})["dossiers"];
    EXPECT_TRUE(std::any_of(dossiers.begin(), dossiers.end(), [&](const Json& one) {
      return one["title"] == name;
    })) << name;
  }
  // Two of one title: the id is asked for.
  static_cast<void>(stage.json("griffier", {"dossier", "new", "Gesprek", "--kind", "gesprek"}));
  EXPECT_EQ(stage.error("griffier", {"list", "Gesprek"}, 2)["error"], "usage");
  EXPECT_EQ(stage.error("griffier", {"list", "geen dossier"}, 6)["error"], "no-access");
  EXPECT_EQ(stage.kluis("griffier", {"grant", "niemand", "Gesprek"}).exit, 6);
}

TEST_F(BadInputTest, FilesOfEverySize) {
  const Ran empty =
      stage.kluis("griffier", {"add", "Gesprek", stage.file("leeg.txt", ""), "--type", "overig"});
  EXPECT_EQ(empty.exit, 0);
  EXPECT_NE(empty.err.find("0 bytes"), std::string::npos) << empty.err;
  const Ran read = stage.kluis("griffier", {"read", "leeg.txt"});
  EXPECT_EQ(read.exit, 0);
  EXPECT_EQ(read.out, "");

  const std::string large = stage.file("groot.bin", "");
  fs::resize_file(large, (4ULL << 30U) + 1);
  const auto space_before = fs::directory_iterator(stage.vault("griffier") / "documents");
  const auto files_before = std::distance(space_before, {});
  EXPECT_EQ(stage.error("griffier", {"add", "Gesprek", large, "--type", "overig"}, 1)["error"],
            "refused");
  EXPECT_EQ(std::distance(fs::directory_iterator(stage.vault("griffier") / "documents"), {}),
            files_before);

  EXPECT_EQ(stage.kluis("griffier", {"add", "Gesprek", "/nonexistent", "--type", "overig"}).exit,
            7);
  EXPECT_EQ(stage.kluis("griffier", {"add", "Gesprek", "/tmp", "--type", "overig"}).exit, 2);
  EXPECT_EQ(
      stage.kluis("griffier", {"add", "Gesprek", stage.file("x", "x"), "--type", "onzin"}).exit, 2);
  EXPECT_EQ(stukken(), 1U);

  // A disk that is full in the middle of a document.
  const std::string fits_not = stage.file("past-niet.bin", std::string(8U << 20U, 'x'));
  Command add =
      stage.command("griffier", {"--json", "add", "Gesprek", fits_not, "--type", "overig"});
  add.file_bytes_max = 4L << 20U;
  const Ran full = run(add);
  EXPECT_EQ(full.exit, 7) << full.err;
  EXPECT_EQ(Json::parse(full.err)["error"], "disk");
  EXPECT_EQ(stukken(), 1U);
}

TEST_F(BadInputTest, ADamagedVaultIsRefusedAndACopyOpens) {
  const fs::path vault = stage.vault("griffier");
  const fs::path copy = stage.vault("copy");
  fs::copy(vault, copy, fs::copy_options::recursive);
  const auto status = [&](const std::string& who) { return stage.kluis(who, {"status"}).exit; };
  // The same passphrase file content is needed for the copy.
  const auto copy_status = [&] {
    return run({KLUIS_PROGRAM,
                {"--vault", copy.string(), "--passphrase-file",
                 (stage.folder() / "griffier.pass").string(), "status"},
                {},
                {"LANG=en"}})
        .exit;
  };
  const std::string slot = content_of(vault / "slot");
  const fs::path database = database_of(vault);
  const std::string data = content_of(database);
  ASSERT_FALSE(slot.empty());
  ASSERT_FALSE(data.empty()) << database;

  // One half of the slot gone: the other opens it, and mends it.
  std::string half = slot;
  half.replace(0, 64, 64, '\0');
  write_to(vault / "slot", half);
  EXPECT_EQ(status("griffier"), 0);
  EXPECT_EQ(content_of(vault / "slot"), slot);
  // Both gone, cut off, or of another version.
  write_to(vault / "slot", std::string(slot.size(), '\0'));
  EXPECT_EQ(status("griffier"), 4);
  write_to(vault / "slot", slot.substr(0, 10));
  EXPECT_EQ(status("griffier"), 4);
  write_to(vault / "slot", slot);
  EXPECT_EQ(status("griffier"), 0);

  // The database cut short, or changed in any one page that is read.
  const std::string settled = content_of(database);
  write_to(database, settled.substr(0, settled.size() / 2));
  EXPECT_EQ(status("griffier"), 4);
  std::string flipped = settled;
  flipped[5000] = static_cast<char>(flipped[5000] ^ 1);  // in page 1, which is always read
  write_to(database, flipped);
  EXPECT_EQ(status("griffier"), 4);
  write_to(database, settled);
  EXPECT_EQ(status("griffier"), 0);
  EXPECT_EQ(copy_status(), 0);

  // A folder that others may enter.
  fs::permissions(vault, fs::perms::others_exec, fs::perm_options::add);
  EXPECT_EQ(status("griffier"), 7);
  fs::permissions(vault, fs::perms::owner_all);

  // A document that was changed on the disk.
  static_cast<void>(stage.json(
      "griffier", {"add", "Gesprek", stage.file("a.txt", "de inhoud"), "--type", "overig"}));
  const fs::path document = fs::directory_iterator(vault / "documents")->path();
  std::string sealed = content_of(document);
  sealed[sealed.size() / 2] = static_cast<char>(sealed[sealed.size() / 2] ^ 1);
  write_to(document, sealed);
  const Ran read = stage.kluis("griffier", {"read", "a.txt"});
  EXPECT_EQ(read.exit, 4);
  EXPECT_EQ(read.out.find("inhoud"), std::string::npos);
}

TEST_F(BadInputTest, InvitationsThatAreGuessedUsedOrCutShort) {
  const Json invited = stage.json("griffier", {"invite", "Anna A", "--as", "raadslid"});
  const std::string link = invited["link"];
  const std::string words = stage.file("guess", "aanbod aandacht aankomst aanleg");
  EXPECT_EQ(
      stage.error("anna", {"join", link, "--code-file", stage.file("no", "een twee")}, 2)["error"],
      "usage");
  EXPECT_EQ(stage.kluis("anna", {"join", link.substr(0, 40), "--code-file", words}).exit, 2);
  EXPECT_FALSE(fs::exists(stage.vault("anna") / "slot"));
  // A guess is a guess, and the only one.
  static_cast<void>(stage.json("anna", {"join", link, "--code-file", words}));
  static_cast<void>(stage.json("griffier", {"sync"}));
  const Json alarms = stage.json("griffier", {"status"})["alarms"];
  ASSERT_EQ(alarms.size(), 1U) << alarms;
  EXPECT_TRUE(has_members(alarms[0], {"code", "since", "text"}));
  EXPECT_EQ(alarms[0]["code"], "wrong-guess");
  EXPECT_NE(alarms[0]["text"].get<std::string>().find("Anna A"), std::string::npos);
  EXPECT_EQ(stage.json("griffier", {"status", "--seen"})["alarms"].size(), 1U);
  EXPECT_EQ(stage.json("griffier", {"status"})["alarms"].size(), 0U);
  EXPECT_EQ(stage.json("anna", {"status"})["state"], "waiting");
  const std::string right = stage.file("right", invited["code"]);
  EXPECT_EQ(stage.error("other", {"join", link, "--code-file", right}, 6)["error"], "no-access");
  EXPECT_EQ(stage.json("griffier", {"people"})["people"].size(), 1U);
}

// Answers every connection with `text`, as the login page of a network does.
class LoginPage {
 public:
  explicit LoginPage(const std::string& text) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (socket_ < 0) std::abort();
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    socklen_t size = sizeof place;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&place), &size);
    port_ = ntohs(place.sin_port);
    thread_ = std::jthread([this, text] {
      for (int one = ::accept(socket_, nullptr, nullptr); one >= 0;
           one = ::accept(socket_, nullptr, nullptr)) {
        static_cast<void>(::send(one, text.data(), text.size(), MSG_NOSIGNAL) < 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        ::close(one);
      }
    });
  }
  LoginPage(const LoginPage&) = delete;
  LoginPage& operator=(const LoginPage&) = delete;
  ~LoginPage() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
  std::jthread thread_;
};

TEST(OtherRelayTest, ALoginPageAndAnotherRelayAreToldApart) {
  Stage stage;
  stage.start_relay();
  const auto init_at = [&](const std::string& address, const std::string& key, int code) {
    return stage.error("griffier",
                       {"init", "--gemeente", "G", "--name", "N", "--relay", address, "--relay-key",
                        key, "--voucher-file", stage.new_voucher_file()},
                       code)["error"];
  };
  const LoginPage page("HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n");
  EXPECT_EQ(init_at(page.address(), stage.relay_key(), 3), "relay");
  // Our framing and another key: somebody stands between.
  EXPECT_EQ(init_at(stage.address(), std::string(62, '0') + "09", 4), "integrity");
  const std::string wrong = stage.file("wrong-voucher", "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(stage.error("griffier",
                        {"init", "--gemeente", "G", "--name", "N", "--relay", stage.address(),
                         "--relay-key", stage.relay_key(), "--voucher-file", wrong},
                        1)["error"],
            "refused");
  EXPECT_FALSE(fs::exists(stage.vault("griffier") / "slot"));
  stage.found();
  // A voucher admits one raad.
  EXPECT_EQ(stage.error("second",
                        {"init", "--gemeente", "G", "--name", "N", "--relay", stage.address(),
                         "--relay-key", stage.relay_key(), "--voucher-file",
                         (stage.folder() / "voucher").string()},
                        1)["error"],
            "refused");
}

}  // namespace
}  // namespace kluis::test
