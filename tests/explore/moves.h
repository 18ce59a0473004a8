#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/explore/flights.h"
#include "tests/explore/scenario.h"
#include "tests/explore/world.h"

// What can happen in a state, and what becomes of it.
namespace kluis::test {

enum class MoveKind {
  act,           // a person does something at his laptop
  begin,         // a device opens a session
  step,          // its request reaches the relay, and the answer reaches it
  lose_request,  // the session is cut, or the device crashes, before the relay took the request
  lose_answer,   // … after it
  crash,         // … while the device works on the answer, at its `number`-th write
  lie,           // a hostile answer; `number` says which
  copy,          // the keeper puts a copy of the relay's storage aside
  restore,       // … and puts copy `number` back
  fork,          // … and serves two branches from now on
  transplant     // … and shows the cells of the first on the second
};

struct Move {
  MoveKind kind = MoveKind::begin;
  std::size_t device = 0;
  std::size_t number = 0;
};

// What happened at a move; for the rules.
struct Happened {
  std::size_t device = 0;
  std::vector<Exchange> exchanges;
  std::optional<Error> ended;  // the session
  bool too_long = false;       // it asks without end
};
struct Successor {
  State state;
  Happened happened;
};

[[nodiscard]] std::vector<Move> moves_of(const Scenario& scenario, const State& state);
// nullopt: the move does not exist (a crash at a write that is not made; a lie that says nothing).
[[nodiscard]] std::optional<Successor> after(Flights& flights, const Setting& setting,
                                             const Scenario& scenario, const State& state,
                                             const Move& move);
[[nodiscard]] std::string described(const Setting& setting, const Scenario& scenario,
                                    const Move& move, const Happened& happened);

}  // namespace kluis::test
