#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "sync/net/relay_connection.h"
#include "sync/relay/memory_storage.h"
#include "sync/relay/sqlite_storage.h"
#include "tests/sync/net/raw_socket.h"
#include "tests/sync/relay/relay_world.h"
#include "tests/sync/relay/scratch_folder.h"
#include "vault/core/chain.h"
#include "vault/platform/system.h"

extern char** environ;

// The program itself, as an operator runs it.
namespace kluis::test {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A child process with its outputs in files.
class Process {
 public:
  Process(const std::vector<std::string>& words, const std::string& output,
          const std::string& errors) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&files, 2, errors.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    EXPECT_EQ(posix_spawn(&id_, words[0].c_str(), &files, nullptr, arguments.data(), environ), 0);
    posix_spawn_file_actions_destroy(&files);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (id_ > 0) end(SIGKILL);
  }

  // The exit status, as waitpid gives it; 0 sends no signal.
  int end(int signal) {
    if (signal != 0) ::kill(id_, signal);
    int status = -1;
    ::waitpid(id_, &status, 0);
    id_ = -1;
    return status;
  }

 private:
  pid_t id_ = -1;
};

class RelayProcess : public testing::Test {
 protected:
  RelayProcess() : world(open()) {
    world.found();
    world.storage.reset();
  }

  [[nodiscard]] std::unique_ptr<Storage> open() const {
    auto storage = SqliteStorage::open(store(), StoreMode::create);
    EXPECT_TRUE(storage);
    return std::move(*storage);
  }
  [[nodiscard]] std::string store() const { return folder.path("relay.db"); }
  [[nodiscard]] std::string log() const { return contents(folder.path("log")); }

