#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/run_seed.h"
#include "tests/tools/driver/stage.h"
#include "vault/crypto/hash.h"

// What disks, copies and other programs do to a vault, through the program as it is: it goes on
// from a committed state, or says what is wrong with the right exit code and changes nothing.
namespace kluis::test {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_to(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

// File by file while others write, as a backup program does it.
void copy_files(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to / "documents", error);
  for (const fs::path& folder : {fs::path(), fs::path("documents")}) {
    for (const auto& entry : fs::directory_iterator(from / folder, error)) {
      if (!fs::is_regular_file(entry.path(), error)) continue;
      fs::copy_file(entry.path(), to / folder / entry.path().filename(),
                    fs::copy_options::overwrite_existing, error);
    }
    fs::permissions(to / folder, fs::perms::owner_all, error);
  }
}

// The database and its log, as the vault has them now.
std::vector<fs::path> data_files(const fs::path& vault) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(vault)) {
    if (entry.path().filename().string().starts_with("data-")) files.push_back(entry.path());
  }
  return files;
}

class DamageAndCopies : public testing::Test {
 protected:
  void SetUp() override {
    stage.start_relay();
    stage.found();
    static_cast<void>(stage.json("griffier", {"dossier", "new", "Gesprek", "--kind", "gesprek"}));
    add("Eerste");
    // Not the file that Stage writes again for each run.
    passphrase = stage.file("reader.pass", "de wachtwoordzin van griffier\n");
  }

