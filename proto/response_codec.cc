#include "proto/codec_parts.h"
#include "proto/message.h"
#include "proto/schema/message.capnp.h"

namespace kluis::schema {

using namespace codec;

static void write(Superseded::Builder root, const kluis::Superseded& value) {
  root.setAsked(as_data(value.asked));
  write(root.initOp(), value.op);
  put_data(value.signed_header, [&](auto bytes) { root.setSignedHeader(bytes); });
  put_data(value.boxes, [&](auto boxes) { root.setBoxes(boxes); });
}

static kluis::Superseded read(Superseded::Reader root) {
  kluis::Superseded value;
  get(root.getAsked(), value.asked);
  value.op = read_signed_op(root.getOp());
  get(root.getSignedHeader(), value.signed_header, kHeaderBytesMax + kWrapperBytesMax);
  get(root.getBoxes(), value.boxes, kFrameBytesMax);
  return value;
}

static void write(CircleAnswer::NewItems::Builder root, const NewItems& value) {
  root.setName(as_data(value.name));
  root.setFrom(value.from);
  put_list(
      value.items, [&](auto count) { return root.initItems(count); },
      [](auto target, const kluis::SentItem& sent) {
        put_data(sent.item, [&](auto item) { target.setItem(item); });
        put_all(sent.blobs, [&](auto size) { return target.initBlobs(size); });
      });
  root.setMore(value.more);
}

static NewItems read(CircleAnswer::NewItems::Reader root) {
  NewItems value;
  get(root.getName(), value.name);
  value.from = root.getFrom();
  get_list(root.getItems(), value.items, kAnswerItemsMax, [](auto source) {
    kluis::SentItem sent;
    get(source.getItem(), sent.item, kItemBytesMax);
    require(!sent.item.empty());
    get_distinct(source.getBlobs(), sent.blobs, kItemBlobsMax);
    return sent;
  });
  value.more = root.getMore();
  return value;
}

static void write(CircleAnswer::Differs::Builder root, const Differs& value) {
  root.setName(as_data(value.name));
  root.setCount(value.count);
  root.setChain(as_data(value.chain));
}

static Differs read(CircleAnswer::Differs::Reader root) {
  Differs value;
  get(root.getName(), value.name);
  value.count = root.getCount();
  get(root.getChain(), value.chain);
  return value;
}

static void write(CircleAnswer::Builder root, const kluis::CircleAnswer& value) {
  if (const auto* superseded = std::get_if<kluis::Superseded>(&value)) {
    write(root.initSuperseded(), *superseded);
  } else if (const auto* items = std::get_if<NewItems>(&value)) {
    write(root.initNewItems(), *items);
  } else if (const auto* differs = std::get_if<Differs>(&value)) {
    write(root.initDiffers(), *differs);
  } else {
    root.setUnknown(as_data(std::get<Unknown>(value).name));
  }
}

static kluis::CircleAnswer read(CircleAnswer::Reader root) {
  switch (root.which()) {
    case CircleAnswer::SUPERSEDED:
      return read(root.getSuperseded());
    case CircleAnswer::NEW_ITEMS:
      return read(root.getNewItems());
    case CircleAnswer::DIFFERS:
      return read(root.getDiffers());
    case CircleAnswer::UNKNOWN: {
      Unknown value;
      get(root.getUnknown(), value.name);
      return value;
    }
  }
  throw Refused{kUnknownKind};
}

// Byte strings in a list: parcels, messages of a mailbox.
static void fill_strings(capnp::List<capnp::Data>::Builder target,
                         const std::vector<Bytes>& strings) {
  for (unsigned int index = 0; index < target.size(); ++index) {
    put_data(strings[index], [&](auto bytes) { target.set(index, bytes); });
  }
}

static std::vector<Bytes> read_strings(capnp::List<capnp::Data>::Reader source,
                                       std::size_t count_max, std::size_t bytes_max) {
  std::vector<Bytes> strings;
  get_list(source, strings, count_max, [&](capnp::Data::Reader element) {
    Bytes bytes;
    get(element, bytes, bytes_max);
    return bytes;
  });
  return strings;
}

// ---- One kind of response each. A member of the union is never null, even if it is empty. ----

static void write(Response::Builder root, const kluis::SyncAnswer& value) {
  auto sync = root.initSync();
  sync.setCommitNumber(value.commit_number);
  sync.setDigest(as_data(value.digest));
  put_list(
      value.circles, [&](auto count) { return sync.initCircles(count); },
      [](auto target, const kluis::CircleAnswer& answer) { write(target, answer); });
}

static kluis::SyncAnswer read(Response::SyncAnswer::Reader root) {
  kluis::SyncAnswer value;
  value.commit_number = count(root.getCommitNumber());
  get(root.getDigest(), value.digest);
  get_list(root.getCircles(), value.circles, kSyncCirclesMax,
           [](auto answer) { return read(answer); });
  return value;
}

static void write(Response::Builder root, const HelloSuperseded& value) {
  write(root.initHelloSuperseded(), value.roll);
}

static void write(Response::Builder root, const kluis::Superseded& value) {
  write(root.initSuperseded(), value);
}

static void write(Response::Builder root, const FetchAnswer& value) {
  auto fetch = root.initFetch(static_cast<unsigned int>(value.blobs.size()));
  for (unsigned int index = 0; index < fetch.size(); ++index) {
    auto target = fetch[index];
    const FetchedBlob& blob = value.blobs[index];
    target.setBlob(as_data(blob.blob));
    target.setPresent(blob.present);
    target.setTotalBytes(blob.total_bytes);
    put_data(blob.bytes, [&](auto bytes) { target.setBytes(bytes); });
  }
}

static FetchAnswer read(capnp::List<Response::FetchedBlob>::Reader source) {
  FetchAnswer value;
  get_list(source, value.blobs, kFetchNamesMax, [](auto element) {
    FetchedBlob blob;
    get(element.getBlob(), blob.blob);
    blob.present = element.getPresent();
    blob.total_bytes = count(element.getTotalBytes());
    get(element.getBytes(), blob.bytes, kFrameBytesMax);
    return blob;
  });
  return value;
}

static void write(Response::Builder root, const SliceAnswer& value) {
  auto slice = root.initSlice();
  slice.setPresent(value.present);
  slice.setTotalBytes(value.total_bytes);
  put_data(value.bytes, [&](auto bytes) { slice.setBytes(bytes); });
}

static SliceAnswer read(Response::Slice::Reader root) {
  SliceAnswer value;
  value.present = root.getPresent();
  value.total_bytes = count(root.getTotalBytes());
  get(root.getBytes(), value.bytes, kSliceBytes);
  return value;
}

static void write(Response::Builder root, const StageAnswer& value) {
  root.setStage(value.have_bytes);
}

static void write(Response::Builder root, const AppendAnswer& value) {
  root.setAppend(value.index);
}

static void write(Response::Builder root, const ConflictAnswer& value) {
  auto conflict = root.initConflict();
  conflict.setCommitNumber(value.commit_number);
  if (value.receipt) write(conflict.initReceipt(), *value.receipt);
}

static ConflictAnswer read(Response::Conflict::Reader root) {
  ConflictAnswer value;
  value.commit_number = count(root.getCommitNumber());
  if (root.hasReceipt()) value.receipt = read(root.getReceipt());
  return value;
}

static void write(Response::Builder root, const CommitAnswer& value) {
  write(root.initCommit(), value.receipt);
}

static void write(Response::Builder root, const LaterAnswer& value) {
  root.setLater(value.milliseconds);
}

static void write(Response::Builder root, const ParcelsAnswer& value) {
  fill_strings(root.initParcels(static_cast<unsigned int>(value.parcels.size())), value.parcels);
}

static void write(Response::Builder root, const MailboxAnswer& value) {
  fill_strings(root.initMailbox(static_cast<unsigned int>(value.messages.size())), value.messages);
}

static void write(Response::Builder root, const DoneAnswer&) {
  root.setDone();
}

static void write(Response::Builder root, const RefusedAnswer& value) {
  root.setRefused(number(value.code));
}

static RefusedAnswer read_refused(std::uint16_t source) {
  RefusedAnswer value;
  get(source, value.code, RefusalCode::missing_blob);
  return value;
}

static void write(Response::Builder root, const Push& value) {
  root.setPush(value.commit_number);
}

static kluis::Response read(Response::Reader root) {
  require_suite(root.getSuite());
  constexpr std::size_t kMessages = 3;
  switch (root.which()) {
    case Response::SYNC:
      return read(root.getSync());
    case Response::HELLO_SUPERSEDED:
      return HelloSuperseded{read(root.getHelloSuperseded())};
    case Response::SUPERSEDED:
      return read(root.getSuperseded());
    case Response::FETCH:
      return read(root.getFetch());
    case Response::SLICE:
      return read(root.getSlice());
    case Response::STAGE:
      return StageAnswer{root.getStage()};
    case Response::APPEND:
      return AppendAnswer{root.getAppend()};
    case Response::CONFLICT:
      return read(root.getConflict());
    case Response::COMMIT:
      return CommitAnswer{read(root.getCommit())};
    case Response::LATER:
      return LaterAnswer{root.getLater()};
    case Response::PARCELS:
      return ParcelsAnswer{read_strings(root.getParcels(), kRemovedTagsMax, kExitParcelBytesMax)};
    case Response::MAILBOX:
      return MailboxAnswer{read_strings(root.getMailbox(), kMessages, kMailBytesMax)};
    case Response::DONE:
      return DoneAnswer{};
    case Response::REFUSED:
      return read_refused(root.getRefused());
    case Response::PUSH:
      return Push{root.getPush()};
  }
  throw Refused{kUnknownKind};
}

static void write(Response::Builder root, const kluis::Response& response) {
  root.setSuite(kSuite);
  std::visit([&](const auto& value) { write(root, value); }, response);
}

}  // namespace kluis::schema

namespace kluis {

Bytes encode(const Response& response) {
  return codec::encoded<schema::Response>(response);
}
Result<Response> decode_response(ByteView bytes) {
  return codec::decoded<schema::Response>(bytes, kFrameBytesMax);
}

}  // namespace kluis
