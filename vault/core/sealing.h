#pragma once

#include "proto/message.h"
#include "vault/core/epoch.h"
#include "vault/core/record.h"

// A record on its way to a relay: its item and its blob.
namespace kluis {

struct SealedEntry {
  SentItem item;
  StagedBlob blob;
};

[[nodiscard]] inline SealedEntry seal_entry(const EpochSecret& secret, const CircleAlias& circle,
                                            std::uint64_t number, const RecordKey& key,
                                            const SignedRecord& record, Entropy& entropy) {
  ItemRecord item;
  item.record = record_id(record.bytes);
  std::ranges::copy(key.expose(), item.key.begin());
  SealedEntry entry;
  entry.blob = {blob_name(key), seal_record(key, record)};
  entry.item = {seal_item(secret, circle, number, item, entropy), {entry.blob.blob}};
  wipe(item.key);
  return entry;
}

}  // namespace kluis
