#include "sync/net/address.h"

#include <algorithm>

namespace kluis {

Result<HostPort> parse_host_port(std::string_view text) {
  const auto wrong = [&] { return fail(ErrorKind::usage, "relay.address", {std::string(text)}); };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.size() > 300) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool is_number = !port.empty() && port.size() <= 5 &&
                         std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number || std::stoul(std::string(port)) > 65535) return wrong();
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return wrong();
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();  // an IPv6 address stands in brackets
  }
  if (host.empty()) return wrong();
  return HostPort{std::string(host), std::string(port)};
}

}  // namespace kluis
