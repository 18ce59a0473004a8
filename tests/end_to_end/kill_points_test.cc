#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/end_to_end/kill_story.h"

// The story of kill_story.h, walked again and again with the disk failing once or twice in every
// step, each walk at other calls. After each failure the vault opens and holds what was
// acknowledged, the step is taken up again, and in the end all who are left hold the same.
//
// The environment variable KLUIS_KILL_WALKS, with --gtest_filter=Parts/*/0:
//   all    as many walks as strike every single call of every step: half an hour
//   n/m    walk n of m, as a failure names it
namespace kluis::test {
namespace {

constexpr unsigned kParts = 5;
constexpr unsigned kWalksInPart = 5;
constexpr std::uint64_t kOutcomes = 4;

Facts facts(const World& world, const std::string& who) {
  auto found = facts_of(world, who);
  EXPECT_TRUE(found) << who << ": " << found.error().key;
  return found.value_or(Facts{});
}

// The story without a failure: what each vault said before and after its steps.
struct Base {
  std::vector<Step> steps = story();
  std::vector<Facts> before;  // of who plays the step
  std::vector<Facts> after;
  std::vector<std::uint64_t> calls;  // of each step
  std::map<std::string, Facts> at_end;
  std::uint64_t calls_max = 0;
  std::uint64_t call_count = 0;

  Base() {
    World world;
    for (const Step& step : steps) {
      before.push_back(facts(world, step.who));
      const Played played = play(world, step);
      EXPECT_TRUE(played.status) << step.who << ", " << step.name << ": "
                                 << played.status.error().key;
      after.push_back(facts(world, step.who));
      for (const std::string& fact : played.acknowledged) {
        EXPECT_TRUE(after.back().contains(fact)) << step.name << ": " << fact;
      }
      calls.push_back(played.call_count);
      calls_max = std::max(calls_max, played.call_count);
      call_count += played.call_count;
    }
    for (const auto& [who, laptop] : world.laptops) at_end[who] = facts(world, who);
    EXPECT_EQ(head_of(world, "griffier"), head_of(world, "anna"));
  }
};

const Base& base() {
  static const Base once;
  return once;
}

// One walk through the story, with a failure in every step.
class Walk {
 public:
  Walk(std::uint64_t number, std::uint64_t walks) : number_(number), walks_(walks) {}

  // Kills at one call of each step, and in every second walk once more while it is taken up again.
  void kill_in_every_step() {
    for (at_ = 0; at_ < base().steps.size() && !failed(); ++at_) {
      Facts promised;
      for (unsigned time = 0; time < 1 + number_ % 2; ++time) {
        const std::uint64_t outcome = (number_ + at_ + time) % kOutcomes;
        detail_ = "call " + std::to_string(call(time)) + ", outcome " + std::to_string(outcome);
        const Played played = play(world_, step(), Strike{call(time), Fault::stop, Repeat::once});
        // A step that is taken up again has less to do, and may be over before.
        if (!played.died) EXPECT_TRUE(played.status) << where() << played.status.error().key;
        if (played.died) ++kills_;
        stop(outcome);
        for (const std::string& fact : played.acknowledged) {
          if (promised.count(fact) < played.acknowledged.count(fact)) promised.insert(fact);
        }
        expect_nothing_lost(promised);
        if (failed()) return;
      }
      finish_step();
    }
    expect_the_end();
  }

  void fail_in_every_step(Fault fault, Repeat repeat) {
    for (at_ = 0; at_ < base().steps.size() && !failed(); ++at_) {
      detail_ = "call " + std::to_string(call(0));
      const Played played = play(world_, step(), Strike{call(0), fault, repeat});
      if (!played.status) {
        ++kills_;
        const Error& error = played.status.error();
        EXPECT_EQ(error.kind, ErrorKind::disk) << where() << ": " << error.key;
        EXPECT_EQ(error.key, fault == Fault::full ? "disk.full" : "disk.io") << where();
      }
      stop(0);
      expect_nothing_lost(played.acknowledged);
      finish_step();
    }
    expect_the_end();
  }

  [[nodiscard]] int kills() const { return kills_; }

 private:
  [[nodiscard]] static bool failed() { return testing::Test::HasFailure(); }
  [[nodiscard]] const Step& step() const { return base().steps[at_]; }
  [[nodiscard]] std::string where() const {
    return "walk " + std::to_string(number_) + " of " + std::to_string(walks_) + ", " + step().who +
           ", " + step().name + ", " + detail_ + ": ";
  }

  // The walks together strike the calls of a step evenly.
  [[nodiscard]] std::uint64_t call(unsigned time) const {
    const std::uint64_t calls = base().calls[at_];
    if (time > 0) return 1 + (number_ * 37 + at_ * 11) % (calls / 2 + 1);
    return 1 + (number_ * calls / walks_ + at_) % calls;
  }