  void add(const std::string& title) {
    static_cast<void>(
        stage.json("griffier", {"add", "Gesprek", stage.file("stuk.txt", "inhoud van " + title),
                                "--type", "verslag", "--title", title}));
  }
  // On a vault that has the griffier's passphrase, wherever it lies.
  [[nodiscard]] Ran on(const fs::path& vault, std::vector<std::string> arguments) const {
    std::vector<std::string> words = {"--vault", vault.string(), "--passphrase-file", passphrase,
                                      "--json"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run({KLUIS_PROGRAM, std::move(words), {}, {"LANG=en_GB.UTF-8", "TZ=UTC"}});
  }
  [[nodiscard]] static std::string word(const Ran& ran) {
    const Json error = Json::parse(ran.err, nullptr, false);
    return error.is_object() ? error.value("error", "") : ran.err;
  }

  Stage stage;
  std::string passphrase;
};

TEST_F(DamageAndCopies, ACopyMadeWhileTheVaultIsInUseOpensOrIsRefused) {
  const fs::path vault = stage.vault("griffier");
  std::atomic<bool> over = false;
  int written = 0;
  std::jthread writer([&] {
    for (; written < 12; ++written) add("Stuk " + std::to_string(written));
    over = true;
  });
  int opened = 0;
  int refused = 0;
  for (int number = 0; !over; ++number) {
    const fs::path copy = stage.folder() / ("copy" + std::to_string(number));
    copy_files(vault, copy);
    const Ran list = on(copy, {"list"});
    if (list.exit == 0) {
      ++opened;
      // A committed state: as many stukken as some moment had, each whole.
      const Json stukken = Json::parse(list.out)["stukken"];
      std::set<std::string> titles;
      for (const Json& stuk : stukken) titles.insert(stuk["title"]);
      EXPECT_TRUE(titles.contains("Eerste"));
      for (std::size_t i = 0; i + 1 < titles.size(); ++i) {
        EXPECT_TRUE(titles.contains("Stuk " + std::to_string(i))) << number;
      }
    } else {
      ++refused;
      EXPECT_EQ(list.exit, 4) << list.err;
    }
  }
  writer.join();
  std::printf("%d copies opened, %d refused\n", opened, refused);
  EXPECT_GE(opened + refused, 3);
  EXPECT_EQ(stage.json("griffier", {"list"})["stukken"].size(), 13U);
}

// Whoever comes second finds his own chain longer at the relay than here; what he had written by
// then shows the first that there are two.
TEST_F(DamageAndCopies, TwoCopiesThatBothWriteBothStop) {
  static_cast<void>(stage.json("griffier", {"sync"}));
  const fs::path vault = stage.vault("griffier");
  const fs::path copy = stage.folder() / "copy";
  copy_files(vault, copy);
  const std::string one = stage.file("one", "de ene");
  const std::string two = stage.file("two", "de andere");
  EXPECT_EQ(on(vault, {"note", "Eerste", "--text-file", one}).exit, 0);
  EXPECT_EQ(on(copy, {"note", "Eerste", "--text-file", two}).exit, 0);
  static_cast<void>(on(vault, {"sync"}));
  static_cast<void>(on(copy, {"sync"}));
  static_cast<void>(on(vault, {"sync"}));
  for (const fs::path& each : {vault, copy}) {
    const Ran status = on(each, {"status"});
    ASSERT_EQ(status.exit, 0) << status.err;
    const Json alarms = Json::parse(status.out)["alarms"];
    EXPECT_TRUE(std::any_of(alarms.begin(), alarms.end(),
                            [](const Json& alarm) { return alarm["code"] == "clone"; }))
        << each << alarms;
    const Ran refused = on(each, {"note", "Eerste", "--text-file", one});
    EXPECT_EQ(refused.exit, 4) << each;
    EXPECT_EQ(word(refused), "integrity");
    // What is there can be read.
    EXPECT_EQ(on(each, {"list"}).exit, 0);
    const Ran read =
        run({KLUIS_PROGRAM,
             {"--vault", each.string(), "--passphrase-file", passphrase, "read", "Eerste"},
             {},
             {"LANG=en_GB.UTF-8", "TZ=UTC"}});
    EXPECT_EQ(read.out, "inhoud van Eerste") << each << read.err;
  }
}

TEST_F(DamageAndCopies, NoFlippedByteShowsAnythingWrong) {
  static_cast<void>(stage.json("griffier", {"sync"}));
  const fs::path vault = stage.vault("griffier");
  const Json right = stage.json("griffier", {"list"});
  std::mt19937_64 random(run_seed(7));
  int noticed = 0;
  for (int number = 0; number < 16; ++number) {
    const fs::path copy = stage.folder() / ("flip" + std::to_string(number));
    copy_files(vault, copy);
    const auto files = data_files(copy);
    const fs::path& file = files[random() % files.size()];
    std::string bytes = content_of(file);
    if (bytes.empty()) continue;
    if (number % 4 == 3) {
      bytes.resize(random() % bytes.size());
    } else {
      const std::size_t at = random() % bytes.size();
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    }
    write_to(file, bytes);
    const Ran list = on(copy, {"list"});
    if (list.exit == 0) {
      EXPECT_EQ(Json::parse(list.out), right) << number;
    } else {
      ++noticed;
      EXPECT_EQ(list.exit, 4) << number << list.err;
      EXPECT_EQ(word(list), "integrity");
      EXPECT_EQ(list.out, "");
    }
  }
  EXPECT_GE(noticed, 4);
}

TEST_F(DamageAndCopies, ADocumentThatIsCutShortOrGoneIsToldOf) {
  static_cast<void>(stage.json("griffier", {"sync"}));
  const fs::path vault = stage.vault("griffier");
  const fs::path document = fs::directory_iterator(vault / "documents")->path();
  const std::string sealed = content_of(document);
  const auto read = [&] { return run(stage.command("griffier", {"read", "Eerste"})); };
  for (const std::size_t size : {sealed.size() - 1, sealed.size() / 2, std::size_t{0}}) {
    write_to(document, sealed.substr(0, size));
    const Ran cut = read();
    EXPECT_EQ(cut.exit, 4) << size << cut.err;
    EXPECT_EQ(cut.out, "") << size;
  }
  write_to(document, sealed + "x");
  EXPECT_EQ(read().exit, 4);
  fs::remove(document);
  const Ran gone = read();
  EXPECT_TRUE(gone.exit == 4 || gone.exit == 6) << gone.exit << gone.err;
  EXPECT_EQ(gone.out, "");
  write_to(document, sealed);
  EXPECT_EQ(read().out, "inhoud van Eerste");
}

TEST_F(DamageAndCopies, ASlotOfALaterVersionIsLeftAlone) {
  constexpr std::size_t kVersionAt = 8;
  constexpr std::size_t kChecksumAt = 4064;
  constexpr std::size_t kHalfBAt = 131'072;
  const fs::path slot = stage.vault("griffier") / "slot";
  const std::string right = content_of(slot);
  std::string later = right;
  for (const std::size_t half : {std::size_t{0}, kHalfBAt}) {
    later[half + kVersionAt] = 2;
    const std::string checked = later.substr(half, kChecksumAt);
    const auto checksum = hash_as<Digest>("slot/checksum", {as_bytes(checked)});
    std::copy(checksum.bytes.begin(), checksum.bytes.end(),
              later.begin() + static_cast<std::ptrdiff_t>(half + kChecksumAt));
  }
  write_to(slot, later);
  const Json error = stage.error("griffier", {"list"}, 4);
  EXPECT_EQ(error["error"], "integrity");
  // It says what to do, and the other version finds its vault as it left it.
  EXPECT_NE(error["message"].get<std::string>().find("version"), std::string::npos) << error;
  EXPECT_EQ(content_of(slot), later);
  write_to(slot, right);
  EXPECT_EQ(stage.json("griffier", {"list"})["stukken"].size(), 1U);
}

TEST_F(DamageAndCopies, TwoProgramsAtOnceBothDoTheirWork) {
  std::vector<Ran> ran(4);
  {
    std::vector<std::jthread> people;
    for (std::size_t i = 0; i < ran.size(); ++i) {
      const std::string name = "samen " + std::to_string(i);
      const Command add = stage.command("griffier", {"add", "Gesprek", stage.file(name, name),
                                                     "--type", "verslag", "--title", name});
      people.emplace_back([&ran, i, add] { ran[i] = run(add); });
    }
  }
  std::size_t done = 0;
  for (const Ran& one : ran) {
    // On a slow machine the last in the row may wait longer than five seconds.
    EXPECT_TRUE(one.exit == 0 || one.exit == 5) << one.exit << one.err;
    if (one.exit == 0) ++done;
  }
  EXPECT_GE(done, 1U);
  EXPECT_EQ(stage.json("griffier", {"list"})["stukken"].size(), 1 + done);
}

// A disk of a few megabytes. As root, or as anybody whom the system lets make a space of his own.
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& at) {
    if (::geteuid() != 0 && !own_space()) return;
    if (::geteuid() == 0 && ::unshare(CLONE_NEWNS) != 0) return;
    // What is mounted from here on is seen by this program and its children alone.
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
    fs::create_directory(at);
    is_there_ = ::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=6m,mode=0700") == 0;
  }
  [[nodiscard]] bool is_there() const { return is_there_; }

 private:
  static bool own_space() {
    const std::string user = std::to_string(::geteuid());
    const std::string group = std::to_string(::getegid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    write_to("/proc/self/setgroups", "deny");
    write_to("/proc/self/uid_map", user + " " + user + " 1");
    write_to("/proc/self/gid_map", group + " " + group + " 1");
    return true;
  }

  bool is_there_ = false;
};

