#include "sync/net/relay_connection.h"

#include <array>
#include <chrono>
#include <deque>
#include <utility>

#include <asio.hpp>

#include "proto/limits.h"
#include "sync/channel/greeting.h"
#include "sync/net/address.h"

namespace kluis {
namespace {

using asio::ip::tcp;

constexpr std::size_t kReadBytes = 64U << 10U;
// Answers nobody asked for yet; then the relay has to wait.
constexpr std::size_t kInboxBytesMax = 16U << 20U;

// A moment in the future, on the clock of the connection's event loop.
class Deadline {
 public:
  Deadline(asio::io_context& io, std::int64_t milliseconds)
      : timer_(io, std::chrono::milliseconds(milliseconds)) {
    timer_.async_wait([over = over_](const asio::error_code& error) { *over = !error; });
  }
  [[nodiscard]] bool is_over() const { return *over_; }

 private:
  std::shared_ptr<bool> over_ = std::make_shared<bool>(false);
  asio::steady_timer timer_;
};

class TcpConnection final : public RelayConnection {
 public:
  explicit TcpConnection(const Patience& patience) : patience_(patience) {}

  Status open(const HostPort& address, const RelayKey& relay, Entropy& entropy) {
    const Deadline deadline(io_, patience_.connect_ms);
    KLUIS_CHECK(reach(address, deadline));
    ClientOpening opening(relay, entropy);
    start_write(opening.opening());
    // Whatever becomes of that: what the other side said tells more than a broken pipe does.
    run_until([&] { return out_.empty() || deadline.is_over(); });
    error_.clear();
    while (!line_) {
      const auto arrived = read_some(deadline);
      if (!arrived) return unreachable();
      KLUIS_TRY(opened, opening.feed(*arrived));
      if (!opened) continue;
      line_.emplace(std::move(opened->line));
      receipt_key_ = opened->receipt_key;
    }
    counters_ = {};
    return {};
  }

  ByteView handshake_hash() const override { return line_->handshake_hash(); }
  const ReceiptKey& receipt_key() const override { return receipt_key_; }
  LinkCounters counters() const override { return counters_; }

  Status send(const Request& request) override {
    if (error_) return lost();
    Bytes frames;
    KLUIS_CHECK(line_->seal_onto(frames, encode(request)));
    counters_.bytes_out += frames.size();
    sent_since_answer_ = true;
    // Answers are taken in meanwhile: were both sides only writing, neither would go on.
    start_read();
    start_write(std::move(frames));
    const Deadline deadline(io_, patience_.answer_ms);
    run_until([&] { return out_.empty() || error_ || deadline.is_over(); });
    if (error_) return lost();
    if (!out_.empty()) return fail(ErrorKind::relay, "relay.timeout");
    return {};
  }

  Result<Response> receive() override {
    if (sent_since_answer_) ++counters_.round_trips;
    sent_since_answer_ = false;
    // Pushes instead of an answer are silence: they do not keep us waiting for ever.
    const Deadline total(io_, patience_.answer_ms);
    while (!total.is_over()) {
      KLUIS_TRY(response, next_message(patience_.answer_ms, patience_.silence_ms));
      if (!response) break;
      const auto* push = std::get_if<Push>(&*response);
      if (push == nullptr) return std::move(*response);
      push_ = *push;
    }
    return fail(ErrorKind::relay, "relay.timeout");
  }

  Result<std::optional<Push>> wait_push(std::int64_t milliseconds) override {
    if (!push_) {
      KLUIS_TRY(response, next_message(milliseconds, milliseconds));
      if (!response) return std::optional<Push>();
      const auto* push = std::get_if<Push>(&*response);
      if (push == nullptr) return fail(ErrorKind::relay, "relay.malformed");
      push_ = *push;
    }
    return std::exchange(push_, std::nullopt);
  }

 private:
  static tl::unexpected<Error> unreachable() { return fail(ErrorKind::relay, "relay.unreachable"); }
  static tl::unexpected<Error> lost() { return fail(ErrorKind::relay, "relay.lost"); }

  Status reach(const HostPort& address, const Deadline& deadline) {
    tcp::resolver resolver(io_);
    const auto done = std::make_shared<bool>(false);
    resolver.async_resolve(
        address.host, address.port,
        [this, done](const asio::error_code& error, const tcp::resolver::results_type& endpoints) {
          error_ = error;
          *done = static_cast<bool>(error);
          if (error) return;
          asio::async_connect(socket_, endpoints,
                              [this, done](const asio::error_code& result, const tcp::endpoint&) {
                                error_ = result;
                                *done = true;
                              });
        });
    run_until([&] { return *done || deadline.is_over(); });
    if (!*done || error_) return unreachable();
    asio::error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    return {};
  }

