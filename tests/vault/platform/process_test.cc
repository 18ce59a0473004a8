#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vault/platform/hardening.h"
#include "vault/platform/system.h"
#include "vault/platform/terminal.h"
#include "vault/platform/vault_lock.h"

// What concerns a whole process is tried in a child of its own.
namespace kluis::test {
namespace {

namespace fs = std::filesystem;

class Child {
 public:
  // Runs `work` in a child; it ends with 0 when that returns true.
  template <typename Work>
  explicit Child(Work work) : id_(::fork()) {
    if (id_ == 0) ::_exit(work() ? 0 : 1);
  }
  int wait() const {
    int status = -1;
    ::waitpid(id_, &status, 0);
    return status;
  }
  void kill() const { ::kill(id_, SIGKILL); }
  pid_t id() const { return id_; }

 private:
  pid_t id_;
};

class VaultLockTest : public ::testing::Test {
 protected:
  VaultLockTest() {
    std::string name = (fs::temp_directory_path() / "kluis-lock-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~VaultLockTest() override { fs::remove_all(path_); }
  // A child that holds the lock until it is killed.
  Child holder() {
    int ready[2];
    EXPECT_EQ(::pipe(ready), 0);
    Child child([&] {
      auto lock = lock_vault(path_);
      if (!lock || ::write(ready[1], "x", 1) != 1) return false;
      ::pause();
      return true;
    });
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1);
    ::close(ready[0]);
    ::close(ready[1]);
    return child;
  }
  std::string path_;
};

TEST_F(VaultLockTest, NamesTheOtherProcessAfterWaiting) {
  const Child child = holder();
  const UnixMillis before = SystemClock().now();
  const auto lock = lock_vault(path_, 300);
  const std::int64_t waited_ms = SystemClock().now().value - before.value;
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().kind, ErrorKind::locked);
  EXPECT_EQ(lock.error().key, "vault.in_use");
  ASSERT_EQ(lock.error().arguments.size(), 2u);
  EXPECT_EQ(lock.error().arguments[0].substr(0, 14), "kluis_platform");
  EXPECT_EQ(lock.error().arguments[1], std::to_string(child.id()));
  EXPECT_GE(waited_ms, 299);
  child.kill();
  child.wait();
}

TEST_F(VaultLockTest, ALockOfADeadProcessIsNone) {
  const Child child = holder();
  child.kill();
  child.wait();
  EXPECT_TRUE(fs::exists(path_ + "/lock"));
  EXPECT_TRUE(lock_vault(path_, 0));
}

TEST_F(VaultLockTest, WaitsForAProcessThatEnds) {
  const Child child = holder();
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    child.kill();
  });
  EXPECT_TRUE(lock_vault(path_, 5000));
  later.join();
  child.wait();
}

TEST_F(VaultLockTest, IsHeldOnceWithinAProcessToo) {
  auto first = lock_vault(path_, 0);
  ASSERT_TRUE(first);
  EXPECT_FALSE(lock_vault(path_, 0));
  first->reset();
  EXPECT_TRUE(lock_vault(path_, 0));
}

TEST_F(VaultLockTest, ShowsNoControlCharactersOfAForgedHolder) {
  auto held = lock_vault(path_, 0);
  ASSERT_TRUE(held);
  std::ofstream(path_ + "/lock") << "12\x1b[2J x\x1b[31mroot\x07\n";
  const auto lock = lock_vault(path_, 0);
  ASSERT_FALSE(lock);
  for (const auto& argument : lock.error().arguments) {
    for (const char c : argument) EXPECT_GE(c, ' ');
  }
}

TEST(HardeningTest, LeavesNoCoreAndNoAccessToMemory) {
  const auto is_hard = [] {
    if (!harden_process()) return false;
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    return limit.rlim_cur == 0 && limit.rlim_max == 0 &&
           ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && ::umask(0) == 077;
  };
  EXPECT_EQ(Child(is_hard).wait(), 0);
  // Without it the kernel says otherwise: the check can fail.
  EXPECT_NE(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
  const Child aborted([] {
    if (!harden_process()) return false;
    std::abort();
  });
  EXPECT_FALSE(WCOREDUMP(aborted.wait()));
}

TEST(TerminalTest, WithoutATerminalNobodyIsAsked) {
  const Child child([] {
    ::setsid();  // no controlling terminal
    const auto answer = ask_secret("? ");
    return !answer && answer.error().key == "terminal.none";
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace kluis::test
