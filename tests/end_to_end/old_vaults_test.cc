#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tools/driver/stage.h"

// Vaults that earlier versions of the programs wrote, opened by this one. old_vaults/keep.sh keeps
// one more.
namespace kluis::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> kept_versions() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(KLUIS_OLD_VAULTS)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  return names;
}

std::string content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// As a vault's owner has it: a checkout forgets who may enter.
void copy_private(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive);
  fs::permissions(to, fs::perms::owner_all);
  for (const auto& entry : fs::recursive_directory_iterator(to)) {
    fs::permissions(entry.path(), entry.is_directory()
                                      ? fs::perms::owner_all
                                      : fs::perms::owner_read | fs::perms::owner_write);
  }
}

class OldVaults : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    copy_private(kept_ / "vault", stage_.vault("plv"));
    passphrase_ = stage_.file("passphrase", content_of(kept_ / "passphrase"));
  }
  [[nodiscard]] Ran on_vault(std::vector<std::string> arguments) const {
    std::vector<std::string> words = {"--vault", stage_.vault("plv").string(), "--passphrase-file",
                                      passphrase_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run({KLUIS_PROGRAM, std::move(words), {}, {"LANG=en_GB.UTF-8", "TZ=UTC"}});
  }
  [[nodiscard]] Json json(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "--json");
    const Ran ran = on_vault(arguments);
    EXPECT_EQ(ran.exit, 0) << arguments.back() << ": " << ran.err;
    return Json::parse(ran.out, nullptr, false);
  }
  [[nodiscard]] Json kept(const std::string& name) const {
    return Json::parse(content_of(kept_ / name), nullptr, false);
  }

  Stage stage_;
  fs::path kept_ = fs::path(KLUIS_OLD_VAULTS) / GetParam();
  std::string passphrase_;
};

// A later version may tell more of each thing, never less or otherwise.
void expect_told(const Json& now, const Json& then) {
  if (then.is_object()) {
    for (const auto& [name, value] : then.items()) {
      ASSERT_TRUE(now.is_object() && now.contains(name)) << name;
      expect_told(now[name], value);
    }
  } else if (then.is_array()) {
    ASSERT_EQ(now.size(), then.size());
    for (std::size_t i = 0; i < then.size(); ++i) expect_told(now[i], then[i]);
  } else {
    EXPECT_EQ(now, then);
  }
}

TEST_P(OldVaults, OpensWholeAndGoesOn) {
  expect_told(json({"list"}), kept("list.json"));
  expect_told(json({"notes", "Verslag"}), kept("notes.json"));
  expect_told(json({"register"}), kept("register.json"));
  EXPECT_EQ(on_vault({"read", "Verslag"}).out, content_of(kept_ / "read.txt"));
  EXPECT_EQ(json({"search", "vuurtorenplein"})["hits"].size(), 1U);
  const std::string text = stage_.file("note.txt", "Geschreven door een latere versie.\n");
  static_cast<void>(json({"note", "Verslag", "--text-file", text}));
  EXPECT_EQ(json({"notes", "Verslag"})["notes"].size(), kept("notes.json")["notes"].size() + 1);
  EXPECT_EQ(json({"status"})["state"], "active");
}

INSTANTIATE_TEST_SUITE_P(Kept, OldVaults, testing::ValuesIn(kept_versions()),
                         [](const auto& version) { return version.param; });

}  // namespace
}  // namespace kluis::test
