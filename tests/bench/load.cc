#include "tests/bench/load.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "tests/bench/measure.h"

namespace kluis::bench {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double ticks_per_second() {
  return static_cast<double>(sysconf(_SC_CLK_TCK));
}

// CPU seconds that all processes of the machine have used: user, nice, system, irq, softirq.
double machine_cpu_seconds() {
  std::ifstream file("/proc/stat");
  std::string word;
  double user = 0;
  double nice = 0;
  double system = 0;
  double idle = 0;
  double io_wait = 0;
  double irq = 0;
  double soft_irq = 0;
  file >> word >> user >> nice >> system >> idle >> io_wait >> irq >> soft_irq;
  return (user + nice + system + irq + soft_irq) / ticks_per_second();
}

}  // namespace

double own_cpu_seconds() {
  double sum = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    sum += seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  return sum;
}

double cpu_seconds_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return 0;
  // The name in parentheses may hold blanks; the 14th and 15th fields are user and system ticks.
  std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string skipped;
  for (int i = 3; i < 14; ++i) rest >> skipped;
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / ticks_per_second();
}

ForeignLoad::ForeignLoad(pid_t helper)
    : helper_(helper),
      machine_before_(machine_cpu_seconds()),
      own_before_(own()),
      began_(now_seconds()) {}

double ForeignLoad::own() const {
  return own_cpu_seconds() + (helper_ == 0 ? 0 : cpu_seconds_of(helper_));
}

double ForeignLoad::cores() const {
  const double wall = now_seconds() - began_;
  const double foreign = machine_cpu_seconds() - machine_before_ - (own() - own_before_);
  return wall <= 0 ? 0 : std::max(0.0, foreign / wall);
}

}  // namespace kluis::bench
