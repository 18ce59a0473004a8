#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <capnp/any.h>
#include <capnp/message.h>
#include <kj/exception.h>

#include "proto/assert.h"
#include "proto/bytes.h"
#include "proto/ids.h"
#include "proto/limits.h"
#include "proto/result.h"

// The border to Cap'n Proto, which is an encoding here and nothing else. Included by proto/*.cc
// alone. An encoding is one segment in Cap'n Proto's canonical form, without a segment table.
//
// A decoder never trusts a size: what is read is bounded by the bytes at hand. It is strict: a
// value counts only if encoding it gives exactly the bytes it was read from. So every value has one
// encoding, and a field, a bit of padding or a list element that this version does not know cannot
// hide in one.
namespace kluis::codec {

inline constexpr const char* kMalformed = "format.malformed";
inline constexpr const char* kUnknownKind = "format.unknown_kind";
inline constexpr const char* kUnknownSuite = "format.unknown_suite";

// Thrown by the `get` functions below and caught in decode_root: never leaves one decode call.
struct Refused {
  const char* key;
};

inline void require(bool condition, const char* key = kMalformed) {
  if (!condition) throw Refused{key};
}

// Overwrites bytes that may have held a key, in a way that the compiler keeps.
void erase_bytes(MutableByteView bytes);

// Where a message is built: grows by segments, and wipes them all when it dies.
class Arena final : public capnp::MessageBuilder {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() noexcept(false) override;

  kj::ArrayPtr<capnp::word> allocateSegment(unsigned int words_min) override;

 private:
  std::vector<std::vector<std::uint64_t>> segments_;
};

// Lends `bytes` as words; of bytes that do not lie on a word boundary a copy, wiped afterwards.
// Requires: a size that is a multiple of 8. Lifetime: as long as the bytes.
class Words {
 public:
  explicit Words(ByteView bytes);
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;
  ~Words();

  [[nodiscard]] kj::ArrayPtr<const capnp::word> view() const { return view_; }

 private:
  std::vector<std::uint64_t> copy_;
  kj::ArrayPtr<const capnp::word> view_;
};

// What a valid message needs, which reads each of its objects once, and hardly more.
capnp::ReaderOptions reader_options(std::size_t size_bytes);

// Copies `root` in canonical form to bytes of its own.
template <typename Schema>
Bytes canonical_bytes(typename Schema::Reader root) {
  constexpr std::size_t kWord = sizeof(capnp::word);
  Bytes bytes((root.totalSize().wordCount + 1) * kWord);
  capnp::FlatMessageBuilder flat(
      kj::arrayPtr(reinterpret_cast<capnp::word*>(bytes.data()), bytes.size() / kWord));
  flat.template initRoot<capnp::AnyPointer>().template setCanonicalAs<Schema>(root);
  bytes.resize(flat.getSegmentsForOutput()[0].size() * kWord);
  return bytes;
}

// `write` fills the root. A value that its decoder would refuse is written all the same; only one
// that no message can hold (a byte string of 512 MiB) aborts.
template <typename Schema, typename Write>
Bytes encode_root(Write write) {
  try {
    Arena arena;
    auto root = arena.initRoot<Schema>();
    write(root);
    return canonical_bytes<Schema>(root.asReader());
  } catch (const kj::Exception&) {
    KLUIS_ASSERT(false);
  }
}

// `read` turns the root into a value; `encode_again` turns that into bytes.
template <typename Schema, typename Read, typename Encode>
auto decode_root(ByteView bytes, std::size_t bytes_max, Read read, Encode encode_again)
    -> Result<std::invoke_result_t<Read, typename Schema::Reader>> {
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0 || bytes.size() > bytes_max) {
    return broken(kMalformed);
  }
  const Words words(bytes);
  try {
    const kj::ArrayPtr<const capnp::word> segment = words.view();
    capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1),
                                             reader_options(bytes.size()));
    auto value = read(message.getRoot<Schema>());
    Bytes again = encode_again(value);
    const bool same = same_bytes(again, bytes);
    erase_bytes(again);
    if (!same) return broken(kMalformed);
    return value;
  } catch (const Refused& refused) {
    return broken(refused.key);
  } catch (const kj::Exception&) {
    return broken(kMalformed);
  }
}

// The two for a type whose `write` and `read` stand in kluis::schema: encode(Value) must exist.
template <typename Schema, typename Value>
Bytes encoded(const Value& value) {
  return encode_root<Schema>([&](auto root) { write(root, value); });
}

template <typename Schema>
auto decoded(ByteView bytes, std::size_t bytes_max) {
  return decode_root<Schema>(
      bytes, bytes_max, [](auto root) { return read(root); },
      [](const auto& value) { return encode(value); });
}

// ---- Values on their way out. An empty byte string, text or list stays a null pointer. ----

