#include <memory>

#include "sync/net/relay_connection.h"
#include "tests/bench/bench.h"
#include "tests/bench/child.h"
#include "tests/bench/conversation.h"
#include "tests/bench/load.h"
#include "tests/bench/must.h"
#include "tests/bench/plain_sqlite.h"
#include "tests/bench/scratch.h"
#include "tests/support/memory_store.h"
#include "vault/crypto/sign.h"
#include "vault/platform/system.h"

// Durable appends of 1 KiB by 64 clients with one under way each, at the relay that is shipped, in
// a process of its own; against plain SQLite with 64 rows to a transaction on the same disk.
// Clients and relay share the machine.
namespace kluis::bench {
namespace {

constexpr std::size_t kClients = 64;
constexpr std::size_t kItemBytes = 1024;

// The text behind `label` in `text`, up to `end`.
std::string between(const std::string& text, const std::string& label, char end) {
  const std::size_t at = text.find(label);
  must_hold(at != std::string::npos, ("no " + label + " in what the relay says").c_str());
  const std::size_t begin = at + label.size();
  return text.substr(begin, text.find(end, begin) - begin);
}

class RelayBench {
 public:
  explicit RelayBench(const Options& options)
      : scratch_(options.disk_folder),
        store_("sqlite:" + scratch_.file("store")),
        server_({KLUIS_RELAY_PROGRAM, "serve", "--store", store_, "--listen", "127.0.0.1:0",
                 "--requests-per-second", "1000000"}) {
    address_ = between(server_.first_line(), "relay ", ' ');
    key_ = *RelayKey::from(*from_hex(between(server_.first_line(), "key ", '\n')));
    found();
    for (std::size_t i = 0; i < kClients; ++i) clients_.push_back(greeted());
    test_item_.name = must(device_->sync_entries()).front().name;
    test_item_.item.resize(kItemBytes);
    entropy_.fill(test_item_.item);
  }

  [[nodiscard]] pid_t process() const { return server_.process(); }

  // Each client's next append goes out as soon as its last one is acknowledged.
  Cost run(std::size_t appends_each) {
    const double relay_before = cpu_seconds_of(process());
    Cost cost = cost_of([&] {
      for (const auto& client : clients_) must(client->send(test_item_));
      for (std::size_t i = 0; i < appends_each; ++i) {
        for (const auto& client : clients_) {
          const Response answer = must(client->receive());
          must_hold(std::holds_alternative<AppendAnswer>(answer), "an append was not taken");
          if (i + 1 < appends_each) must(client->send(test_item_));
        }
      }
    });
    cost.cpu_s += cpu_seconds_of(process()) - relay_before;
    return cost;
  }

 private:
  std::unique_ptr<RelayConnection> connect() {
    return must(RelayConnection::connect(address_, key_, entropy_));
  }

  Device::Surroundings around() { return {memory_, clock_, entropy_}; }

  void found() {
    const std::string said = output_of({KLUIS_RELAY_PROGRAM, "voucher", "--store", store_});
    const std::string voucher = between(said, "\"voucher\":\"", '"');
    const auto link = connect();
    Device::FoundOptions options;
    options.gemeente = "Voorbeeld";
    options.person_name = "Griffier";
    options.device_name = "laptop";
    options.relay = {address_, key_};
    options.receipt_key = link->receipt_key();
    const auto request = must(Device::found(around(), options, as_bytes(voucher)));
    const Response answer = must(link->call(request));
    must_hold(std::holds_alternative<CommitAnswer>(answer), "the raad was not admitted");
    must(Device::founded(around(), std::get<CommitAnswer>(answer).receipt));
    device_.emplace(must(Device::load(around())));
    const auto other = connect();
    converse(*device_, to_bytes(other->handshake_hash()),
             [&](const Request& asked) { return must(other->call(asked)); });
  }

  std::unique_ptr<RelayConnection> greeted() {
    auto link = connect();
    const RaadSeed seed = must(device_->raad_key());
    HelloRequest hello;
    hello.tenancy = *must(device_->tenancy());
    hello.raad_key = signing_public<RaadKey>(seed);
    hello.proof = sign(seed, "hello", link->handshake_hash());
    hello.entries = must(device_->sync_entries());
    must_hold(std::holds_alternative<SyncAnswer>(must(link->call(hello))), "hello was refused");
    return link;
  }

  Scratch scratch_;
  std::string store_;
  Server server_;
  std::string address_;
  RelayKey key_;
  SystemEntropy entropy_;
  SystemClock clock_;
  test::MemoryStore memory_;
  std::optional<Device> device_;
  std::vector<std::unique_ptr<RelayConnection>> clients_;
  AppendRequest test_item_;
};

Cost run_plain(PlainSqlite& database, const Bytes& item, std::size_t transactions) {
  PlainSqlite::Query insert(database, "INSERT INTO item(bytes) VALUES(?)");
  return cost_of([&] {
    for (std::size_t i = 0; i < transactions; ++i) {
      database.run("BEGIN IMMEDIATE");
      for (std::size_t j = 0; j < kClients; ++j) insert.bind(1, item).execute();
      database.run("COMMIT");
    }
  });
}

}  // namespace

Rows bench_relay(const Options& options) {
  const std::size_t each = options.quick ? 20 : 500;
  const double appends = static_cast<double>(each * kClients);
  RelayBench relay(options);
  const Scratch scratch(options.disk_folder);
  PlainSqlite plain(scratch.file("plain"));
  plain.run("CREATE TABLE item(id INTEGER PRIMARY KEY, bytes BLOB)");
  const Bytes item(kItemBytes, 7);
  const Pairs pairs = in_turn(
      options.pairs, [&] { return relay.run(each); }, [&] { return run_plain(plain, item, each); },
      relay.process());
  Row row = row_of("relay, durable appends of 1 KiB by 64 clients, against SQLite FULL by 64",
                   pairs, Aim::at_least, 0.35);
  const auto rate = [&](const Cost& cost) {
    return shown(appends / cost.wall_s / 1000, 1) + "k/s (CPU " +
           shown(cost.cpu_s / appends * 1e6, 1) + " us each)";
  };
  row.ours = rate(pairs.our_median());
  row.yardstick = rate(pairs.yardstick_median());
  return {row};
}

}  // namespace kluis::bench
