#include "proto/codec_parts.h"

namespace kluis::schema {

using namespace codec;

namespace {

template <typename Value>
void write_signed(OfficerSigned::Builder root, const Value& value) {
  put_data(value.bytes, [&](auto bytes) { root.setBytes(bytes); });
  root.setSigner(as_data(value.signer));
  root.setSignature(as_data(value.signature));
}

template <typename Value>
Value read_signed(OfficerSigned::Reader root) {
  Value value;
  get(root.getBytes(), value.bytes, kFrameBytesMax);
  get(root.getSigner(), value.signer);
  get(root.getSignature(), value.signature);
  return value;
}

}  // namespace

void write(RollPosition::Builder root, const kluis::RollPosition& value) {
  root.setActNumber(value.act_number);
  root.setActId(as_data(value.act_id));
}

kluis::RollPosition read(RollPosition::Reader root) {
  kluis::RollPosition value;
  value.act_number = count(root.getActNumber());
  get(root.getActId(), value.act_id);
  return value;
}

void write(SignedRecord::Builder root, const kluis::SignedRecord& value) {
  put_data(value.bytes, [&](auto bytes) { root.setBytes(bytes); });
  root.setSignature(as_data(value.signature));
}

kluis::SignedRecord read(SignedRecord::Reader root) {
  kluis::SignedRecord value;
  get(root.getBytes(), value.bytes, kRecordBytesMax);
  get(root.getSignature(), value.signature);
  return value;
}

void write(SignedCell::Builder root, const kluis::SignedCell& value) {
  put_data(value.bytes, [&](auto bytes) { root.setBytes(bytes); });
  root.setSignature(as_data(value.signature));
}

kluis::SignedCell read(SignedCell::Reader root) {
  kluis::SignedCell value;
  get(root.getBytes(), value.bytes, kCellBytesMax);
  get(root.getSignature(), value.signature);
  return value;
}

void write(Welcome::Builder root, const kluis::Welcome& value) {
  root.setKemCiphertext(as_data(value.kem_ciphertext));
  put_data(value.sealed, [&](auto sealed) { root.setSealed(sealed); });
}

kluis::Welcome read(Welcome::Reader root) {
  kluis::Welcome value;
  get(root.getKemCiphertext(), value.kem_ciphertext);
  get(root.getSealed(), value.sealed, kItemBytesMax);
  return value;
}

void write(OfficerSigned::Builder root, const SignedOp& value) {
  write_signed(root, value);
}
void write(OfficerSigned::Builder root, const SignedCommit& value) {
  write_signed(root, value);
}
SignedOp read_signed_op(OfficerSigned::Reader root) {
  return read_signed<SignedOp>(root);
}
SignedCommit read_signed_commit(OfficerSigned::Reader root) {
  return read_signed<SignedCommit>(root);
}

void write(SignedReceipt::Builder root, const kluis::SignedReceipt& value) {
  put_data(value.bytes, [&](auto bytes) { root.setBytes(bytes); });
  root.setSignature(as_data(value.signature));
}

kluis::SignedReceipt read(SignedReceipt::Reader root) {
  kluis::SignedReceipt value;
  get(root.getBytes(), value.bytes, kFrameBytesMax);
  get(root.getSignature(), value.signature);
  return value;
}

std::vector<Capacity> read_capacities(capnp::List<std::uint16_t>::Reader source) {
  require(source.size() <= number(Capacity::archivaris));
  std::vector<Capacity> capacities;
  for (const std::uint16_t raw : source) {
    get(raw, capacities.emplace_back(), Capacity::archivaris);
  }
  require_distinct(capacities);
  return capacities;
}

}  // namespace kluis::schema
