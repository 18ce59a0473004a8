#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/bytes.h"
#include "sync/net/descriptor.h"

// Sockets without any manners, for playing hostile clients and other services.
namespace kluis::test {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline Descriptor connect_raw(std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  EXPECT_EQ(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
  return socket;
}

inline void write_raw(const Descriptor& socket, ByteView bytes) {
  ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

// What arrives until the other side closes or `milliseconds` pass without anything.
struct Received {
  Bytes bytes;
  bool closed = false;
};
inline Received read_raw(const Descriptor& socket, int milliseconds,
                         std::size_t enough = 1U << 30U) {
  Received received;
  while (received.bytes.size() < enough) {
    pollfd ready{socket.number(), POLLIN, 0};
    if (::poll(&ready, 1, milliseconds) <= 0) return received;
    std::uint8_t buffer[4096];
    const ssize_t size = ::recv(socket.number(), buffer, sizeof buffer, 0);
    if (size <= 0) {
      received.closed = true;
      return received;
    }
    received.bytes.insert(received.bytes.end(), buffer, buffer + size);
  }
  return received;
}

// Something else than a relay: accepts one connection and says `answer`, or nothing.
class OtherService {
 public:
  explicit OtherService(std::string answer) {
    listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(0);
    EXPECT_EQ(::bind(listener_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.number(), 4), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this, text = std::move(answer)] {
      const Descriptor peer(::accept(listener_.number(), nullptr, nullptr));
      if (!peer.is_open()) return;
      read_raw(peer, 200, 1);
      write_raw(peer, as_bytes(text));
      read_raw(peer, 2000);
    });
  }
  OtherService(const OtherService&) = delete;
  OtherService& operator=(const OtherService&) = delete;
  ~OtherService() {
    ::shutdown(listener_.number(), SHUT_RDWR);
    thread_.join();
  }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port); }
  std::uint16_t port = 0;

 private:
  Descriptor listener_;
  std::thread thread_;
};

}  // namespace kluis::test
