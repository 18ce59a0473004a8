#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

// Measuring in pairs: ours and its yardstick in turn, in one run, so that what disturbs the machine
// disturbs both. Figures are medians; a ratio is the median of the pairs' ratios.
namespace kluis::bench {

// Of one run.
struct Cost {
  double wall_s = 0;
  double cpu_s = 0;  // all threads, and helpers that were waited for
};

// Monotonic.
[[nodiscard]] double now_seconds();
[[nodiscard]] double median(std::vector<double> values);
// Times `work` in this process.
[[nodiscard]] Cost cost_of(const std::function<void()>& work);

struct Pairs {
  std::vector<Cost> ours;
  std::vector<Cost> yardstick;
  double foreign_cores = 0;

  [[nodiscard]] Cost our_median() const;
  [[nodiscard]] Cost yardstick_median() const;
  // Ours over the yardstick's.
  [[nodiscard]] double wall_ratio() const;
  [[nodiscard]] double cpu_ratio() const;
};

// Runs both `count` times, changing who goes first. `helper`: see ForeignLoad.
[[nodiscard]] Pairs in_turn(int count, const std::function<Cost()>& ours,
                            const std::function<Cost()>& yardstick, pid_t helper = 0);

// One line of the table.
struct Row {
  std::string what;
  std::string ours;
  std::string yardstick;
  std::string ratio;
  std::string aim;
  bool met = true;
  std::string load;  // cores that others kept busy meanwhile; empty where time does not matter
};

// Whether the ratio has to be large (how many times as fast) or small (how many times the cost).
enum class Aim { at_least, at_most };

// A row of times. The ratio is that of wall times, with that of CPU times behind it.
[[nodiscard]] Row row_of(const std::string& what, const Pairs& pairs, Aim aim, double bound);

[[nodiscard]] std::string shown_time(double seconds);
[[nodiscard]] std::string shown(double value, int digits = 2);

void print_table(const std::vector<Row>& rows);

}  // namespace kluis::bench
