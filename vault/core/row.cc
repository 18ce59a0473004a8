#include "vault/core/row.h"

namespace kluis {

RowWriter& RowWriter::number(std::uint64_t value) {
  for (unsigned i = 0; i < 8; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return *this;
}

RowWriter& RowWriter::blob(ByteView value) {
  number(value.size());
  append(bytes_, value);
  return *this;
}

std::uint64_t RowReader::number() {
  const ByteView bytes = take(8);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return value;
}

ByteView RowReader::blob() {
  const std::uint64_t size = number();
  if (size > rest_.size()) failed_ = true;
  return failed_ ? ByteView() : take(size);
}

ByteView RowReader::take(std::size_t count) {
  if (failed_ || count > rest_.size()) {
    failed_ = true;
    return {};
  }
  const ByteView front = rest_.first(count);
  rest_ = rest_.subspan(count);
  return front;
}

Status RowReader::finish() const {
  if (failed_ || !rest_.empty()) return broken("store.damaged");
  return {};
}

Bytes key_of(std::string_view name) {
  return to_bytes(as_bytes(name));
}

Bytes key_of(std::uint64_t number) {
  Bytes key(8);
  for (std::size_t i = 0; i < 8; ++i) key[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  return key;
}

}  // namespace kluis
