#pragma once

#include <functional>

#include "sync/client/session.h"
#include "sync/relay/relay.h"
#include "vault/core/device.h"

// Driving a session to its end.
namespace kluis::bench {

using Ask = std::function<Response(const Request&)>;

void converse(Device& device, const Bytes& handshake_hash, const Ask& ask);

// With a relay in this process, as one connection.
void converse_in_process(Device& device, Relay& relay, Entropy& entropy);

}  // namespace kluis::bench
