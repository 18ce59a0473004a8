#include "proto/codec_parts.h"
#include "proto/record.h"

namespace kluis::schema {

using namespace codec;

static RecordKind known_record_kind(std::uint16_t raw) {
  const auto within = [raw](RecordKind first, RecordKind last) {
    return raw >= number(first) && raw <= number(last);
  };
  require(within(RecordKind::circle_info, RecordKind::dropped) ||
              within(RecordKind::proposal, RecordKind::event) ||
              within(RecordKind::genesis, RecordKind::term),
          kUnknownKind);
  return static_cast<RecordKind>(raw);
}

// An act has no place in its author's chain; the first of a chain has no predecessor.
static void require_chain(const kluis::Record& record) {
  require(is_act(record.kind) == (record.sequence == 0));
  require(record.sequence > 1 || record.previous.is_zero());
}

static void write(Record::Builder root, const kluis::Record& value) {
  root.setSuite(kSuite);
  root.setKind(number(value.kind));
  root.setCircle(as_data(value.circle));
  root.setAuthor(as_data(value.author));
  root.setSequence(value.sequence);
  root.setPrevious(as_data(value.previous));
  put_all(value.parents, [&](auto size) { return root.initParents(size); });
  write(root.initRollHead(), value.roll_head);
  root.setWrittenUnixMs(value.written_unix_ms);
  root.setSalt(as_data(value.salt));
  put_data(value.body, [&](auto body) { root.setBody(body); });
}

static kluis::Record read(Record::Reader root) {
  require_suite(root.getSuite());
  kluis::Record value;
  value.kind = known_record_kind(root.getKind());
  get(root.getCircle(), value.circle);
  get(root.getAuthor(), value.author);
  value.sequence = count(root.getSequence());
  get(root.getPrevious(), value.previous);
  require_chain(value);
  get_sorted(root.getParents(), value.parents, kRecordParentsMax);
  value.roll_head = read(root.getRollHead());
  value.written_unix_ms = moment(root.getWrittenUnixMs());
  get(root.getSalt(), value.salt);
  get(root.getBody(), value.body, kRecordBytesMax);
  return value;
}

static void write(Cell::Builder root, const kluis::Cell& value) {
  root.setSuite(kSuite);
  root.setKind(number(value.kind));
  root.setSubKey(value.sub_key);
  root.setCircle(as_data(value.circle));
  root.setDevice(as_data(value.device));
  root.setCounter(value.counter);
  put_data(value.value, [&](auto bytes) { root.setValue(bytes); });
}

static kluis::Cell read(Cell::Reader root) {
  require_suite(root.getSuite());
  kluis::Cell value;
  get(root.getKind(), value.kind, CellKind::opened);
  value.sub_key = root.getSubKey();
  require(value.sub_key == 0 || value.kind == CellKind::opened);
  get(root.getCircle(), value.circle);
  get(root.getDevice(), value.device);
  value.counter = count(root.getCounter());
  get(root.getValue(), value.value, kCellBytesMax);
  return value;
}

static void write(LeafValue::Builder root, const kluis::LeafValue& value) {
  root.setLeaf(as_data(value.leaf));
  write(root.initDrawnAt(), value.drawn_at);
}

static kluis::LeafValue read(LeafValue::Reader root) {
  kluis::LeafValue value;
  get(root.getLeaf(), value.leaf);
  value.drawn_at = read(root.getDrawnAt());
  return value;
}

static void write(SeenValue::Builder root, const kluis::SeenValue& value) {
  root.setEpoch(value.epoch);
  root.setHeader(as_data(value.header));
  write(root.initRollHead(), value.roll_head);
  put_all(value.frontier, [&](auto size) { return root.initFrontier(size); });
}

static kluis::SeenValue read(SeenValue::Reader root) {
  kluis::SeenValue value;
  value.epoch = count(root.getEpoch());
  get(root.getHeader(), value.header);
  value.roll_head = read(root.getRollHead());
  get_sorted(root.getFrontier(), value.frontier, kRecordParentsMax);
  return value;
}

static void write(OpenedValue::Opened::Builder root, const Opened& value) {
  root.setStuk(as_data(value.stuk));
  root.setVersion(value.version);
  root.setOpenedUnixMs(value.opened_unix_ms);
}

static Opened read(OpenedValue::Opened::Reader root) {
  Opened value;
  get(root.getStuk(), value.stuk);
  value.version = root.getVersion();
  value.opened_unix_ms = moment(root.getOpenedUnixMs());
  return value;
}

static void write(OpenedValue::Builder root, const kluis::OpenedValue& value) {
  put_list(
      value.entries, [&](auto count) { return root.initEntries(count); },
      [](auto entry, const Opened& opened) { write(entry, opened); });
}

static kluis::OpenedValue read(OpenedValue::Reader root) {
  kluis::OpenedValue value;
  get_list(root.getEntries(), value.entries, kCellBytesMax, [](auto entry) { return read(entry); });
  return value;
}

}  // namespace kluis::schema

namespace kluis {

using codec::decoded;
using codec::encoded;

Bytes encode(const Record& record) {
  return encoded<schema::Record>(record);
}
Result<Record> decode_record(ByteView bytes) {
  return decoded<schema::Record>(bytes, kRecordBytesMax);
}

Bytes encode(const SignedRecord& record) {
  return encoded<schema::SignedRecord>(record);
}
Result<SignedRecord> decode_signed_record(ByteView bytes) {
  return decoded<schema::SignedRecord>(bytes, kRecordBytesMax + kWrapperBytesMax);
}

Bytes encode(const Cell& cell) {
  return encoded<schema::Cell>(cell);
}
Result<Cell> decode_cell(ByteView bytes) {
  return decoded<schema::Cell>(bytes, kCellBytesMax);
}

Bytes encode(const SignedCell& cell) {
  return encoded<schema::SignedCell>(cell);
}
Result<SignedCell> decode_signed_cell(ByteView bytes) {
  return decoded<schema::SignedCell>(bytes, kCellBytesMax + kWrapperBytesMax);
}

Bytes encode(const LeafValue& value) {
  return encoded<schema::LeafValue>(value);
}
Result<LeafValue> decode_leaf_value(ByteView bytes) {
  return decoded<schema::LeafValue>(bytes, kCellBytesMax);
}

Bytes encode(const SeenValue& value) {
  return encoded<schema::SeenValue>(value);
}
Result<SeenValue> decode_seen_value(ByteView bytes) {
  return decoded<schema::SeenValue>(bytes, kCellBytesMax);
}

Bytes encode(const OpenedValue& value) {
  return encoded<schema::OpenedValue>(value);
}
Result<OpenedValue> decode_opened_value(ByteView bytes) {
  return decoded<schema::OpenedValue>(bytes, kCellBytesMax);
}

}  // namespace kluis
