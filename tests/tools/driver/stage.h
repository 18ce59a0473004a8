#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/tools/driver/process.h"

// A relay and laptops, as real processes in a temporary folder.
namespace kluis::test {

using Json = nlohmann::json;

class Stage {
 public:
  Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage();

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path vault(const std::string& who) const { return folder_ / who; }
  [[nodiscard]] std::string file(const std::string& name, const std::string& content) const;

  // ---- The relay ----
  void start_relay();
  void signal_relay(int number) const;
  // Its exit code after SIGTERM.
  int stop_relay();
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] const std::string& relay_key() const { return relay_key_; }
  [[nodiscard]] std::string new_voucher_file() const;

  // ---- Laptops ----
  // One run of kluis on the vault of `who`, with that person's passphrase file.
  [[nodiscard]] Ran kluis(const std::string& who, std::vector<std::string> arguments,
                          const std::string& input = {}) const;
  // The same with --json and an exit code of 0, else the test fails; what it answered.
  [[nodiscard]] Json json(const std::string& who, std::vector<std::string> arguments) const;
  // The same, and it has to fail with that code; the error document.
  [[nodiscard]] Json error(const std::string& who, std::vector<std::string> arguments,
                           int code) const;
  // The command of such a run, to be changed or run otherwise.
  [[nodiscard]] Command command(const std::string& who, std::vector<std::string> arguments) const;

  // ---- Ready-made ----
  void found();  // "griffier"
  void join(const std::string& who, const std::string& name, const std::string& capacity);

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Background> relay_;
  std::string address_ = "127.0.0.1:0";
  std::string relay_key_;
};

// Whether `document` is an object with exactly these members.
[[nodiscard]] bool has_members(const Json& document, const std::vector<std::string>& names);

}  // namespace kluis::test
