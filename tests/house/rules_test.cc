#include "tests/house/rules.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/house/source_text.h"

namespace kluis::house {
namespace {

namespace fs = std::filesystem;

// A small tree of its own in which one file breaks, or keeps, one rule.
class HouseRules : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) / ("kluis_house_" + std::string(test->name()));
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  // Writes `file` and, so that it counts as named, a CMakeLists.txt beside it.
  void plant(const std::string& file, const std::string& text) {
    plant_unnamed(file, text);
    const fs::path path(file);
    if (!path.has_parent_path()) return;
    std::ofstream(root_ / path.parent_path() / "CMakeLists.txt", std::ios::app)
        << "kluis_library(x FILES " << path.filename().string() << ")\n";
  }

  void plant_unnamed(const std::string& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }

  // "rule rule …" of what is found; empty for a tree that keeps the rules.
  std::string rules() const {
    std::string text;
    for (const Finding& finding : check_house(root_)) {
      text += (text.empty() ? "" : " ") + finding.rule;
    }
    return text;
  }

  std::string rules_for(const std::string& file, const std::string& text) {
    fs::remove_all(root_);
    plant(file, text);
    return rules();
  }

  fs::path root_;
};

std::string include(const std::string& path) {
  return "#include " + path + "\n";
}

TEST_F(HouseRules, TheTreeKeepsThem) {
  const auto findings = check_house(KLUIS_SOURCE_DIR);
  EXPECT_TRUE(findings.empty()) << describe(findings);
}

