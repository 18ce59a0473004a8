#pragma once

#include <cstdint>
#include <optional>

#include "proto/bytes.h"
#include "proto/message.h"
#include "proto/result.h"

namespace kluis {

struct LinkCounters {
  std::uint64_t bytes_out = 0;
  std::uint64_t bytes_in = 0;
  // Times that something was sent and then waited for; the handshake does not count.
  std::uint64_t round_trips = 0;
};

// A device's connection to its relay, as the sync machine drives it: over a network, or inside a
// simulation. Answers come in the order of the requests.
// Errors of every call: kind relay "relay.lost" when the connection is gone, "relay.timeout",
// "relay.malformed". After one the link is dead.
// Threads: one at a time.
class RelayLink {
 public:
  virtual ~RelayLink() = default;

  // Hash of the handshake, for proofs.
  [[nodiscard]] virtual ByteView handshake_hash() const = 0;

  // What the relay says it signs receipts with, proven by its handshake. For founding a raad; after
  // that the one in the founding act counts.
  [[nodiscard]] virtual const ReceiptKey& receipt_key() const = 0;

  // Sends without waiting, so that several requests share a round trip.
  [[nodiscard]] virtual Status send(const Request& request) = 0;
  // The answer to the oldest request that has none yet. Requires: there is one. Pushes that come
  // between are kept for wait_push.
  [[nodiscard]] virtual Result<Response> receive() = 0;
  [[nodiscard]] Result<Response> call(const Request& request) {
    KLUIS_CHECK(send(request));
    return receive();
  }

  // Waits for a push; nothing when `milliseconds` have passed.
  [[nodiscard]] virtual Result<std::optional<Push>> wait_push(std::int64_t milliseconds) = 0;

  [[nodiscard]] virtual LinkCounters counters() const = 0;
};

}  // namespace kluis
