#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "proto/message.h"
#include "sync/relay/storage.h"
#include "vault/core/epoch.h"
#include "vault/core/store.h"

// The opener: an attacker without rules. It takes whatever somebody may have laid hands on (opened
// vaults, everything that passed through the relay, the relay's own rows) and tries every key it
// finds on everything it has, until nothing new opens. It skips every check that an honest device
// makes: no signature, no roll, no membership stops it.
namespace kluis::test {

class Opener {
 public:
  // Every row of a vault that was opened with its passphrase (or carved out of an image).
  void take_vault(Store& vault);
  // All that a recording relay saw of one conversation.
  void take(const Request& request);
  void take(const Response& response);
  // Every row of a relay's store, or of a backup of it.
  void take_relay(Storage& storage);
  // Bytes of unknown meaning (a row of the relay's store, a file, a core dump): tried as whatever
  // they may be.
  void take_bytes(ByteView bytes);

  // Tries until nothing new opens.
  void run();

  // Records whose plaintext came out, by id.
  [[nodiscard]] const std::map<RecordId, Record>& records() const { return records_; }
  // Texts of notes and titles among them, sorted, each once.
  [[nodiscard]] std::set<std::string> texts() const;
  // The content of the documents among them whose sealed bytes are here too.
  [[nodiscard]] std::set<Bytes> documents() const;
  [[nodiscard]] std::size_t epoch_secrets() const { return epoch_secrets_.size(); }

 private:
  void take_candidate(ByteView bytes);
  void take_header(ByteView encoded);
  void take_superseded(const Superseded& superseded);
  void take_commit(const SignedCommit& commit);
  void take_item(ByteView item);
  void take_blob(const BlobName& name, ByteView bytes);
  void take_relay_row(RelayTable table, ByteView key, ByteView row);
  [[nodiscard]] bool try_boxes();
  [[nodiscard]] bool try_welcomes();
  [[nodiscard]] bool try_epochs();
  [[nodiscard]] bool try_records();
  [[nodiscard]] bool open_epoch(const VerifiedHeader& header, const EpochSecret& secret);
  void read(const RecordId& id, const SignedRecord& record);
  void read_body(const Record& record);
  [[nodiscard]] bool learn_secret(ByteView secret);
  [[nodiscard]] bool learn_key(const RecordId& record, ByteView key);

  std::set<Bytes> seeds_;          // candidates for leaves and epoch secrets
  std::set<Bytes> epoch_secrets_;  // those that fit a header's commitment, or came from a box
  std::map<RecordId, std::set<Bytes>> record_keys_;
  std::set<Bytes> loose_keys_;  // candidates without a record
  std::map<HeaderHash, VerifiedHeader> headers_;
  std::set<Bytes> boxes_;  // encoded Boxes
  std::set<Bytes> lists_;  // encoded SealedList
  std::set<Bytes> items_;
  std::set<Bytes> welcomes_;  // encoded Item
  std::map<BlobName, Bytes> blobs_;
  std::set<RaadId> raads_;
  std::set<std::pair<Bytes, Bytes>> tried_boxes_;
  std::set<std::pair<Bytes, Bytes>> tried_welcomes_;
  std::set<std::pair<Bytes, HeaderHash>> opened_epochs_;
  std::map<RecordId, Record> records_;
  std::map<BlobName, Version> versions_;
};

}  // namespace kluis::test
