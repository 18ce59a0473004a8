#include "sync/net/relay_server.h"

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include <asio.hpp>
#include <fcntl.h>
#include <sys/resource.h>

#include "sync/channel/greeting.h"
#include "sync/net/address.h"
#include "sync/net/connection_watch.h"
#include "sync/net/descriptor.h"
#include "sync/net/rate_limiter.h"

namespace kluis {
namespace {

using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::size_t kReadBytes = 64U << 10U;
constexpr std::size_t kRefusingMax = 256;  // connections that are being told "busy"

// Whose share of connections an address takes.
std::string party_of(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_string();
  const asio::ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  }
  const auto bytes = v6.to_bytes();
  return to_hex(ByteView(bytes).first(8));
}

// As many connections as this process is allowed at all.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Descriptor spare_descriptor() {
  return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

// One accepted connection: its socket, its line, and what is under way on it.
class Connection {
 public:
  Connection(tcp::socket accepted, std::uint64_t id, std::string of)
      : socket(std::move(accepted)),
        number(id),
        party(std::move(of)),
        wake(socket.get_executor(), asio::steady_timer::time_point::max()) {}

  // Queues the frames of a response. False: they cannot be queued, close.
  [[nodiscard]] bool queue(const Response& response);
  void queue_raw(ByteView bytes) { append(out, bytes); }
  // Writes what the socket takes at once. False: the connection is broken.
  [[nodiscard]] bool write_now();
  // Nothing is under way, either direction.
  [[nodiscard]] bool is_quiet() const {
    return pending == 0 && out.empty() && !(line && line->is_inside_message());
  }
  [[nodiscard]] ConnectionFacts facts() const {
    return {line.has_value(),
            session.watching,
            line && line->is_inside_message(),
            pending > 0 || paused,
            out.size(),
            received_bytes,
            requests};
  }

  tcp::socket socket;
  const std::uint64_t number;
  const std::string party;  // whose share of connections it takes: an address or a network
  asio::steady_timer wake;  // cancelled when what `serve` waits for may have come
  std::optional<Line> line;
  RelaySession session;
  ConnectionWatch watch;
  Bytes out;
  bool drained = false;  // the last read took all there was
  bool writing = false;  // a coroutine waits until the socket takes more
  bool close_when_written = false;
  bool paused = false;      // the server does not read: it has enough to do
  std::size_t pending = 0;  // requests in the batch
  std::uint64_t requests = 0;
  std::uint64_t refusals = 0;
  std::uint64_t received_bytes = 0;
};

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

}  // namespace

class RelayServer::Impl {
 public:
  explicit Impl(ServerParts parts)
      : parts_(std::move(parts)),
        receipt_key_(parts_.relay.receipt_key()),
        raad_rate_(parts_.limits.requests_per_second),
        guest_rate_(parts_.limits.guest_requests_per_second) {}

  Result<std::string> listen(const std::string& address);
  Status run();
  void stop() {
    asio::post(io_, [this] { begin_drain(); });
  }

 private:
  using Peer = std::shared_ptr<Connection>;
  struct Pending {
    Peer from;
    Request request;
  };

  // ---- Connections ----
  awaitable<void> accept();
  void take_on(tcp::socket socket);
  awaitable<void> refuse(tcp::socket socket);
  awaitable<void> refuse_without_descriptor();
  awaitable<void> serve(Peer peer);
  awaitable<bool> open_channel(Peer peer);
  awaitable<void> wait_readable(Peer peer);
  awaitable<bool> read_more(Peer peer);
  awaitable<bool> take_messages(Peer peer);
  awaitable<void> wait_for_share(Peer peer);
  awaitable<void> wait_for_room(Peer peer);
  awaitable<void> write_rest(Peer peer);
  void flush(const Peer& peer);
  void close(const Peer& peer, const char* why);
  [[nodiscard]] bool is_open(const Peer& peer) const { return peers_.contains(peer->number); }

  // ---- Requests ----
  void enqueue(const Peer& peer, Request request, std::size_t size_bytes);
  void answer_batch();
  Status handle_together(const std::vector<Pending>& batch,
                         std::vector<std::optional<Outcome>>& outcomes);
  Status handle_one_by_one(const std::vector<Pending>& batch,
                           std::vector<std::optional<Outcome>>& outcomes);
  void answer(const Pending& pending, const Outcome& outcome);
  void push(const Notice& notice, const Peer& cause);
  void log_change(const Pending& pending, const Response& response);

