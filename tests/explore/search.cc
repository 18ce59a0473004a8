#include "tests/explore/search.h"

#include <algorithm>
#include <memory>
#include <unordered_set>
#include <utility>

#include "tests/explore/calm.h"
#include "tests/explore/rules.h"
#include "tests/explore/scenarios.h"

namespace kluis::test {
namespace {

struct Hash {
  std::size_t operator()(const Fingerprint& print) const { return print.left; }
};
using Prints = std::unordered_set<Fingerprint, Hash>;

class Explorer {
 public:
  Explorer(const Scenario& scenario, const SearchOptions& options)
      : scenario_(scenario),
        options_(options),
        setting_(make_setting(scenario)),
        flights_(*setting_, scenario),
        rules_(*setting_, scenario),
        calm_(*setting_, scenario, rules_) {}

  SearchResult run() {
    State first = first_state(*setting_, scenario_);
    seen_.insert(first.print());
    judge_core(first);
    push(std::move(first));
    while (!path_.empty() && !result_.failure && !full()) advance();
    result_.complete = path_.empty();
    result_.states = seen_.size();
    result_.cores = cores_.size();
    result_.calm_sessions = calm_.sessions();
    result_.calm_rounds = calm_.rounds_max();
    if (result_.failure) {
      for (const Step& step : path_) {
        if (!step.text.empty()) result_.trace.push_back(step.text);
      }
    }
    return std::move(result_);
  }

 private:
  struct Step {
    State state;
    std::vector<Move> moves;
    std::size_t next = 0;
    std::string text;  // of the move that led on from here
  };

  [[nodiscard]] bool full() const {
    return options_.states_max != 0 && seen_.size() >= options_.states_max;
  }

  void push(State state) {
    std::vector<Move> moves = moves_of(scenario_, state);
    path_.push_back({std::move(state), std::move(moves), 0, {}});
    result_.depth = std::max(result_.depth, path_.size());
  }

  void advance() {
    Step& step = path_.back();
    if (step.next == step.moves.size()) {
      path_.pop_back();
      return;
    }
    const Move move = step.moves[step.next++];
    auto successor = after(flights_, *setting_, scenario_, step.state, move);
    if (!successor) return;
    ++result_.transitions;
    step.text = described(*setting_, scenario_, move, successor->happened);
    result_.failure = rules_.judge_move(step.state, *successor);
    if (result_.failure || !seen_.insert(successor->state.print()).second) return;
    judge_core(successor->state);
    if (!result_.failure) push(std::move(successor->state));
  }

  void judge_core(const State& state) {
    result_.failure = rules_.judge_state(state);
    const bool busy = std::any_of(state.flights.begin(), state.flights.end(),
                                  [](const FlightPtr& flight) { return flight != nullptr; });
    if (busy && scenario_.calm_at_rest) return;
    if (result_.failure || !cores_.insert(state.core()).second) return;
    if (cores_.size() % options_.calm_every != 0) return;
    result_.failure = calm_.judge(state);
  }

  const Scenario& scenario_;
  const SearchOptions options_;
  std::unique_ptr<Setting> setting_;
  Flights flights_;
  Rules rules_;
  Calm calm_;
  std::vector<Step> path_;
  Prints seen_;
  Prints cores_;
  SearchResult result_;
};

}  // namespace

SearchResult explore(const Scenario& scenario, const SearchOptions& options) {
  return Explorer(scenario, options).run();
}

}  // namespace kluis::test
