#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/client/session.h"
#include "sync/enrol/enrol.h"
#include "sync/relay/memory_storage.h"
#include "sync/relay/relay.h"
#include "tests/support/entropies.h"
#include "tests/support/memory_store.h"
#include "vault/core/device.h"

// A raad in one thread: the product's own relay and devices, joined by function calls. Used by
// protocol tests, the simulation and the opener.
namespace kluis::test {

class SteppedClock : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override { return UnixMillis{now_ms}; }
  std::int64_t now_ms = 1'800'000'000'000;
};

// One device and its store.
struct Party {
  std::string name;
  MemoryStore store;
  SeededEntropy entropy;
  std::unique_ptr<Device> device;

  Party(std::string called, std::uint64_t seed) : name(std::move(called)), entropy(seed) {}
};

// Everything that passed through the relay, both ways, as a hostile one would keep it.
struct Traffic {
  std::vector<Request> requests;
  std::vector<Response> responses;
};

class SimulatedRaad {
 public:
  explicit SimulatedRaad(std::uint64_t seed);

  // The griffier founds the raad. Aborts on any failure, as everything here does unless it says so.
  Party& found(const std::string& name);
  // Invites, speaks the code, joins and syncs until both are done.
  Party& join(Party& officer, const std::string& name, std::vector<Capacity> capacities);
  // A further device of a person.
  Party& join_device(Party& officer, const std::string& name, const PersonId& person,
                     bool custody = false);

  // One session. Errors: the session's.
  [[nodiscard]] Result<SessionReport> try_sync(Party& party);
  SessionReport sync(Party& party);
  // One session that is cut right after the relay took its first commit.
  void sync_until_committed(Party& party);
  // Syncs all parties, in order, `rounds` times.
  void settle(unsigned rounds = 3);
  // What a vault does after a sync: the device reseal where it is due, and the word that what was
  // destroyed is forgotten. One in memory has no disk to reseal: its rows are all there is.
  void after_sync(Party& party);
  // Syncs all parties and lets each do that, `rounds` times.
  void live_on(unsigned rounds = 3);

  [[nodiscard]] PersonId person_of(const Party& party) const;
  // A circle with one record in it, the given persons admitted; committed.
  CircleAlias make_circle(Party& officer, const std::string& title,
                          const std::vector<PersonId>& admitted);
  RecordId write_note(Party& party, const CircleAlias& circle, const std::string& text);
  // The texts of all notes that the party can read in the circle, sorted.
  [[nodiscard]] std::vector<std::string> notes(Party& party, const CircleAlias& circle);

  void reload(Party& party);

  SteppedClock clock;
  MemoryStorage storage;
  Traffic traffic;
  bool trace = false;  // prints which request got which response
  std::vector<std::unique_ptr<Party>> parties;

  [[nodiscard]] Relay& relay() { return *relay_; }
  // What signs the relay's receipts, for a test that runs a relay of its own over `storage`.
  [[nodiscard]] const SecretBytes<32>& receipt_seed() const { return receipt_seed_; }
  // After `storage` was put back to an earlier copy.
  void restart_relay();

 private:
  Party& make_party(const std::string& name);
  Party& finish_join(Party& officer, Party& joiner, const NewInvitation& invitation);
  [[nodiscard]] Device::Surroundings around(Party& party);
  Response ask_relay(RelaySession& session, const Request& request);

  std::uint64_t seed_;
  SeededEntropy entropy_;
  Secret<struct SimulatedReceiptPurpose> receipt_seed_;
  std::unique_ptr<Relay> relay_;
};

}  // namespace kluis::test