  // ---- Time ----
  awaitable<void> count_seconds();
  void look_after_peers();
  void look_at_disk();
  void begin_drain();
  void drain();
  void fail_with(Error error);
  void event(const std::string& text) { parts_.log(text); }

  ServerParts parts_;
  ReceiptKey receipt_key_;
  asio::io_context io_{1};
  std::optional<tcp::acceptor> acceptor_;
  Descriptor spare_ = spare_descriptor();
  std::unordered_map<std::uint64_t, Peer> peers_;
  std::map<std::string, std::size_t> party_connections_;
  std::size_t refusing_ = 0;
  std::uint64_t next_number_ = 1;
  std::set<Peer> watchers_;
  std::vector<Pending> batch_;
  std::size_t batch_bytes_ = 0;
  bool batch_posted_ = false;
  RateLimiter raad_rate_;
  RateLimiter guest_rate_;
  std::array<std::uint8_t, kReadBytes> scratch_{};  // one thread: all connections read into it
  std::uint64_t second_ = 0;
  bool draining_ = false;
  std::uint64_t drain_until_ = 0;
  std::optional<Error> failure_;
};

Result<std::string> RelayServer::Impl::listen(const std::string& address) {
  KLUIS_TRY(host_port, parse_host_port(address));
  raise_descriptor_limit();
  asio::error_code error;
  const auto ip = asio::ip::make_address(host_port.host, error);
  if (error) return fail(ErrorKind::usage, "relay.address", {address});
  const tcp::endpoint endpoint(ip, static_cast<std::uint16_t>(std::stoul(host_port.port)));
  acceptor_.emplace(io_);
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(1024, error);
  if (error) return fail(ErrorKind::relay, "relay.cannot_listen", {address});
  const std::string port = std::to_string(acceptor_->local_endpoint().port());
  return (ip.is_v6() ? "[" + ip.to_string() + "]" : ip.to_string()) + ":" + port;
}

Status RelayServer::Impl::run() {
  asio::signal_set signals(io_, SIGTERM, SIGINT);
  signals.async_wait([this](const asio::error_code& error, int) {
    if (!error) begin_drain();
  });
  look_at_disk();
  asio::co_spawn(io_, accept(), asio::detached);
  asio::co_spawn(io_, count_seconds(), asio::detached);
  event("start");
  io_.run();
  event(failure_ ? "stop failed" : "stop");
  if (failure_) return fail(failure_->kind, failure_->key);
  return {};
}

// ---- Connections ----

awaitable<void> RelayServer::Impl::accept() {
  while (!draining_) {
    asio::error_code error;
    tcp::socket socket =
        co_await acceptor_->async_accept(asio::redirect_error(use_awaitable, error));
    if (draining_) co_return;
    if (error == asio::error::no_descriptors) {
      co_await refuse_without_descriptor();
    } else if (!error) {
      take_on(std::move(socket));
    }
  }
}

// Connections are never left waiting in silence: with no descriptor left, one that was kept for
// this says so to the next in line.
awaitable<void> RelayServer::Impl::refuse_without_descriptor() {
  spare_ = Descriptor();
  asio::error_code error;
  {
    tcp::socket socket(io_);
    acceptor_->non_blocking(true, error);
    acceptor_->accept(socket, error);
    if (!error) {
      const auto busy = greeting(GreetingStatus::busy);
      socket.write_some(asio::buffer(busy), error);
    }
  }
  spare_ = spare_descriptor();
  asio::steady_timer pause(io_, std::chrono::milliseconds(20));
  co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
}

void RelayServer::Impl::take_on(tcp::socket socket) {
  asio::error_code error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;
  std::string party = party_of(remote.address());
  std::size_t& share = party_connections_[party];
  if (peers_.size() >= parts_.limits.connections ||
      share >= parts_.limits.connections_per_address) {
    if (share == 0) party_connections_.erase(party);
    if (refusing_ < kRefusingMax) asio::co_spawn(io_, refuse(std::move(socket)), asio::detached);
    return;
  }
  ++share;
  socket.non_blocking(true, error);
  socket.set_option(tcp::no_delay(true), error);
  socket.set_option(asio::socket_base::keep_alive(true), error);
  const std::uint64_t number = next_number_++;
  auto peer = std::make_shared<Connection>(std::move(socket), number, std::move(party));
  peers_.emplace(number, peer);
  event("open " + std::to_string(number));
  asio::co_spawn(io_, serve(std::move(peer)), asio::detached);
}

