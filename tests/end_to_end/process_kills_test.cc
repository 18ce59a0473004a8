#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "tests/support/run_seed.h"
#include "tests/tools/driver/stage.h"

// The programs as they are, killed while they work. Half of the kills come after a time, half after
// some number of changes in the vault's folder, so that none of the work escapes them.
namespace kluis::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kKills = 60;
constexpr unsigned kSeed = 20260331;

// What happens to the files of a vault.
class FolderEvents {
 public:
  explicit FolderEvents(const std::filesystem::path& vault)
      : queue_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    constexpr std::uint32_t kChanges = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO;
    for (const auto& folder : {vault, vault / "documents"}) {
      EXPECT_GE(::inotify_add_watch(queue_, folder.c_str(), kChanges), 0);
    }
  }
  FolderEvents(const FolderEvents&) = delete;
  FolderEvents& operator=(const FolderEvents&) = delete;
  ~FolderEvents() { ::close(queue_); }

  // Until something happened, or `patience` is over.
  [[nodiscard]] bool wait(milliseconds patience) const {
    pollfd end{queue_, POLLIN, 0};
    if (::poll(&end, 1, static_cast<int>(patience.count())) <= 0) return false;
    std::array<char, 4096> events{};
    return ::read(queue_, events.data(), events.size()) > 0;
  }

 private:
  int queue_;
};

std::string text_file(const std::string& name, std::size_t size_bytes) {
  std::string content = name + " ";
  while (content.size() < size_bytes) content += "regel " + std::to_string(content.size()) + "\n";
  return content;
}

// Three people of a raad, and what their programs said was done.
class KilledProcesses : public testing::Test {
 protected:
  void SetUp() override {
    stage_.start_relay();
    stage_.found();
    stage_.join("anna", "Anna A", "raadslid");
    stage_.join("bram", "Bram B", "raadslid");
    for (const char* who : {"griffier", "anna"}) {
      passphrases_[who] =
          stage_.file(std::string(who) + ".0", "de wachtwoordzin van " + std::string(who) + "\n");
    }
    must("griffier", {"dossier", "new", "Gesprek", "--kind", "gesprek"});
    must("griffier", {"add", "Gesprek", stage_.file("basis.txt", "inhoud"), "--type", "verslag",
                      "--title", "Basis"});
    must("griffier", {"grant", "Anna A", "Gesprek"});
    must("anna", {"sync"});
  }

