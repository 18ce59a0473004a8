#include "tests/explore/visit.h"

#include <array>
#include <utility>
#include <variant>

namespace kluis::test {
namespace {

constexpr std::array<const char*, std::variant_size_v<Request>> kRequests = {
    "hello",       "sync",        "fetch",      "fetch_slice", "stage", "append",
    "commit",      "watch",       "exit",       "parcels",     "hold",  "mailbox_make",
    "mailbox_put", "mailbox_get", "admit_raad", "lift"};
constexpr std::array<const char*, std::variant_size_v<Response>> kResponses = {
    "synced",  "hello_superseded", "superseded", "fetched",   "slice",
    "staged",  "appended",         "conflict",   "committed", "later",
    "parcels", "mailbox",          "done",       "refused",   "push"};

}  // namespace

Visit::Visit(Device device, const Bytes& handshake_hash)
    : device_(std::move(device)), session_(device_, {handshake_hash, false, nullptr}) {
  connection_.handshake_hash = handshake_hash;
}

Result<std::unique_ptr<Visit>> Visit::begin(const Device::Surroundings& around,
                                            const Bytes& handshake_hash) {
  KLUIS_TRY(device, Device::load(around));
  return std::unique_ptr<Visit>(new Visit(std::move(device), handshake_hash));
}

Result<Response> Visit::deliver(Relay& relay, const Request& request) {
  KLUIS_TRY(outcome, relay.handle(connection_, request));
  return std::move(outcome.response);
}

const char* name_of(const Request& request) {
  return kRequests[request.index()];
}
const char* name_of(const Response& response) {
  return kResponses[response.index()];
}

}  // namespace kluis::test
