#include "sync/net/connection_watch.h"

#include <utility>

#include "sync/net/limits.h"

namespace kluis {

const char* ConnectionWatch::second_passed(const ConnectionFacts& facts) {
  if (!facts.shook_hands) {
    return ++handshake_seconds_ > kHandshakeSeconds ? "handshake-late" : nullptr;
  }
  if (is_stalled(facts)) return "reader-stalled";
  const bool asked = std::exchange(requests_before_, facts.requests) != facts.requests;
  if (facts.kept_waiting || facts.watching || facts.unsent_bytes > 0 || asked) idle_seconds_ = 0;
  if (facts.kept_waiting) {
    window_seconds_ = 0;
    return nullptr;
  }
  if (facts.inside_message) return is_too_slow(facts) ? "writer-slow" : nullptr;
  window_seconds_ = 0;
  if (facts.watching) return nullptr;
  return ++idle_seconds_ > kIdleSeconds ? "idle" : nullptr;
}

// Whether nothing of what waits was taken for long.
bool ConnectionWatch::is_stalled(const ConnectionFacts& facts) {
  const bool moved = facts.unsent_bytes < std::exchange(unsent_before_, facts.unsent_bytes);
  if (facts.unsent_bytes == 0 || moved) stalled_seconds_ = 0;
  return facts.unsent_bytes > 0 && ++stalled_seconds_ > kStalledSeconds;
}

// Whether a message that was begun brought too little since the window began.
bool ConnectionWatch::is_too_slow(const ConnectionFacts& facts) {
  if (window_seconds_ == 0) window_start_bytes_ = facts.received_bytes;
  if (++window_seconds_ <= kRateWindowSeconds) return false;
  window_seconds_ = 0;
  return facts.received_bytes - window_start_bytes_ < kRateBytesMin;
}

}  // namespace kluis
