#pragma once

#include <cstdint>

#include <sys/types.h>

// How busy the rest of the machine is while something is measured. Linux: /proc/stat.
namespace kluis::bench {

// CPU seconds of this process and of the children it has waited for.
[[nodiscard]] double own_cpu_seconds();

// CPU seconds of a process that still runs; 0 when it is gone.
[[nodiscard]] double cpu_seconds_of(pid_t process);

// Begins when it is made.
class ForeignLoad {
 public:
  // `helper`: a process whose work counts as our own; 0: none.
  explicit ForeignLoad(pid_t helper = 0);

  // Cores that others kept busy since, on average.
  [[nodiscard]] double cores() const;

 private:
  [[nodiscard]] double own() const;

  pid_t helper_;
  double machine_before_;
  double own_before_;
  double began_;
};

}  // namespace kluis::bench