  std::unique_ptr<Process> serve() {
    auto process = std::make_unique<Process>(
        std::vector<std::string>{KLUIS_RELAY_PROGRAM, "serve", "--listen", "127.0.0.1:0", "--store",
                                 "sqlite:" + store()},
        folder.path("out"), folder.path("log"));
    for (int i = 0; i < 1000; ++i) {
      std::istringstream line(contents(folder.path("out")));
      std::string relay;
      std::string word;
      std::string hex;
      if (line >> relay >> address >> word >> hex && line.get() == '\n') {
        EXPECT_EQ(relay, "relay");
        EXPECT_EQ(word, "key");
        key = *RelayKey::from(*from_hex(hex));
        return process;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "no ready line; " << log();
    return process;
  }

  // Exit code and output of an operator's verb.
  struct Done {
    int code;
    std::string output;
  };
  Done run(std::vector<std::string> words) {
    words.insert(words.begin(), KLUIS_RELAY_PROGRAM);
    Process process(words, folder.path("verb"), folder.path("verb-errors"));
    const int status = process.end(0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(folder.path("verb"))};
  }

  std::unique_ptr<RelayConnection> member(Entropy& source) {
    auto link = RelayConnection::connect(address, key, source);
    if (!link) return nullptr;
    RelaySession session;
    session.handshake_hash = to_bytes((*link)->handshake_hash());
    const auto answer = (*link)->call(world.hello(session, world.raad_seeds.at(0)));
    if (!answer || !std::holds_alternative<SyncAnswer>(*answer)) return nullptr;
    return std::move(*link);
  }

  // All items of the roll.
  std::vector<std::string> items(RelayConnection& link) {
    std::vector<std::string> all;
    const CircleBook& book = world.circles[world.roll];
    Chain chain = chain_start(book.header);
    for (;;) {
      const auto answer = link.call(
          SyncRequest{{{book.name, static_cast<std::uint32_t>(all.size()), shorten(chain)}}});
      EXPECT_TRUE(answer);
      if (!answer || std::get<SyncAnswer>(*answer).circles.empty()) return all;
      for (const SentItem& sent :
           std::get<NewItems>(std::get<SyncAnswer>(*answer).circles[0]).items) {
        all.emplace_back(as_text(sent.item));
        chain = chain_next(chain, sent.item);
      }
    }
  }

  ScratchFolder folder;
  RelayWorld world;
  SystemEntropy entropy;
  std::string address;
  RelayKey key;
};

TEST_F(RelayProcess, KillingItLosesNothingAcknowledged) {
  std::map<std::string, std::uint32_t> acknowledged;
  std::mutex mutex;
  constexpr int kRounds = 20;
  constexpr int kClients = 4;
  for (int round = 0; round < kRounds; ++round) {
    const auto process = serve();
    std::vector<std::thread> clients;
    for (int c = 0; c < kClients; ++c) {
      clients.emplace_back([&, c] {
        SystemEntropy own;
        const auto link = member(own);
        if (!link) return;
        for (int i = 0;; ++i) {
          const std::string item =
              std::to_string(round) + "/" + std::to_string(c) + "/" + std::to_string(i);
          const auto answer = link->call(world.append(world.roll, item));
          if (!answer) return;
          const std::lock_guard guard(mutex);
          acknowledged[item] = std::get<AppendAnswer>(*answer).index;
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + 17 * round % 90));
    process->end(SIGKILL);
    for (std::thread& client : clients) client.join();
  }
  const auto process = serve();
  const auto link = member(entropy);
  ASSERT_TRUE(link);
  const std::vector<std::string> found = items(*link);
  EXPECT_GT(acknowledged.size(), 100U);
  for (const auto& [item, index] : acknowledged) {
    ASSERT_LT(index, found.size());
    EXPECT_EQ(found[index], item);
  }
  EXPECT_EQ(process->end(SIGTERM), 0);
}

TEST_F(RelayProcess, KeepsItsKeyStopsCleanlyAndLogsNoIdentities) {
  auto process = serve();
  const RelayKey first = key;
  {
    const auto link = member(entropy);
    ASSERT_TRUE(link);
    ASSERT_TRUE(link->call(world.append(world.roll, "item")));
    EXPECT_EQ(process->end(SIGTERM), 0);
    EXPECT_FALSE(link->call(SyncRequest{}));
  }
  process = serve();
  EXPECT_EQ(key, first);
  const auto link = member(entropy);
  ASSERT_TRUE(link);
  EXPECT_EQ(items(*link), std::vector<std::string>{"item"});
  EXPECT_EQ(process->end(SIGINT), 0);
  const std::string text = log();
  EXPECT_NE(text.find(" start\n"), std::string::npos);
  EXPECT_NE(text.find(" drain\n"), std::string::npos);
  for (const std::string& word : {std::string("127.0.0.1"), world.tenancy.hex(), world.roll.hex(),
                                  world.circles[world.roll].name.hex(), first.hex()}) {
    EXPECT_EQ(text.find(word.substr(0, 8)), std::string::npos);
  }
}

TEST_F(RelayProcess, MakesVouchersAndBackupsWhileServing) {
  const auto process = serve();
  const std::string name = "sqlite:" + store();
  const Done voucher = run({"voucher", "--store", name, "--quota", "5000000"});
  EXPECT_EQ(voucher.code, 0);
  ASSERT_TRUE(voucher.output.starts_with("{\"voucher\":\"")) << voucher.output;
  const std::string text = voucher.output.substr(12, 32);

  // It admits a raad, at the relay that was running all the while.
  RelayWorld other(std::make_unique<MemoryStorage>());
  CommitDraft founding = other.draft();
  founding.commit.tenancy = other.tenancy = other.id<TenancyId>();
  other.reseal(founding, other.roll);
  founding.commit.officers_added.push_back(signing_public<OfficerKey>(other.officer));
  auto link = RelayConnection::connect(address, key, entropy);
  ASSERT_TRUE(link);
  const auto answer = (*link)->call(
      AdmitRaadRequest{to_bytes(as_bytes(text)), other.sealed(founding), founding.blobs});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<CommitAnswer>(*answer)) << RelayWorld::describe(*answer);

  const Done status = run({"status", "--store", name});
  EXPECT_EQ(status.code, 0);
  EXPECT_NE(status.output.find("\"raden\":2"), std::string::npos) << status.output;
  EXPECT_EQ(run({"backup", "--store", name, "--to", folder.path("copy.db")}).code, 0);
  EXPECT_EQ(run({"backup", "--store", name, "--to", folder.path("copy.db")}).code, 7);
  const std::string copy = contents(folder.path("copy.db"));
  const std::string secret = contents(store() + ".key").substr(8);
  ASSERT_EQ(secret.size(), 64U);
  EXPECT_NE(copy.find(std::string(as_text(other.tenancy.view()))), std::string::npos);
  EXPECT_EQ(copy.find(secret.substr(0, 16)), std::string::npos);
  EXPECT_EQ(copy.find(secret.substr(32, 16)), std::string::npos);
  EXPECT_EQ(copy.find(text), std::string::npos);  // nor the voucher, only its hash
}

TEST_F(RelayProcess, RefusesWhatMakesNoSense) {
  const std::string name = "sqlite:" + store();
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"frob"}).code, 2);
  EXPECT_EQ(run({"serve", "--store", name}).code, 2);
  EXPECT_EQ(run({"serve", "--store", "postgres:x", "--listen", "127.0.0.1:0"}).code, 2);
  EXPECT_EQ(run({"serve", "--store", name, "--listen", "nowhere"}).code, 2);
  EXPECT_EQ(run({"status", "--store", "sqlite:" + folder.path("absent.db")}).code, 7);
  EXPECT_EQ(run({"voucher", "--store", "sqlite:" + folder.path("absent.db")}).code, 7);
  EXPECT_EQ(run({"--help"}).code, 0);
  const auto process = serve();
  EXPECT_EQ(run({"serve", "--store", name, "--listen", "127.0.0.1:0"}).code, 5);
  std::ofstream(folder.path("text.db")) << std::string(8192, 'x');
  EXPECT_EQ(run({"status", "--store", "sqlite:" + folder.path("text.db")}).code, 4);
}

}  // namespace
}  // namespace kluis::test
