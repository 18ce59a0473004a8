#pragma once

#include <string>

#include "proto/result.h"
#include "vault/core/device.h"

namespace kluis {

// What `kluis-relay serve` prints: "host:port" and the key in hexadecimal.
// Errors: usage "relay.address", "relay.key".
[[nodiscard]] Result<RelayPlace> relay_place(const std::string& address, const std::string& key);

}  // namespace kluis
