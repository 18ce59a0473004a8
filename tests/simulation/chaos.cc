#include "tests/simulation/chaos.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <utility>

#include "proto/assert.h"
#include "tests/explore/judge.h"
#include "tests/explore/visit.h"
#include "tests/simulation/home.h"
#include "tests/support/simulated_raad.h"
#include "vault/crypto/hash.h"

namespace kluis::test {
namespace {

constexpr std::size_t kTraceLines = 120;
// Far more requests than any honest session makes.
constexpr unsigned kSessionRequestsMax = 600;

// A session on its way: perhaps a request waits to be delivered, or an answer to be received.
struct Flight {
  std::unique_ptr<Visit> visit;
  std::optional<Request> request;
  std::optional<Response> response;
  unsigned requests = 0;
};

class Chaos {
 public:
  explicit Chaos(const ChaosOptions& options)
      : options_(options), random_(options.seed), raad_(options.seed) {}

  ChaosResult run() {
    set_up();
    for (unsigned tick = 0; tick < options_.ticks && !result_.failure; ++tick) {
      raad_.clock.now_ms += 1 + pick(2000);
      event();
    }
    while (!flights_.empty()) end(flights_.begin()->first);
    if (!result_.failure) calm();
    if (!result_.failure) check_records();
    return std::move(result_);
  }

 private:
  std::size_t pick(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool chance(unsigned percent) { return pick(100) < percent; }

  void note(const std::string& line) {
    Bytes bytes(8);
    for (std::size_t i = 0; i < 8; ++i) {
      bytes[i] = static_cast<std::uint8_t>(result_.trace_hash >> (8 * i));
    }
    append(bytes, as_bytes(line));
    const auto digest = hash_as<Digest>("trace", {bytes});
    result_.trace_hash = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      result_.trace_hash |= static_cast<std::uint64_t>(digest.bytes[i]) << (8 * i);
    }
    if (result_.trace.size() == kTraceLines) result_.trace.erase(result_.trace.begin());
    result_.trace.push_back(line);
  }

  void fail(const std::string& what) {
    if (result_.failure) return;
    result_.failure = what;
    note("FAILED: " + what);
  }

  void set_up() {
    Party& griffier = raad_.found("Griet");
    if (options_.second_officer) raad_.join(griffier, "Piet", {Capacity::plv_griffier});
    for (const char* name : {"Anna", "Bram", "Cas"}) {
      raad_.join(griffier, name, {Capacity::raadslid});
    }
    circles_.push_back(
        raad_.make_circle(griffier, "gesprek", {person("Anna"), person("Bram"), person("Cas")}));
    circles_.push_back(raad_.make_circle(griffier, "commissie", {person("Anna")}));
    raad_.settle(3);
    for (const auto& each : raad_.parties) {
      homes_[each->name] = options_.make_home(*each, options_.seed * 16 + homes_.size());
    }
  }

  Party& party(const std::string& name) {
    for (const auto& each : raad_.parties) {
      if (each->name == name) return *each;
    }
    KLUIS_ASSERT(false);
  }
  PersonId person(const std::string& name) { return raad_.person_of(party(name)); }

  Party& anybody() { return *raad_.parties[pick(raad_.parties.size())]; }
  Party& an_officer() { return party(options_.second_officer && chance(50) ? "Piet" : "Griet"); }

  void event() {
    const std::size_t kind = pick(100);
    if (kind < 8) return write();
    if (kind < 11) return decide();
    if (kind < 13) return restart_relay();
    if (kind < 25 && flights_.size() < 4) return take_off();
    if (!flights_.empty()) return step();
    take_off();
  }

  // A change at rest: the device is not in a session, its program opens the vault and closes it.
  template <typename Change>
  void locally(Party& who, const std::string& what, Change&& change) {
    if (flights_.contains(who.name)) return;
    auto device = Device::load(around(who));
    if (!device) return fail(who.name + " cannot open: " + device.error().key);
    const Status status = change(*device);
    note(who.name + " " + what + (status ? "" : ": " + status.error().key));
  }

  Device::Surroundings around(Party& who) {
    return {homes_.at(who.name)->store(), raad_.clock, who.entropy, nullptr};
  }

