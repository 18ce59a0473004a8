#include "tests/opener/opener.h"

#include <array>
#include <utility>

#include "sync/relay/rows.h"
#include "tests/support/memory_stream.h"
#include "vault/core/chain.h"
#include "vault/core/record.h"
#include "vault/crypto/document.h"
#include "vault/crypto/hash.h"

namespace kluis::test {
namespace {

constexpr std::size_t kSmallRowBytes = 512;

template <typename Key>
Key key_from(ByteView bytes) {
  return Key::copy_of(std::span<const std::uint8_t, Key::kSize>(bytes.data(), Key::kSize));
}

}  // namespace

// Any 32 bytes may be a key: every row of that size, and every window of small rows.
void Opener::take_candidate(ByteView bytes) {
  if (bytes.size() < 32) return;
  if (bytes.size() == 32) {
    seeds_.insert(to_bytes(bytes));
    loose_keys_.insert(to_bytes(bytes));
    return;
  }
  if (bytes.size() > kSmallRowBytes) return;
  for (std::size_t offset = 0; offset + 32 <= bytes.size(); offset += 8) {
    loose_keys_.insert(to_bytes(bytes.subspan(offset, 32)));
  }
}

void Opener::take_vault(Store& vault) {
  for (int table = 1; table <= 32; ++table) {
    static_cast<void>(vault.scan(static_cast<Table>(table), {}, [&](ByteView key, ByteView value) {
      take_candidate(value);
      if (static_cast<Table>(table) == Table::record_key && key.size() == 48) {
        static_cast<void>(learn_key(*RecordId::from(key.subspan(16)), value));
      }
      if (static_cast<Table>(table) == Table::record) {
        if (auto record = decode_signed_record(value)) {
          read(record_id(record->bytes), *record);
        }
      }
      take_bytes(value);
      return true;
    }));
  }
}

void Opener::take_bytes(ByteView bytes) {
  if (bytes.size() == 32) take_candidate(bytes);
  take_header(bytes);
  if (decode_boxes(bytes)) boxes_.insert(to_bytes(bytes));
  if (decode_sealed_list(bytes)) lists_.insert(to_bytes(bytes));
  if (const auto commit = decode_signed_commit(bytes)) take_commit(*commit);
  items_.insert(to_bytes(bytes));
}

void Opener::take_header(ByteView encoded) {
  auto header = VerifiedHeader::from(encoded);
  if (!header) return;
  raads_.insert(header->header().raad);
  headers_.emplace(header->hash(), *header);
}

void Opener::take_superseded(const Superseded& superseded) {
  take_header(superseded.signed_header);
  boxes_.insert(superseded.boxes);
}

void Opener::take_commit(const SignedCommit& commit) {
  const auto content = decode_commit(commit.bytes);
  if (!content) return;
  for (const EpochChange& change : content->epochs) take_header(change.signed_header);
  for (const CommitAppend& append : content->appends) take_item(append.item);
}

void Opener::take_item(ByteView item) {
  items_.insert(to_bytes(item));
}

void Opener::take_blob(const BlobName& name, ByteView bytes) {
  Bytes& blob = blobs_[name];
  append(blob, bytes);
  if (decode_boxes(blob)) boxes_.insert(blob);
  if (decode_sealed_list(blob)) lists_.insert(blob);
}

void Opener::take(const Request& request) {
  if (const auto* stage = std::get_if<StageRequest>(&request)) {
    if (stage->slice == 0) blobs_.erase(stage->blob);
    take_blob(stage->blob, stage->bytes);
  } else if (const auto* append = std::get_if<AppendRequest>(&request)) {
    take_item(append->item);
  } else if (const auto* commit = std::get_if<CommitRequest>(&request)) {
    take_commit(commit->commit);
  } else if (const auto* admit = std::get_if<AdmitRaadRequest>(&request)) {
    take_commit(admit->commit);
    for (const StagedBlob& blob : admit->blobs) {
      blobs_.erase(blob.blob);
      take_blob(blob.blob, blob.bytes);
    }
  } else if (const auto* lift = std::get_if<LiftRequest>(&request)) {
    take_header(lift->signed_header);
    for (const StagedBlob& blob : lift->blobs) {
      blobs_.erase(blob.blob);
      take_blob(blob.blob, blob.bytes);
    }
  }
}

void Opener::take(const Response& response) {
  if (const auto* sync = std::get_if<SyncAnswer>(&response)) {
    for (const CircleAnswer& circle : sync->circles) {
      if (const auto* superseded = std::get_if<Superseded>(&circle)) take_superseded(*superseded);
      if (const auto* items = std::get_if<NewItems>(&circle)) {
        for (const SentItem& item : items->items) take_item(item.item);
      }
    }
  } else if (const auto* hello = std::get_if<HelloSuperseded>(&response)) {
    take_superseded(hello->roll);
  } else if (const auto* superseded = std::get_if<Superseded>(&response)) {
    take_superseded(*superseded);
  } else if (const auto* fetched = std::get_if<FetchAnswer>(&response)) {
    for (const FetchedBlob& blob : fetched->blobs) {
      if (!blob.bytes.empty() && !blobs_.contains(blob.blob)) take_blob(blob.blob, blob.bytes);
    }
  }
}

void Opener::take_relay_row(RelayTable table, ByteView key, ByteView row) {
  if (table == RelayTable::item) {
    if (const auto item = from_row<ItemRow>(row)) take_item(item->sent.item);
  } else if (table == RelayTable::epoch_text) {
    if (const auto text = from_row<EpochTextRow>(row)) take_header(text->signed_header);
  } else if (table == RelayTable::mailbox) {
    if (const auto mailbox = from_row<MailboxRow>(row)) {
      for (const Bytes& message : mailbox->messages) take_bytes(message);
    }
  } else {
    take_bytes(key);
    take_bytes(row);
  }
}

void Opener::take_relay(Storage& storage) {
  for (int table = 1; table <= static_cast<int>(kRelayTables); ++table) {
    static_cast<void>(
        storage.scan(static_cast<RelayTable>(table), {}, {}, [&](ByteView key, ByteView row) {
          take_relay_row(static_cast<RelayTable>(table), key, row);
          return true;
        }));
  }
  // In key order: the slices of one blob follow each other. A later store holds the same bytes, or
  // more of them.
  std::map<BlobName, Bytes> found;
  static_cast<void>(storage.scan(RelayTable::slice, {}, {}, [&](ByteView key, ByteView slice) {
    const auto name = BlobName::from(key.subspan(TenancyId::kSize, BlobName::kSize));
    append(found[*name], slice);
    return true;
  }));
  for (const auto& [name, bytes] : found) {
    if (blobs_[name].size() >= bytes.size()) continue;
    blobs_.erase(name);
    take_blob(name, bytes);
  }
}

bool Opener::learn_secret(ByteView secret) {
  seeds_.insert(to_bytes(secret));
  return epoch_secrets_.insert(to_bytes(secret)).second;
}

bool Opener::learn_key(const RecordId& record, ByteView key) {
  return record_keys_[record].insert(to_bytes(key)).second;
}

bool Opener::try_boxes() {
  bool progress = false;
  for (const Bytes& boxes : boxes_) {
    const Digest hash = hash_as<Digest>("boxes", {boxes});
    for (const auto& [id, header] : headers_) {
      if (header.header().boxes_hash != hash) continue;
      for (const Bytes& seed : std::set<Bytes>(seeds_)) {
        if (!tried_boxes_.insert({boxes, seed}).second) continue;
        const auto secret = open_box(header, boxes, key_from<LeafSeed>(seed));
        if (secret && *secret) progress |= learn_secret((*secret)->expose());
      }
    }
  }
  return progress;
}

bool Opener::try_welcomes() {
  bool progress = false;
  for (const Bytes& encoded : welcomes_) {
    const auto item = decode_item(encoded);
    if (!item) continue;
    for (const Bytes& seed : std::set<Bytes>(seeds_)) {
      if (!tried_welcomes_.insert({encoded, seed}).second) continue;
      for (const RaadId& raad : raads_) {
        const auto opened = open_welcome(key_from<LeafSeed>(seed), raad, std::get<Welcome>(*item));
        if (opened) progress |= learn_secret(opened->secret.expose());
      }
    }
  }
  return progress;
}

bool Opener::open_epoch(const VerifiedHeader& header, const EpochSecret& secret) {
  bool progress = false;
  for (const Bytes& list : lists_) {
    const auto opened = open_list(header, list, secret);
    if (!opened) continue;
    for (const KeyEntry& entry : opened->entries) progress |= learn_key(entry.record, entry.key);
  }
  for (const Bytes& sealed : items_) {
    const auto item = open_item(secret, header.header().circle, header.header().number, sealed);
    if (!item) continue;
    if (const auto* record = std::get_if<ItemRecord>(&*item)) {
      progress |= learn_key(record->record, record->key);
    } else if (std::holds_alternative<Welcome>(*item)) {
      progress |= welcomes_.insert(encode(*item)).second;
    }
  }
  return progress;
}

bool Opener::try_epochs() {
  bool progress = false;
  for (const Bytes& seed : std::set<Bytes>(seeds_)) {
    const auto secret = key_from<EpochSecret>(seed);
    const Digest commits_to = commitment(secret);
    for (const auto& [hash, header] : headers_) {
      if (header.header().commitment != commits_to) continue;
      if (!opened_epochs_.insert({seed, hash}).second) continue;
      epoch_secrets_.insert(seed);
      progress = true;
      static_cast<void>(open_epoch(header, secret));
    }
  }
  return progress;
}

bool Opener::try_records() {
  bool progress = false;
  const auto try_key = [&](const RecordId& id, const Bytes& bytes) {
    const auto key = key_from<RecordKey>(bytes);
    const auto blob = blobs_.find(blob_name(key));
    if (blob == blobs_.end()) return;
    const auto opened = open_record(key, id, blob->second);
    if (!opened) return;
    read(id, opened->signed_bytes());
    progress = true;
  };
  for (const auto& [id, keys] : record_keys_) {
    if (records_.contains(id)) continue;
    for (const Bytes& key : keys) try_key(id, key);
    for (const Bytes& key : loose_keys_) {
      if (!records_.contains(id)) try_key(id, key);
    }
  }
  return progress;
}

void Opener::read(const RecordId& id, const SignedRecord& record) {
  auto content = decode_record(record.bytes);
  if (!content || !records_.emplace(id, *content).second) return;
  read_body(*content);
}

void Opener::read_body(const Record& record) {
  const auto body = decode_circle_body(record.kind, record.body);
  if (!body) return;
  if (const auto* version = std::get_if<Version>(&*body)) {
    versions_[version->blob] = *version;
  } else if (const auto* carry = std::get_if<Carry>(&*body)) {
    read(carry->original, {carry->record_bytes, carry->record_signature});
  }
}

void Opener::run() {
  bool progress = true;
  while (progress) {
    progress = try_boxes();
    progress |= try_welcomes();
    progress |= try_epochs();
    progress |= try_records();
  }
}

std::set<Bytes> Opener::documents() const {
  std::set<Bytes> contents;
  for (const auto& [name, version] : versions_) {
    const auto sealed = blobs_.find(name);
    if (sealed == blobs_.end()) continue;
    MemorySource source(sealed->second);
    MemorySink content;
    const auto size =
        open_document(key_from<DocumentKey>(version.key), {version.stuk.view(), version.number},
                      sealed->second.size(), source, content, 1);
    if (size) contents.insert(std::move(content.bytes));
  }
  return contents;
}

std::set<std::string> Opener::texts() const {
  std::set<std::string> texts;
  for (const auto& [id, record] : records_) {
    const auto body = decode_circle_body(record.kind, record.body);
    if (!body) continue;
    if (const auto* note = std::get_if<Note>(&*body)) texts.insert(note->text);
    if (const auto* stuk = std::get_if<Stuk>(&*body)) texts.insert(stuk->title);
    if (const auto* info = std::get_if<CircleInfo>(&*body)) texts.insert(info->title);
  }
  return texts;
}

}  // namespace kluis::test
