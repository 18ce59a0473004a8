#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "proto/message.h"
#include "sync/relay/relay.h"
#include "tests/explore/image.h"
#include "tests/explore/tape.h"
#include "tests/support/simulated_raad.h"

// The explored world: a few devices, a relay and its keeper. A state is a value; its parts are
// frozen and shared between states. Randomness is a function of the state in which it is drawn, so
// that two ways to the same state meet.
namespace kluis::test {

// What never changes during an exploration.
struct Setting {
  explicit Setting(std::uint64_t seed) : raad(seed) {}

  SimulatedRaad raad;  // made the first state; its clock and receipt key serve all of them
  std::vector<std::string> names;
  std::vector<DeviceId> devices;
  std::vector<PersonId> persons;
  CircleAlias circle;
  CircleAlias roll;

  [[nodiscard]] std::size_t size() const { return names.size(); }
};

// A session on its way. It is what its device was at its start, and the answers since: played
// again, it is the same.
struct Flight {
  DeviceImagePtr start;
  std::uint64_t seed = 0;
  unsigned relay = 0;  // which branch of a forked relay serves it
  std::vector<std::shared_ptr<const Response>> answers;
  RelaySession connection;
  std::map<CircleName, std::uint32_t> hidden;  // circles it is told of up to so many items
  std::shared_ptr<const Request> pending;
  unsigned requests = 0;
  unsigned lost_races = 0;  // commits that met a conflict
  Fingerprint print;
};
using FlightPtr = std::shared_ptr<const Flight>;

// A commit that an officer sent, and whether he may know that it is lost.
struct SentCommit {
  OfficerKey signer;
  std::uint64_t position = 0;
  Digest hash;
  bool dead = false;  // the relay gave its signed word
};

// What the rules have to know beside the stores.
struct Facts {
  std::vector<bool> removal_wished;  // by device: somebody may lawfully take it out
  std::vector<bool> revoked;         // … of the raad
  // By device: the commit with its tag in the roll, once the relay took it; else 0.
  std::vector<std::uint64_t> removal_landed;
  std::vector<DeviceImagePtr> last_live;  // what a device was before it forgot
  std::vector<SentCommit> commits;
  // Records that their authors sent before they could know of a removal, and after that.
  std::set<BlobName> early;
  std::set<BlobName> late;
  std::vector<std::pair<std::size_t, RecordId>> notes;  // author, record
};
using FactsPtr = std::shared_ptr<const Facts>;

struct State {
  std::vector<DeviceImagePtr> devices;
  std::vector<FlightPtr> flights;     // nullptr: at rest
  std::vector<RelayImagePtr> relays;  // one, or two branches
  std::vector<RelayImagePtr> copies;  // that the keeper put aside
  TapePtr tape;
  FactsPtr facts;
  std::uint64_t acts_done = 0;  // bits
  std::vector<unsigned> sessions_left;
  unsigned faults_left = 0;
  unsigned lies_left = 0;

  // Stores, relay and tape: what the rules judge and the calm starts from.
  [[nodiscard]] Fingerprint core() const;
  [[nodiscard]] Fingerprint print() const;
};

// A device brought to life on a copy of its store. Lifetime: the setting outlives it.
class Pilot {
 public:
  Pilot(const Setting& setting, const DeviceImage& image, std::uint64_t seed);

  [[nodiscard]] Device::Surroundings around() {
    return {store, setting_.raad.clock, entropy, nullptr};
  }

  MemoryStore store;
  SeededEntropy entropy;

 private:
  const Setting& setting_;
};

[[nodiscard]] std::uint64_t seed_from(const Fingerprint& print);
[[nodiscard]] Bytes handshake_from(std::uint64_t seed);

}  // namespace kluis::test