  template <typename Condition>
  void run_until(Condition is_done) {
    while (!is_done()) {
      io_.restart();
      io_.run_one();
    }
  }

  void start_write(Bytes bytes) {
    out_ = std::move(bytes);
    asio::async_write(socket_, asio::buffer(out_),
                      [this](const asio::error_code& error, std::size_t) {
                        if (error) error_ = error;
                        out_.clear();
                      });
  }

  void start_read() {
    if (reading_ || error_ || inbox_bytes_ > kInboxBytesMax) return;
    reading_ = true;
    socket_.async_read_some(asio::buffer(buffer_),
                            [this](const asio::error_code& error, std::size_t size) {
                              reading_ = false;
                              if (error) {
                                error_ = error;
                                return;
                              }
                              arrived_ += size;
                              counters_.bytes_in += size;
                              take_in(ByteView(buffer_).first(size));
                            });
  }

  // Once there is a line: opens what arrived and reads on.
  void take_in(ByteView bytes) {
    if (!line_) return;
    line_->feed(bytes);
    for (;;) {
      auto message = line_->next();
      if (!message) {
        error_ = asio::error::invalid_argument;
        return;
      }
      if (!*message) break;
      inbox_bytes_ += (*message)->size();
      inbox_.push_back(std::move(**message));
    }
    start_read();
  }

  // During the opening: the next bytes that arrive, or nothing when there are none to come.
  std::optional<ByteView> read_some(const Deadline& deadline) {
    const std::uint64_t before = arrived_;
    start_read();
    run_until([&] { return arrived_ > before || error_ || deadline.is_over(); });
    if (arrived_ == before) return std::nullopt;
    return ByteView(buffer_).first(static_cast<std::size_t>(arrived_ - before));
  }

  // Nothing when no message began within `silence_ms`; one that began comes in within `total_ms`,
  // without a pause longer than the connection's patience.
  Result<std::optional<Response>> next_message(std::int64_t total_ms, std::int64_t silence_ms) {
    take_in({});  // what came behind the handshake
    const Deadline total(io_, std::max(total_ms, patience_.answer_ms));
    while (inbox_.empty()) {
      if (error_) return lost();
      start_read();
      const bool began = line_->is_inside_message();
      const Deadline silence(io_, began ? patience_.silence_ms : silence_ms);
      const std::uint64_t before = arrived_;
      run_until([&] {
        return !inbox_.empty() || arrived_ > before || error_ || silence.is_over() ||
               total.is_over();
      });
      if (!inbox_.empty() || arrived_ > before || error_) continue;
      if (began || total.is_over()) return fail(ErrorKind::relay, "relay.timeout");
      return std::optional<Response>();
    }
    const Bytes message = std::move(inbox_.front());
    inbox_.pop_front();
    inbox_bytes_ -= message.size();
    auto response = decode_response(message);
    if (!response) return fail(ErrorKind::relay, "relay.malformed");
    return std::optional<Response>(std::move(*response));
  }

  Patience patience_;
  asio::io_context io_{1};
  tcp::socket socket_{io_};
  std::optional<Line> line_;
  ReceiptKey receipt_key_;
  asio::error_code error_;
  std::array<std::uint8_t, kReadBytes> buffer_{};
  bool reading_ = false;
  std::uint64_t arrived_ = 0;
  Bytes out_;
  std::deque<Bytes> inbox_;
  std::size_t inbox_bytes_ = 0;
  std::optional<Push> push_;  // the newest is enough to know that a sync is due
  bool sent_since_answer_ = false;
  LinkCounters counters_;
};

}  // namespace

Result<std::unique_ptr<RelayConnection>> RelayConnection::connect(const std::string& address,
                                                                  const RelayKey& relay,
                                                                  Entropy& entropy,
                                                                  const Patience& patience) {
  KLUIS_TRY(host_port, parse_host_port(address));
  auto connection = std::make_unique<TcpConnection>(patience);
  KLUIS_CHECK(connection->open(host_port, relay, entropy));
  return std::unique_ptr<RelayConnection>(std::move(connection));
}

}  // namespace kluis
