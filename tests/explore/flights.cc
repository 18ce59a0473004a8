#include "tests/explore/flights.h"

#include <cstdio>
#include <cstdlib>

#include "tests/explore/lies.h"
#include "tests/explore/visit.h"

namespace kluis::test {
namespace {

// Far more than any honest session of these worlds asks.
constexpr unsigned kSessionRequestsMax = 120;
constexpr std::size_t kKnownMax = 30'000;

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "explore: %s\n", error.key.c_str());
  std::abort();
}

// Reads of what a name fixes, and bytes that nobody sees before they are named: whatever others do
// meanwhile commutes with them, so they always happen together with what goes before.
bool commutes(const Request& request) {
  return std::holds_alternative<StageRequest>(request) ||
         std::holds_alternative<FetchRequest>(request) ||
         std::holds_alternative<FetchSliceRequest>(request);
}

// A cell says only what its device has seen; several go one behind the other.
bool tells(const Request& request) {
  const auto* append = std::get_if<AppendRequest>(&request);
  return append != nullptr && !append->expect_commit;
}

bool reads(const Request& request) {
  return std::holds_alternative<SyncRequest>(request) ||
         std::holds_alternative<HelloRequest>(request) ||
         std::holds_alternative<ParcelsRequest>(request);
}

}  // namespace

// One session brought to life for one move.
class Flights::Run {
 public:
  Run(const Setting& setting, Flight flight, const RelayImagePtr& relay)
      : setting_(setting),
        flight_(std::move(flight)),
        relay_(relay),
        pilot_(setting, *flight_.start, flight_.seed) {
    auto visit = Visit::begin(pilot_.around(), flight_.connection.handshake_hash);
    if (!visit) stop(visit.error());
    visit_ = std::move(*visit);
  }

  Effect begin() {
    Effect effect;
    auto request = visit_->next();
    if (request && *request) {
      flight_.pending = std::make_shared<const Request>(std::move(**request));
      effect.flight = std::make_shared<const Flight>(std::move(flight_));
    } else if (!request) {
      effect.ended = request.error();
    }
    effect.relay = relay_;
    effect.device = std::make_shared<const DeviceImage>(pilot_.store);
    return effect;
  }

  Response ask() { return ask(relay_); }

  Response ask(RelayImagePtr& image) {
    MemoryStorage storage(image->storage);
    Relay relay(storage, setting_.raad.clock, setting_.raad.receipt_seed());
    auto outcome = relay.handle(flight_.connection, *flight_.pending);
    if (!outcome) stop(outcome.error());
    auto changed = std::make_shared<const RelayImage>(storage, image.get());
    if (changed->print != image->print) image = std::move(changed);
    return std::move(outcome->response);
  }

  // Plays all answers so far, then `response` and what belongs to the same move.
  std::optional<Effect> go_on(Response response, const How& how, bool genuine) {
    replay();
    pilot_.store.fail_at_commit(how.failing_write);
    for (bool telling = false;;) {
      auto request = take(std::move(response), genuine);
      if (!request || !*request) return land(request, how);
      telling = telling || tells(*flight_.pending);
      flight_.pending = std::make_shared<const Request>(std::move(**request));
      if (flight_.requests > kSessionRequestsMax) {
        effect_.too_long = true;
        return land(request, how);
      }
      if (!together(*flight_.pending, how.grain, telling)) break;
      response = ask();
      hide(flight_.hidden, *flight_.pending, response);
      genuine = true;
    }
    if (how.failing_write != 0) return std::nullopt;
    effect_.flight = std::make_shared<const Flight>(std::move(flight_));
    return finish();
  }

  Flight& flight() { return flight_; }
  RelayImagePtr& relay() { return relay_; }

 private:
  static bool together(const Request& request, Grain grain, bool telling) {
    if (std::holds_alternative<StageRequest>(request)) return true;
    if (grain == Grain::request) return false;
    if (commutes(request) || reads(request) || (telling && tells(request))) return true;
    const auto* append = std::get_if<AppendRequest>(&request);
    return grain == Grain::commit && append != nullptr && append->blobs.empty();
  }

