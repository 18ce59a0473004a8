#include "proto/codec_parts.h"
#include "proto/commit.h"

namespace kluis::schema {

using namespace codec;

// No list of blob names outgrows the message it stands in.
constexpr std::size_t kDropBlobsMax = kFrameBytesMax / BlobName::kSize;

static void write(EpochOp::Builder root, const kluis::EpochOp& value) {
  root.setSuite(kSuite);
  root.setKind(number(value.kind));
  root.setTenancy(as_data(value.tenancy));
  root.setCircle(as_data(value.circle));
  root.setNumber(value.number);
  root.setHeader(as_data(value.header));
  root.setNameHash(as_data(value.name_hash));
  put_data(value.raad_key, [&](auto key) { root.setRaadKey(key); });
  root.setBoxesHash(as_data(value.boxes_hash));
  root.setListHash(as_data(value.list_hash));
  put_all(value.drop_blobs, [&](auto size) { return root.initDropBlobs(size); });
}

static kluis::EpochOp read(EpochOp::Reader root) {
  require_suite(root.getSuite());
  kluis::EpochOp value;
  get(root.getKind(), value.kind, HeaderKind::end);
  get(root.getTenancy(), value.tenancy);
  get(root.getCircle(), value.circle);
  value.number = count(root.getNumber());
  get(root.getHeader(), value.header);
  get(root.getNameHash(), value.name_hash);
  get(root.getRaadKey(), value.raad_key);
  get(root.getBoxesHash(), value.boxes_hash);
  get(root.getListHash(), value.list_hash);
  get_sorted(root.getDropBlobs(), value.drop_blobs, kDropBlobsMax);
  return value;
}

static void write(Expect::Builder root, const kluis::Expect& value) {
  root.setCommitNumber(value.commit_number);
  root.setRollItemCount(value.roll_item_count);
  put_list(
      value.circles, [&](auto count) { return root.initCircles(count); },
      [](auto target, const ExpectCircle& circle) {
        target.setCircle(as_data(circle.circle));
        target.setNumber(circle.number);
        target.setItemCount(circle.item_count);
      });
}

static kluis::Expect read(Expect::Reader root) {
  kluis::Expect value;
  value.commit_number = count(root.getCommitNumber());
  value.roll_item_count = root.getRollItemCount();
  get_list(root.getCircles(), value.circles, kCommitOpsMax, [](auto source) {
    ExpectCircle circle;
    get(source.getCircle(), circle.circle);
    circle.number = count(source.getNumber());
    circle.item_count = source.getItemCount();
    return circle;
  });
  require_distinct(value.circles, &ExpectCircle::circle);
  return value;
}

static void write(EpochChange::Builder root, const kluis::EpochChange& value) {
  write(root.initOp(), value.op);
  put_data(value.signed_header, [&](auto bytes) { root.setSignedHeader(bytes); });
  root.setName(as_data(value.name));
}

static kluis::EpochChange read(EpochChange::Reader root) {
  kluis::EpochChange value;
  value.op = read_signed_op(root.getOp());
  get(root.getSignedHeader(), value.signed_header, kHeaderBytesMax + kWrapperBytesMax);
  get(root.getName(), value.name);
  return value;
}

static void write(CommitAppend::Builder root, const kluis::CommitAppend& value) {
  root.setCircle(as_data(value.circle));
  put_data(value.item, [&](auto item) { root.setItem(item); });
  put_all(value.blobs, [&](auto size) { return root.initBlobs(size); });
}

static kluis::CommitAppend read(CommitAppend::Reader root) {
  kluis::CommitAppend value;
  get(root.getCircle(), value.circle);
  get(root.getItem(), value.item, kItemBytesMax);
  get_distinct(root.getBlobs(), value.blobs, kItemBlobsMax);
  return value;
}

static void write(Commit::Builder root, const kluis::Commit& value) {
  root.setSuite(kSuite);
  root.setTenancy(as_data(value.tenancy));
  write(root.initExpect(), value.expect);
  put_list(
      value.epochs, [&](auto count) { return root.initEpochs(count); },
      [](auto target, const kluis::EpochChange& change) { write(target, change); });
  put_list(
      value.appends, [&](auto count) { return root.initAppends(count); },
      [](auto target, const kluis::CommitAppend& append) { write(target, append); });
  put_all(value.officers_added, [&](auto size) { return root.initOfficersAdded(size); });
  put_all(value.officers_removed, [&](auto size) { return root.initOfficersRemoved(size); });
}

static kluis::Commit read(Commit::Reader root) {
  require_suite(root.getSuite());
  kluis::Commit value;
  get(root.getTenancy(), value.tenancy);
  value.expect = read(root.getExpect());
  get_list(root.getEpochs(), value.epochs, kCommitOpsMax, [](auto change) { return read(change); });
  get_list(root.getAppends(), value.appends, kCommitOpsMax,
           [](auto append) { return read(append); });
  get_distinct(root.getOfficersAdded(), value.officers_added, kCommitOpsMax);
  get_distinct(root.getOfficersRemoved(), value.officers_removed, kCommitOpsMax);
  require(value.epochs.size() + value.appends.size() + value.officers_added.size() +
              value.officers_removed.size() <=
          kCommitOpsMax);
  return value;
}

static void write(Receipt::Builder root, const kluis::Receipt& value) {
  root.setSuite(kSuite);
  root.setVerdict(number(value.verdict));
  root.setTenancy(as_data(value.tenancy));
  root.setCommitHash(as_data(value.commit_hash));
  root.setCommitNumber(value.commit_number);
  root.setDropped(as_data(value.dropped));
}

static kluis::Receipt read(Receipt::Reader root) {
  require_suite(root.getSuite());
  kluis::Receipt value;
  get(root.getVerdict(), value.verdict, Verdict::conflict);
  get(root.getTenancy(), value.tenancy);
  get(root.getCommitHash(), value.commit_hash);
  value.commit_number = count(root.getCommitNumber());
  get(root.getDropped(), value.dropped);
  return value;
}

}  // namespace kluis::schema

namespace kluis {

using codec::decoded;
using codec::encoded;

Bytes encode(const EpochOp& op) {
  return encoded<schema::EpochOp>(op);
}
Result<EpochOp> decode_epoch_op(ByteView bytes) {
  return decoded<schema::EpochOp>(bytes, kFrameBytesMax);
}

Bytes encode(const SignedOp& op) {
  return encoded<schema::OfficerSigned>(op);
}
Result<SignedOp> decode_signed_op(ByteView bytes) {
  return codec::decode_root<schema::OfficerSigned>(bytes, kFrameBytesMax + kWrapperBytesMax,
                                                   schema::read_signed_op,
                                                   [](const SignedOp& op) { return encode(op); });
}

Bytes encode(const Commit& commit) {
  return encoded<schema::Commit>(commit);
}
Result<Commit> decode_commit(ByteView bytes) {
  return decoded<schema::Commit>(bytes, kFrameBytesMax);
}

Bytes encode(const SignedCommit& commit) {
  return encoded<schema::OfficerSigned>(commit);
}
Result<SignedCommit> decode_signed_commit(ByteView bytes) {
  return codec::decode_root<schema::OfficerSigned>(
      bytes, kFrameBytesMax + kWrapperBytesMax, schema::read_signed_commit,
      [](const SignedCommit& commit) { return encode(commit); });
}

Bytes encode(const Receipt& receipt) {
  return encoded<schema::Receipt>(receipt);
}
Result<Receipt> decode_receipt(ByteView bytes) {
  return decoded<schema::Receipt>(bytes, kFrameBytesMax);
}

}  // namespace kluis
