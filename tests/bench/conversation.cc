#include "tests/bench/conversation.h"

#include "tests/bench/must.h"

namespace kluis::bench {

void converse(Device& device, const Bytes& handshake_hash, const Ask& ask) {
  Session session(device, {handshake_hash, false, nullptr});
  while (auto request = must(session.next())) must(session.receive(ask(*request)));
}

void converse_in_process(Device& device, Relay& relay, Entropy& entropy) {
  RelaySession connection;
  connection.handshake_hash.resize(64);
  entropy.fill(connection.handshake_hash);
  converse(device, connection.handshake_hash, [&](const Request& request) {
    return must(relay.handle(connection, request)).response;
  });
}

}  // namespace kluis::bench
