#pragma once

#include <cstddef>
#include <cstdint>

namespace kluis {

// What a connection is doing at the end of a second.
struct ConnectionFacts {
  bool shook_hands = false;
  bool watching = false;
  bool inside_message = false;  // part of a message came in
  bool kept_waiting = false;    // by the server: requests under way, or read more slowly on purpose
  std::size_t unsent_bytes = 0;
  std::uint64_t received_bytes = 0;  // in all
  std::uint64_t requests = 0;        // in all
};

// Decides when a connection has lasted too long. Counts seconds: called once for each.
class ConnectionWatch {
 public:
  // Why the connection should be closed now, as a word for the log; null: it may stay.
  [[nodiscard]] const char* second_passed(const ConnectionFacts& facts);

 private:
  [[nodiscard]] bool is_stalled(const ConnectionFacts& facts);
  [[nodiscard]] bool is_too_slow(const ConnectionFacts& facts);

  int handshake_seconds_ = 0;
  int idle_seconds_ = 0;
  int stalled_seconds_ = 0;
  int window_seconds_ = 0;
  std::size_t unsent_before_ = 0;
  std::uint64_t window_start_bytes_ = 0;
  std::uint64_t requests_before_ = 0;
};

}  // namespace kluis
