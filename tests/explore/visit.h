#pragma once

#include <memory>
#include <optional>

#include "sync/client/session.h"
#include "sync/relay/relay.h"
#include "tests/support/memory_store.h"
#include "vault/core/device.h"

// One session of a device with a relay, one request at a time, so that a test decides what becomes
// of each request and each answer.
namespace kluis::test {

class Visit {
 public:
  // A device as a program starts it: from what its store holds. Each reference outlives the visit.
  // Errors: those of Device::load.
  [[nodiscard]] static Result<std::unique_ptr<Visit>> begin(const Device::Surroundings& around,
                                                            const Bytes& handshake_hash);

  // The next request, or nullopt at the session's end.
  [[nodiscard]] Result<std::optional<Request>> next() { return session_.next(); }
  // What the relay makes of a request that reaches it.
  [[nodiscard]] Result<Response> deliver(Relay& relay, const Request& request);
  [[nodiscard]] Status receive(const Response& response) { return session_.receive(response); }

  [[nodiscard]] const SessionReport& report() const { return session_.report(); }
  [[nodiscard]] Device& device() { return device_; }

 private:
  Visit(Device device, const Bytes& handshake_hash);

  Device device_;
  Session session_;
  RelaySession connection_;
};

// "sync", "commit", …; for traces.
[[nodiscard]] const char* name_of(const Request& request);
[[nodiscard]] const char* name_of(const Response& response);

}  // namespace kluis::test
