#include "vault/platform/folder.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/platform/system.h"

namespace kluis::test {
namespace {

namespace fs = std::filesystem;

template <typename T>
std::string key_of(const Result<T>& result) {
  return result ? "" : result.error().key;
}

class FolderTest : public ::testing::Test {
 protected:
  FolderTest() {
    std::string name = (fs::temp_directory_path() / "kluis-folder-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~FolderTest() override { fs::remove_all(path_); }
  std::unique_ptr<Disk> open() {
    auto disk = open_folder(path_, FolderMode::existing);
    EXPECT_TRUE(disk);
    return std::move(*disk);
  }
  static unsigned mode_of(const std::string& path) {
    struct stat facts{};
    EXPECT_EQ(::lstat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777;
  }

  std::string path_;
};

TEST_F(FolderTest, ReadsWhatWasWrittenAndMakesFilesPrivate) {
  const auto previous = ::umask(0);
  auto disk = open();
  auto file = disk->open("a", OpenMode::create_new);
  ASSERT_TRUE(file);
  ::umask(previous);
  EXPECT_EQ(mode_of(path_ + "/a"), 0600u);
  ASSERT_TRUE((*file)->write_at(5, as_bytes("hallo")));
  ASSERT_TRUE((*file)->sync());
  ASSERT_TRUE(disk->sync_folder());
  Bytes bytes(20);
  EXPECT_EQ((*file)->read_at(0, bytes).value(), 10u);
  EXPECT_EQ(as_text(ByteView(bytes).subspan(5, 5)), "hallo");
  EXPECT_EQ((*file)->read_at(10, bytes).value(), 0u);
  ASSERT_TRUE((*file)->truncate(7));
  EXPECT_EQ((*file)->size().value(), 7u);
}

TEST_F(FolderTest, KnowsItsModesOfOpening) {
  auto disk = open();
  EXPECT_EQ(key_of(disk->open("a", OpenMode::read)), "disk.no_file");
  EXPECT_EQ(key_of(disk->open("a", OpenMode::write)), "disk.no_file");
  EXPECT_TRUE(disk->open("a", OpenMode::create_new));
  EXPECT_EQ(key_of(disk->open("a", OpenMode::create_new)), "disk.exists");
  EXPECT_TRUE(disk->open("a", OpenMode::create));
  auto file = disk->open("a", OpenMode::read);
  ASSERT_TRUE(file);
  EXPECT_FALSE((*file)->write_at(0, as_bytes("x")));
}

TEST_F(FolderTest, RemovesRenamesAndLists) {
  auto disk = open();
  ASSERT_TRUE(disk->open("a", OpenMode::create));
  fs::create_directory(path_ + "/folder");
  ASSERT_TRUE(disk->rename("a", "b"));
  EXPECT_FALSE(disk->exists("a").value());
  EXPECT_TRUE(disk->exists("b").value());
  EXPECT_EQ(disk->list().value(), std::vector<std::string>{"b"});
  ASSERT_TRUE(disk->remove("b"));
  ASSERT_TRUE(disk->remove("b"));
  EXPECT_TRUE(disk->list()->empty());
}

TEST_F(FolderTest, TakesPlainNamesOnly) {
  auto disk = open();
  for (const std::string name : {"", ".", "..", "../a", "a/b", "/etc/passwd"}) {
    EXPECT_EQ(key_of(disk->open(name, OpenMode::create)), "disk.name") << name;
    EXPECT_EQ(key_of(disk->exists(name)), "disk.name") << name;
    EXPECT_EQ(key_of(disk->remove(name)), "disk.name") << name;
    EXPECT_EQ(key_of(disk->rename("a", name)), "disk.name") << name;
  }
  EXPECT_EQ(key_of(disk->open(std::string("a\0b", 3), OpenMode::create)), "disk.name");
}

TEST_F(FolderTest, FollowsNoLink) {
  auto disk = open();
  fs::create_symlink("/etc/hostname", path_ + "/link");
  EXPECT_EQ(key_of(disk->open("link", OpenMode::read)), "disk.io");
  EXPECT_EQ(key_of(disk->open("link", OpenMode::create)), "disk.io");
}

TEST_F(FolderTest, RefusesAFolderThatOthersMayEnter) {
  ::chmod(path_.c_str(), 0755);
  auto disk = open_folder(path_, FolderMode::existing);
  EXPECT_EQ(key_of(disk), "disk.folder_shared");
  EXPECT_TRUE(open_folder(path_, FolderMode::create));  // making a vault here closes it
  EXPECT_EQ(mode_of(path_), 0700u);
  EXPECT_TRUE(open_folder(path_, FolderMode::existing));
}

TEST_F(FolderTest, MakesAPrivateFolderWithItsParents) {
  const std::string path = path_ + "/x/y/z";
  EXPECT_EQ(key_of(open_folder(path, FolderMode::existing)), "disk.no_folder");
  EXPECT_TRUE(open_folder(path, FolderMode::create));
  EXPECT_EQ(mode_of(path), 0700u);
  EXPECT_TRUE(open_folder(path + "/", FolderMode::create));
}

TEST(SystemTest, TheClockIsNearNowAndRandomBytesDiffer) {
  EXPECT_GT(SystemClock().now().value, 1'700'000'000'000);
  SystemEntropy entropy;
  Bytes one(300);
  Bytes other(300);
  entropy.fill(one);
  entropy.fill(other);
  EXPECT_NE(one, other);
  EXPECT_NE(std::count(one.begin(), one.end(), 0), 300);
}

TEST(DefaultFolderTest, FollowsThePlatformsRule) {
  // One thread, at the start of the process. NOLINTBEGIN(concurrency-mt-unsafe)
  ::setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(default_vault_folder(), "/data/raadkluis");
  ::setenv("XDG_DATA_HOME", "relative", 1);
  ::setenv("HOME", "/home/jan", 1);
  EXPECT_EQ(default_vault_folder(), "/home/jan/.local/share/raadkluis");
  ::unsetenv("HOME");
  EXPECT_EQ(default_vault_folder(), "");
  // NOLINTEND(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace kluis::test