TEST_F(DamageAndCopies, AFullDiskIsToldAndWhatWasThereStays) {
  const fs::path place = stage.folder() / "small";
  const SmallDisk small(place);
  if (!small.is_there()) GTEST_SKIP() << "no right to mount a small disk";
  const fs::path vault = place / "vault";
  copy_files(stage.vault("griffier"), vault);
  const std::string big = stage.file("big", std::string(1'000'000, 'x'));
  const auto add = [&](int number) {
    return on(vault, {"add", "Gesprek", big, "--type", "verslag", "--title",
                      "Groot " + std::to_string(number)});
  };
  int added = 0;
  Ran last = add(0);
  for (; last.exit == 0 && added < 8; last = add(added)) ++added;
  EXPECT_EQ(last.exit, 7) << last.err;
  EXPECT_EQ(word(last), "disk");
  EXPECT_GE(added, 1);
  // To the last byte.
  const std::string filler = (place / "filler").string();
  {
    std::ofstream fill(filler, std::ios::binary);
    const std::string block(4096, 'f');
    while (fill.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  const auto expect_stukken = [&](int count) {
    const Ran list = on(vault, {"list"});
    ASSERT_EQ(list.exit, 0) << list.err;
    EXPECT_EQ(Json::parse(list.out)["stukken"].size(), 1U + static_cast<unsigned>(count));
  };
  expect_stukken(added);
  const std::string text = stage.file("note", std::string(60'000, 'n'));
  for (const std::vector<std::string>& verb :
       {std::vector<std::string>{"note", "Eerste", "--text-file", text},
        std::vector<std::string>{"dossier", "new", "Nog een", "--kind", "gesprek"},
        std::vector<std::string>{"passphrase", "change", "--new-passphrase-file",
                                 stage.file("next", "een andere zin\n")}}) {
    const Ran full = on(vault, verb);
    EXPECT_EQ(full.exit, 7) << verb[0] << ": " << full.exit << full.err;
    EXPECT_EQ(word(full), "disk") << verb[0];
  }
  expect_stukken(added);
  fs::remove(filler);
  // Room again: as if nothing had been.
  expect_stukken(added);
  EXPECT_EQ(on(vault, {"note", "Eerste", "--text-file", stage.file("short", "kort")}).exit, 0);
  const Json stukken = Json::parse(on(vault, {"list"}).out)["stukken"];
  for (const Json& stuk : stukken) {
    EXPECT_EQ(stuk["notes"], stuk["title"] == "Eerste" ? 1 : 0) << stuk;
  }
}

}  // namespace
}  // namespace kluis::test
