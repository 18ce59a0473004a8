#pragma once

#include <optional>

#include "proto/record.h"
#include "vault/core/keys.h"

// Records and cells: signing, verifying, and the seal that carries a record to the relay.
namespace kluis {

[[nodiscard]] RecordId record_id(ByteView signed_bytes);

// The id of the stuk that a record of this author and salt makes. Bound to the author, so that
// nobody else can make a stuk of that id again, under another title or of another type.
[[nodiscard]] StukId stuk_id(const DeviceId& author, const RecordSalt& salt);

// A record whose id and author's signature were checked, of the bytes as received. Says nothing
// about whether its author may say it: that is for the roll and the circle.
class VerifiedRecord {
 public:
  // Errors: integrity "record.signature" or a format error.
  [[nodiscard]] static Result<VerifiedRecord> from(SignedRecord record);

  [[nodiscard]] const RecordId& id() const { return id_; }
  [[nodiscard]] const Record& record() const { return record_; }
  [[nodiscard]] const SignedRecord& signed_bytes() const { return signed_; }

 private:
  VerifiedRecord(RecordId id, Record record, SignedRecord signed_bytes);
  RecordId id_;
  Record record_;
  SignedRecord signed_;
};

// Requires: record.author is the public half of `identity`.
[[nodiscard]] VerifiedRecord sign_record(const Record& record, const IdentitySeed& identity);

// A fresh key, bound to the one record it seals: not even a machine that repeats its randomness (a
// restored snapshot) seals two records with one key.
[[nodiscard]] RecordKey draw_record_key(Entropy& entropy, const RecordId& record);

// blob = AEAD(K_r, zero nonce, Pad(encoded signed record)): K_r seals once. A pure function of key
// and record, so that putting a blob back makes the same bytes.
[[nodiscard]] Bytes seal_record(const RecordKey& key, const SignedRecord& record);
// Errors: integrity. Checks that the content is the record `expected`.
[[nodiscard]] Result<VerifiedRecord> open_record(const RecordKey& key, const RecordId& expected,
                                                 ByteView blob);

class VerifiedCell {
 public:
  // Checks the signature by the device the cell names. Errors: integrity "cell.signature".
  [[nodiscard]] static Result<VerifiedCell> from(SignedCell cell);

  [[nodiscard]] const Cell& cell() const { return cell_; }
  [[nodiscard]] const SignedCell& signed_bytes() const { return signed_; }

 private:
  VerifiedCell(Cell cell, SignedCell signed_bytes);
  Cell cell_;
  SignedCell signed_;
};

[[nodiscard]] VerifiedCell sign_cell(const Cell& cell, const IdentitySeed& identity);

[[nodiscard]] Digest leaf_hash(const LeafPublic& leaf);
[[nodiscard]] RemovedTag removed_tag(const CircleAlias& circle, const DeviceId& device);

}  // namespace kluis