// Says "busy", then waits a moment for the other side to read it: closing over bytes that nobody
// read would throw the answer away.
awaitable<void> RelayServer::Impl::refuse(tcp::socket socket) {
  ++refusing_;
  event("busy");
  asio::error_code error;
  const auto busy = greeting(GreetingStatus::busy);
  socket.non_blocking(true, error);
  socket.write_some(asio::buffer(busy), error);
  socket.shutdown(tcp::socket::shutdown_send, error);
  asio::steady_timer pause(io_, std::chrono::milliseconds(500));
  co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
  socket.read_some(asio::buffer(scratch_), error);
  --refusing_;
}

awaitable<void> RelayServer::Impl::serve(Peer peer) {
  const bool opened = co_await open_channel(peer);
  if (!opened) co_return;
  while (is_open(peer)) {
    const bool more = co_await read_more(peer);
    if (!more || !is_open(peer)) co_return;
    const bool good = co_await take_messages(peer);
    if (!good) co_return;
  }
}

awaitable<bool> RelayServer::Impl::open_channel(Peer peer) {
  peer->queue_raw(greeting(GreetingStatus::welcome));
  flush(peer);
  std::array<std::uint8_t, kOpeningBytes> opening{};
  asio::error_code error;
  co_await asio::async_read(peer->socket, asio::buffer(opening),
                            asio::redirect_error(use_awaitable, error));
  if (!is_open(peer)) co_return false;
  if (error) {
    close(peer, "left-early");
    co_return false;
  }
  auto opened = open_line(parts_.key, receipt_key_, opening, parts_.entropy);
  if (!opened) {
    peer->close_when_written = true;
    peer->queue_raw(kNoSuchRelay);
    flush(peer);
    co_return false;
  }
  peer->line.emplace(std::move(opened->line));
  peer->session.handshake_hash = to_bytes(peer->line->handshake_hash());
  peer->queue_raw(opened->answer);
  flush(peer);
  co_return is_open(peer);
}

awaitable<void> RelayServer::Impl::wait_readable(Peer peer) {
  asio::error_code error;
  co_await peer->socket.async_wait(tcp::socket::wait_read,
                                   asio::redirect_error(use_awaitable, error));
}

awaitable<bool> RelayServer::Impl::read_more(Peer peer) {
  for (;;) {
    if (peer->drained) co_await wait_readable(peer);
    if (!is_open(peer)) co_return false;
    asio::error_code error;
    const std::size_t size = peer->socket.read_some(asio::buffer(scratch_), error);
    peer->drained = error == asio::error::would_block || size < scratch_.size();
    if (!error) {
      peer->received_bytes += size;
      peer->line->feed(ByteView(scratch_).first(size));
      co_return true;
    }
    if (error != asio::error::would_block) {
      close(peer, "left");
      co_return false;
    }
  }
}

awaitable<bool> RelayServer::Impl::take_messages(Peer peer) {
  for (;;) {
    auto message = peer->line->next();
    if (!message) {
      close(peer, "malformed");
      co_return false;
    }
    if (!*message) co_return true;
    const std::size_t size = (*message)->size();
    auto request = decode_request(**message);
    if (!request) {
      peer->close_when_written = true;
      if (!peer->queue(RefusedAnswer{RefusalCode::malformed})) close(peer, "malformed");
      flush(peer);
      co_return false;
    }
    message->reset();
    co_await wait_for_share(peer);
    if (!is_open(peer)) co_return false;
    enqueue(peer, std::move(*request), size);
    co_await wait_for_room(peer);
    if (!is_open(peer)) co_return false;
  }
}

// Who asks too much is read more slowly, not refused.
awaitable<void> RelayServer::Impl::wait_for_share(Peer peer) {
  const auto has_share = [&] {
    if (!peer->session.tenancy) return guest_rate_.take(peer->party);
    return raad_rate_.take(peer->session.tenancy->hex());
  };
  while (is_open(peer) && !has_share()) {
    peer->paused = true;
    asio::steady_timer pause(io_, std::chrono::milliseconds(250));
    asio::error_code error;
    co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
  }
  peer->paused = false;
}

