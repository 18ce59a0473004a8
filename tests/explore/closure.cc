#include "tests/explore/closure.h"

#include <map>
#include <optional>
#include <utility>

#include "vault/core/epoch.h"
#include "vault/core/store.h"
#include "vault/crypto/hash.h"

namespace kluis::test {
namespace {

using Candidate = std::array<std::uint8_t, 32>;

class Search {
 public:
  explicit Search(const Tape& tape) {
    for (const Tape::Entry* entry : tape.entries()) take(*entry);
  }

  void take(const DeviceImage& image) {
    for (const auto& [row, value] : image.store.rows()) {
      if (row.first != static_cast<std::uint8_t>(Table::secret)) continue;
      if (value.size() != std::tuple_size_v<Candidate>) continue;
      Candidate candidate{};
      std::ranges::copy(value, candidate.begin());
      stored_.insert(candidate);
    }
  }

  Closure run() {
    candidates_ = stored_;
    for (std::size_t known = 0; known != candidates_.size();) {
      known = candidates_.size();
      const std::set<Candidate> now = candidates_;
      for (const Candidate& candidate : now) {
        if (!tried_.insert(candidate).second) continue;
        try_boxes(candidate);
        try_secret(candidate);
      }
    }
    return std::move(closure_);
  }

 private:
  void take(const Tape::Entry& entry) {
    if (entry.kind == Tape::Kind::item) {
      items_.push_back(&entry.content);
    } else if (entry.kind == Tape::Kind::bytes) {
      boxes_[hash_as<Digest>("boxes", {entry.content})] = &entry.content;
      lists_[hash_as<Digest>("list", {entry.content})] = &entry.content;
    } else if (auto header = VerifiedHeader::from(entry.content)) {
      headers_.push_back(std::move(*header));
    }
  }

  void learn(const EpochSecret& secret) {
    Candidate candidate{};
    std::ranges::copy(secret.expose(), candidate.begin());
    candidates_.insert(candidate);
  }

  void try_boxes(const Candidate& candidate) {
    const LeafSeed leaf = LeafSeed::copy_of(candidate);
    for (const VerifiedHeader& header : headers_) {
      const auto boxes = boxes_.find(header.header().boxes_hash);
      if (boxes == boxes_.end()) continue;
      const auto opened = open_box(header, *boxes->second, leaf);
      if (opened && *opened) learn(**opened);
    }
  }

  void try_secret(const Candidate& candidate) {
    const EpochSecret secret = EpochSecret::copy_of(candidate);
    const Digest expected = commitment(secret);
    for (const VerifiedHeader& header : headers_) {
      if (header.header().commitment != expected) continue;
      const Header& fields = header.header();
      closure_.epochs.insert({fields.circle, fields.number, header.hash(), fields.removed});
      open_epoch(header, secret);
    }
  }

  void open_epoch(const VerifiedHeader& header, const EpochSecret& secret) {
    const auto bytes = lists_.find(header.header().list_hash);
    if (bytes != lists_.end()) {
      if (auto list = open_list(header, *bytes->second, secret)) {
        for (const KeyEntry& entry : list->entries) learn_key(entry.key);
      }
    }
    for (const Bytes* sealed : items_) {
      auto item = open_item(secret, header.header().circle, header.header().number, *sealed);
      if (!item) continue;
      if (const auto* record = std::get_if<ItemRecord>(&*item)) learn_key(record->key);
      const auto* welcome = std::get_if<Welcome>(&*item);
      if (welcome != nullptr) try_welcome(header.header().raad, *welcome);
    }
  }

  // Leaves stand in stores alone: none follows from something opened.
  void try_welcome(const RaadId& raad, const Welcome& welcome) {
    for (const Candidate& candidate : stored_) {
      const auto opened = open_welcome(LeafSeed::copy_of(candidate), raad, welcome);
      if (opened) learn(opened->secret);
    }
  }

  void learn_key(const Candidate& key) {
    closure_.blobs.insert(blob_name(RecordKey::copy_of(key)));
  }

  std::vector<VerifiedHeader> headers_;
  std::map<Digest, const Bytes*> boxes_;
  std::map<Digest, const Bytes*> lists_;
  std::vector<const Bytes*> items_;
  std::set<Candidate> stored_;
  std::set<Candidate> candidates_;
  std::set<Candidate> tried_;
  Closure closure_;
};

}  // namespace

Closure closure_of(const std::vector<DeviceImagePtr>& devices, const Tape& tape) {
  Search search(tape);
  for (const DeviceImagePtr& image : devices) search.take(*image);
  return search.run();
}

}  // namespace kluis::test
