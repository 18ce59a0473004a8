#pragma once

#include <memory>
#include <string>

#include "proto/ids.h"
#include "sync/channel/relay_link.h"
#include "vault/env/entropy.h"

namespace kluis {

// How long a device waits, in milliseconds.
struct Patience {
  std::int64_t connect_ms = 10'000;  // name look-up, connection and handshake together
  std::int64_t silence_ms = 30'000;  // for an answer, while nothing arrives
  std::int64_t answer_ms = 600'000;  // for one whole answer, however slowly it arrives
};

// A RelayLink over TCP. Calls block.
class RelayConnection : public RelayLink {
 public:
  // Connects to `address` ("host:port") and checks that the relay holds the key `relay`.
  // Errors: usage "relay.address"; kind relay "relay.unreachable" (no such host, refused, timeout),
  // "relay.busy", "relay.not_a_relay" (something else answers, such as a network's login page),
  // "relay.other_version"; integrity "relay.other_key" (a relay, and not this one).
  [[nodiscard]] static Result<std::unique_ptr<RelayConnection>> connect(
      const std::string& address, const RelayKey& relay, Entropy& entropy,
      const Patience& patience = {});
};

}  // namespace kluis
