#include "sync/net/relay_server.h"

#include <future>
#include <mutex>

#include "proto/limits.h"
#include "sync/channel/greeting.h"
#include "sync/net/connection_watch.h"
#include "sync/net/rate_limiter.h"
#include "sync/net/relay_connection.h"
#include "sync/relay/memory_storage.h"
#include "tests/sync/net/raw_socket.h"
#include "tests/sync/relay/relay_world.h"

namespace kluis::test {
namespace {

const Patience kShort{.connect_ms = 1500, .silence_ms = 5000, .answer_ms = 20'000};

// A founded relay that serves on a thread of its own until the test ends.
class RelayServerTest : public testing::Test {
 protected:
  RelayServerTest()
      : world(std::make_unique<MemoryStorage>()), key(X25519Private::generate(entropy)) {
    world.found();
  }
  ~RelayServerTest() override { stop(); }

  void serve(const ServerLimits& limits = {}) {
    server = std::make_unique<RelayServer>(ServerParts{world.relay,
                                                       *world.storage,
                                                       entropy,
                                                       key,
                                                       [this](std::string_view line) {
                                                         const std::lock_guard guard(log_mutex);
                                                         log += std::string(line) + "\n";
                                                       },
                                                       limits,
                                                       {}});
    const auto listening = server->listen("127.0.0.1:0");
    ASSERT_TRUE(listening);
    address = *listening;
    thread = std::thread([this] { result = server->run(); });
  }
  void stop() {
    if (!thread.joinable()) return;
    server->stop();
    thread.join();
    EXPECT_TRUE(result);
  }

  [[nodiscard]] std::uint16_t port() const {
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  [[nodiscard]] RelayKey public_key() const { return RelayKey{x25519_public(key).bytes}; }
  Result<std::unique_ptr<RelayConnection>> connect() {
    return RelayConnection::connect(address, public_key(), client_entropy, kShort);
  }
  // Connected, and with the raad key proven.
  std::unique_ptr<RelayConnection> member() {
    auto link = connect();
    EXPECT_TRUE(link);
    if (!link) return nullptr;
    RelaySession session;
    session.handshake_hash = to_bytes((*link)->handshake_hash());
    const auto answer = (*link)->call(world.hello(session, world.raad_seeds.at(0)));
    EXPECT_TRUE(answer && std::holds_alternative<SyncAnswer>(*answer));
    return std::move(*link);
  }
  void expect_still_serving() {
    const auto link = member();
    ASSERT_TRUE(link);
    EXPECT_TRUE(link->call(SyncRequest{{world.entry(world.roll)}}));
  }
  std::string taken_log() {
    const std::lock_guard guard(log_mutex);
    return log;
  }

  SeededEntropy entropy{2};
  SeededEntropy client_entropy{3};
  RelayWorld world;
  X25519Private key;
  std::unique_ptr<RelayServer> server;
  std::thread thread;
  Status result;
  std::string address;
  std::mutex log_mutex;
  std::string log;
};

TEST_F(RelayServerTest, AnswersAndCountsRoundTripsWithoutTheHandshake) {
  serve();
  const auto link = member();
  ASSERT_TRUE(link);
  EXPECT_EQ(link->receipt_key(), world.relay.receipt_key());
  EXPECT_EQ(link->counters().round_trips, 1U);
  const LinkCounters before = link->counters();
  const auto answer = link->call(SyncRequest{{world.entry(world.roll)}});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::get<SyncAnswer>(*answer).circles.empty());
  EXPECT_EQ(link->counters().round_trips, 2U);
  EXPECT_LT(link->counters().bytes_in - before.bytes_in, 500U);
  EXPECT_LT(link->counters().bytes_out - before.bytes_out, 500U);
}

TEST_F(RelayServerTest, CarriesDocumentsInSlicesBothWaysAndPipelined) {
  serve();
  const auto link = member();
  ASSERT_TRUE(link);
  const Bytes document = world.random_bytes(3'000'000);
  const auto name = world.id<BlobName>();
  const ByteView all = document;
  std::uint32_t slices = 0;
  for (; slices * kSliceBytes < all.size(); ++slices) {
    const ByteView rest = all.subspan(slices * kSliceBytes);
    ASSERT_TRUE(link->send(StageRequest{name, all.size(), slices,
                                        to_bytes(rest.first(std::min(kSliceBytes, rest.size())))}));
  }
  const std::uint64_t trips = link->counters().round_trips;
  for (std::uint32_t i = 0; i < slices; ++i) {
    const auto answer = link->receive();
    ASSERT_TRUE(answer && std::holds_alternative<StageAnswer>(*answer));
  }
  EXPECT_EQ(link->counters().round_trips, trips + 1);
  for (std::uint32_t i = 0; i < slices; ++i) ASSERT_TRUE(link->send(FetchSliceRequest{name, i}));
  Bytes back;
  for (std::uint32_t i = 0; i < slices; ++i) {
    const auto answer = link->receive();
    ASSERT_TRUE(answer && std::holds_alternative<SliceAnswer>(*answer));
    append(back, std::get<SliceAnswer>(*answer).bytes);
  }
  EXPECT_EQ(back, document);
}

TEST_F(RelayServerTest, PushesToWatchersAndToNobodyElse) {
  RelaySession session = world.member();
  const CircleAlias not_watched = world.new_circle(session);
  serve();
  const auto writer = member();
  const auto watcher = member();
  ASSERT_TRUE(writer && watcher);
  ASSERT_TRUE(watcher->call(SyncRequest{{world.entry(world.roll)}}));
  ASSERT_TRUE(watcher->call(WatchRequest{}));
  auto none = watcher->wait_push(100);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  ASSERT_TRUE(writer->call(world.append(not_watched, "item")));
  none = watcher->wait_push(200);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  ASSERT_TRUE(writer->call(world.append(world.roll, "item")));
  const auto push = watcher->wait_push(5000);
  ASSERT_TRUE(push && *push);
  EXPECT_EQ((*push)->commit_number, world.commit_number);
  none = writer->wait_push(100);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST_F(RelayServerTest, TellsAnotherKeyFromALoginPageFromNobodyThere) {
  serve();
  const auto error_of = [&](const std::string& to, const RelayKey& pinned) {
    const auto link = RelayConnection::connect(to, pinned, client_entropy, kShort);
    EXPECT_FALSE(link);
    return link ? Error{} : link.error();
  };
  RelayKey other = public_key();
  other.bytes[3] ^= 1;
  EXPECT_EQ(error_of(address, other).key, "relay.other_key");
  EXPECT_EQ(error_of(address, other).kind, ErrorKind::integrity);

  const OtherService portal("HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n");
  EXPECT_EQ(error_of(portal.address(), public_key()).key, "relay.not_a_relay");
  const OtherService tls(std::string("\x15\x03\x01\x00\x02\x02\x46", 7));
  EXPECT_EQ(error_of(tls.address(), public_key()).key, "relay.not_a_relay");
  const OtherService newer(std::string("RKLUIS\x02\x00", 8));
  EXPECT_EQ(error_of(newer.address(), public_key()).key, "relay.other_version");
  // Greets as a relay, and cannot prove the key.
  const OtherService impostor(std::string("RKLUIS\x01\x00\x00\x30", 10) + std::string(48, 'x'));
  EXPECT_EQ(error_of(impostor.address(), public_key()).key, "relay.other_key");

  const OtherService silent("");
  const Error nobody = error_of(silent.address(), public_key());
  EXPECT_EQ(nobody.key, "relay.unreachable");
  EXPECT_EQ(nobody.kind, ErrorKind::relay);
  EXPECT_EQ(error_of("127.0.0.1:1", public_key()).key, "relay.unreachable");
  EXPECT_EQ(error_of("no.such.host.invalid:1", public_key()).key, "relay.unreachable");
  for (const char* wrong : {"", "host", "host:", ":1", "host:70000", "::1:80", "host:8o"}) {
    EXPECT_EQ(error_of(wrong, public_key()).key, "relay.address") << wrong;
  }
}

TEST_F(RelayServerTest, SaysBusyWhenAnAddressHasItsShare) {
  serve({.connections_per_address = 2});
  const auto one = member();
  auto two = member();
  const auto three = connect();
  ASSERT_FALSE(three);
  EXPECT_EQ(three.error().key, "relay.busy");
  two.reset();
  for (int i = 0; i < 50; ++i) {  // the place is free as soon as the relay has seen it left
    if (connect()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  FAIL() << "the place was not given back";
}

TEST_F(RelayServerTest, SaysBusyWhenFull) {
  serve({.connections = 1});
  const auto one = member();
  const auto two = connect();
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().key, "relay.busy");
}

// ---- Hostile clients ----

TEST_F(RelayServerTest, ClosesOnAnOpeningThatIsNone) {
  serve();
  const Descriptor http = connect_raw(port());
  write_raw(http, as_bytes("GET / HTTP/1.1\r\nHost: relay.example\r\nAccept: */*\r\n\r\n\r\n"));
  const Received received = read_raw(http, 3000);
  EXPECT_TRUE(received.closed);
  ASSERT_EQ(received.bytes.size(), kGreetingBytes + 2);
  EXPECT_EQ(received.bytes[8], 0);
  EXPECT_EQ(received.bytes[9], 0);
  expect_still_serving();
}

TEST_F(RelayServerTest, ClosesWhenNoOpeningComes) {
  serve();
  const Descriptor slow = connect_raw(port());
  write_raw(slow, Bytes{0, 48, 1, 2, 3});
  const Received received = read_raw(slow, 9000);
  EXPECT_TRUE(received.closed);
  EXPECT_EQ(received.bytes.size(), kGreetingBytes);
  EXPECT_NE(taken_log().find("handshake-late"), std::string::npos);
  expect_still_serving();
}

// A client that shakes hands, then says what it likes.
class RawClient {
 public:
  RawClient(std::uint16_t port, const RelayKey& key, Entropy& entropy,
            std::size_t message_bytes_max = kFrameBytesMax)
      : socket(connect_raw(port)) {
    auto handshake = noise::ClientHandshake::begin(X25519Public{key.bytes},
                                                   as_bytes("raadkluis/relay/1"), entropy);
    Bytes opening = {0, 48};
    append(opening, handshake.first_message());
    write_raw(socket, opening);
    const Received received = read_raw(socket, 3000, kGreetingBytes + kOpeningBytes + 51);
    const ByteView bytes = received.bytes;
    if (bytes.size() != kGreetingBytes + kOpeningBytes + 51) {
      ADD_FAILURE() << "no handshake";
      return;
    }
    auto session = std::move(handshake).finish(bytes.subspan(kGreetingBytes + 2, 48));
    EXPECT_TRUE(session);
    line.emplace(std::move(*session), message_bytes_max);
    line->feed(bytes.subspan(kGreetingBytes + kOpeningBytes));
    EXPECT_TRUE(line->next());  // the receipt key
  }
  void say(ByteView message) {
    Bytes frames;
    ASSERT_TRUE(line->seal_onto(frames, message));
    write_raw(socket, frames);
  }
  // The next answer, or nothing when the relay closes.
  std::optional<Response> answer() {
    for (;;) {
      auto message = line->next();
      if (!message) return std::nullopt;
      if (*message) {
        auto response = decode_response(**message);
        EXPECT_TRUE(response);
        return *response;
      }
      const Received received = read_raw(socket, 3000, 1);
      if (received.bytes.empty()) return std::nullopt;
      line->feed(received.bytes);
    }
  }
  bool is_closed() { return read_raw(socket, 3000).closed; }

  Descriptor socket;
  std::optional<Line> line;
};

TEST_F(RelayServerTest, RefusesAMalformedMessageAndCloses) {
  serve();
  RawClient client(port(), public_key(), client_entropy);
  client.say(world.random_bytes(100));
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::get<RefusedAnswer>(*answer).code, RefusalCode::malformed);
  EXPECT_TRUE(client.is_closed());
  expect_still_serving();
}

TEST_F(RelayServerTest, ClosesOnBytesThatAreNotAuthentic) {
  serve();
  RawClient client(port(), public_key(), client_entropy);
  Bytes junk = {0, 40};
  append(junk, world.random_bytes(40));
  write_raw(client.socket, junk);
  EXPECT_TRUE(client.is_closed());
  expect_still_serving();
}

TEST_F(RelayServerTest, ClosesOnAMessageThatOutgrowsAFrame) {
  serve();
  RawClient client(port(), public_key(), client_entropy, 2 * kFrameBytesMax);
  client.say(Bytes(kFrameBytesMax + 1));
  EXPECT_TRUE(client.is_closed());
  EXPECT_NE(taken_log().find("malformed requests=0"), std::string::npos);
  expect_still_serving();
}

TEST_F(RelayServerTest, ServesOthersWhileOneReadsNothing) {
  serve();
  const auto writer = member();
  ASSERT_TRUE(writer);
  const auto name = world.id<BlobName>();
  ASSERT_TRUE(writer->call(StageRequest{name, kSliceBytes, 0, world.random_bytes(kSliceBytes)}));

  RawClient greedy(port(), public_key(), client_entropy);
  RelaySession session;
  session.handshake_hash = to_bytes(greedy.line->handshake_hash());
  greedy.say(encode(Request{world.hello(session, world.raad_seeds.at(0))}));
  ASSERT_TRUE(greedy.answer());
  const Bytes ask = encode(Request{FetchSliceRequest{name, 0}});
  for (int i = 0; i < 400; ++i) greedy.say(ask);  // 100 MiB, if the relay were to queue them
  for (int i = 0; i < 20; ++i) expect_still_serving();
}

// ---- The end ----

TEST_F(RelayServerTest, FinishesWhatIsUnderWayWhenToldToStop) {
  serve();
  std::atomic<int> acknowledged = 0;
  std::vector<std::future<void>> clients;
  for (int c = 0; c < 4; ++c) {
    auto link = std::shared_ptr<RelayConnection>(member());
    clients.push_back(std::async(std::launch::async, [this, link, c, &acknowledged] {
      for (int i = 0;; ++i) {
        const auto answer =
            link->call(world.append(world.roll, std::to_string(c) + "/" + std::to_string(i)));
        if (!answer) return;
        if (std::holds_alternative<AppendAnswer>(*answer)) ++acknowledged;
      }
    }));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  stop();
  for (auto& client : clients) client.get();
  const auto value = world.storage->get(RelayTable::epoch, row_key(world.tenancy, world.roll));
  EXPECT_GT(acknowledged, 0);
  EXPECT_GE(from_row<EpochRow>(**value)->count, static_cast<std::uint32_t>(acknowledged));
  EXPECT_NE(log.find("drain"), std::string::npos);
}

TEST_F(RelayServerTest, LogsNoAddressNameOrKey) {
  serve();
  const auto link = member();
  ASSERT_TRUE(link);
  ASSERT_TRUE(link->call(world.append(world.roll, "item")));
  ASSERT_TRUE(link->call(SyncRequest{{world.entry(world.roll)}}));
  RawClient bad(port(), public_key(), client_entropy);
  bad.say(world.random_bytes(10));
  EXPECT_TRUE(bad.is_closed());
  stop();
  EXPECT_NE(log.find("open 1"), std::string::npos);
  const CircleBook& roll = world.circles[world.roll];
  for (const std::string& word :
       {std::string("127.0.0.1"), world.tenancy.hex(), world.roll.hex(), roll.name.hex(),
        public_key().hex(), signing_public<RaadKey>(world.raad_seeds.at(0)).hex()}) {
    EXPECT_EQ(log.find(word), std::string::npos);
    EXPECT_EQ(log.find(word.substr(0, 8)), std::string::npos);
  }
}

// ---- How long a connection may last ----

TEST(ConnectionWatchTest, AllowsTheHandshakeFiveSeconds) {
  ConnectionWatch watch;
  for (int i = 0; i < kHandshakeSeconds; ++i) EXPECT_EQ(watch.second_passed({}), nullptr);
  EXPECT_STREQ(watch.second_passed({}), "handshake-late");
}

TEST(ConnectionWatchTest, EndsAnIdleConnectionUnlessItWatches) {
  ConnectionWatch idle;
  ConnectionWatch watching;
  for (int i = 0; i < kIdleSeconds; ++i) {
    EXPECT_EQ(idle.second_passed({.shook_hands = true}), nullptr);
    EXPECT_EQ(watching.second_passed({.shook_hands = true, .watching = true}), nullptr);
  }
  EXPECT_STREQ(idle.second_passed({.shook_hands = true}), "idle");
  EXPECT_EQ(watching.second_passed({.shook_hands = true, .watching = true}), nullptr);
}

TEST(ConnectionWatchTest, ARequestStartsTheIdleTimeAnew) {
  ConnectionWatch watch;
  std::uint64_t requests = 0;
  for (int i = 0; i < 5 * kIdleSeconds; ++i) {
    if (i % 100 == 0) ++requests;
    EXPECT_EQ(watch.second_passed({.shook_hands = true, .requests = requests}), nullptr);
  }
}

TEST(ConnectionWatchTest, EndsAWriterWhoIsTooSlow) {
  const auto lasts = [](std::uint64_t bytes_per_second) {
    ConnectionWatch watch;
    ConnectionFacts facts{.shook_hands = true, .watching = true, .inside_message = true};
    for (int i = 0; i < 60; ++i) {
      facts.received_bytes += bytes_per_second;
      if (watch.second_passed(facts) != nullptr) return i;
    }
    return 60;
  };
  EXPECT_EQ(lasts(1), kRateWindowSeconds);
  EXPECT_EQ(lasts(kRateBytesMin / kRateWindowSeconds - 10), kRateWindowSeconds);
  EXPECT_EQ(lasts(kRateBytesMin / kRateWindowSeconds + 10), 60);
}

TEST(ConnectionWatchTest, EndsAReaderWhoTakesNothing) {
  ConnectionWatch stalled;
  ConnectionWatch slow;
  ConnectionFacts waiting{.shook_hands = true, .unsent_bytes = 1'000'000};
  ConnectionFacts moving = waiting;
  for (int i = 0; i < kStalledSeconds; ++i) {
    EXPECT_EQ(stalled.second_passed(waiting), nullptr);
    EXPECT_EQ(slow.second_passed(moving), nullptr);
    --moving.unsent_bytes;
  }
  EXPECT_STREQ(stalled.second_passed(waiting), "reader-stalled");
  EXPECT_EQ(slow.second_passed(moving), nullptr);
}

TEST(RateLimiterTest, GivesEachPartyItsOwnShareAndSavesUpALittle) {
  RateLimiter limiter(10);
  int taken = 0;
  while (limiter.take("one")) ++taken;
  EXPECT_EQ(taken, 50);
  EXPECT_TRUE(limiter.take("two"));
  limiter.second_passed();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.take("one"));
  EXPECT_FALSE(limiter.take("one"));
  for (int i = 0; i < 100; ++i) limiter.second_passed();
  taken = 0;
  while (limiter.take("one")) ++taken;
  EXPECT_EQ(taken, 50);
}

}  // namespace
}  // namespace kluis::test
