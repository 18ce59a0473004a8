#include "sync/relay/rows.h"

#include <algorithm>
#include <type_traits>

namespace kluis {
namespace {

template <typename Number>
void write_number(Bytes& target, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    target.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
  }
}

// Each row lists its fields once, for both directions.
class Writer {
 public:
  template <typename Number>
    requires(std::is_integral_v<Number> || std::is_enum_v<Number>)
  void field(Number value) {
    write_number(bytes_, value);
  }
  template <typename Tag, std::size_t kSize>
  void field(const FixedBytes<Tag, kSize>& value) {
    append(bytes_, value.view());
  }
  void field(const Bytes& value) {
    write_number(bytes_, static_cast<std::uint32_t>(value.size()));
    append(bytes_, value);
  }
  template <typename Element>
  void field(const std::vector<Element>& value) {
    write_number(bytes_, static_cast<std::uint32_t>(value.size()));
    for (const Element& element : value) field(element);
  }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

class Reader {
 public:
  explicit Reader(ByteView rest) : rest_(rest) {}

  template <typename Number>
    requires(std::is_integral_v<Number> || std::is_enum_v<Number>)
  void field(Number& value) {
    std::uint64_t number = 0;
    const ByteView part = take(sizeof(Number));
    for (std::size_t i = 0; i < part.size(); ++i) number |= std::uint64_t{part[i]} << (8 * i);
    value = static_cast<Number>(number);
  }
  template <typename Tag, std::size_t kSize>
  void field(FixedBytes<Tag, kSize>& value) {
    const ByteView part = take(kSize);
    std::copy(part.begin(), part.end(), value.bytes.begin());
  }
  void field(Bytes& value) {
    std::uint32_t size = 0;
    field(size);
    value = to_bytes(take(size));
  }
  template <typename Element>
  void field(std::vector<Element>& value) {
    std::uint32_t count = 0;
    field(count);
    for (; count > 0 && good_; --count) field(value.emplace_back());
  }
  [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

 private:
  ByteView take(std::size_t size) {
    good_ = good_ && size <= rest_.size();
    if (!good_) return {};
    const ByteView part = rest_.first(size);
    rest_ = rest_.subspan(size);
    return part;
  }

  ByteView rest_;
  bool good_ = true;
};

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, VoucherRow>)
void fields(Io& io, Row& row) {
  io.field(row.quota_bytes);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, LiftRow>)
void fields(Io& io, Row& row) {
  io.field(row.count);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, TenancyRow>)
void fields(Io& io, Row& row) {
  io.field(row.commit_number);
  io.field(row.roll);
  io.field(row.raad_key);
  io.field(row.quota_bytes);
  io.field(row.used_bytes);
  io.field(row.mailboxes);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, EpochRow>)
void fields(Io& io, Row& row) {
  io.field(row.number);
  io.field(row.header);
  io.field(row.name);
  io.field(row.count);
  io.field(row.chain);
  io.field(row.item_bytes);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, EpochTextRow>)
void fields(Io& io, Row& row) {
  io.field(row.op.bytes);
  io.field(row.op.signer);
  io.field(row.op.signature);
  io.field(row.signed_header);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, ItemRow>)
void fields(Io& io, Row& row) {
  io.field(row.chain);
  io.field(row.sent.item);
  io.field(row.sent.blobs);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, BlobRow>)
void fields(Io& io, Row& row) {
  io.field(row.total_bytes);
  io.field(row.have_bytes);
  io.field(row.staged_unix_ms);
  io.field(row.circles);
  io.field(row.use);
  io.field(row.expected);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, MailboxRow>)
void fields(Io& io, Row& row) {
  io.field(row.tenancy);
  io.field(row.made_unix_ms);
  io.field(row.messages);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, HoldRow>)
void fields(Io& io, Row& row) {
  io.field(row.signer);
  io.field(row.until_unix_ms);
  io.field(row.circles);
}

template <typename Io, typename Row>
  requires(std::is_same_v<std::remove_const_t<Row>, CommitRow>)
void fields(Io& io, Row& row) {
  io.field(row.number);
  io.field(row.dropped);
}

template <typename Row>
Bytes written(const Row& row) {
  Writer writer;
  fields(writer, row);
  return writer.take();
}

template <typename Number>
void append_big_endian(Bytes& key, Number part) {
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    key.push_back(static_cast<std::uint8_t>(part >> (8 * i)));
  }
}

}  // namespace

void append_key(Bytes& key, std::uint32_t part) {
  append_big_endian(key, part);
}
void append_key(Bytes& key, std::uint64_t part) {
  append_big_endian(key, part);
}

Bytes to_row(const VoucherRow& row) {
  return written(row);
}
Bytes to_row(const LiftRow& row) {
  return written(row);
}
Bytes to_row(const TenancyRow& row) {
  return written(row);
}
Bytes to_row(const EpochRow& row) {
  return written(row);
}
Bytes to_row(const EpochTextRow& row) {
  return written(row);
}
Bytes to_row(const ItemRow& row) {
  return written(row);
}
Bytes to_row(const BlobRow& row) {
  return written(row);
}
Bytes to_row(const MailboxRow& row) {
  return written(row);
}
Bytes to_row(const HoldRow& row) {
  return written(row);
}
Bytes to_row(const CommitRow& row) {
  return written(row);
}

template <typename Row>
Result<Row> from_row(ByteView value) {
  Row row;
  Reader reader(value);
  fields(reader, row);
  if (!reader.done()) return broken("relay.store_damaged");
  return row;
}

template Result<VoucherRow> from_row<VoucherRow>(ByteView);
template Result<TenancyRow> from_row<TenancyRow>(ByteView);
template Result<EpochRow> from_row<EpochRow>(ByteView);
template Result<EpochTextRow> from_row<EpochTextRow>(ByteView);
template Result<ItemRow> from_row<ItemRow>(ByteView);
template Result<BlobRow> from_row<BlobRow>(ByteView);
template Result<MailboxRow> from_row<MailboxRow>(ByteView);
template Result<HoldRow> from_row<HoldRow>(ByteView);
template Result<CommitRow> from_row<CommitRow>(ByteView);
template Result<LiftRow> from_row<LiftRow>(ByteView);

}  // namespace kluis
