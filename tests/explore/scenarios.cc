#include "tests/explore/scenarios.h"

#include <cstdio>
#include <cstdlib>

namespace kluis::test {
namespace {

// The devices of every scenario: two officers and a member.
constexpr std::size_t kGriet = 0;
constexpr std::size_t kPiet = 1;
constexpr std::size_t kAnna = 2;
constexpr std::uint64_t kSeed = 20;

using Sessions = std::vector<unsigned>;

// Of three: for the tests, by hand, at leisure.
template <typename T>
T sized(unsigned budget, T small, T middle, T large) {
  return budget <= 1 ? small : budget == 2 ? middle : large;
}

Scenario named(const char* name, const char* text) {
  Scenario scenario;
  scenario.name = name;
  scenario.text = text;
  return scenario;
}

Scenario revoke_against_write(unsigned budget) {
  Scenario scenario = named("revoke-against-write",
                            "an officer takes the member out while she and the other write");
  scenario.acts = {{kGriet, ActKind::revoke, kAnna}, {kPiet, ActKind::write, kPiet}};
  if (budget > 1) scenario.acts.push_back({kAnna, ActKind::write, kAnna});
  scenario.sessions = sized<Sessions>(budget, {1, 1, 1}, {1, 1, 1}, {1, 2, 2});
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::write);
  return scenario;
}

Scenario revoke_with_crashes(unsigned budget) {
  Scenario scenario =
      named("revoke-with-crashes", "an officer takes the member out, and anything may be cut off");
  scenario.acts = {{kGriet, ActKind::revoke, kAnna}, {kAnna, ActKind::write, kAnna}};
  scenario.sessions = sized<Sessions>(budget, {2, 0, 1}, {2, 0, 2}, {3, 1, 2});
  scenario.faults = sized(budget, 1U, 2U, 2U);
  scenario.flights_max = sized<std::size_t>(budget, 1, 2, 2);
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::write);
  return scenario;
}

Scenario revoke_against_grant(unsigned budget) {
  Scenario scenario =
      named("revoke-against-grant", "one officer grants the circle to whom the other takes out");
  scenario.member_waits = true;
  scenario.acts = {{kGriet, ActKind::admit, kAnna}, {kPiet, ActKind::revoke, kAnna}};
  scenario.sessions = sized<Sessions>(budget, {1, 1, 1}, {2, 1, 1}, {2, 2, 1});
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::write);
  return scenario;
}

Scenario revoke_outside(unsigned budget) {
  Scenario scenario =
      named("revoke-outside", "an officer who is not in the circle takes a member of it out");
  scenario.officer_waits = true;
  scenario.acts = {{kPiet, ActKind::revoke, kAnna}, {kGriet, ActKind::write, kGriet}};
  scenario.sessions = sized<Sessions>(budget, {1, 1, 0}, {2, 1, 1}, {2, 2, 1});
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::write);
  return scenario;
}

Scenario drop_and_write(unsigned budget) {
  Scenario scenario =
      named("drop-and-write", "the member's grant ends while she and the other officer write");
  scenario.acts = {{kGriet, ActKind::drop, kAnna}, {kPiet, ActKind::write, kPiet}};
  if (budget > 1) scenario.acts.push_back({kAnna, ActKind::write, kAnna});
  scenario.sessions = sized<Sessions>(budget, {1, 1, 0}, {1, 1, 1}, {2, 1, 1});
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::write);
  return scenario;
}

Scenario two_officers(unsigned budget) {
  Scenario scenario = named("two-officers", "both officers commit, one of them a removal");
  scenario.acts = {{kGriet, ActKind::revoke, kAnna}, {kPiet, ActKind::reseal_circle, kPiet}};
  scenario.sessions = sized<Sessions>(budget, {1, 1, 0}, {1, 1, 0}, {2, 2, 0});
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::request);
  scenario.lost_races_max = 4;
  return scenario;
}

Scenario officers_crash(unsigned budget) {
  Scenario scenario = named("officers-crash", "both officers commit, and are cut off on the way");
  scenario.acts = {{kGriet, ActKind::reseal_circle, kGriet},
                   {kPiet, ActKind::reseal_circle, kPiet}};
  scenario.sessions = sized<Sessions>(budget, {2, 1, 0}, {2, 2, 0}, {2, 2, 1});
  scenario.faults = sized(budget, 1U, 1U, 2U);
  scenario.flights_max = sized<std::size_t>(budget, 1, 2, 2);
  scenario.lost_races_max = 4;
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::write);
  return scenario;
}

