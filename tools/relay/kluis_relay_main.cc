#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "sync/net/relay_files.h"
#include "sync/net/relay_server.h"
#include "sync/relay/operator.h"
#include "sync/relay/relay.h"
#include "sync/relay/sqlite_storage.h"
#include "tools/text/figures.h"
#include "tools/text/language.h"
#include "tools/text/sentence.h"
#include "vault/platform/hardening.h"
#include "vault/platform/system.h"

// kluis-relay: serves a relay, and what its operator needs.
namespace kluis {
namespace {

struct Options {
  std::string listen;
  std::string store;
  std::string key;
  std::string to;
  std::uint64_t quota_bytes = kDefaultQuotaBytes;
  ServerLimits limits;
};

// "sqlite:PATH" names the engine and the place. Errors: usage "relay.store_name".
Result<std::string> store_path(const std::string& store) {
  constexpr std::string_view kEngine = "sqlite:";
  if (!store.starts_with(kEngine) || store.size() == kEngine.size()) {
    return fail(ErrorKind::usage, "relay.store_name");
  }
  return store.substr(kEngine.size());
}

// "2026-11-25T12:00:00Z open 5", one line an event, on the error output.
EventLog event_log(const Clock& clock) {
  return [&clock](std::string_view line) {
    const std::string time = iso_time(clock.now());
    std::fprintf(stderr, "%s %.*s\n", time.c_str(), static_cast<int>(line.size()), line.data());
  };
}

Status serve(const Options& options) {
  KLUIS_TRY(path, store_path(options.store));
  SystemClock clock;
  SystemEntropy entropy;
  const std::string key_path = options.key.empty() ? path + ".key" : options.key;
  KLUIS_TRY(keys, open_key_file(key_path, entropy));
  KLUIS_TRY(storage, SqliteStorage::open(path, StoreMode::create));
  Relay relay(*storage, clock, keys.receipt);
  RelayServer server(
      {relay, *storage, entropy, keys.noise, event_log(clock), options.limits, folder_of(path)});
  KLUIS_TRY(address, server.listen(options.listen));
  std::cout << "relay " << address << " key " << keys.public_key().hex() << '\n' << std::flush;
  return server.run();
}

Status voucher(const Options& options) {
  KLUIS_TRY(path, store_path(options.store));
  SystemEntropy entropy;
  KLUIS_TRY(storage, SqliteStorage::open(path, StoreMode::existing));
  KLUIS_TRY(text, make_voucher(*storage, entropy, options.quota_bytes));
  std::cout << nlohmann::json{{"voucher", text}} << '\n' << std::flush;
  return {};
}

Status back_up(const Options& options) {
  KLUIS_TRY(path, store_path(options.store));
  KLUIS_TRY(storage, SqliteStorage::open(path, StoreMode::read_only));
  KLUIS_CHECK(storage->back_up(options.to));
  KLUIS_CHECK(make_durable(options.to));
  std::cout << nlohmann::json{{"file", options.to}} << '\n' << std::flush;
  return {};
}

Status status(const Options& options) {
  KLUIS_TRY(path, store_path(options.store));
  KLUIS_TRY(storage, SqliteStorage::open(path, StoreMode::read_only));
  KLUIS_TRY(now, relay_status(*storage));
  const nlohmann::json shown = {
      {"raden", now.tenancies},         {"open_vouchers", now.open_vouchers},
      {"circles", now.circles},         {"mailboxes", now.mailboxes},
      {"quota_bytes", now.quota_bytes}, {"used_bytes", now.used_bytes}};
  std::cout << shown << '\n' << std::flush;
  return {};
}

void add_store(CLI::App& verb, Options& options) {
  verb.add_option("--store", options.store, "where the sealed bytes lie: sqlite:PATH")->required();
}

void describe(CLI::App& app, Options& options) {
  app.require_subcommand(1);
  CLI::App& serving = *app.add_subcommand("serve", "serve until SIGTERM");
  add_store(serving, options);
  serving.add_option("--listen", options.listen, "address and port; port 0 is any free one")
      ->required();
  serving.add_option("--key", options.key, "key file, made if absent (default: PATH.key)");
  serving.add_option("--connections", options.limits.connections, "at most, in all");
  serving.add_option("--connections-per-address", options.limits.connections_per_address,
                     "at most, of one IPv4 address or IPv6 /64");
  serving.add_option("--requests-per-second", options.limits.requests_per_second,
                     "of one raad, on average");
  CLI::App& admitting = *app.add_subcommand("voucher", "make a voucher that admits one raad");
  add_store(admitting, options);
  admitting.add_option("--quota", options.quota_bytes, "bytes the raad may store")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 60U));
  CLI::App& backing_up = *app.add_subcommand("backup", "copy the store while it is served");
  add_store(backing_up, options);
  backing_up.add_option("--to", options.to, "a new file; the relay's key is not part of it")
      ->required();
  add_store(*app.add_subcommand("status", "what the store holds"), options);
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? "" : value;
}

Language language() {
  return language_of({environment("LC_ALL"), environment("LC_MESSAGES"), environment("LANG")});
}

Status run(const CLI::App& app, const Options& options) {
  KLUIS_CHECK(harden_process());
  if (app.got_subcommand("serve")) return serve(options);
  if (app.got_subcommand("voucher")) return voucher(options);
  if (app.got_subcommand("backup")) return back_up(options);
  return status(options);
}

}  // namespace
}  // namespace kluis

int main(int count, char** words) {
  kluis::Options options;
  CLI::App app("kluis-relay: keeps and passes on sealed bytes for raden");
  kluis::describe(app, options);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(kluis::ErrorKind::usage);
  }
  const kluis::Status done = kluis::run(app, options);
  if (done) return 0;
  std::cerr << "kluis-relay: " << kluis::say(kluis::language(), done.error()) << "\n";
  return static_cast<int>(done.error().kind);
}
