#include "tools/commands/relay_syncing.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "sync/enrol/enrol.h"
#include "sync/net/relay_connection.h"
#include "sync/relay/refusal.h"
#include "tools/commands/relay_line.h"
#include "vault/dossier/text_rules.h"

namespace kluis {
namespace {

Status refused(const Response& response) {
  if (const auto* refusal = std::get_if<RefusedAnswer>(&response)) {
    return tl::unexpected<Error>(refusal_error(refusal->code));
  }
  return fail(ErrorKind::relay, "relay.unexpected");
}

// ---- Watching ----

// Set by a signal, read between two waits.
volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int /*signal*/) {
  stop_asked = 1;
}

// A signal ends the watch where nothing is half done.
class StopOnSignal {
 public:
  StopOnSignal() {
    stop_asked = 0;
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, ask_to_stop);
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  ~StopOnSignal() {
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
  }
  [[nodiscard]] static bool asked() { return stop_asked != 0; }
};

constexpr std::int64_t kLookMs = 250;    // how soon a signal is seen
constexpr std::int64_t kPollMs = 1'000;  // a guest is told nothing and has to ask
constexpr std::int64_t kBackOffMinMs = 1'000;
constexpr std::int64_t kBackOffMaxMs = 60'000;

void rest(std::int64_t milliseconds) {
  for (; milliseconds > 0 && !StopOnSignal::asked(); milliseconds -= kLookMs) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(milliseconds, kLookMs)));
  }
}

// Whether waiting may cure it: the relay is away, or another process has the vault just now.
bool passes_by_itself(const Error& error) {
  return error.kind == ErrorKind::relay || error.key == "vault.in_use";
}

// Until the relay says that there may be news, or a signal comes.
Status wait_for_news(RelayLink& link) {
  while (!StopOnSignal::asked()) {
    KLUIS_TRY(push, link.wait_push(kLookMs));
    if (push) return {};
  }
  return {};
}

// Turns over one connection, as long as it holds. True: the watch is over.
Result<bool> watch_over(OpenLine& line, const Syncing::Watch& watch) {
  bool watching = false;
  while (!StopOnSignal::asked()) {
    KLUIS_TRY(goes_on, watch.turn(line));
    if (!goes_on) return true;
    if (!watching) {
      KLUIS_TRY(response, line.link().call(WatchRequest{}));
      watching = std::holds_alternative<DoneAnswer>(response);
      // Once more: something may have come between the turn and the watching.
      if (watching) continue;
      rest(kPollMs);
      continue;
    }
    KLUIS_CHECK(wait_for_news(line.link()));
  }
  return true;
}

}  // namespace

Status RelaySyncing::found(Vault& vault, const FoundRequest& request) {
  KLUIS_TRY(link, RelayConnection::connect(request.relay.address, request.relay.key, entropy_));
  const Device::FoundOptions options{.gemeente = request.gemeente,
                                     .person_name = request.person_name,
                                     .device_name = request.device_name,
                                     .relay = request.relay,
                                     .receipt_key = link->receipt_key()};
  KLUIS_TRY(admit, vault.found(options, request.voucher.expose()));
  KLUIS_TRY(response, link->call(std::move(admit)));
  const auto* answer = std::get_if<CommitAnswer>(&response);
  if (answer == nullptr) return refused(response);
  return vault.founded(answer->receipt);
}

Result<Invited> RelaySyncing::invite(Vault& vault, const InviteRequest& request) {
  KLUIS_TRY(made, kluis::invite(vault.device(), {.person = request.person,
                                                 .person_name = request.name,
                                                 .capacities = request.capacities,
                                                 .custody = request.custody}));
  return Invited{made.invitation, link_text(made.link), made.code};
}

Status RelaySyncing::cancel(Vault& vault, const MailboxId& mailbox) {
  return cancel_invitation(vault.device(), mailbox);
}

Status RelaySyncing::join(Vault& vault, const Link& link, const SecretBuffer& code,
                          const std::string& device_name) {
  KLUIS_TRY(relay, RelayConnection::connect(link.relay_address, link.relay_key, entropy_));
  KLUIS_TRY(response, relay->call(MailboxGetRequest{link.mailbox}));
  const auto* mailbox = std::get_if<MailboxAnswer>(&response);
  if (mailbox == nullptr) {
    const auto* refusal = std::get_if<RefusedAnswer>(&response);
    const bool gone = refusal != nullptr && refusal->code == RefusalCode::mailbox_gone;
    return gone ? Status(fail(ErrorKind::no_access, "join.expired")) : refused(response);
  }
  if (mailbox->messages.empty()) return fail(ErrorKind::relay, "relay.unexpected");
  if (mailbox->messages.size() > 1) return fail(ErrorKind::no_access, "join.used");
  KLUIS_CHECK(check_name(device_name));
  return vault.join_by([&](const Device::Surroundings& around) {
    return begin_joining(around, link, as_text(code.expose()), mailbox->messages.front(),
                         device_name);
  });
}

Result<SyncReport> RelaySyncing::sync(Vault& vault) {
  KLUIS_TRY(relay, vault.device().relay());
  auto link = RelayConnection::connect(relay.address, relay.key, entropy_);
  if (!link) {
    KLUIS_CHECK(vault.after_sync(false));
    return tl::unexpected<Error>(std::move(link).error());
  }
  return OpenLine(std::move(*link)).sync(vault);
}

Status RelaySyncing::watch(const RelayPlace& relay, const Watch& watch) {
  const StopOnSignal stop;
  std::int64_t back_off_ms = kBackOffMinMs;
  while (!StopOnSignal::asked()) {
    auto link = RelayConnection::connect(relay.address, relay.key, entropy_);
    Error error{ErrorKind::relay, "relay.unreachable", {}, {}};
    if (link) {
      OpenLine line(std::move(*link));
      auto over = watch_over(line, watch);
      if (over) return {};
      error = std::move(over).error();
      back_off_ms = kBackOffMinMs;
    } else {
      error = std::move(link).error();
    }
    if (!passes_by_itself(error)) return tl::unexpected<Error>(std::move(error));
    watch.away(error);
    rest(back_off_ms);
    back_off_ms = std::min(back_off_ms * 2, kBackOffMaxMs);
  }
  return {};
}

}  // namespace kluis
