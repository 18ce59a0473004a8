#include <thread>

#include "sync/channel/greeting.h"
#include "sync/net/relay_connection.h"
#include "sync/net/relay_server.h"
#include "tests/bench/bench.h"
#include "tests/bench/conversation.h"
#include "tests/bench/must.h"
#include "tests/support/simulated_raad.h"

// A sync with nothing new, over TCP, on a fresh connection: what a device with 20 circles says and
// hears, whatever they hold.
namespace kluis::bench {
namespace {

constexpr std::size_t kCircles = 20;
constexpr std::size_t kRecordsAtOnce = 100;
// What the link does not count: the client's opening; greeting, answer and the receipt key's frame.
constexpr std::uint64_t kHandshakeOut = kOpeningBytes;
constexpr std::uint64_t kHandshakeIn = kGreetingBytes + kOpeningBytes + 51;

// A raad of two that has put so many stukken, of two records each, into 20 circles.
class FilledRaad {
 public:
  explicit FilledRaad(std::size_t stukken) : raad_(11), griffier_(raad_.found("Griffier")) {
    test::Party& member = raad_.join(griffier_, "Lid", {Capacity::raadslid});
    for (std::size_t i = 0; i < kCircles; ++i) {
      circles_.push_back(
          raad_.make_circle(griffier_, "Dossier " + std::to_string(i), {raad_.person_of(member)}));
    }
    for (std::size_t i = 0; i < stukken; ++i) {
      add_stuk(circles_[i % kCircles]);
      if (2 * (i + 1) % kRecordsAtOnce == 0) raad_.sync(griffier_);
    }
    raad_.settle();
    raad_.reload(griffier_);
  }

  LinkCounters sync_over_tcp() {
    const auto key = X25519Private::generate(entropy_);
    RelayServer server({raad_.relay(), raad_.storage, entropy_, key, [](std::string_view) {}});
    const std::string address = must(server.listen("127.0.0.1:0"));
    std::thread serving([&] { must(server.run()); });
    test::SeededEntropy client_entropy(12);
    const auto link =
        must(RelayConnection::connect(address, RelayKey{x25519_public(key).bytes}, client_entropy));
    converse(*griffier_.device, to_bytes(link->handshake_hash()),
             [&](const Request& request) { return must(link->call(request)); });
    server.stop();
    serving.join();
    return link->counters();
  }

 private:
  void add(const CircleAlias& circle, RecordKind kind, Bytes body) {
    static_cast<void>(must(
        griffier_.device->add({circle, kind, std::move(body), BlobName{}, OutboxKind::record})));
  }

  void add_stuk(const CircleAlias& circle) {
    const auto id = random_id<StukId>(entropy_);
    Version version;
    version.stuk = id;
    version.file_name = "verslag.pdf";
    version.size_bytes = 100'000;
    version.sealed_bytes = 100'000;
    version.blob = random_id<BlobName>(entropy_);
    add(circle, RecordKind::stuk, encode(Stuk{id, "Verslag", "verslag"}));
    add(circle, RecordKind::version, encode(version));
  }

  test::SeededEntropy entropy_{13};
  test::SimulatedRaad raad_;
  test::Party& griffier_;
  std::vector<CircleAlias> circles_;
};

std::string told(const LinkCounters& counters) {
  return std::to_string(counters.round_trips) + " round trip(s), " +
         std::to_string(counters.bytes_out) + " B out, " + std::to_string(counters.bytes_in) +
         " B in";
}

}  // namespace

Rows bench_sync(const Options& options) {
  const std::size_t many = options.quick ? 200 : 10'000;
  const LinkCounters few_told = FilledRaad(100).sync_over_tcp();
  const LinkCounters many_told = FilledRaad(many).sync_over_tcp();
  const std::uint64_t bytes =
      many_told.bytes_out + many_told.bytes_in + kHandshakeOut + kHandshakeIn;
  const bool equal = few_told.bytes_out == many_told.bytes_out &&
                     few_told.bytes_in == many_told.bytes_in &&
                     few_told.round_trips == many_told.round_trips;
  Row row;
  row.what = "sync without news, 20 circles, " + std::to_string(many) + " stukken against 100";
  row.ours = told(many_told);
  row.yardstick = told(few_told);
  row.ratio = std::string(equal ? "equal" : "differs") + "; with the handshake " +
              std::to_string(bytes) + " B";
  row.aim = "1 round trip, <= 2048 B, equal";
  row.met = equal && many_told.round_trips == 1 && bytes <= 2048;
  return {row};
}

}  // namespace kluis::bench