awaitable<void> RelayServer::Impl::wait_for_room(Peer peer) {
  while (is_open(peer) &&
         (peer->pending >= kPendingMax || peer->out.size() > kWriteQueueBytesMax / 4)) {
    peer->paused = true;
    asio::error_code error;
    co_await peer->wake.async_wait(asio::redirect_error(use_awaitable, error));
  }
  peer->paused = false;
}

awaitable<void> RelayServer::Impl::write_rest(Peer peer) {
  while (is_open(peer) && !peer->out.empty()) {
    asio::error_code error;
    co_await peer->socket.async_wait(tcp::socket::wait_write,
                                     asio::redirect_error(use_awaitable, error));
    if (!is_open(peer)) break;
    if (error || !peer->write_now()) {
      close(peer, "left");
      break;
    }
    peer->wake.cancel();
  }
  peer->writing = false;
  if (peer->close_when_written) close(peer, "refused");
}

void RelayServer::Impl::flush(const Peer& peer) {
  if (peer->writing || !is_open(peer)) return;
  if (!peer->write_now()) {
    close(peer, "left");
    return;
  }
  if (peer->out.empty()) {
    if (peer->close_when_written) close(peer, "refused");
    return;
  }
  peer->writing = true;
  asio::co_spawn(io_, write_rest(peer), asio::detached);
}

void RelayServer::Impl::close(const Peer& peer, const char* why) {
  if (!is_open(peer)) return;
  // The caller may refer to an entry of peers_.
  const Peer kept = peer;  // NOLINT(performance-unnecessary-copy-initialization)
  event("close " + std::to_string(kept->number) + " " + why + " requests=" +
        std::to_string(kept->requests) + " refused=" + std::to_string(kept->refusals));
  peers_.erase(kept->number);
  watchers_.erase(kept);
  const auto share = party_connections_.find(kept->party);
  if (share != party_connections_.end() && --share->second == 0) party_connections_.erase(share);
  asio::error_code ignored;
  kept->socket.shutdown(tcp::socket::shutdown_send, ignored);
  kept->socket.close(ignored);
  kept->wake.cancel();
  if (draining_ && peers_.empty()) asio::post(io_, [this] { drain(); });
}

// ---- Requests ----

// The batch is answered behind everything that this wake-up of the event loop brought.
void RelayServer::Impl::enqueue(const Peer& peer, Request request, std::size_t size_bytes) {
  ++peer->pending;
  ++peer->requests;
  batch_bytes_ += size_bytes;
  batch_.push_back({peer, std::move(request)});
  if (batch_bytes_ > kBatchBytesMax) {
    answer_batch();
  } else if (!std::exchange(batch_posted_, true)) {
    asio::post(io_, [this] {
      batch_posted_ = false;
      answer_batch();
    });
  }
}

Status RelayServer::Impl::handle_together(const std::vector<Pending>& batch,
                                          std::vector<std::optional<Outcome>>& outcomes) {
  return parts_.storage.transact([&]() -> Status {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      KLUIS_TRY(outcome, parts_.relay.handle(batch[i].from->session, batch[i].request));
      outcomes[i] = std::move(outcome);
    }
    return {};
  });
}

// When the disk is full: what needs no room is served still.
Status RelayServer::Impl::handle_one_by_one(const std::vector<Pending>& batch,
                                            std::vector<std::optional<Outcome>>& outcomes) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto outcome = parts_.relay.handle(batch[i].from->session, batch[i].request);
    if (outcome) {
      outcomes[i] = std::move(*outcome);
    } else if (outcome.error().key == "disk.full" || outcome.error().key == "store.busy") {
      outcomes[i] = Outcome{RefusedAnswer{RefusalCode::busy}, {}};
    } else {
      return fail(outcome.error().kind, outcome.error().key);
    }
  }
  return {};
}

void RelayServer::Impl::answer_batch() {
  const std::vector<Pending> batch = std::exchange(batch_, {});
  batch_bytes_ = 0;
  if (batch.empty() || failure_) return;
  std::vector<std::optional<Outcome>> outcomes(batch.size());
  Status status = handle_together(batch, outcomes);
  if (!status && (status.error().key == "disk.full" || status.error().key == "store.busy")) {
    event("trouble " + status.error().key);
    status = handle_one_by_one(batch, outcomes);
  }
  if (!status) {
    fail_with(std::move(status).error());
    return;
  }
  for (std::size_t i = 0; i < batch.size(); ++i) answer(batch[i], *outcomes[i]);
  for (const Pending& pending : batch) {
    --pending.from->pending;
    pending.from->wake.cancel();
    flush(pending.from);
  }
  if (draining_) drain();
}

