#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "sync/channel/greeting.h"
#include "sync/net/relay_connection.h"
#include "tests/support/entropies.h"
#include "tests/sync/net/raw_socket.h"

// The relay that a device wanted, with the right key, and what it may do to who waits for it.
namespace kluis::test {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Opens the channel, takes one request, and then sends pushes for as long as it may.
class PushingServer {
 public:
  explicit PushingServer(std::chrono::milliseconds endurance)
      : key_(X25519Private::generate(entropy_)), endurance_(endurance) {
    listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_TRUE(listener_.is_open());
    if (!listener_.is_open()) return;
    sockaddr_in place = loopback(0);
    EXPECT_EQ(::bind(listener_.number(), reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
    EXPECT_EQ(::listen(listener_.number(), 4), 0);
    socklen_t size = sizeof place;
    ::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&place), &size);
    address = "127.0.0.1:" + std::to_string(ntohs(place.sin_port));
    public_key = RelayKey{x25519_public(key_).bytes};
    thread_ = std::thread([this] { serve(); });
  }
  PushingServer(const PushingServer&) = delete;
  PushingServer& operator=(const PushingServer&) = delete;
  ~PushingServer() {
    stop_ = true;
    if (!thread_.joinable()) return;
    ::shutdown(listener_.number(), SHUT_RDWR);
    thread_.join();
  }

  std::string address;
  RelayKey public_key;

 private:
  void serve() {
    const Descriptor peer(::accept(listener_.number(), nullptr, nullptr));
    if (!peer.is_open()) return;
    write_raw(peer, greeting(GreetingStatus::welcome));
    const Received opening = read_raw(peer, 1000, kOpeningBytes);
    auto opened = open_line(key_, ReceiptKey{}, opening.bytes, entropy_);
    if (!opened) return;
    write_raw(peer, opened->answer);
    read_raw(peer, 1000, 1);
    const auto end = Clock::now() + endurance_;
    while (!stop_ && Clock::now() < end) {
      Bytes frame;
      ASSERT_TRUE(opened->line.seal_onto(frame, encode(Response{Push{7}})));
      write_raw(peer, frame);
      std::this_thread::sleep_for(5ms);
    }
  }

  SeededEntropy entropy_{5};
  X25519Private key_;
  std::chrono::milliseconds endurance_;
  Descriptor listener_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST(LyingServerTest, PushesDoNotStandForAnAnswer) {
  PushingServer server(20s);
  SeededEntropy entropy(6);
  const Patience patience{.connect_ms = 2000, .silence_ms = 500, .answer_ms = 1000};
  const auto link = RelayConnection::connect(server.address, server.public_key, entropy, patience);
  ASSERT_TRUE(link.has_value()) << link.error().key;
  const auto begin = Clock::now();
  const auto answer = (*link)->call(WatchRequest{});
  EXPECT_LT(Clock::now() - begin, 10s);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().key, "relay.timeout");
  const auto push = (*link)->wait_push(500);
  ASSERT_TRUE(push.has_value() && push->has_value());
  EXPECT_EQ((*push)->commit_number, 7U);
}

}  // namespace
}  // namespace kluis::test