  void replay() {
    if (!visit_->next()) std::abort();
    for (const auto& answer : flight_.answers) {
      if (!visit_->receive(*answer) || !visit_->next()) std::abort();
    }
  }

  Result<std::optional<Request>> take(Response response, bool genuine) {
    flight_.print = Printer().add(flight_.print).add(encode(response)).print();
    const bool lost = std::holds_alternative<ConflictAnswer>(response) &&
                      std::holds_alternative<CommitRequest>(*flight_.pending);
    if (lost) ++flight_.lost_races;
    flight_.answers.push_back(std::make_shared<const Response>(std::move(response)));
    effect_.exchanges.push_back({flight_.pending, flight_.answers.back(), genuine});
    ++flight_.requests;
    KLUIS_CHECK(visit_->receive(*flight_.answers.back()));
    return visit_->next();
  }

  std::optional<Effect> land(const Result<std::optional<Request>>& request, const How& how) {
    const bool crashed = !request && request.error().key == "disk.full";
    if (how.failing_write != 0 && !crashed) return std::nullopt;
    if (!request && !crashed) effect_.ended = request.error();
    return finish();
  }

  Effect finish() {
    effect_.relay = relay_;
    effect_.device = std::make_shared<const DeviceImage>(pilot_.store);
    return std::move(effect_);
  }

  const Setting& setting_;
  Flight flight_;
  RelayImagePtr relay_;
  Pilot pilot_;
  std::unique_ptr<Visit> visit_;
  Effect effect_;
};

Effect Flights::begin(std::size_t device, const DeviceImagePtr& image, const RelayImagePtr& relay,
                      unsigned branch) {
  Flight flight;
  flight.start = image;
  flight.relay = branch;
  const Fingerprint drawn =
      Printer().add(image->print).add(relay->print).add(std::uint64_t{device}).print();
  flight.seed = scenario_.same_randomness ? device + 1 : seed_from(drawn);
  flight.connection.handshake_hash = handshake_from(flight.seed);
  flight.print = Printer().add(image->print).add(flight.seed).add(std::uint64_t{branch}).print();
  return Run(setting_, std::move(flight), relay).begin();
}

std::optional<Effect> Flights::step(const FlightPtr& flight, const RelayImagePtr& relay,
                                    const How& how) {
  const Fingerprint key = Printer()
                              .add(flight->print)
                              .add(relay->print)
                              .add(static_cast<std::uint64_t>(how.grain))
                              .add(std::uint64_t{how.failing_write})
                              .print();
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  Run run(setting_, *flight, relay);
  Response response = run.ask();
  hide(flight->hidden, *flight->pending, response);
  auto effect = run.go_on(std::move(response), how, true);
  if (known_.size() >= kKnownMax) known_.clear();
  known_.emplace(key, effect);
  return effect;
}

Effect Flights::lose_answer(const FlightPtr& flight, const RelayImagePtr& relay) {
  Run run(setting_, *flight, relay);
  auto response = std::make_shared<const Response>(run.ask());
  Effect effect;
  effect.exchanges.push_back({flight->pending, std::move(response), true});
  effect.relay = run.relay();
  return effect;
}

std::optional<Effect> Flights::lie(const FlightPtr& flight, const RelayImagePtr& relay,
                                   const std::vector<RelayImagePtr>& copies, Lie kind,
                                   std::size_t index) {
  Run run(setting_, *flight, relay);
  const How alone{Grain::request, 0};
  if (kind == Lie::from_copy) {
    if (index >= copies.size()) return std::nullopt;
    // The copy answers, and what it would have stored is forgotten.
    RelayImagePtr copy = copies[index];
    Response response = run.ask(copy);
    return run.go_on(std::move(response), alone, false);
  }
  Response response = run.ask();
  if (!begin_hiding(kind, index, *flight->pending, response, run.flight().hidden)) {
    return std::nullopt;
  }
  // What is hidden from now on is part of what the session is.
  run.flight().print = Printer().add(run.flight().print).add(as_bytes("hides")).print();
  return run.go_on(std::move(response), alone, true);
}

}  // namespace kluis::test
