#pragma once

#include <cstddef>
#include <string>
#include <vector>

// One small world to be searched: who may do what, and how often.
namespace kluis::test {

enum class ActKind {
  write,   // a note into the circle
  revoke,  // an officer takes a person out of the raad
  drop,    // … out of the circle
  admit,   // … grants the circle
  reseal_circle,
  reseal_roll,
  rotate  // a device's leaf is due
};
struct Act {
  std::size_t device = 0;
  ActKind kind = ActKind::write;
  std::size_t subject = 0;  // a device whose person is meant
};

enum class Lie {
  from_copy,        // the answer of an earlier copy of the storage, which then forgets the request
  hide_circle,      // from now on, nothing new of one circle
  hide_last_item,   // from now on, one item less than there is
  hide_first_item,  // an item is left out of this answer
  hide_blobs        // none of the blobs asked for is there
};

// How much of a session is one move.
enum class Grain {
  request,  // one request
  write,    // one that changes the relay, and the reads after it
  commit    // … up to the next commit or record: leaves, welcomes and cells go along
};

struct Scenario {
  std::string name;
  std::string text;
  std::vector<Act> acts;           // each at most once, at any time its device is at rest
  bool acts_in_order = false;      // of each device; interchangeable ones are not permuted
  std::vector<unsigned> sessions;  // by device, at most
  bool member_waits = false;       // the member has no grant of the circle at first
  // The second officer came when the new circle's welcomes had been swept away: he is not in it
  // yet.
  bool officer_waits = false;
  std::size_t flights_max = 2;  // sessions at once
  unsigned faults = 0;          // requests or answers lost, crashes
  unsigned lies = 0;            // of the relay
  std::vector<Lie> lie_kinds;
  Grain grain = Grain::write;
  std::size_t copies = 0;        // of the storage that may be put aside
  bool restores = false;         // … and put back, which costs a lie
  bool calm_at_rest = false;     // the calm is tried only where no session is on its way
  bool forks = false;            // it may be split in two branches
  bool transplants = false;      // leaves and cells of one branch are shown on the other
  bool may_fork = false;         // the lies can leave two branches: then somebody has to say so
  bool same_randomness = false;  // every session of a device draws the same bytes
  unsigned lost_races_max = 3;   // in one session
};

}  // namespace kluis::test
