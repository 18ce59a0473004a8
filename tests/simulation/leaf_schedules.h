#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// Random schedules of leaf rotations against commits: two officers who reseal, grant and drop, and
// two members, each of whose sessions is cut into single requests and answers and interleaved with
// the others', with crashes between any two of these and in any write. Whatever the schedule, no
// box is sealed to a leaf that its device no longer has: after every commit, after every rotation
// and at the end, each active member of a circle can open its newest epoch from its own store,
// before anybody helps it with a welcome.
namespace kluis::test {

struct ScheduleCounts {
  unsigned commits = 0;         // accepted
  unsigned leaves = 0;          // rotations that their device saw acknowledged
  unsigned stale_leaves = 0;    // refused: a commit came first
  unsigned lost_commits = 0;    // refused: something came first
  unsigned unanswered = 0;      // leaves published whose answer was lost
  unsigned hidden_commits = 0;  // officers who were shown newer leaves without the newest commit
};

struct ScheduleResult {
  std::optional<std::string> failure;
  ScheduleCounts counts;
  std::vector<std::string> trace;  // when asked for
};

class LeafSchedules {
 public:
  LeafSchedules();  // founds the raad that every schedule starts from
  ~LeafSchedules();

  // The same seed makes the same schedule.
  [[nodiscard]] ScheduleResult run(std::uint64_t seed, bool traced = false) const;

 private:
  struct Start;
  std::unique_ptr<Start> start_;
};

}  // namespace kluis::test
