#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <asio.hpp>

#include "proto/bytes.h"
#include "proto/message.h"
#include "sync/channel/line.h"
#include "sync/net/limits.h"
#include "sync/relay/relay.h"

namespace kluis {

// One accepted connection of a RelayServer: its socket, its line, and what decides when it has
// lasted long enough. Seconds are those the server counts.
class Connection {
 public:
  Connection(asio::ip::tcp::socket accepted, std::uint64_t id, std::string party,
             std::uint64_t now);

  // Queues the frames of a response. False: they cannot be queued, close.
  [[nodiscard]] bool queue(const Response& response);
  void queue_raw(ByteView bytes) { append(out, bytes); }
  // Writes what the socket takes at once. False: the connection is broken.
  [[nodiscard]] bool write_now();

  [[nodiscard]] bool is_quiet() const;  // nothing under way, either direction
  // Why it should be closed now, as a word for the log; null: it may stay.
  [[nodiscard]] const char* overdue(std::uint64_t now);

  asio::ip::tcp::socket socket;
  const std::uint64_t number;
  const std::string party;  // whose share of connections it takes: an address or a network
  asio::steady_timer wake;  // cancelled when what `serve` waits for may have come
  std::optional<Line> line;
  RelaySession session;
  Bytes out;
  bool writing = false;  // a coroutine waits until the socket takes more
  bool close_when_written = false;
  bool paused = false;      // the server does not read: it has enough to do
  std::size_t pending = 0;  // requests in the batch
  std::uint64_t requests = 0;
  std::uint64_t refusals = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t opened_at;
  std::uint64_t last_request_at;

 private:
  std::uint64_t window_bytes_ = 0;
  int window_seconds_ = 0;
  int stalled_seconds_ = 0;
  std::size_t out_before_ = 0;
};

}  // namespace kluis
