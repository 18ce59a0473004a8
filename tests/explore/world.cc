#include "tests/explore/world.h"

namespace kluis::test {
namespace {

void add_facts(Printer& printer, const Facts& facts) {
  for (const bool wished : facts.removal_wished) printer.add(std::uint64_t{wished});
  for (const std::uint64_t landed : facts.removal_landed) printer.add(landed);
  for (const DeviceImagePtr& live : facts.last_live) printer.add(live->print);
  for (const SentCommit& commit : facts.commits) {
    printer.add(commit.hash.view()).add(std::uint64_t{commit.dead});
  }
  for (const BlobName& blob : facts.early) printer.add(blob.view());
  printer.add(facts.early.size());
  for (const BlobName& blob : facts.late) printer.add(blob.view());
}

}  // namespace

Fingerprint State::core() const {
  Printer printer;
  for (const DeviceImagePtr& device : devices) printer.add(device->print);
  for (const RelayImagePtr& relay : relays) printer.add(relay->print);
  return printer.add(tape->print()).print();
}

Fingerprint State::print() const {
  Printer printer;
  printer.add(core()).add(acts_done).add(faults_left).add(lies_left);
  for (const FlightPtr& flight : flights) printer.add(flight ? flight->print : Fingerprint{});
  for (const RelayImagePtr& copy : copies) printer.add(copy->print);
  for (const unsigned left : sessions_left) printer.add(left);
  add_facts(printer, *facts);
  return printer.print();
}

Pilot::Pilot(const Setting& setting, const DeviceImage& image, std::uint64_t seed)
    : store(image.store), entropy(seed), setting_(setting) {}

std::uint64_t seed_from(const Fingerprint& print) {
  return print.left ^ (print.right << 1U);
}

Bytes handshake_from(std::uint64_t seed) {
  Bytes hash(64);
  SeededEntropy(seed ^ 0x5a5a5a5a5a5a5a5a).fill(hash);
  return hash;
}

}  // namespace kluis::test
