#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/bytes.h"
#include "proto/ids.h"
#include "proto/result.h"

// Rows of a device's own tables: fields one after another, numbers as 8 bytes little-endian, byte
// strings with their length in front. They lie inside the sealed database and are never sent, so
// they have no format of their own beyond the order in which state.cc writes them.
namespace kluis {

class RowWriter {
 public:
  RowWriter& number(std::uint64_t value);
  RowWriter& blob(ByteView value);
  RowWriter& text(std::string_view value) { return blob(as_bytes(value)); }
  template <typename Tag, std::size_t kSize>
  RowWriter& id(const FixedBytes<Tag, kSize>& value) {
    append(bytes_, value.view());
    return *this;
  }
  // A count, then `write` for each.
  template <typename Range, typename Write>
  RowWriter& each(const Range& range, Write&& write) {
    number(range.size());
    for (const auto& element : range) write(*this, element);
    return *this;
  }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Reads what RowWriter wrote. After a field that is not there `failed()` is true and every later
// field is empty; the caller checks once, at the end.
class RowReader {
 public:
  explicit RowReader(ByteView bytes) : rest_(bytes) {}
  [[nodiscard]] std::uint64_t number();
  [[nodiscard]] ByteView blob();
  [[nodiscard]] std::string text() { return std::string(as_text(blob())); }
  template <typename Id>
  [[nodiscard]] Id id() {
    const auto value = Id::from(take(Id::kSize));
    return value ? *value : Id{};
  }
  template <typename Read>
  void each(Read&& read) {
    const std::uint64_t count = number();
    for (std::uint64_t i = 0; i < count && !failed_; ++i) read(*this);
  }
  // All fields were there and nothing is left over. Errors: integrity "store.damaged".
  [[nodiscard]] Status finish() const;

 private:
  [[nodiscard]] ByteView take(std::size_t count);
  ByteView rest_;
  bool failed_ = false;
};

// Keys of rows.
[[nodiscard]] Bytes key_of(std::string_view name);
[[nodiscard]] Bytes key_of(std::uint64_t number);  // 8 bytes big-endian: key order is number order
template <typename... Ids>
[[nodiscard]] Bytes joined_key(const Ids&... ids) {
  Bytes key;
  (append(key, ids.view()), ...);
  return key;
}

}  // namespace kluis
