#include "tests/simulation/leaf_schedules.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "proto/assert.h"
#include "tests/explore/visit.h"
#include "tests/simulation/box_audit.h"
#include "tests/simulation/hidden_commit.h"
#include "tests/support/simulated_raad.h"

namespace kluis::test {
namespace {

constexpr unsigned kTicks = 240;
constexpr std::size_t kOfficers = 2;
constexpr std::size_t kFlightsMax = 4;
constexpr unsigned kSessionRequestsMax = 600;

// A session on its way: perhaps a request waits to be delivered, or an answer to be received.
struct Flight {
  std::unique_ptr<Visit> visit;
  std::optional<Request> request;
  std::optional<Response> response;
  unsigned requests = 0;
};

struct Actor {
  std::string name;
  PersonId person;
  DeviceId device;
  bool officer = false;
  MemoryStore store;
  SeededEntropy entropy;
  std::optional<Flight> flight;
  std::optional<Bytes> leaf;  // as the store had it when it was last looked at
};

// Whether this request publishes the next leaf of the device that makes it. (A welcome looks the
// same from outside, but is not sent while a leaf waits.)
bool is_leaf(const Request& request, MemoryStore& store) {
  const auto* append = std::get_if<AppendRequest>(&request);
  if (append == nullptr || !append->blobs.empty() || !append->expect_commit) return false;
  const auto next = store.get(Table::secret, as_bytes("leaf-next"));
  return next && *next;
}

}  // namespace

struct LeafSchedules::Start {
  SimulatedRaad raad{1};
  std::vector<CircleAlias> circles;
  TenancyId tenancy;
  CircleAlias roll;
};

LeafSchedules::LeafSchedules() : start_(std::make_unique<Start>()) {
  SimulatedRaad& raad = start_->raad;
  Party& griffier = raad.found("Griet");
  raad.join(griffier, "Piet", {Capacity::plv_griffier});
  std::vector<PersonId> persons;
  for (const char* name : {"Anna", "Bram"}) {
    persons.push_back(raad.person_of(raad.join(griffier, name, {Capacity::raadslid})));
  }
  start_->circles.push_back(raad.make_circle(griffier, "gesprek", persons));
  start_->circles.push_back(raad.make_circle(griffier, "commissie", {persons[0]}));
  raad.settle(3);
  const auto tenancy = griffier.device->tenancy();
  KLUIS_ASSERT(tenancy && *tenancy);
  start_->tenancy = **tenancy;
  start_->roll = griffier.device->roll().alias();
}

LeafSchedules::~LeafSchedules() = default;

namespace {

class Schedule {
 public:
  Schedule(SimulatedRaad& raad, const std::vector<CircleAlias>& circles, const TenancyId& tenancy,
           const CircleAlias& roll, std::uint64_t seed, bool traced)
      : random_(seed),
        storage_(raad.storage),
        clock_(raad.clock),
        receipt_seed_(raad.receipt_seed()),
        relay_(storage_, clock_, receipt_seed_),
        circles_(circles),
        tenancy_(tenancy),
        roll_(roll),
        traced_(traced) {
    for (const auto& party : raad.parties) {
      const std::uint64_t own_seed = seed * 16 + actors_.size();
      actors_.push_back(std::make_unique<Actor>(Actor{
          party->name, raad.person_of(*party), party->device->id(), party->device->is_officer(),
          party->store, SeededEntropy(own_seed), std::nullopt, std::nullopt}));
      leaf_changed(*actors_.back());
    }
    circles_.push_back(roll);
  }

  ScheduleResult run() {
    for (std::size_t i = 0; i < kOfficers; ++i) decide(*actors_[i]);
    for (unsigned tick = 0; tick < kTicks && !result_.failure; ++tick) {
      clock_.now_ms += 1 + static_cast<std::int64_t>(pick(2000));
      event();
    }
    for (const auto& actor : actors_) actor->flight.reset();
    for (const CircleAlias& circle : circles_) audit(circle);
    if (!result_.failure && hidden_ && !hidden_->leaves.empty()) show_older_roll();
    return std::move(result_);
  }

 private:
  std::size_t pick(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool chance(unsigned percent) { return pick(100) < percent; }

  template <typename Line>
  void note(Line&& line) {
    if (traced_) result_.trace.push_back(line());
  }
  void fail(const std::string& what) {
    if (result_.failure) return;
    result_.failure = what;
    note([&] { return "FAILED: " + what; });
  }

  Actor& anybody() { return *actors_[pick(actors_.size())]; }
  Actor& an_officer() { return *actors_[pick(kOfficers)]; }
  Device::Surroundings around(Actor& who) { return {who.store, clock_, who.entropy, nullptr}; }

  std::size_t flying() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        actors_, [](const auto& actor) { return actor->flight.has_value(); }));
  }

