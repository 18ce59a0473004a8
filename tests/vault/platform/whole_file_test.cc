#include "vault/platform/whole_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/platform/system.h"

namespace kluis::test {
namespace {

namespace fs = std::filesystem;

class WholeFileTest : public ::testing::TestWithParam<WholeFileWay> {
 protected:
  WholeFileTest() {
    std::string name = (fs::temp_directory_path() / "kluis-whole-file-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~WholeFileTest() override { fs::remove_all(folder_); }

  std::unique_ptr<WholeFile> begin(const std::string& path) {
    auto file = begin_whole_file(path, entropy_, GetParam());
    EXPECT_TRUE(file.has_value());
    return std::move(*file);
  }
  std::string refusal(const std::string& path) {
    const auto file = begin_whole_file(path, entropy_, GetParam());
    return file ? "" : file.error().key;
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static std::string content(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  SystemEntropy entropy_;
  fs::path folder_;
};

TEST_P(WholeFileTest, HasItsNameWhenItIsKeptAndIsPrivate) {
  const auto previous = ::umask(0);
  auto file = begin(path("a"));
  ::umask(previous);
  ASSERT_TRUE(file->write(as_bytes("een ")));
  ASSERT_TRUE(file->write(as_bytes("twee")));
  EXPECT_FALSE(fs::exists(path("a")));
  EXPECT_EQ(count(), GetParam() == WholeFileWay::named ? 1U : 0U);
  ASSERT_TRUE(file->keep());
  EXPECT_EQ(content(path("a")), "een twee");
  EXPECT_EQ(count(), 1U);
  struct stat facts{};
  ASSERT_EQ(::stat(path("a").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_P(WholeFileTest, LeavesNothingWhenItIsNotKept) {
  {
    auto file = begin(path("a"));
    ASSERT_TRUE(file->write(as_bytes("half")));
  }
  EXPECT_EQ(count(), 0U);
}

TEST_P(WholeFileTest, NeverTakesAPlaceThatIsTaken) {
  std::ofstream(path("a")) << "old";
  EXPECT_EQ(refusal(path("a")), "disk.exists");
  fs::create_symlink("nowhere", path("b"));
  EXPECT_EQ(refusal(path("b")), "disk.exists");
  EXPECT_EQ(refusal(folder_.string()), "disk.exists");
  // Taken while it was written.
  auto file = begin(path("c"));
  std::ofstream(path("c")) << "other";
  const Status kept = file->keep();
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().key, "disk.exists");
  file.reset();
  EXPECT_EQ(content(path("c")), "other");
  EXPECT_EQ(count(), 3U);
}

TEST_P(WholeFileTest, SaysWhyItCannotBegin) {
  EXPECT_EQ(refusal(path("none/a")), "disk.no_folder");
  EXPECT_EQ(refusal(folder_.string() + "/"), "disk.name");
  EXPECT_EQ(refusal(folder_.string() + "/."), "disk.name");
  EXPECT_EQ(refusal(""), "disk.name");
  std::ofstream(path("file")) << "x";
  EXPECT_EQ(refusal(path("file/a")), "disk.no_folder");
}

INSTANTIATE_TEST_SUITE_P(Ways, WholeFileTest,
                         ::testing::Values(WholeFileWay::best, WholeFileWay::named),
                         [](const auto& way) {
                           return way.param == WholeFileWay::best ? "Best" : "Named";
                         });

}  // namespace
}  // namespace kluis::test
