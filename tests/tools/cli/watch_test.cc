#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/tools/driver/stage.h"

// `sync --watch`: laptops that listen, and a vault that others can use meanwhile.
namespace kluis::test {
namespace {

using Clock = std::chrono::steady_clock;

bool becomes_active(const Stage& stage, const std::string& who, Clock::time_point deadline) {
  while (Clock::now() < deadline) {
    const Ran status = stage.kluis(who, {"--json", "status"});
    if (status.exit == 0 && Json::parse(status.out)["state"] == "active") return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return false;
}

TEST(WatchTest, TwoWhoListenMeetWithoutAnybodyTyping) {
  Stage stage;
  stage.start_relay();
  stage.found();
  const Json invited = stage.json("griffier", {"invite", "Anna A", "--as", "raadslid"});
  Background griffier(stage.command("griffier", {"sync", "--watch"}));
  static_cast<void>(stage.json(
      "anna", {"join", invited["link"], "--code-file", stage.file("code", invited["code"])}));
  Background anna(stage.command("anna", {"sync", "--watch"}));
  // A second each is a fair machine's time; a sanitizer on a busy one gets more. The moment itself
  // is measured by tests/bench.
  EXPECT_TRUE(becomes_active(stage, "anna", Clock::now() + std::chrono::seconds(120)));
  EXPECT_TRUE(griffier.says("Anna A", 60)) << griffier.out();

  // Others use both vaults while they are watched, and what they write arrives by itself.
  static_cast<void>(stage.json("griffier", {"dossier", "new", "Gesprek", "--kind", "gesprek"}));
  static_cast<void>(stage.json(
      "griffier", {"add", "Gesprek", stage.file("a.txt", "inhoud"), "--type", "verslag"}));
  static_cast<void>(stage.json("griffier", {"grant", "Anna A", "Gesprek"}));
  const auto deadline = Clock::now() + std::chrono::seconds(120);
  std::string read;
  while (read != "inhoud" && Clock::now() < deadline) {
    read = stage.kluis("anna", {"read", "a.txt"}).out;
  }
  EXPECT_EQ(read, "inhoud");

  // The relay goes and comes back; the line comes back by itself.
  EXPECT_EQ(stage.stop_relay(), 0);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  stage.start_relay();
  static_cast<void>(stage.json(
      "griffier", {"add", "Gesprek", stage.file("b.txt", "later"), "--type", "verslag"}));
  static_cast<void>(stage.json("griffier", {"sync"}));
  const auto later = Clock::now() + std::chrono::seconds(120);
  while (read != "later" && Clock::now() < later) read = stage.kluis("anna", {"read", "b.txt"}).out;
  EXPECT_EQ(read, "later");

  griffier.signal(SIGTERM);
  anna.signal(SIGINT);
  EXPECT_EQ(griffier.wait(60), 0);
  EXPECT_EQ(anna.wait(60), 0);
}

TEST(WatchTest, AWrongGuessIsToldThoughNothingElseCame) {
  Stage stage;
  stage.start_relay();
  stage.found();
  const Json invited = stage.json("griffier", {"invite", "Anna A", "--as", "raadslid"});
  Background griffier(stage.command("griffier", {"sync", "--watch"}));
  static_cast<void>(
      stage.json("mallory", {"join", invited["link"], "--code-file",
                             stage.file("guess", "aanbod aandacht aankomst aanleg")}));
  EXPECT_TRUE(griffier.says("wrong code for an invitation to Anna A", 60)) << griffier.out();
  griffier.signal(SIGTERM);
  EXPECT_EQ(griffier.wait(60), 0);
}

}  // namespace
}  // namespace kluis::test