  [[nodiscard]] Command command(const std::string& who, std::vector<std::string> arguments) const {
    std::vector<std::string> words = {"--vault", stage_.vault(who).string(), "--passphrase-file",
                                      passphrases_.at(who), "--json"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return {KLUIS_PROGRAM, std::move(words), {}, {"LANG=en_GB.UTF-8", "TZ=UTC"}};
  }
  Json must(const std::string& who, const std::vector<std::string>& arguments) {
    const Ran ran = run(command(who, arguments));
    EXPECT_EQ(ran.exit, 0) << who << " " << arguments[0] << ": " << ran.err;
    return Json::parse(ran.out, nullptr, false);
  }

  // The exit code; -SIGKILL when it was killed in time.
  int run_and_kill(const std::string& who, const std::vector<std::string>& arguments) {
    const FolderEvents events(stage_.vault(who));
    const auto start = Clock::now();
    Background program(command(who, arguments));
    milliseconds rest(0);
    if (random_() % 2 == 0) {
      for (unsigned left = 1 + random_() % 10; left > 0; --left) {
        if (!events.wait(milliseconds(3000))) break;
      }
      rest = milliseconds(random_() % 8);
    } else {
      // Most of a run is spent on the passphrase, before the vault is open.
      const auto usual = usual_[arguments[0]].count();
      rest = milliseconds(usual * 7 / 10 + static_cast<long>(random_() % 40) * usual / 100);
    }
    std::this_thread::sleep_for(rest);
    program.signal(SIGKILL);
    const int code = program.wait(60);
    if (code != -SIGKILL) {
      usual_[arguments[0]] = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
    }
    return code;
  }

  // Whether it was killed. What it said is done is promised from then on.
  bool attempt(const std::string& who, const std::vector<std::string>& arguments,
               const std::string& promise) {
    const int code = run_and_kill(who, arguments);
    if (code == 0 && !promise.empty()) ++promised_[who][promise];
    // Granted or ended by an attempt that was killed: nothing left to do.
    const bool is_right = arguments[0] == "grant" || arguments[0] == "revoke";
    EXPECT_TRUE(code == 0 || code == -SIGKILL || (code == 6 && is_right))
        << who << " " << arguments[0] << ": " << code;
    return code == -SIGKILL;
  }

  // One of the verbs in turn.
  bool attempt_number(int number) {
    const std::string who = number / 6 % 2 == 0 ? "griffier" : "anna";
    const std::string name = "nr " + std::to_string(number);
    switch (number % 6) {
      case 0:
        return attempt(who,
                       {"add", "Gesprek", stage_.file("add.txt", text_file(name, 300'000)),
                        "--type", "verslag", "--title", name},
                       "add " + name);
      case 1:
        return attempt(who, {"note", "Basis", "--text-file", stage_.file("note.txt", name)},
                       "note Basis");
      case 2:
        return attempt(who, {"sync"}, "");
      case 3:
        return attempt("griffier", {"grant", "Bram B", "Gesprek"}, "grant Bram B");
      case 4:
        return attempt("griffier", {"revoke", "Bram B", "--dossier", "Gesprek"}, "revoke Bram B");
      default:
        return change_passphrase(who, name);
    }
  }

  bool change_passphrase(const std::string& who, const std::string& name) {
    const std::string next = stage_.file(who + "." + name, "zin " + name + " van " + who + "\n");
    const bool killed = attempt(who, {"passphrase", "change", "--new-passphrase-file", next}, "");
    if (killed && run(command(who, {"status"})).exit == 0) return true;
    passphrases_[who] = next;
    return killed;
  }

  // Opens, and holds what was promised.
  void expect_kept(const std::string& who, const std::string& when) {
    const Json entries = must(who, {"register"})["entries"];
    std::map<std::string, int> held;
    for (const Json& entry : entries) {
      ++held[entry["act"].get<std::string>() + " " + entry["subject"].get<std::string>()];
    }
    for (const auto& [promise, times] : promised_[who]) {
      EXPECT_GE(held[promise], times) << when << ": " << who << " lost: " << promise;
    }
  }

  Stage stage_;
  std::mt19937_64 random_{run_seed(kSeed)};
  std::map<std::string, std::string> passphrases_;
  std::map<std::string, milliseconds> usual_{
      {"add", milliseconds(600)},    {"note", milliseconds(600)},
      {"sync", milliseconds(600)},   {"grant", milliseconds(600)},
      {"revoke", milliseconds(600)}, {"passphrase", milliseconds(1100)}};
  std::map<std::string, std::map<std::string, int>> promised_;
};

TEST_F(KilledProcesses, LoseNothingThatWasAcknowledged) {
  int kills = 0;
  int number = 0;
  for (; kills < kKills && number < 4 * kKills && !HasFailure(); ++number) {
    if (!attempt_number(number)) continue;
    ++kills;
    const bool is_officers = number % 6 == 3 || number % 6 == 4 || number / 6 % 2 == 0;
    expect_kept(is_officers ? "griffier" : "anna", "kill " + std::to_string(kills));
  }
  std::printf("%d kills in %d runs\n", kills, number);
  EXPECT_EQ(kills, kKills);
  if (HasFailure()) return;

  // All that anybody acknowledged reaches both, byte for byte.
  for (const char* who : {"anna", "griffier", "anna", "griffier", "anna"}) must(who, {"sync"});
  for (const char* who : {"griffier", "anna"}) expect_kept(who, "in the end");
  const Json mine = must("griffier", {"list"})["stukken"];
  const Json hers = must("anna", {"list"})["stukken"];
  EXPECT_EQ(mine.size(), hers.size());
  for (const Json& stuk : mine) {
    if (stuk["title"] == "Basis") continue;
    const std::string name = stuk["title"];
    Command read = command("anna", {"read", name});
    read.arguments.erase(std::find(read.arguments.begin(), read.arguments.end(), "--json"));
    EXPECT_EQ(run(read).out, text_file(name, 300'000)) << name;
  }
  EXPECT_EQ(must("griffier", {"notes", "Basis"}), must("anna", {"notes", "Basis"}));
  const Json status = must("griffier", {"status"});
  EXPECT_EQ(status["head"], must("anna", {"status"})["head"]);
  for (const char* who : {"griffier", "anna"}) {
    const Json shown = must(who, {"status"});
    for (const Json& alarm : shown["alarms"]) {
      EXPECT_EQ(alarm["code"], "custody-away") << who << alarm;
    }
  }
}

}  // namespace
}  // namespace kluis::test
