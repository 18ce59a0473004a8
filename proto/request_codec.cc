#include "proto/codec_parts.h"
#include "proto/message.h"
#include "proto/schema/message.capnp.h"

namespace kluis::schema {

using namespace codec;

static void write(SyncEntries::Builder root, const std::vector<SyncEntry>& entries) {
  if (entries.empty()) return;
  const auto count = static_cast<unsigned int>(entries.size());
  auto* name = root.initNames(count * static_cast<unsigned int>(CircleName::kSize)).begin();
  auto counts = root.initCounts(count);
  auto* chain = root.initChains(count * static_cast<unsigned int>(ChainShort::kSize)).begin();
  for (unsigned int index = 0; index < count; ++index) {
    const SyncEntry& entry = entries[index];
    name = std::copy(entry.name.bytes.begin(), entry.name.bytes.end(), name);
    counts.set(index, entry.count);
    chain = std::copy(entry.chain.bytes.begin(), entry.chain.bytes.end(), chain);
  }
}

static std::vector<SyncEntry> read(SyncEntries::Reader root) {
  std::vector<CircleName> names;
  std::vector<ChainShort> chains;
  get_all(root.getNames(), names, kSyncCirclesMax);
  get_all(root.getChains(), chains, kSyncCirclesMax);
  const auto counts = root.getCounts();
  require(chains.size() == names.size() && counts.size() == names.size());
  std::vector<SyncEntry> entries;
  entries.reserve(names.size());
  for (unsigned int index = 0; index < counts.size(); ++index) {
    entries.push_back({names[index], counts[index], chains[index]});
  }
  return entries;
}

template <typename Init>
static void put_blobs(const std::vector<kluis::StagedBlob>& blobs, Init init) {
  put_list(blobs, init, [](auto target, const kluis::StagedBlob& blob) {
    target.setBlob(as_data(blob.blob));
    put_data(blob.bytes, [&](auto bytes) { target.setBytes(bytes); });
  });
}

static std::vector<kluis::StagedBlob> read_blobs(capnp::List<StagedBlob>::Reader source) {
  std::vector<kluis::StagedBlob> blobs;
  get_list(source, blobs, kCommitOpsMax, [](auto element) {
    kluis::StagedBlob blob;
    get(element.getBlob(), blob.blob);
    get(element.getBytes(), blob.bytes, kFrameBytesMax);
    return blob;
  });
  require_distinct(blobs, &kluis::StagedBlob::blob);
  return blobs;
}

// ---- One kind of request each. A member of the union is never null, even if it is empty. ----

static void write(Request::Builder root, const HelloRequest& value) {
  auto hello = root.initHello();
  hello.setTenancy(as_data(value.tenancy));
  hello.setRaadKey(as_data(value.raad_key));
  hello.setProof(as_data(value.proof));
  write(hello.initEntries(), value.entries);
}

static HelloRequest read(Request::Hello::Reader root) {
  HelloRequest value;
  get(root.getTenancy(), value.tenancy);
  get(root.getRaadKey(), value.raad_key);
  get(root.getProof(), value.proof);
  value.entries = read(root.getEntries());
  return value;
}

static void write(Request::Builder root, const SyncRequest& value) {
  write(root.initSync(), value.entries);
}

static void write(Request::Builder root, const FetchRequest& value) {
  fill(root.initFetch(static_cast<unsigned int>(value.blobs.size() * BlobName::kSize)),
       std::span<const BlobName>(value.blobs));
}

static FetchRequest read_fetch(capnp::Data::Reader source) {
  FetchRequest value;
  get_all(source, value.blobs, kFetchNamesMax);
  return value;
}

static void write(Request::Builder root, const FetchSliceRequest& value) {
  auto fetch = root.initFetchSlice();
  fetch.setBlob(as_data(value.blob));
  fetch.setSlice(value.slice);
}

static FetchSliceRequest read(Request::FetchSlice::Reader root) {
  FetchSliceRequest value;
  get(root.getBlob(), value.blob);
  value.slice = root.getSlice();
  return value;
}

static void write(Request::Builder root, const StageRequest& value) {
  auto stage = root.initStage();
  stage.setBlob(as_data(value.blob));
  stage.setTotalBytes(value.total_bytes);
  stage.setSlice(value.slice);
  put_data(value.bytes, [&](auto bytes) { stage.setBytes(bytes); });
}

static StageRequest read(Request::Stage::Reader root) {
  StageRequest value;
  get(root.getBlob(), value.blob);
  value.total_bytes = count(root.getTotalBytes());
  value.slice = root.getSlice();
  get(root.getBytes(), value.bytes, kSliceBytes);
  return value;
}

static void write(Request::Builder root, const AppendRequest& value) {
  auto append = root.initAppend();
  append.setName(as_data(value.name));
  put_data(value.item, [&](auto item) { append.setItem(item); });
  put_all(value.blobs, [&](auto size) { return append.initBlobs(size); });
  append.setExpectsCommit(value.expect_commit.has_value());
  append.setExpectCommit(value.expect_commit.value_or(0));
}

static AppendRequest read(Request::Append::Reader root) {
  AppendRequest value;
  get(root.getName(), value.name);
  get(root.getItem(), value.item, kItemBytesMax);
  get_distinct(root.getBlobs(), value.blobs, kItemBlobsMax);
  if (root.getExpectsCommit()) value.expect_commit = count(root.getExpectCommit());
  return value;
}

static void write(Request::Builder root, const CommitRequest& value) {
  write(root.initCommit(), value.commit);
}

static void write(Request::Builder root, const WatchRequest&) {
  root.setWatch();
}

static void write(Request::Builder root, const ExitRequest& value) {
  auto exit = root.initExit();
  exit.setCircle(as_data(value.circle));
  exit.setTag(as_data(value.tag));
  put_data(value.parcel, [&](auto parcel) { exit.setParcel(parcel); });
}

static ExitRequest read(Request::Exit::Reader root) {
  ExitRequest value;
  get(root.getCircle(), value.circle);
  get(root.getTag(), value.tag);
  get(root.getParcel(), value.parcel, kExitParcelBytesMax);
  return value;
}

static void write(Request::Builder root, const ParcelsRequest& value) {
  root.setParcels(as_data(value.circle));
}

static ParcelsRequest read_parcels(capnp::Data::Reader source) {
  ParcelsRequest value;
  get(source, value.circle);
  return value;
}

static void write(Request::Builder root, const HoldRequest& value) {
  auto hold = root.initHold();
  put_all(value.circles, [&](auto size) { return hold.initCircles(size); });
  hold.setMilliseconds(value.milliseconds);
  hold.setSigner(as_data(value.signer));
  hold.setSignature(as_data(value.signature));
}

static HoldRequest read(Request::Hold::Reader root) {
  HoldRequest value;
  get_distinct(root.getCircles(), value.circles, kSyncCirclesMax);
  value.milliseconds = root.getMilliseconds();
  require(value.milliseconds <= kHoldMsMax);
  get(root.getSigner(), value.signer);
  get(root.getSignature(), value.signature);
  return value;
}

static void write(Request::Builder root, const MailboxMakeRequest& value) {
  auto make = root.initMailboxMake();
  make.setMailbox(as_data(value.mailbox));
  put_data(value.first, [&](auto first) { make.setFirst(first); });
}

static MailboxMakeRequest read(Request::MailboxMake::Reader root) {
  MailboxMakeRequest value;
  get(root.getMailbox(), value.mailbox);
  get(root.getFirst(), value.first, kMailBytesMax);
  return value;
}

static void write(Request::Builder root, const MailboxPutRequest& value) {
  auto put = root.initMailboxPut();
  put.setMailbox(as_data(value.mailbox));
  put.setIndex(value.index);
  put_data(value.message, [&](auto message) { put.setMessage(message); });
}

static MailboxPutRequest read(Request::MailboxPut::Reader root) {
  MailboxPutRequest value;
  get(root.getMailbox(), value.mailbox);
  value.index = root.getIndex();
  require(value.index == 1 || value.index == 2);
  get(root.getMessage(), value.message, kMailBytesMax);
  return value;
}

static void write(Request::Builder root, const MailboxGetRequest& value) {
  root.setMailboxGet(as_data(value.mailbox));
}

static MailboxGetRequest read_mailbox_get(capnp::Data::Reader source) {
  MailboxGetRequest value;
  get(source, value.mailbox);
  return value;
}

static void write(Request::Builder root, const AdmitRaadRequest& value) {
  auto admit = root.initAdmitRaad();
  put_data(value.voucher, [&](auto voucher) { admit.setVoucher(voucher); });
  write(admit.initCommit(), value.commit);
  put_blobs(value.blobs, [&](auto count) { return admit.initBlobs(count); });
}

static AdmitRaadRequest read(Request::AdmitRaad::Reader root) {
  AdmitRaadRequest value;
  get(root.getVoucher(), value.voucher, kVoucherBytesMax);
  value.commit = read_signed_commit(root.getCommit());
  value.blobs = read_blobs(root.getBlobs());
  return value;
}

static void write(Request::Builder root, const LiftRequest& value) {
  auto lift = root.initLift();
  write(lift.initOp(), value.op);
  put_data(value.signed_header, [&](auto bytes) { lift.setSignedHeader(bytes); });
  lift.setName(as_data(value.name));
  put_blobs(value.blobs, [&](auto count) { return lift.initBlobs(count); });
}

static LiftRequest read(Request::Lift::Reader root) {
  LiftRequest value;
  value.op = read_signed_op(root.getOp());
  get(root.getSignedHeader(), value.signed_header, kHeaderBytesMax + kWrapperBytesMax);
  get(root.getName(), value.name);
  value.blobs = read_blobs(root.getBlobs());
  return value;
}

static kluis::Request read(Request::Reader root) {
  require_suite(root.getSuite());
  switch (root.which()) {
    case Request::HELLO:
      return read(root.getHello());
    case Request::SYNC:
      return SyncRequest{read(root.getSync())};
    case Request::FETCH:
      return read_fetch(root.getFetch());
    case Request::FETCH_SLICE:
      return read(root.getFetchSlice());
    case Request::STAGE:
      return read(root.getStage());
    case Request::APPEND:
      return read(root.getAppend());
    case Request::COMMIT:
      return CommitRequest{read_signed_commit(root.getCommit())};
    case Request::WATCH:
      return WatchRequest{};
    case Request::EXIT:
      return read(root.getExit());
    case Request::PARCELS:
      return read_parcels(root.getParcels());
    case Request::HOLD:
      return read(root.getHold());
    case Request::MAILBOX_MAKE:
      return read(root.getMailboxMake());
    case Request::MAILBOX_PUT:
      return read(root.getMailboxPut());
    case Request::MAILBOX_GET:
      return read_mailbox_get(root.getMailboxGet());
    case Request::ADMIT_RAAD:
      return read(root.getAdmitRaad());
    case Request::LIFT:
      return read(root.getLift());
  }
  throw Refused{kUnknownKind};
}

static void write(Request::Builder root, const kluis::Request& request) {
  root.setSuite(kSuite);
  std::visit([&](const auto& value) { write(root, value); }, request);
}

static Bytes encode_hold(const TenancyId& tenancy, const HoldRequest& request,
                         ByteView handshake_hash) {
  return encode_root<HoldSigned>([&](auto root) {
    root.setSuite(kSuite);
    root.setTenancy(as_data(tenancy));
    put_all(request.circles, [&](auto size) { return root.initCircles(size); });
    root.setMilliseconds(request.milliseconds);
    put_data(handshake_hash, [&](auto hash) { root.setHandshakeHash(hash); });
  });
}

}  // namespace kluis::schema

namespace kluis {

Bytes encode(const Request& request) {
  return codec::encoded<schema::Request>(request);
}
Result<Request> decode_request(ByteView bytes) {
  return codec::decoded<schema::Request>(bytes, kFrameBytesMax);
}

Bytes encode_hold(const TenancyId& tenancy, const HoldRequest& request, ByteView handshake_hash) {
  return schema::encode_hold(tenancy, request, handshake_hash);
}

}  // namespace kluis