Scenario reseal_against_leaf(unsigned budget) {
  Scenario scenario =
      named("reseal-against-leaf", "an officer reseals the roll while the member changes her leaf");
  scenario.acts = {{kGriet, ActKind::reseal_roll, kGriet}, {kAnna, ActKind::rotate, kAnna}};
  scenario.faults = 1;
  if (budget > 1) scenario.acts.push_back({kPiet, ActKind::reseal_circle, kPiet});
  scenario.sessions = sized<Sessions>(budget, {1, 0, 1}, {1, 1, 1}, {1, 1, 2});
  return scenario;
}

Scenario starve(unsigned budget) {
  Scenario scenario = named("starve", "a member writes and writes while an officer commits");
  scenario.acts = {{kGriet, ActKind::reseal_circle, kGriet}};
  for (unsigned i = 0; i < sized(budget, 4U, 5U, 6U); ++i) {
    scenario.acts.push_back({kAnna, ActKind::write, kAnna});
  }
  scenario.acts_in_order = true;
  scenario.sessions = sized<Sessions>(budget, {1, 0, 1}, {1, 0, 1}, {1, 1, 1});
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::write);
  return scenario;
}

Scenario twin(unsigned budget) {
  Scenario scenario = named(
      "twin", "an officer whose machine repeats its randomness tries, is cut off, and tries again");
  scenario.same_randomness = true;
  scenario.acts = {{kGriet, ActKind::reseal_circle, kGriet}, {kAnna, ActKind::write, kAnna}};
  scenario.sessions = sized<Sessions>(budget, {2, 0, 1}, {2, 0, 1}, {3, 0, 2});
  scenario.faults = 1;
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::write);
  return scenario;
}

Scenario hide(unsigned budget) {
  Scenario scenario = named("hide", "the relay keeps circles, items and blobs back");
  scenario.acts = {{kGriet, ActKind::reseal_circle, kGriet},
                   {kGriet, ActKind::reseal_roll, kGriet}};
  scenario.acts_in_order = true;
  if (budget > 1) scenario.acts.push_back({kAnna, ActKind::write, kAnna});
  scenario.sessions = sized<Sessions>(budget, {1, 0, 2}, {1, 1, 2}, {1, 1, 2});
  scenario.lies = sized(budget, 1U, 1U, 2U);
  scenario.lie_kinds = {Lie::hide_circle, Lie::hide_last_item, Lie::hide_blobs};
  scenario.flights_max = sized<std::size_t>(budget, 1, 1, 2);
  return scenario;
}

Scenario roll_back(unsigned budget) {
  Scenario scenario = named("roll-back", "the relay answers from a copy, or is put back to it");
  scenario.acts = {{kGriet, ActKind::reseal_circle, kGriet}, {kAnna, ActKind::write, kAnna}};
  scenario.sessions = sized<Sessions>(budget, {1, 0, 1}, {1, 1, 1}, {2, 1, 1});
  scenario.lies = sized(budget, 1U, 1U, 2U);
  scenario.lie_kinds = {Lie::from_copy, Lie::hide_first_item};
  scenario.copies = sized<std::size_t>(budget, 1, 2, 2);
  scenario.restores = budget > 1;
  scenario.may_fork = true;
  scenario.flights_max = sized<std::size_t>(budget, 1, 1, 2);
  return scenario;
}

Scenario fork(unsigned budget) {
  Scenario scenario = named("fork", "the relay shows two branches, then only one");
  scenario.acts = {{kGriet, ActKind::write, kGriet}, {kAnna, ActKind::write, kAnna}};
  if (budget > 1) scenario.acts.push_back({kPiet, ActKind::reseal_circle, kPiet});
  scenario.sessions = sized<Sessions>(budget, {1, 0, 1}, {1, 1, 1}, {2, 1, 2});
  scenario.lies = 1;
  scenario.forks = true;
  scenario.may_fork = true;
  scenario.flights_max = 1;
  return scenario;
}

Scenario lost_record(unsigned budget) {
  Scenario scenario =
      named("lost-record", "the relay is put back to before a record, and an officer reseals");
  scenario.acts = {{kGriet, ActKind::reseal_circle, kGriet}, {kAnna, ActKind::write, kAnna}};
  scenario.sessions = sized<Sessions>(budget, {1, 0, 1}, {1, 1, 1}, {2, 1, 1});
  scenario.lies = 1;
  scenario.copies = 1;
  scenario.restores = true;
  scenario.may_fork = true;
  scenario.calm_at_rest = true;
  scenario.flights_max = 1;
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::request);
  return scenario;
}