inline capnp::Data::Reader as_data(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

template <typename Tag, std::size_t kSize>
capnp::Data::Reader as_data(const FixedBytes<Tag, kSize>& value) {
  return as_data(value.view());
}

template <typename Enum>
constexpr std::uint16_t number(Enum value) {
  return static_cast<std::uint16_t>(value);
}

// `set` and `init` are called only if there is something to write.
template <typename Set>
void put_data(ByteView bytes, Set set) {
  if (!bytes.empty()) set(as_data(bytes));
}

template <typename Tag, std::size_t kSize, typename Set>
void put_data(const std::optional<FixedBytes<Tag, kSize>>& value, Set set) {
  if (value) set(as_data(*value));
}

template <typename Set>
void put_text(const std::string& text, Set set) {
  if (!text.empty()) set(capnp::Text::Reader(text.c_str(), text.size()));
}

// Writes values of fixed size end to end.
template <typename Fixed>
void fill(capnp::Data::Builder target, std::span<const Fixed> values) {
  auto* at = target.begin();
  for (const Fixed& value : values) at = std::copy(value.bytes.begin(), value.bytes.end(), at);
}

template <typename Fixed, typename Init>
void put_all(const std::vector<Fixed>& values, Init init) {
  if (values.empty()) return;
  fill(init(static_cast<unsigned int>(values.size() * Fixed::kSize)),
       std::span<const Fixed>(values));
}

// A list of structs; `write_one(element, value)` fills each.
template <typename Values, typename Init, typename WriteOne>
void put_list(const Values& values, Init init, WriteOne write_one) {
  if (values.empty()) return;
  auto target = init(static_cast<unsigned int>(values.size()));
  unsigned int index = 0;
  for (const auto& value : values) write_one(target[index++], value);
}

// ---- Values on their way in. Each field is read once. ----

inline ByteView view(capnp::Data::Reader source) {
  return {source.begin(), source.size()};
}

template <typename Tag, std::size_t kSize>
void get(capnp::Data::Reader source, FixedBytes<Tag, kSize>& target) {
  require(source.size() == kSize);
  std::copy(source.begin(), source.end(), target.bytes.begin());
}

template <std::size_t kSize>
void get(capnp::Data::Reader source, std::array<std::uint8_t, kSize>& target) {
  require(source.size() == kSize);
  std::copy(source.begin(), source.end(), target.begin());
}

template <typename Tag, std::size_t kSize>
void get(capnp::Data::Reader source, std::optional<FixedBytes<Tag, kSize>>& target) {
  if (source.size() == 0) return;
  get(source, target.emplace());
}

inline void get(capnp::Data::Reader source, Bytes& target, std::size_t bytes_max) {
  require(source.size() <= bytes_max);
  target.assign(source.begin(), source.end());
}

// Refuses what is longer, is not UTF-8 or holds U+0000.
void get(capnp::Text::Reader source, std::string& target, std::size_t bytes_max);

// Enumerations count from 1 without a gap; `last` is the last one known.
template <typename Enum>
void get(std::uint16_t source, Enum& target, Enum last) {
  require(source >= 1 && source <= number(last), kUnknownKind);
  target = static_cast<Enum>(source);
}

template <typename Fixed>
void get_all(capnp::Data::Reader source, std::vector<Fixed>& target, std::size_t count_max) {
  require(source.size() % Fixed::kSize == 0 && source.size() / Fixed::kSize <= count_max);
  target.resize(source.size() / Fixed::kSize);
  const auto* at = source.begin();
  for (Fixed& value : target) {
    std::copy(at, at + Fixed::kSize, value.bytes.begin());
    at += Fixed::kSize;
  }
}

template <typename List, typename T, typename ReadOne>
void get_list(List source, std::vector<T>& target, std::size_t count_max, ReadOne read_one) {
  require(source.size() <= count_max);
  target.reserve(source.size());
  for (auto element : source) target.push_back(read_one(element));
}

inline std::uint64_t count(std::uint64_t source) {
  require(source <= kCountMax);
  return source;
}

// A moment that a calendar has a date for, so that differences of two are numbers as well.
inline std::int64_t moment(std::int64_t source) {
  require(source >= -kTimeMsMax && source <= kTimeMsMax);
  return source;
}

inline void require_suite(std::uint16_t suite) {
  require(suite == kSuite, kUnknownSuite);
}

// `key_of` gives what the order is by.
template <typename Range, typename KeyOf = std::identity>
void require_increasing(const Range& values, KeyOf key_of = {}) {
  const auto disorder =
      std::adjacent_find(values.begin(), values.end(), [&](const auto& left, const auto& right) {
        return !(std::invoke(key_of, left) < std::invoke(key_of, right));
      });
  require(disorder == values.end());
}

template <typename Range, typename KeyOf = std::identity>
void require_distinct(const Range& values, KeyOf key_of = {}) {
  std::vector<std::remove_cvref_t<std::invoke_result_t<KeyOf, decltype(*values.begin())>>> keys;
  keys.reserve(values.size());
  for (const auto& value : values) keys.push_back(std::invoke(key_of, value));
  std::sort(keys.begin(), keys.end());
  require(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
}

// A list of fixed values without order, each at most once.
template <typename Fixed>
void get_distinct(capnp::Data::Reader source, std::vector<Fixed>& target, std::size_t count_max) {
  get_all(source, target, count_max);
  require_distinct(target);
}

template <typename Fixed>
void get_sorted(capnp::Data::Reader source, std::vector<Fixed>& target, std::size_t count_max) {
  get_all(source, target, count_max);
  require_increasing(target);
}

}  // namespace kluis::codec
