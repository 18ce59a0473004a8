#include "tests/bench/measure.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "tests/bench/load.h"

namespace kluis::bench {
namespace {

Cost median_of(const std::vector<Cost>& costs) {
  std::vector<double> wall;
  std::vector<double> cpu;
  for (const Cost& cost : costs) {
    wall.push_back(cost.wall_s);
    cpu.push_back(cost.cpu_s);
  }
  return {median(wall), median(cpu)};
}

double median_ratio(const Pairs& pairs, double Cost::* part) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < pairs.ours.size(); ++i) {
    const double below = pairs.yardstick[i].*part;
    ratios.push_back(below <= 0 ? 0 : pairs.ours[i].*part / below);
  }
  return median(ratios);
}

using Cells = std::array<std::string, 7>;

Cells cells_of(const Row& row) {
  return {row.what, row.ours, row.yardstick, row.ratio, row.aim, row.met ? "met" : "MISSED",
          row.load};
}

}  // namespace

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Cost cost_of(const std::function<void()>& work) {
  const double cpu = own_cpu_seconds();
  const double wall = now_seconds();
  work();
  return {now_seconds() - wall, own_cpu_seconds() - cpu};
}

Cost Pairs::our_median() const {
  return median_of(ours);
}
Cost Pairs::yardstick_median() const {
  return median_of(yardstick);
}
double Pairs::wall_ratio() const {
  return median_ratio(*this, &Cost::wall_s);
}
double Pairs::cpu_ratio() const {
  return median_ratio(*this, &Cost::cpu_s);
}

Pairs in_turn(int count, const std::function<Cost()>& ours, const std::function<Cost()>& yardstick,
              pid_t helper) {
  Pairs pairs;
  const ForeignLoad load(helper);
  for (int i = 0; i < count; ++i) {
    const bool ours_first = i % 2 == 0;
    if (ours_first) pairs.ours.push_back(ours());
    pairs.yardstick.push_back(yardstick());
    if (!ours_first) pairs.ours.push_back(ours());
  }
  pairs.foreign_cores = load.cores();
  return pairs;
}

std::string shown(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string shown_time(double seconds) {
  if (seconds < 1e-3) return shown(seconds * 1e6, 0) + " us";
  return seconds < 1 ? shown(seconds * 1e3, 1) + " ms" : shown(seconds) + " s";
}

Row row_of(const std::string& what, const Pairs& pairs, Aim aim, double bound) {
  const auto direction = [&](double ratio) {
    return aim == Aim::at_most ? ratio : (ratio <= 0 ? 0 : 1 / ratio);
  };
  const double wall = direction(pairs.wall_ratio());
  const double cpu = direction(pairs.cpu_ratio());
  const auto both = [](const Cost& cost) {
    return shown_time(cost.wall_s) + " (CPU " + shown_time(cost.cpu_s) + ")";
  };
  Row row;
  row.what = what;
  row.ours = both(pairs.our_median());
  row.yardstick = both(pairs.yardstick_median());
  row.ratio = shown(wall) + " (CPU " + shown(cpu) + ")";
  row.aim = (aim == Aim::at_most ? "<= " : ">= ") + shown(bound);
  row.met = aim == Aim::at_most ? wall <= bound : wall >= bound;
  row.load = shown(pairs.foreign_cores);
  return row;
}

void print_table(const std::vector<Row>& rows) {
  std::vector<Cells> lines = {{"what", "ours", "yardstick", "ratio", "aim", "", "foreign cores"}};
  for (const Row& row : rows) lines.push_back(cells_of(row));
  std::array<std::size_t, 7> widths{};
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  for (const Cells& line : lines) {
    std::printf("|");
    for (std::size_t i = 0; i < line.size(); ++i) {
      std::printf(" %-*s |", static_cast<int>(widths[i]), line[i].c_str());
    }
    std::printf("\n");
    if (&line != &lines.front()) continue;
    std::printf("|");
    for (const std::size_t width : widths) std::printf(" %s |", std::string(width, '-').c_str());
    std::printf("\n");
  }
}

}  // namespace kluis::bench