  void event() {
    const std::size_t kind = pick(100);
    if (kind < 9) return decide(an_officer());
    if (kind < 16) return make_due();
    if (kind < 17) return crash();
    if (kind < 35 && flying() < kFlightsMax) return take_off();
    step();
  }

  // ---- At rest ----

  void decide(Actor& officer) {
    if (officer.flight) return;
    auto device = Device::load(around(officer));
    if (!device) return fail(officer.name + " cannot open: " + device.error().key);
    const CircleAlias& circle = circles_[pick(2)];
    const Actor& whom = *actors_[kOfficers + pick(actors_.size() - kOfficers)];
    Status status;
    switch (pick(4)) {
      case 0:
        status = device->wish(ResealIntent{roll_});
        break;
      case 1:
        status = device->wish(ResealIntent{circle});
        break;
      case 2:
        status = device->wish_admit(circle, whom.person, DossierRole::lid);
        break;
      default:
        status = device->wish_drop(circle, whom.person);
        break;
    }
    note([&] { return officer.name + " wishes" + (status ? "" : ": " + status.error().key); });
  }

  // As an `execute` in the roll makes it.
  void make_due() {
    Actor& who = anybody();
    if (who.flight) return;
    DeviceRows rows(who.store);
    const Status status =
        who.store.transact([&] { return rows.set_local_number("rotate_due", 1); });
    KLUIS_ASSERT(status.has_value());
    note([&] { return who.name + " has to rotate"; });
  }

  void take_off() {
    Actor& who = anybody();
    if (who.flight) return;
    if (chance(15)) who.store.fail_at_commit(1 + pick(12));
    Bytes handshake(64);
    who.entropy.fill(handshake);
    auto visit = Visit::begin(around(who), handshake);
    if (!visit) return fail(who.name + " cannot open: " + visit.error().key);
    note([&] { return who.name + " connects"; });
    who.flight.emplace();
    who.flight->visit = std::move(*visit);
  }

  // ---- In a session ----

  Actor* someone_flying() {
    const std::size_t count = flying();
    if (count == 0) return nullptr;
    std::size_t left = pick(count);
    for (const auto& actor : actors_) {
      if (actor->flight && left-- == 0) return actor.get();
    }
    return nullptr;
  }

  void crash() {
    Actor* who = someone_flying();
    if (who == nullptr) return;
    const Flight& flight = *who->flight;
    if (flight.response && flight.request && is_leaf(*flight.request, who->store) &&
        std::holds_alternative<AppendAnswer>(*flight.response)) {
      ++result_.counts.unanswered;
    }
    note([&] { return who->name + " crashes"; });
    land(*who);
  }

  void land(Actor& who) {
    who.store.fail_at_commit(0);
    who.flight.reset();
  }

  void step() {
    Actor* who = someone_flying();
    if (who == nullptr) return take_off();
    if (!advance(*who)) land(*who);
    leaf_changed(*who);
  }

  // false: the session is over.
  bool advance(Actor& who) {
    Flight& flight = *who.flight;
    if (flight.response) {
      const Status status = flight.visit->receive(*flight.response);
      flight.response.reset();
      flight.request.reset();
      return judge(who, status);
    }
    if (flight.request) return deliver(who);
    auto request = flight.visit->next();
    if (!request) return judge(who, tl::unexpected<Error>(request.error()));
    if (!*request) return false;
    if (++flight.requests > kSessionRequestsMax) {
      fail(who.name + " asks without end");
      return false;
    }
    flight.request = std::move(**request);
    return true;
  }

  bool judge(const Actor& who, const Status& status) {
    if (status) return true;
    const Error& error = status.error();
    note([&] { return who.name + " ends with " + error.key; });
    const bool expected = error.kind == ErrorKind::disk || error.key == "relay.busy";
    if (!expected) fail(who.name + " ends with " + error.key);
    return false;
  }

  bool deliver(Actor& who) {
    Flight& flight = *who.flight;
    const bool commits = std::holds_alternative<CommitRequest>(*flight.request);
    std::optional<MemoryStorage> before;
    if (commits) before = storage_;
    auto response = flight.visit->deliver(relay_, *flight.request);
    if (!response) {
      fail("relay: " + response.error().key);
      return false;
    }
    note([&] { return who.name + ": " + name_of(*flight.request) + " -> " + name_of(*response); });
    flight.response = std::move(*response);
    if (commits) {
      after_commit(who, *before);
    } else if (is_leaf(*flight.request, who.store)) {
      after_leaf(std::get<AppendRequest>(*flight.request), *flight.response);
    }
    return true;
  }

