#pragma once

#include <cstdint>

#include "tests/support/fault_disk.h"

namespace kluis::test {

// The two folders of one running program, which die as one. Counts the calls to both and their
// files together; at the call chosen the disk that is called fails as told, and with Fault::stop
// neither takes another call. A program gets a switch of its own for each run.
class KillSwitch {
 public:
  KillSwitch(FaultDisk& disk, FaultDisk& documents);
  KillSwitch(const KillSwitch&) = delete;
  KillSwitch& operator=(const KillSwitch&) = delete;
  ~KillSwitch();

  [[nodiscard]] Disk& disk();
  [[nodiscard]] Disk& documents();

  // `call` counts from the first call of this run: 1 is that one.
  void strike_at(std::uint64_t call, Fault fault, Repeat repeat = Repeat::once);
  [[nodiscard]] std::uint64_t call_count() const { return call_count_; }
  [[nodiscard]] bool is_dead() const { return is_dead_; }

 private:
  friend class SwitchedDisk;
  friend class SwitchedFile;

  // Before each call to `called`. False: it is not to be made, the program is dead.
  [[nodiscard]] bool before_call(FaultDisk& called);

  FaultDisk& disk_;
  FaultDisk& documents_;
  std::unique_ptr<Disk> switched_disk_;
  std::unique_ptr<Disk> switched_documents_;
  std::uint64_t call_count_ = 0;
  std::uint64_t strike_at_ = 0;
  Fault fault_ = Fault::stop;
  Repeat repeat_ = Repeat::once;
  bool is_dead_ = false;
};

}  // namespace kluis::test
