#pragma once

#include <string>
#include <string_view>

#include "proto/result.h"

namespace kluis {

struct HostPort {
  std::string host;
  std::string port;
};

// "host:port", "192.0.2.1:4040" or "[2001:db8::1]:4040".
// Errors: usage "relay.address".
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);

}  // namespace kluis
