#include "proto/codec_parts.h"
#include "proto/epoch.h"

namespace kluis::schema {

using namespace codec;

static void write(Header::Builder root, const kluis::Header& value) {
  root.setSuite(value.suite);
  root.setKind(number(value.kind));
  root.setRaad(as_data(value.raad));
  root.setCircle(as_data(value.circle));
  root.setNumber(value.number);
  root.setPrevious(as_data(value.previous));
  write(root.initRollPosition(), value.roll_position);
  root.setCommitment(as_data(value.commitment));
  root.setBoxesHash(as_data(value.boxes_hash));
  root.setListHash(as_data(value.list_hash));
  put_all(value.removed, [&](auto size) { return root.initRemoved(size); });
  put_data(value.exit_key, [&](auto key) { root.setExitKey(key); });
}

// An end has nothing to open, and an exit key stands where somebody may give something back.
static void require_shape(const kluis::Header& header) {
  require(header.previous.is_zero() == (header.number == 0));
  const bool open = header.kind == HeaderKind::open;
  require(open || (header.commitment.is_zero() && header.boxes_hash.is_zero() &&
                   header.list_hash.is_zero()));
  require(header.exit_key.has_value() == (open && !header.removed.empty()));
}

static kluis::Header read(Header::Reader root) {
  require_suite(root.getSuite());
  kluis::Header value;
  value.suite = kSuite;
  get(root.getKind(), value.kind, HeaderKind::end);
  get(root.getRaad(), value.raad);
  get(root.getCircle(), value.circle);
  value.number = count(root.getNumber());
  get(root.getPrevious(), value.previous);
  value.roll_position = read(root.getRollPosition());
  get(root.getCommitment(), value.commitment);
  get(root.getBoxesHash(), value.boxes_hash);
  get(root.getListHash(), value.list_hash);
  get_sorted(root.getRemoved(), value.removed, kRemovedTagsMax);
  get(root.getExitKey(), value.exit_key);
  require_shape(value);
  return value;
}

static void write(SignedHeader::Builder root, const kluis::SignedHeader& value) {
  put_data(value.bytes, [&](auto bytes) { root.setBytes(bytes); });
  root.setSigner(as_data(value.signer));
  root.setSignature(as_data(value.signature));
}

static kluis::SignedHeader read(SignedHeader::Reader root) {
  kluis::SignedHeader value;
  get(root.getBytes(), value.bytes, kHeaderBytesMax);
  get(root.getSigner(), value.signer);
  get(root.getSignature(), value.signature);
  return value;
}

constexpr std::size_t kLabelBytes = BoxLabel::kSize;
constexpr std::size_t kKemBytes = decltype(Box::kem_ciphertext)::kSize;
constexpr std::size_t kBoxBytes = kLabelBytes + kKemBytes + decltype(Box::sealed_secret)::kSize;

static void write(Boxes::Builder root, const kluis::Boxes& value) {
  root.setSuite(kSuite);
  if (value.boxes.empty()) return;
  auto* at = root.initBoxes(static_cast<unsigned int>(value.boxes.size() * kBoxBytes)).begin();
  for (const Box& box : value.boxes) {
    at = std::copy(box.label.bytes.begin(), box.label.bytes.end(), at);
    at = std::copy(box.kem_ciphertext.bytes.begin(), box.kem_ciphertext.bytes.end(), at);
    at = std::copy(box.sealed_secret.bytes.begin(), box.sealed_secret.bytes.end(), at);
  }
}

static kluis::Boxes read(Boxes::Reader root) {
  require_suite(root.getSuite());
  const capnp::Data::Reader flat = root.getBoxes();
  require(flat.size() % kBoxBytes == 0 && flat.size() / kBoxBytes <= kBoxesMax);
  kluis::Boxes value;
  value.boxes.resize(flat.size() / kBoxBytes);
  const auto* at = flat.begin();
  for (Box& box : value.boxes) {
    std::copy(at, at + kLabelBytes, box.label.bytes.begin());
    std::copy(at + kLabelBytes, at + kLabelBytes + kKemBytes, box.kem_ciphertext.bytes.begin());
    std::copy(at + kLabelBytes + kKemBytes, at + kBoxBytes, box.sealed_secret.bytes.begin());
    at += kBoxBytes;
  }
  require_increasing(value.boxes, &Box::label);
  return value;
}

static void write(SealedList::Builder root, const kluis::SealedList& value) {
  root.setSuite(kSuite);
  if (value.chunks.empty()) return;
  auto chunks = root.initChunks(static_cast<unsigned int>(value.chunks.size()));
  for (unsigned int index = 0; index < chunks.size(); ++index) {
    put_data(value.chunks[index], [&](auto bytes) { chunks.set(index, bytes); });
  }
}

static kluis::SealedList read(SealedList::Reader root) {
  require_suite(root.getSuite());
  kluis::SealedList value;
  get_list(root.getChunks(), value.chunks, kListChunksMax, [](capnp::Data::Reader source) {
    require(source.size() > 0);
    Bytes chunk;
    get(source, chunk, kListChunkBytesMax);
    return chunk;
  });
  require(!value.chunks.empty());
  return value;
}

static void write(Item::Builder root, const kluis::Item& value) {
  root.setSuite(kSuite);
  if (const auto* item = std::get_if<kluis::ItemRecord>(&value)) {
    auto record = root.initRecord();
    record.setRecord(as_data(item->record));
    record.setKey(as_data(item->key));
  } else if (const auto* cell = std::get_if<ItemCell>(&value)) {
    write(root.initCell(), cell->cell);
  } else {
    write(root.initWelcome(), std::get<kluis::Welcome>(value));
  }
}

static kluis::Item read(Item::Reader root) {
  require_suite(root.getSuite());
  switch (root.which()) {
    case Item::RECORD: {
      kluis::ItemRecord value;
      const auto record = root.getRecord();
      get(record.getRecord(), value.record);
      get(record.getKey(), value.key);
      return value;
    }
    case Item::CELL:
      return ItemCell{read(root.getCell())};
    case Item::WELCOME:
      return read(root.getWelcome());
  }
  throw Refused{kUnknownKind};
}

static void write(WelcomeContent::Builder root, const kluis::WelcomeContent& value) {
  root.setNumber(value.number);
  root.setSuite(kSuite);
  root.setCircle(as_data(value.circle));
  root.setSecret(as_data(value.secret));
}

static kluis::WelcomeContent read(WelcomeContent::Reader root) {
  require_suite(root.getSuite());
  kluis::WelcomeContent value;
  value.number = count(root.getNumber());
  get(root.getCircle(), value.circle);
  get(root.getSecret(), value.secret);
  return value;
}

static void write(ExitParcel::Builder root, const kluis::ExitParcel& value) {
  root.setSuite(kSuite);
  root.setDevice(as_data(value.device));
  root.setCircle(as_data(value.circle));
  put_list(
      value.records, [&](auto count) { return root.initRecords(count); },
      [](auto target, const kluis::SignedRecord& record) { write(target, record); });
}

static kluis::ExitParcel read(ExitParcel::Reader root) {
  require_suite(root.getSuite());
  kluis::ExitParcel value;
  get(root.getDevice(), value.device);
  get(root.getCircle(), value.circle);
  get_list(root.getRecords(), value.records, kExitParcelBytesMax,
           [](auto record) { return read(record); });
  require_distinct(value.records,
                   [](const kluis::SignedRecord& record) { return as_text(record.bytes); });
  return value;
}

static void write(SealedParcel::Builder root, const kluis::SealedParcel& value) {
  root.setSuite(kSuite);
  root.setKemCiphertext(as_data(value.kem_ciphertext));
  put_data(value.sealed, [&](auto sealed) { root.setSealed(sealed); });
}

static kluis::SealedParcel read(SealedParcel::Reader root) {
  require_suite(root.getSuite());
  kluis::SealedParcel value;
  get(root.getKemCiphertext(), value.kem_ciphertext);
  get(root.getSealed(), value.sealed, kExitParcelBytesMax);
  return value;
}

}  // namespace kluis::schema

