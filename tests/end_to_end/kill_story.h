#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/enrol/enrol.h"
#include "sync/relay/memory_storage.h"
#include "tests/end_to_end/kill_switch.h"
#include "tests/vault/vault_fixture.h"

// A raad's life as a row of program runs: each opens a vault from its disk, does what one command
// line would do, and closes it. Everything that outlives a run lies in a World, and a World can be
// copied: a run can be played again and again with the disk failing at another call.
namespace kluis::test {

struct StoryLaptop {
  FaultDisk disk;
  FaultDisk documents;
  std::string passphrase;
  std::string next_passphrase;  // one whose change was begun; "": none
};

struct World {
  MovedClock clock;
  MemoryStorage relay;
  std::map<std::string, StoryLaptop> laptops;
  std::map<std::string, NewInvitation> invited;  // what the griffier told whom
  std::uint64_t run_count = 0;                   // each run draws its own randomness
};

// What a vault says of itself, one sentence a fact; a fact twice stands in it twice. The openings
// in the journal are there once each: who is cut off while reading may read again.
using Facts = std::multiset<std::string>;

class Run;

struct Step {
  std::string name;
  std::string who;
  std::function<Status(Run&)> act;
};

// One run of the program by `who`.
class Run {
 public:
  Run(World& world, const std::string& who, KillSwitch& disks);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run();

  // The vault; opened at the first call.
  [[nodiscard]] Result<Vault*> vault();
  [[nodiscard]] Result<Vault*> new_vault();
  [[nodiscard]] Result<bool> exists();
  [[nodiscard]] Status discard();
  // Ends the run in order: what the end of a program does.
  void close();

  [[nodiscard]] Status sync();
  // What was told to the user as done, so that nothing may take it away.
  void acknowledge(const std::string& fact) { acknowledged_.insert(fact); }
  [[nodiscard]] const Facts& acknowledged() const { return acknowledged_; }

  [[nodiscard]] World& world() { return world_; }
  [[nodiscard]] const std::string& who() const { return who_; }
  [[nodiscard]] StoryLaptop& laptop() { return world_.laptops[who_]; }
  [[nodiscard]] Entropy& entropy() { return entropy_; }

 private:
  [[nodiscard]] Vault::Surroundings around();

  World& world_;
  std::string who_;
  KillSwitch& disks_;
  SeededEntropy entropy_;
  std::optional<Vault> vault_;
  Facts acknowledged_;
};

// From nothing to a raad in which one was removed and one reads on. Each step looks first whether
// it was done before, as a person would who does not know how far the program came.
[[nodiscard]] std::vector<Step> story();

struct Played {
  Status status;
  Facts acknowledged;
  std::uint64_t call_count = 0;
  bool died = false;
};
struct Strike {
  std::uint64_t call = 0;
  Fault fault = Fault::stop;
  Repeat repeat = Repeat::once;
};
// Plays one step. The disk afterwards is as the strike left it.
[[nodiscard]] Played play(World& world, const Step& step, std::optional<Strike> strike = {});

// Reads everything; works on a copy of the laptop. A vault that is not there has one fact, "none".
[[nodiscard]] Result<Facts> facts_of(const World& world, const std::string& who);
// Where the roll and the circles stand, by this vault; equal on devices that hold the same.
[[nodiscard]] std::string head_of(const World& world, const std::string& who);

}  // namespace kluis::test