void RelayServer::Impl::answer(const Pending& pending, const Outcome& outcome) {
  const Peer& peer = pending.from;
  if (std::holds_alternative<RefusedAnswer>(outcome.response)) ++peer->refusals;
  log_change(pending, outcome.response);
  if (is_open(peer)) {
    if (!peer->queue(outcome.response)) close(peer, "reader-slow");
    if (is_open(peer) && peer->session.watching) {
      watchers_.insert(peer);
    } else {
      watchers_.erase(peer);
    }
  }
  if (outcome.notice) push(*outcome.notice, peer);
}

void RelayServer::Impl::push(const Notice& notice, const Peer& cause) {
  const std::vector<Peer> watching(watchers_.begin(), watchers_.end());
  for (const Peer& peer : watching) {
    if (peer == cause || !concerns(notice, peer->session)) continue;
    if (!peer->queue(Push{notice.commit_number})) {
      close(peer, "reader-slow");
      continue;
    }
    flush(peer);
  }
}

void RelayServer::Impl::log_change(const Pending& pending, const Response& response) {
  if (!std::holds_alternative<CommitAnswer>(response) &&
      !(std::holds_alternative<LiftRequest>(pending.request) &&
        std::holds_alternative<DoneAnswer>(response))) {
    return;
  }
  const char* what = std::holds_alternative<AdmitRaadRequest>(pending.request) ? "admit "
                     : std::holds_alternative<LiftRequest>(pending.request)    ? "lift "
                                                                               : "commit ";
  event(what + std::to_string(pending.from->number));
}

// ---- Time ----

awaitable<void> RelayServer::Impl::count_seconds() {
  asio::steady_timer timer(io_);
  while (!failure_) {
    timer.expires_after(std::chrono::seconds(1));
    asio::error_code error;
    co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
    ++second_;
    raad_rate_.second_passed();
    guest_rate_.second_passed();
    look_after_peers();
    if (second_ % kSpaceSeconds == 0) look_at_disk();
    if (second_ % kSweepSeconds == 0) {
      const auto swept = parts_.relay.sweep();
      if (!swept) fail_with(swept.error());
    }
    if (draining_) drain();
  }
}

void RelayServer::Impl::look_after_peers() {
  std::vector<std::pair<Peer, const char*>> over;
  for (const auto& [number, peer] : peers_) {
    const char* why = peer->watch.second_passed(peer->facts());
    if (why != nullptr) over.emplace_back(peer, why);
  }
  for (const auto& [peer, why] : over) close(peer, why);
}

void RelayServer::Impl::look_at_disk() {
  if (parts_.store_folder.empty()) return;
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(parts_.store_folder, error);
  if (error || space.capacity == 0) return;
  const bool low =
      space.available < kFreeBytesMin && space.available < space.capacity / 100 * kFreePercentMin;
  parts_.relay.accept_documents(!low);
  if (low) event("disk-low");
}

void RelayServer::Impl::begin_drain() {
  if (std::exchange(draining_, true)) return;
  event("drain");
  drain_until_ = second_ + kDrainSeconds;
  asio::error_code ignored;
  acceptor_->close(ignored);
  drain();
}

void RelayServer::Impl::drain() {
  std::vector<Peer> done;
  for (const auto& [number, peer] : peers_) {
    if (peer->is_quiet() || second_ >= drain_until_) done.push_back(peer);
  }
  for (const Peer& peer : done) close(peer, "drain");
  if (peers_.empty() && batch_.empty()) io_.stop();
}

void RelayServer::Impl::fail_with(Error error) {
  event("failed " + error.key);
  failure_ = std::move(error);
  io_.stop();
}

// ---- The server ----

RelayServer::RelayServer(ServerParts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
RelayServer::~RelayServer() = default;
Result<std::string> RelayServer::listen(const std::string& address) {
  return impl_->listen(address);
}
Status RelayServer::run() {
  return impl_->run();
}
void RelayServer::stop() {
  impl_->stop();
}

}  // namespace kluis
