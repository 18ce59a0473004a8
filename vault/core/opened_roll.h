#pragma once

#include <optional>
#include <vector>

#include "vault/core/device.h"

// Between reading an update of the roll and storing it. Included by vault/core/*roll.cc alone.
namespace kluis {

// An update, opened with the secret it brings or the one we hold. Nothing of it is stored yet.
struct Device::OpenedRoll {
  CircleState state;
  std::optional<VerifiedHeader> header;  // of a superseding (or first) epoch
  std::optional<EpochSecret> secret;
  std::optional<KeyList> list;
  RollNeeds needs;
  RollOutcome outcome = RollOutcome::applied;
  struct Key {
    RecordId record;
    RecordKey key;
    // A blob that the relay had when it took the item must be there. A key of which the item did
    // not name the blob may be a member's invention.
    bool optional = false;
  };
  std::vector<Key> keys;  // of the list, then of the items
  std::size_t list_key_count = 0;
  std::vector<std::optional<Item>> items;  // junk is nullopt
  bool header_judged = false;  // the fold named it, and its officer and members were right
  std::size_t item_count = 0;  // items that may be stored: whole commits only
  struct Junk {
    RecordId record;
    DeviceId author;
  };
  std::vector<Junk> junk;  // acts that nobody who may act signed
};

}  // namespace kluis
