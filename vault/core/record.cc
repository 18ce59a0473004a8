#include "vault/core/record.h"

#include <utility>

#include "proto/limits.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/padme.h"
#include "vault/crypto/sign.h"

namespace kluis {
namespace {

constexpr std::string_view kBlobContext = "raadkluis/v1/blob";

}  // namespace

RecordId record_id(ByteView signed_bytes) {
  return hash_as<RecordId>("record", {signed_bytes});
}

StukId stuk_id(const DeviceId& author, const RecordSalt& salt) {
  return hash_as<StukId>("stuk", {author.view(), salt});
}

RecordKey draw_record_key(Entropy& entropy, const RecordId& record) {
  const auto fresh = Secret<struct FreshRecordKeyPurpose>::generate(entropy);
  return derive<RecordKey>(fresh, "record-key", {record.view()});
}

VerifiedRecord::VerifiedRecord(RecordId id, Record record, SignedRecord signed_bytes)
    : id_(id), record_(std::move(record)), signed_(std::move(signed_bytes)) {}

Result<VerifiedRecord> VerifiedRecord::from(SignedRecord record) {
  if (record.bytes.size() > kRecordBytesMax) return broken("record.too_large");
  KLUIS_TRY(content, decode_record(record.bytes));
  const RecordId id = record_id(record.bytes);
  if (!verify(content.author.view(), "record", id.view(), record.signature)) {
    return broken("record.signature");
  }
  return VerifiedRecord(id, std::move(content), std::move(record));
}

VerifiedRecord sign_record(const Record& record, const IdentitySeed& identity) {
  SignedRecord result;
  result.bytes = encode(record);
  result.signature = sign(identity, "record", record_id(result.bytes).view());
  // Goes through the same door as a stranger's record: what we sign, others must accept.
  return VerifiedRecord::from(std::move(result)).value();
}

Bytes seal_record(const RecordKey& key, const SignedRecord& record) {
  const SecretBuffer padded = SecretBuffer::take(pad(encode(record)));
  return aead_seal(key, AeadNonce{}, as_bytes(kBlobContext), padded.expose());
}

Result<VerifiedRecord> open_record(const RecordKey& key, const RecordId& expected, ByteView blob) {
  KLUIS_TRY(padded, aead_open(key, AeadNonce{}, as_bytes(kBlobContext), blob));
  KLUIS_TRY(content, unpad(padded.expose()));
  KLUIS_TRY(signed_record, decode_signed_record(content));
  if (record_id(signed_record.bytes) != expected) return broken("record.wrong_id");
  return VerifiedRecord::from(std::move(signed_record));
}

VerifiedCell::VerifiedCell(Cell cell, SignedCell signed_bytes)
    : cell_(std::move(cell)), signed_(std::move(signed_bytes)) {}

Result<VerifiedCell> VerifiedCell::from(SignedCell cell) {
  if (cell.bytes.size() > kCellBytesMax) return broken("cell.too_large");
  KLUIS_TRY(content, decode_cell(cell.bytes));
  if (!verify(content.device.view(), "cell", cell.bytes, cell.signature)) {
    return broken("cell.signature");
  }
  return VerifiedCell(std::move(content), std::move(cell));
}

VerifiedCell sign_cell(const Cell& cell, const IdentitySeed& identity) {
  SignedCell result;
  result.bytes = encode(cell);
  result.signature = sign(identity, "cell", result.bytes);
  return VerifiedCell::from(std::move(result)).value();
}

Digest leaf_hash(const LeafPublic& leaf) {
  return hash_as<Digest>("leaf", {leaf.view()});
}

RemovedTag removed_tag(const CircleAlias& circle, const DeviceId& device) {
  return hash_as<RemovedTag>("removed", {circle.view(), device.view()});
}

}  // namespace kluis