// Who publishes the sources gives people somewhere to report a weakness.
TEST_F(HouseRules, APublishedTreeHasAContact) {
  const auto content_of = [](const char* name) {
    std::ifstream stream(fs::path(KLUIS_SOURCE_DIR) / name);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  const std::string code = content_of("publiccode.yml");
  ASSERT_NE(code.find("\nurl: "), std::string::npos);
  if (code.find("\nurl: \"https://raadkluis.example/") != std::string::npos) return;
  EXPECT_NE(code.find("\n      email: "), std::string::npos) << "publiccode.yml: no contact";
  EXPECT_EQ(content_of("SECURITY.md").find("none is filled in yet.**"), std::string::npos);
}

TEST_F(HouseRules, RefuseAnIncludeAgainstTheArrows) {
  EXPECT_EQ(rules_for("proto/a.cc", include("\"vault/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("vault/core/a.cc", include("\"sync/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("sync/a.cc", include("\"tools/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("tools/a.cc", include("\"tests/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("tools/a.cc", include("\"proto/b.h\"")), "");
  EXPECT_EQ(rules_for("tests/a.cc", include("\"tools/b.h\"")), "");
}

TEST_F(HouseRules, RefuseAnIncludeAgainstTheArrowsInsideAFolder) {
  EXPECT_EQ(rules_for("vault/env/a.cc", include("\"vault/crypto/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("vault/crypto/a.cc", include("\"vault/core/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("vault/core/a.cc", include("\"vault/store/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("vault/core/a.cc", include("\"vault/platform/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("vault/core/a.cc", include("\"vault/vault.h\"")), "arrow");
  EXPECT_EQ(rules_for("vault/letter/a.cc", include("\"vault/store/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("sync/client/a.cc", include("\"sync/net/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("sync/noise/a.cc", include("\"sync/channel/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("sync/relay/a.cc", include("\"sync/client/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("sync/client/a.cc", include("\"vault/platform/b.h\"")), "arrow");
  EXPECT_EQ(rules_for("vault/store/a.cc", include("\"vault/platform/b.h\"")), "");
  EXPECT_EQ(rules_for("vault/core/a.cc", include("\"vault/crypto/b.h\"")), "");
  EXPECT_EQ(rules_for("tools/a.cc", include("\"sync/net/b.h\"")), "");
}

TEST_F(HouseRules, RefuseAnIncludeNotWrittenFromTheRoot) {
  EXPECT_EQ(rules_for("vault/core/a.cc", include("\"b.h\"")), "root-path");
  EXPECT_EQ(rules_for("vault/core/a.cc", include("\"../b.h\"")), "root-path");
}

TEST_F(HouseRules, RefuseAnOutsideLibraryOutsideItsPlace) {
  const std::vector<std::string> headers = {"<capnp/message.h>",    "<kj/string.h>",
                                            "<tl/expected.hpp>",    "<sodium.h>",
                                            "<sqlite3.h>",          "<asio.hpp>",
                                            "<asio/awaitable.hpp>", "<CLI/CLI.hpp>",
                                            "<nlohmann/json.hpp>",  "<zlib.h>",
                                            "<gtest/gtest.h>",      "<gmock/gmock.h>",
                                            "<rapidcheck.h>",       "<benchmark/benchmark.h>"};
  for (const std::string& header : headers) {
    EXPECT_EQ(rules_for("vault/core/a.cc", include(header)), "library") << header;
  }
  EXPECT_EQ(rules_for("vault/crypto/a.cc", include("<sodium.h>")), "");
  EXPECT_EQ(rules_for("vault/crypto/a.h", "#pragma once\n" + include("<sodium.h>")), "library");
  EXPECT_EQ(rules_for("vault/store/a.cc", include("<sqlite3.h>")), "");
  EXPECT_EQ(rules_for("sync/net/a.cc", include("<asio.hpp>")), "");
  EXPECT_EQ(rules_for("proto/a.cc", include("<capnp/message.h>")), "");
  EXPECT_EQ(rules_for("proto/a.h", "#pragma once\n" + include("<capnp/message.h>")), "library");
}

TEST_F(HouseRules, RefuseTheOperatingSystemOutsideItsPlace) {
  for (const std::string header :
       {"<unistd.h>", "<sys/stat.h>", "<fcntl.h>", "<linux/fs.h>", "<windows.h>"}) {
    EXPECT_EQ(rules_for("vault/store/a.cc", include(header)), "system") << header;
    EXPECT_EQ(rules_for("tools/kluis/main.cc", include(header)), "system") << header;
    EXPECT_EQ(rules_for("vault/platform/a.cc", include(header)), "") << header;
    EXPECT_EQ(rules_for("sync/net/a.cc", include(header)), "") << header;
  }
  EXPECT_EQ(rules_for("vault/store/a.cc", include("<cerrno>") + include("<vector>")), "");
}

TEST_F(HouseRules, RefuseCallsThatGoPastWhatIsPassedIn) {
  for (const std::string call :
       {"std::chrono::system_clock::now()", "std::chrono::steady_clock::now()",
        "high_resolution_clock::now()", "clock_gettime(0, &t)", "std::time(nullptr)",
        "randombytes_buf(p, n)", "std::random_device d", "std::memcmp(a, b, 4)", "memcmp(a, b, 4)",
        "std::getenv(name)", "std::cout << 1", "std::cerr << 1", "std::printf(f)", "rand()",
        "std::tmpfile()", "std::filesystem::temp_directory_path()"}) {
    EXPECT_EQ(rules_for("vault/core/a.cc", "auto x = " + call + ";\n"), "call") << call;
  }
  EXPECT_EQ(rules_for("vault/platform/a.cc", "auto t = std::chrono::system_clock::now();\n"), "");
  EXPECT_EQ(rules_for("vault/crypto/a.cc", "randombytes_buf(p, n);\n"), "");
  EXPECT_EQ(rules_for("tools/kluis/main.cc", "auto v = std::getenv(n);\n"), "");
  EXPECT_EQ(rules_for("tools/kluis/verbs.cc", "auto v = std::getenv(n);\n"), "call");
  EXPECT_EQ(rules_for("tools/kluis/verbs.cc", "std::cout << 1;\n"), "");
}

TEST_F(HouseRules, ReadCodeOnlyForCalls) {
  EXPECT_EQ(rules_for("vault/core/a.cc", "// memcmp(a, b, 4) is banned\n"), "");
  EXPECT_EQ(rules_for("vault/core/a.cc", "/* std::cout\n memcmp( */ int x;\n"), "");
  EXPECT_EQ(rules_for("vault/core/a.cc", "auto s = \"memcmp(\\\" \";\n"), "");
  EXPECT_EQ(rules_for("vault/core/a.cc", "int n = snprintf(b, 3, f) + mystrand(2);\n"), "");
  EXPECT_EQ(rules_for("vault/core/a.cc", "int n = 1'000; auto s = \"'\"; memcmp(a, b, n);\n"),
            "call");
}

TEST_F(HouseRules, RefuseAFileThatNoCMakeListsNames) {
  plant("vault/core/a.cc", "int a;\n");
  plant_unnamed("vault/core/b.cc", "int b;\n");
  plant_unnamed("proto/schema/c.capnp", "@0xb5d3d7f5c9e2a1f0;\n");
  EXPECT_EQ(rules(), "unnamed unnamed");
  // A name in a comment is none; a name from the root, or from a folder above, is one.
  plant_unnamed("proto/CMakeLists.txt", "# schema/c.capnp\n");
  plant_unnamed("vault/CMakeLists.txt", "kluis_library(y FILES core/b.cc)\n");
  EXPECT_EQ(rules(), "unnamed");
  plant_unnamed("tests/CMakeLists.txt", "f(${PROJECT_SOURCE_DIR}/proto/schema/c.capnp)\n");
  EXPECT_EQ(rules(), "");
}

TEST_F(HouseRules, RefuseABodyThatDoesNotIncludeItsOwnHeaderFirst) {
  plant("vault/core/a.h", "#pragma once\n");
  plant("vault/core/a.cc", include("<vector>") + include("\"vault/core/a.h\""));
  EXPECT_EQ(rules(), "own-header");
  plant("vault/core/a.cc", include("\"vault/core/a.h\"") + include("<vector>"));
  EXPECT_EQ(rules(), "");
}

TEST_F(HouseRules, RefuseAHeaderWithoutAGuard) {
  EXPECT_EQ(rules_for("vault/core/a.h", "int a();\n"), "pragma");
}

TEST_F(HouseRules, RefuseLongLines) {
  EXPECT_EQ(rules_for("vault/core/a.cc", "int " + std::string(96, 'a') + ";\n"), "width");
  EXPECT_EQ(rules_for("vault/core/a.cc", "int " + std::string(95, 'a') + ";\n"), "");
  EXPECT_EQ(rules_for("tools/a.sh", "echo " + std::string(96, 'a') + "\n"), "width");
  // Characters are counted, not bytes.
  std::string accents;
  for (int i = 0; i < 90; ++i) accents += "é";
  EXPECT_EQ(rules_for("vault/core/a.cc", "// " + accents + "\n"), "");
}

TEST_F(HouseRules, RefuseAPathOfAMachine) {
  for (const std::string folder : {"work", "root", "farm"}) {
    const std::string path = "/" + folder + "/me/x";
    EXPECT_EQ(rules_for("vault/core/a.cc", "auto p = \"" + path + "\";\n"), "machine-path");
    EXPECT_EQ(rules_for("vault/core/a.cc", "// see " + path + "\n"), "machine-path");
    EXPECT_EQ(rules_for("README.md", "run " + path + "\n"), "machine-path");
    EXPECT_EQ(rules_for("tools/a.sh", "ls \"$fresh" + path + "\"\n"), "");
  }
}

TEST_F(HouseRules, RefuseAPromiseForNow) {
  EXPECT_EQ(rules_for("vault/core/a.cc", "// TODO" + std::string("(now): finish\n")), "todo");
}

}  // namespace
}  // namespace kluis::house