Scenario late_leaf(unsigned budget) {
  Scenario scenario =
      named("late-leaf",
            "the relay shows an officer a leaf, and hides the epoch after which it was drawn");
  scenario.acts = {{kPiet, ActKind::reseal_circle, kPiet},
                   {kGriet, ActKind::reseal_circle, kGriet}};
  scenario.sessions = sized<Sessions>(budget, {1, 1, 1}, {1, 1, 1}, {2, 1, 2});
  scenario.lies = 2;
  scenario.forks = true;
  scenario.transplants = true;
  scenario.may_fork = true;
  scenario.flights_max = 1;
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::request);
  return scenario;
}

Scenario lost_epoch(unsigned budget) {
  Scenario scenario = named(
      "lost-epoch", "an officer is cut off in his commit, and the relay is put back to before it");
  scenario.acts = {{kGriet, ActKind::reseal_circle, kGriet}};
  if (budget > 1) scenario.acts.push_back({kPiet, ActKind::reseal_circle, kPiet});
  scenario.sessions = sized<Sessions>(budget, {1, 1, 0}, {1, 1, 1}, {2, 2, 1});
  scenario.faults = 1;
  scenario.lies = 1;
  scenario.copies = 1;
  scenario.restores = true;
  scenario.may_fork = true;
  scenario.calm_at_rest = true;
  scenario.flights_max = 1;
  scenario.grain = sized(budget, Grain::commit, Grain::write, Grain::request);
  return scenario;
}

[[noreturn]] void stop(const char* what) {
  std::fprintf(stderr, "explore: %s\n", what);
  std::abort();
}

// The circle's welcomes go with the roll's epoch before the second officer has read his.
void make_circle_without_second_officer(Setting& setting, const std::vector<PersonId>& admitted) {
  SimulatedRaad& raad = setting.raad;
  Party& griet = *raad.parties[kGriet];
  setting.circle = raad.make_circle(griet, "gesprek", admitted);
  raad.sync(*raad.parties[kAnna]);
  raad.sync(griet);
  if (!griet.device->wish(ResealIntent{griet.device->roll().alias()})) stop("no wish");
  raad.sync_until_committed(griet);
  raad.sync(*raad.parties[kPiet]);
}

}  // namespace

std::vector<Scenario> scenarios(unsigned budget) {
  return {revoke_against_write(budget),
          revoke_with_crashes(budget),
          revoke_against_grant(budget),
          revoke_outside(budget),
          drop_and_write(budget),
          two_officers(budget),
          officers_crash(budget),
          reseal_against_leaf(budget),
          starve(budget),
          twin(budget),
          hide(budget),
          roll_back(budget),
          fork(budget),
          lost_record(budget),
          late_leaf(budget),
          lost_epoch(budget)};
}

std::unique_ptr<Setting> make_setting(const Scenario& scenario) {
  auto setting = std::make_unique<Setting>(kSeed);
  SimulatedRaad& raad = setting->raad;
  Party& griet = raad.found("Griet");
  raad.join(griet, "Piet", {Capacity::plv_griffier});
  raad.join(griet, "Anna", {Capacity::raadslid});
  raad.settle(2);
  for (const auto& party : raad.parties) {
    setting->names.push_back(party->name);
    setting->devices.push_back(party->device->id());
    setting->persons.push_back(raad.person_of(*party));
  }
  setting->roll = griet.device->roll().alias();
  std::vector<PersonId> admitted;
  if (!scenario.member_waits) admitted.push_back(setting->persons[kAnna]);
  if (scenario.officer_waits) {
    make_circle_without_second_officer(*setting, admitted);
    return setting;
  }
  setting->circle = raad.make_circle(griet, "gesprek", admitted);
  raad.settle(2);
  raad.write_note(griet, setting->circle, "eerste");
  raad.settle(3);
  return setting;
}

State first_state(const Setting& setting, const Scenario& scenario) {
  State state;
  for (const auto& party : setting.raad.parties) {
    state.devices.push_back(std::make_shared<const DeviceImage>(party->store));
  }
  state.flights.resize(setting.size());
  state.relays.push_back(std::make_shared<const RelayImage>(setting.raad.storage, nullptr));
  state.tape = std::make_shared<const Tape>();
  for (const Request& request : setting.raad.traffic.requests) {
    state.tape = Tape::with(state.tape, request);
  }
  Facts facts;
  facts.removal_wished.resize(setting.size());
  facts.revoked.resize(setting.size());
  facts.removal_landed.resize(setting.size());
  facts.last_live = state.devices;
  state.facts = std::make_shared<const Facts>(std::move(facts));
  state.sessions_left = scenario.sessions;
  state.faults_left = scenario.faults;
  state.lies_left = scenario.lies;
  return state;
}

}  // namespace kluis::test
