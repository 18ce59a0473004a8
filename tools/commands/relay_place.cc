#include "tools/commands/relay_place.h"

#include "proto/limits.h"
#include "sync/net/address.h"

namespace kluis {

Result<RelayPlace> relay_place(const std::string& address, const std::string& key) {
  KLUIS_CHECK(parse_host_port(address));
  if (address.size() > kAddressBytesMax) return fail(ErrorKind::usage, "relay.address");
  const auto bytes = from_hex(key);
  const auto parsed = bytes ? RelayKey::from(*bytes) : std::nullopt;
  if (!parsed) return fail(ErrorKind::usage, "relay.key");
  return RelayPlace{address, *parsed};
}

}  // namespace kluis
