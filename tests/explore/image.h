#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <vector>

#include "proto/ids.h"
#include "sync/relay/memory_storage.h"
#include "tests/support/memory_store.h"

// Frozen parts of an explored state: what one device has stored, what a relay has stored. States
// share them; each carries a fingerprint of all its bytes.
namespace kluis::test {

struct Fingerprint {
  std::uint64_t left = 0;
  std::uint64_t right = 0;

  auto operator<=>(const Fingerprint&) const = default;
};

// Absorbs whatever a state consists of, in order.
class Printer {
 public:
  Printer& add(ByteView bytes);
  Printer& add(std::uint64_t number);
  Printer& add(const Fingerprint& print) { return add(print.left).add(print.right); }
  [[nodiscard]] Fingerprint print() const;

 private:
  void word(std::uint64_t value);

  std::uint64_t left_ = 0x9ae16a3b2f90404f;
  std::uint64_t right_ = 0xc949c7defebf5d1d;
};

// An epoch that a device holds, or (header zero) the last one it held before it was taken out.
struct HeldEpoch {
  CircleAlias circle;
  std::uint64_t number = 0;
  HeaderHash header;
  std::vector<RecordId> frontier;
};

struct DeviceImage {
  explicit DeviceImage(const MemoryStore& from);

  MemoryStore store;
  Fingerprint print;
  std::vector<Bytes> records;  // circle ‖ record id, of those whose bytes are here; sorted
  std::vector<Bytes> apart;    // the same, kept apart for the griffier
  std::vector<HeldEpoch> held;
  std::vector<Bytes> acts;  // keys and values of the roll's acts, in order
  bool removed = false;
  bool at_rest = false;  // no leaf to change, no commit under way, no circle half open

 private:
  void read_protocol_state();
};
using DeviceImagePtr = std::shared_ptr<const DeviceImage>;

struct RelayImage {
  // `before`: an image that shares tables with it, so that only changed ones are printed anew.
  RelayImage(const MemoryStorage& from, const RelayImage* before);

  MemoryStorage storage;
  std::array<Fingerprint, kRelayTables> tables;
  Fingerprint print;
};
using RelayImagePtr = std::shared_ptr<const RelayImage>;

}  // namespace kluis::test