  // The program is gone: what is left on the disks of its laptop. Outcome 0: the system runs on;
  // else the power is gone, and what was not synced is lost, kept or torn as drawn.
  void stop(std::uint64_t outcome) {
    StoryLaptop& laptop = world_.laptops[step().who];
    std::uint64_t seed = number_ * 1009 + at_ * 17 + outcome;
    for (FaultDisk* disk : {&laptop.disk, &laptop.documents}) {
      disk->stop_failing();
      if (outcome == 0) {
        disk->restart_process();
      } else {
        disk->cut_power(seed++);
      }
    }
  }

  void expect_nothing_lost(const Facts& acknowledged) {
    const auto now = facts_of(world_, step().who);
    ASSERT_TRUE(now) << where() << now.error().key;
    const Facts& before = base().before[at_];
    const Facts& after = base().after[at_];
    for (const std::string& fact : before) {
      // Who reads along may come and go with each epoch that is caught up with.
      if (fact.starts_with("reader ")) continue;
      EXPECT_GE(now->count(fact), std::min(before.count(fact), after.count(fact)))
          << where() << "lost: " << fact;
    }
    for (const std::string& fact : acknowledged) {
      EXPECT_GE(now->count(fact), acknowledged.count(fact))
          << where() << "lost what was acknowledged: " << fact;
    }
    for (const std::string& fact : *now) {
      EXPECT_TRUE(before.contains(fact) || after.contains(fact) || fact == "state waiting")
          << where() << "made up: " << fact;
    }
  }

  void finish_step() {
    const Played played = play(world_, step());
    ASSERT_TRUE(played.status) << where() << "then " << played.status.error().key;
    EXPECT_EQ(facts(world_, step().who), base().after[at_]) << where();
  }

  void expect_the_end() {
    if (failed()) return;
    at_ = base().steps.size() - 1;
    for (const auto& [who, facts_at_end] : base().at_end) {
      EXPECT_EQ(facts(world_, who), facts_at_end) << where() << who;
    }
    EXPECT_EQ(head_of(world_, "griffier"), head_of(world_, "anna")) << where();
  }

  std::uint64_t number_;
  std::uint64_t walks_;
  World world_;
  std::size_t at_ = 0;
  std::string detail_;
  int kills_ = 0;
};

struct Walks {
  std::uint64_t first = 0;
  std::uint64_t step = 1;
  std::uint64_t count = 0;  // of them all
};

Walks walks_of_part(unsigned part) {
  const char* const given = std::getenv("KLUIS_KILL_WALKS");  // NOLINT(concurrency-mt-unsafe)
  const std::string asked = given == nullptr ? "" : given;
  if (asked.empty()) return {part, kParts, std::uint64_t{kParts} * kWalksInPart};
  if (asked == "all") return {0, 1, base().calls_max};
  const std::uint64_t count = std::stoul(asked.substr(asked.find('/') + 1));
  return {std::stoul(asked), count, count};
}

class KillPointsTest : public testing::TestWithParam<unsigned> {};

TEST_P(KillPointsTest, LoseNothingAcknowledgedAndTheStoryGoesOn) {
  int kills = 0;
  const Walks walks = walks_of_part(GetParam());
  for (std::uint64_t i = walks.first; i < walks.count && !HasFailure(); i += walks.step) {
    Walk walk(i, walks.count);
    walk.kill_in_every_step();
    kills += walk.kills();
  }
  std::printf("%d kill points over %d calls\n", kills, static_cast<int>(base().call_count));
  // In each walk, and so more than a thousand in all parts together.
  EXPECT_GE(kills, std::min<std::uint64_t>(walks.count / walks.step, kWalksInPart) * 42);
}

INSTANTIATE_TEST_SUITE_P(Parts, KillPointsTest, testing::Range(0U, kParts));

struct Trouble {
  Fault fault;
  Repeat repeat;
};

class TroubledDiskTest : public testing::TestWithParam<Trouble> {};

TEST_P(TroubledDiskTest, IsToldAndChangesNothing) {
  constexpr std::uint64_t kWalks = 3;
  int failures = 0;
  for (std::uint64_t i = 0; i < kWalks && !HasFailure(); ++i) {
    Walk walk(i, kWalks);
    walk.fail_in_every_step(GetParam().fault, GetParam().repeat);
    failures += walk.kills();
  }
  std::printf("%d failures told\n", failures);
  EXPECT_GE(failures, 60);
}

INSTANTIATE_TEST_SUITE_P(Troubles, TroubledDiskTest,
                         testing::Values(Trouble{Fault::io, Repeat::once},
                                         Trouble{Fault::io, Repeat::for_ever},
                                         Trouble{Fault::full, Repeat::once},
                                         Trouble{Fault::full, Repeat::for_ever}));

}  // namespace
}  // namespace kluis::test
