#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proto/result.h"
#include "sync/net/limits.h"
#include "sync/relay/relay.h"
#include "vault/crypto/x25519.h"
#include "vault/env/entropy.h"

namespace kluis {

// Gets one line for each event: a code, the connection's number, counts. Never an address, a name
// or a key.
using EventLog = std::function<void(std::string_view line)>;

struct ServerParts {
  Relay& relay;
  Storage& storage;
  Entropy& entropy;
  const X25519Private& key;
  EventLog log;
  ServerLimits limits = {};
  // Folder whose free space decides whether documents are taken; empty: not looked at.
  std::string store_folder = {};
};

// Serves a relay over TCP: one thread, one event loop. Requests that arrived together share one
// transaction, and are answered when that is durable.
class RelayServer {
 public:
  // References in `parts` outlive the server.
  explicit RelayServer(ServerParts parts);
  RelayServer(const RelayServer&) = delete;
  RelayServer& operator=(const RelayServer&) = delete;
  ~RelayServer();

  // Returns the address it listens on, "ADDR:PORT"; port 0 asks for any free one.
  // Errors: usage "relay.address"; kind relay "relay.cannot_listen".
  [[nodiscard]] Result<std::string> listen(const std::string& address);

  // Serves until SIGTERM or SIGINT, or until `stop`. What is under way then is finished, in at most
  // kDrainSeconds; nothing that was acknowledged is lost, whenever the process ends.
  // Errors: those of the storage: it can no longer tell what is durable.
  [[nodiscard]] Status run();

  // May be called from another thread.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kluis
