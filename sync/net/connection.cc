#include "sync/net/connection.h"

namespace kluis {

Connection::Connection(asio::ip::tcp::socket accepted, std::uint64_t id, std::string of,
                       std::uint64_t now)
    : socket(std::move(accepted)),
      number(id),
      party(std::move(of)),
      wake(socket.get_executor(), asio::steady_timer::time_point::max()),
      opened_at(now),
      last_request_at(now) {}

bool Connection::queue(const Response& response) {
  if (!line->seal_onto(out, encode(response)) &&
      !line->seal_onto(out, encode(Response{RefusedAnswer{RefusalCode::too_large}}))) {
    return false;
  }
  return out.size() <= kWriteQueueBytesMax;
}

bool Connection::write_now() {
  asio::error_code error;
  const std::size_t size = socket.write_some(asio::buffer(out), error);
  if (error && error != asio::error::would_block) return false;
  if (size == out.size()) {
    out = {};  // an idle connection keeps no buffer
  } else {
    out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return true;
}

bool Connection::is_quiet() const {
  return pending == 0 && out.empty() && !(line && line->is_inside_message());
}

const char* Connection::overdue(std::uint64_t now) {
  if (!line) return now - opened_at > kHandshakeSeconds ? "handshake-late" : nullptr;
  if (out.empty() || out.size() < out_before_) stalled_seconds_ = 0;
  out_before_ = out.size();
  if (!out.empty() && ++stalled_seconds_ > kStalledSeconds) return "reader-stalled";
  if (pending > 0 || paused) {
    window_seconds_ = 0;
    last_request_at = now;
    return nullptr;
  }
  if (!line->is_inside_message()) {
    window_seconds_ = 0;
    const bool idle = !session.watching && now - last_request_at > kIdleSeconds;
    return idle ? "idle" : nullptr;
  }
  if (window_seconds_++ == 0) window_bytes_ = received_bytes;
  if (window_seconds_ <= kRateWindowSeconds) return nullptr;
  window_seconds_ = 0;
  return received_bytes - window_bytes_ < kRateBytesMin ? "writer-slow" : nullptr;
}

}  // namespace kluis
