#include "tests/tools/driver/stage.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace kluis::test {
namespace {

constexpr const char* kLanguage = "LANG=en_GB.UTF-8";

Json parsed(const std::string& text, const std::string& what) {
  Json document = Json::parse(text, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << what << ": " << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << what << ": " << text;
  return document;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

}  // namespace

Stage::Stage() {
  std::string pattern = (std::filesystem::temp_directory_path() / "kluis-test.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
}

Stage::~Stage() {
  relay_.reset();
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

std::string Stage::file(const std::string& name, const std::string& content) const {
  const auto path = folder_ / name;
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

void Stage::start_relay() {
  relay_ = std::make_unique<Background>(Command{
      KLUIS_RELAY_PROGRAM,
      {"serve", "--listen", address_, "--store", "sqlite:" + (folder_ / "relay.db").string()},
      {},
      {},
      {},
      (folder_ / "relay.log").string()});
  ASSERT_TRUE(relay_->says("\n", 60));
  std::istringstream line(relay_->out());
  std::string word;
  line >> word >> address_ >> word >> relay_key_;
}

void Stage::signal_relay(int number) const {
  relay_->signal(number);
}

int Stage::stop_relay() {
  relay_->signal(SIGTERM);
  const int code = relay_->wait(60);
  relay_.reset();
  return code;
}

std::string Stage::new_voucher_file() const {
  const Ran made = run(
      {KLUIS_RELAY_PROGRAM, {"voucher", "--store", "sqlite:" + (folder_ / "relay.db").string()}});
  EXPECT_EQ(made.exit, 0) << made.err;
  return file("voucher", parsed(made.out, "voucher")["voucher"].get<std::string>());
}

Command Stage::command(const std::string& who, std::vector<std::string> arguments) const {
  // Made once: another program of the same person may be reading it just now.
  const std::string passphrase = (folder_ / (who + ".pass")).string();
  if (!std::filesystem::exists(passphrase)) {
    static_cast<void>(file(who + ".pass", "de wachtwoordzin van " + who + "\n"));
  }
  std::vector<std::string> words = {"--vault", vault(who).string(), "--passphrase-file",
                                    passphrase};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return {KLUIS_PROGRAM, std::move(words), {}, {kLanguage, "TZ=UTC"}};
}

Ran Stage::kluis(const std::string& who, std::vector<std::string> arguments,
                 const std::string& input) const {
  Command run_this = command(who, std::move(arguments));
  run_this.input = input;
  return run(run_this);
}

Json Stage::json(const std::string& who, std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "--json");
  const Ran ran = kluis(who, arguments);
  EXPECT_EQ(ran.exit, 0) << who << ": " << joined(arguments) << ": " << ran.err;
  return parsed(ran.out, joined(arguments));
}

Json Stage::error(const std::string& who, std::vector<std::string> arguments, int code) const {
  arguments.insert(arguments.begin(), "--json");
  const Ran ran = kluis(who, arguments);
  EXPECT_EQ(ran.exit, code) << who << ": " << joined(arguments) << ": " << ran.err;
  return parsed(ran.err, joined(arguments));
}

void Stage::found() {
  const Json made = json(
      "griffier", {"init", "--gemeente", "Voorbeeldstad", "--name", "Greet Griffier", "--relay",
                   address_, "--relay-key", relay_key_, "--voucher-file", new_voucher_file()});
  EXPECT_TRUE(has_members(made, {"raad", "fingerprint", "person", "device"})) << made;
}

void Stage::join(const std::string& who, const std::string& name, const std::string& capacity) {
  const Json invited = json("griffier", {"invite", name, "--as", capacity});
  EXPECT_TRUE(has_members(invited, {"invitation", "person", "link", "code", "expires"}));
  const std::string code = file(who + ".code", invited["code"].get<std::string>());
  const Json waiting = json(who, {"join", invited["link"].get<std::string>(), "--code-file", code});
  EXPECT_EQ(waiting, Json({{"state", "waiting"}}));
  static_cast<void>(json("griffier", {"sync"}));
  static_cast<void>(json(who, {"sync"}));
}

bool has_members(const Json& document, const std::vector<std::string>& names) {
  if (!document.is_object() || document.size() != names.size()) return false;
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return document.contains(name); });
}

}  // namespace kluis::test