  void write() {
    Party& who = anybody();
    const CircleAlias circle = circles_[pick(circles_.size())];
    const std::string text = who.name + std::to_string(++written_);
    locally(who, "writes " + text, [&](Device& device) -> Status {
      Note body;
      body.text = text;
      KLUIS_TRY(record, device.add({circle, RecordKind::note, encode(body), BlobName{},
                                    OutboxKind::record}));
      notes_.push_back({circle, record.id(), who.name});
      return {};
    });
  }

  void decide() {
    Party& officer = an_officer();
    const CircleAlias circle = circles_[pick(circles_.size())];
    static constexpr const char* kMembers[] = {"Anna", "Bram", "Cas"};
    const std::string whom = kMembers[pick(3)];
    switch (pick(5)) {
      case 0:
        return locally(officer, "grants " + whom, [&](Device& device) {
          return device.wish_admit(circle, person(whom), DossierRole::lid);
        });
      case 1:
        return locally(officer, "drops " + whom, [&](Device& device) {
          dropped_.insert({circle, whom});
          return device.wish_drop(circle, person(whom));
        });
      case 2:
        return locally(officer, "wants a reseal", [&](Device& device) {
          return device.wish(ResealIntent{chance(50) ? circle : device.roll().alias()});
        });
      case 3:
        return plan_circle(officer, whom);
      default:
        if (!options_.removals || (!removed_.empty() && removed_ != whom)) return;
        return locally(officer, "revokes " + whom, [&](Device& device) {
          removed_ = whom;
          RemoveIntent wish;
          wish.person = person(whom);
          wish.devices = {party(whom).device->id()};
          return device.wish(wish);
        });
    }
  }

  void plan_circle(Party& officer, const std::string& whom) {
    if (circles_.size() >= 4) return;
    locally(officer, "plans a circle for " + whom, [&](Device& device) -> Status {
      CircleInfo info;
      officer.entropy.fill(info.dossier.bytes);
      info.title = "dossier";
      KLUIS_TRY(circle, device.plan_circle(info));
      circles_.push_back(circle);
      return device.wish_admit(circle, person(whom), DossierRole::lid);
    });
  }

  // Every connection dies with it; what it had answered may be on its way still, and is lost.
  void restart_relay() {
    while (!flights_.empty()) end(flights_.begin()->first);
    raad_.restart_relay();
    note("the relay restarts");
  }

  void take_off() {
    Party& who = anybody();
    if (flights_.contains(who.name)) return;
    if (chance(25)) homes_.at(who.name)->arm(random_);
    Bytes handshake(64);
    who.entropy.fill(handshake);
    auto visit = Visit::begin(around(who), handshake);
    if (!visit) return fail(who.name + " cannot open: " + visit.error().key);
    note(who.name + " connects");
    flights_[who.name].visit = std::move(*visit);
  }

  // One thing happens to one session: a request is made, reaches the relay, or its answer arrives;
  // or it is lost, and the session with it.
  void step() {
    auto flight = flights_.begin();
    std::advance(flight, static_cast<std::ptrdiff_t>(pick(flights_.size())));
    const std::string name = flight->first;
    if (!advance(name, flight->second, 3)) end(name);
  }

  void end(std::string name) {
    flights_.erase(name);
    tidy(party(name));
  }

  // The disk may still stop: then the next one to open the vault finishes what was begun.
  void tidy(Party& who) {
    Home& home = *homes_.at(who.name);
    auto device = Device::load(around(who));
    const Status tidied = device ? home.tidy(*device) : Status();
    if (!tidied) note(who.name + " stops while it tidies up");
    const Status opened = home.reopen(random_);
    if (!opened) fail(who.name + " does not open: " + opened.error().key);
  }

  // false: the session is over.
  bool advance(const std::string& name, Flight& flight, unsigned loss_percent) {
    if (flight.response) {
      if (chance(loss_percent)) {
        note(name + " loses the answer " + name_of(*flight.response));
        return false;
      }
      const Status status = flight.visit->receive(*flight.response);
      flight.response.reset();
      return judge(name, status);
    }
    if (flight.request) {
      if (chance(loss_percent)) {
        note(std::string("the request ") + name_of(*flight.request) + " of " + name + " is lost");
        return false;
      }
      auto response = flight.visit->deliver(raad_.relay(), *flight.request);
      if (!response) {
        fail("relay: " + response.error().key);
        return false;
      }
      note(name + ": " + described(*flight.request) + " -> " + name_of(*response));
      ++result_.requests;
      flight.request.reset();
      flight.response = std::move(*response);
      return true;
    }
    auto request = flight.visit->next();
    if (!request) return judge(name, tl::unexpected<Error>(request.error()));
    if (!*request) {
      note(name + " is done");
      return false;
    }
    if (++flight.requests > kSessionRequestsMax) {
      fail(name + " asks without end");
      return false;
    }
    flight.request = std::move(**request);
    return true;
  }