  void after_leaf(const AppendRequest& request, const Response& response) {
    if (std::holds_alternative<ConflictAnswer>(response)) ++result_.counts.stale_leaves;
    if (hidden_ && std::holds_alternative<AppendAnswer>(response)) {
      hidden_->leaves.push_back(request);
    }
  }

  void after_commit(Actor& officer, const MemoryStorage& before) {
    const Flight& flight = *officer.flight;
    if (!std::holds_alternative<CommitAnswer>(*flight.response)) {
      ++result_.counts.lost_commits;
      return;
    }
    ++result_.counts.commits;
    const auto commit = decode_commit(std::get<CommitRequest>(*flight.request).commit.bytes);
    KLUIS_ASSERT(commit.has_value());
    bool roll_resealed = false;
    for (const EpochChange& change : commit->epochs) {
      const auto op = decode_epoch_op(change.op.bytes);
      KLUIS_ASSERT(op.has_value());
      roll_resealed = roll_resealed || op->circle == roll_;
      epochs_.erase(op->circle);
      audit(op->circle);
    }
    const std::size_t other = officer.device == actors_[0]->device ? 1 : 0;
    if (roll_resealed) {
      hidden_.reset();  // what came after it is sealed to another secret
    } else if (chance(60)) {
      hidden_ = HiddenCommit{before, actors_[other]->store, {}};
    }
  }

  // ---- What has to hold ----

  // Called whenever a store may have changed: a leaf that died must not have been needed.
  void leaf_changed(Actor& who) {
    const auto leaf = who.store.get(Table::secret, as_bytes("leaf"));
    KLUIS_ASSERT(leaf.has_value());
    if (*leaf == who.leaf) return;
    const bool first = !who.leaf;
    who.leaf = *leaf;
    if (first) return;
    ++result_.counts.leaves;
    note([&] { return who.name + " has another leaf"; });
    for (const CircleAlias& circle : circles_) audit(circle, &who);
  }

  // The newest epoch of the circle, its list read with whatever key of whatever device opens it.
  // Read once: its members are the same for as long as it is the newest.
  const SealedEpoch* read_epoch(const CircleAlias& circle) {
    const auto known = epochs_.find(circle);
    if (known != epochs_.end()) return &known->second;
    auto epoch = newest_epoch(storage_, clock_, tenancy_, circle);
    KLUIS_ASSERT(epoch.has_value());
    for (const auto& actor : actors_) {
      DeviceRows rows(actor->store);
      const auto secret = secret_within(rows, *epoch);
      KLUIS_ASSERT(secret.has_value());
      if (!*secret) continue;
      const Status status = read_list(storage_, clock_, tenancy_, **secret, *epoch);
      KLUIS_ASSERT(status.has_value());
      return &epochs_.emplace(circle, std::move(*epoch)).first->second;
    }
    fail("nobody can open epoch " + std::to_string(epoch->header.header().number) + " of " +
         circle.hex().substr(0, 6));
    return nullptr;
  }

  // Each member, or only this one, can open the newest epoch of the circle.
  void audit(const CircleAlias& circle, const Actor* only = nullptr) {
    const SealedEpoch* epoch = read_epoch(circle);
    if (epoch == nullptr) return;
    for (const Member& listed : epoch->members) {
      for (const auto& actor : actors_) {
        if (actor->device != listed.device || (only != nullptr && actor.get() != only)) continue;
        DeviceRows rows(actor->store);
        const auto secret = secret_within(rows, *epoch);
        if (secret && *secret) continue;
        fail(actor->name + " cannot open epoch " + std::to_string(epoch->header.header().number) +
             " of " + circle.hex().substr(0, 6));
      }
    }
  }

  void show_older_roll() {
    ++result_.counts.hidden_commits;
    SeededEntropy entropy(random_());
    const OlderRoll shown{clock_, receipt_seed_, entropy, tenancy_, roll_, circles_};
    if (const auto what = seal_under_older_roll(*hidden_, shown)) fail(*what);
  }

  std::mt19937_64 random_;
  MemoryStorage storage_;
  SteppedClock clock_;
  const SecretBytes<32>& receipt_seed_;
  Relay relay_;
  std::vector<CircleAlias> circles_;  // the roll last
  TenancyId tenancy_;
  CircleAlias roll_;
  bool traced_;
  std::map<CircleAlias, SealedEpoch> epochs_;   // the newest that the relay took
  std::vector<std::unique_ptr<Actor>> actors_;  // the two officers first
  std::optional<HiddenCommit> hidden_;
  ScheduleResult result_;
};

}  // namespace

ScheduleResult LeafSchedules::run(std::uint64_t seed, bool traced) const {
  return Schedule(start_->raad, start_->circles, start_->tenancy, start_->roll, seed, traced).run();
}

}  // namespace kluis::test