namespace kluis {

using codec::decoded;
using codec::encoded;

Bytes encode(const Header& header) {
  return encoded<schema::Header>(header);
}
Result<Header> decode_header(ByteView bytes) {
  return decoded<schema::Header>(bytes, kHeaderBytesMax);
}

Bytes encode(const SignedHeader& header) {
  return encoded<schema::SignedHeader>(header);
}
Result<SignedHeader> decode_signed_header(ByteView bytes) {
  return decoded<schema::SignedHeader>(bytes, kHeaderBytesMax + kWrapperBytesMax);
}

Bytes encode(const Boxes& boxes) {
  return encoded<schema::Boxes>(boxes);
}
Result<Boxes> decode_boxes(ByteView bytes) {
  return decoded<schema::Boxes>(bytes, kBoxesMax * schema::kBoxBytes + kWrapperBytesMax);
}

Bytes encode(const SealedList& list) {
  return encoded<schema::SealedList>(list);
}
Result<SealedList> decode_sealed_list(ByteView bytes) {
  constexpr std::size_t kPointerBytes = 8;
  return decoded<schema::SealedList>(
      bytes, kListChunksMax * (kListChunkBytesMax + kPointerBytes) + kWrapperBytesMax);
}

Bytes encode(const Item& item) {
  return encoded<schema::Item>(item);
}
Result<Item> decode_item(ByteView bytes) {
  return decoded<schema::Item>(bytes, kItemBytesMax);
}

Bytes encode(const WelcomeContent& content) {
  return encoded<schema::WelcomeContent>(content);
}
Result<WelcomeContent> decode_welcome_content(ByteView bytes) {
  return decoded<schema::WelcomeContent>(bytes, kItemBytesMax);
}

Bytes encode(const ExitParcel& parcel) {
  return encoded<schema::ExitParcel>(parcel);
}
Result<ExitParcel> decode_exit_parcel(ByteView bytes) {
  return decoded<schema::ExitParcel>(bytes, kExitParcelBytesMax);
}

Bytes encode(const SealedParcel& parcel) {
  return encoded<schema::SealedParcel>(parcel);
}
Result<SealedParcel> decode_sealed_parcel(ByteView bytes) {
  return decoded<schema::SealedParcel>(bytes, kExitParcelBytesMax);
}

}  // namespace kluis