  static std::string described(const Request& request) {
    const auto* append = std::get_if<AppendRequest>(&request);
    if (append == nullptr) return name_of(request);
    const char* what =
        append->blobs.empty() ? (append->expect_commit ? "leaf or welcome" : "cell") : "record";
    return std::string("append ") + what + " to " + append->name.hex().substr(0, 6);
  }

  bool judge(const std::string& name, const Status& status) {
    if (status) return true;
    const Error& error = status.error();
    note(name + " ends with " + error.key);
    const bool expected = error.kind == ErrorKind::disk || error.key == "relay.busy";
    if (!expected) fail(name + " ends with " + error.key);
    return false;
  }

  void calm() {
    note("calm");
    std::optional<std::string> what = "no round";
    for (unsigned round = 1; round <= options_.calm_rounds; ++round) {
      raad_.clock.now_ms += 61'000;
      bool changed = false;
      for (const auto& each : raad_.parties) {
        take_off_calmly(*each);
        if (result_.failure) return;
      }
      what = state_of_all();
      result_.calm_rounds = round;
      if (!what && !changed) return;
    }
    for (const auto& each : raad_.parties) {
      auto device = Device::load(around(*each));
      if (!device) continue;
      const auto holding = holding_of(*device);
      if (!holding) continue;
      note(each->name);
      for (const std::string& line : test::described(*holding)) note(line);
    }
    fail("after the calm: " + *what);
  }

  void take_off_calmly(Party& who) {
    Bytes handshake(64);
    who.entropy.fill(handshake);
    auto visit = Visit::begin(around(who), handshake);
    if (!visit) return fail(who.name + " cannot open: " + visit.error().key);
    Flight flight;
    flight.visit = std::move(*visit);
    while (advance(who.name, flight, 0)) {
    }
    flight.visit.reset();
    tidy(who);
  }

  std::optional<std::string> state_of_all() {
    std::vector<Holding> holdings;
    for (const auto& each : raad_.parties) {
      auto device = Device::load(around(*each));
      if (!device) return each->name + " cannot open: " + device.error().key;
      auto holding = holding_of(*device);
      if (!holding) return each->name + ": " + holding.error().key;
      for (const std::string& alarm : holding->alarms) {
        if (alarm != "removed" && alarm != "waiting-for-officer") {
          return each->name + " has the alarm " + alarm;
        }
      }
      holdings.push_back(std::move(*holding));
    }
    return unsettled(holdings);
  }

  // What anybody wrote is with every member of its circle, unless its author was taken out.
  void check_records() {
    for (const Written& written : notes_) {
      const bool taken_out =
          written.author == removed_ || dropped_.contains({written.circle, written.author});
      if (taken_out) continue;
      bool held = false;
      for (const auto& each : raad_.parties) {
        DeviceRows rows(homes_.at(each->name)->store());
        const auto record = rows.record(written.circle, written.record);
        held = held || (record && *record);
      }
      if (!held) return fail("a record of " + written.author + " is gone");
    }
  }

  struct Written {
    CircleAlias circle;
    RecordId record;
    std::string author;
  };

  ChaosOptions options_;
  std::mt19937_64 random_;
  SimulatedRaad raad_;
  ChaosResult result_;
  std::map<std::string, std::unique_ptr<Home>> homes_;
  std::map<std::string, Flight> flights_;
  std::vector<CircleAlias> circles_;
  std::vector<Written> notes_;
  std::set<std::pair<CircleAlias, std::string>> dropped_;
  std::string removed_;
  unsigned written_ = 0;
};

}  // namespace

ChaosResult run_chaos(const ChaosOptions& options) {
  return Chaos(options).run();
}

}  // namespace kluis::test
