#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/result.h"
#include "vault/core/row.h"

// How state.cc and state_queues.cc write and read the fields of rows.
namespace kluis {

// `read` takes a RowReader and returns the row's value, or nullopt for a value that does not exist.
template <typename Read>
[[nodiscard]] auto read_row(ByteView row, Read&& read)
    -> Result<typename decltype(read(std::declval<RowReader&>()))::value_type> {
  RowReader reader(row);
  auto value = read(reader);
  KLUIS_CHECK(reader.finish());
  if (!value) return broken("store.damaged");
  return std::move(*value);
}

template <typename Id>
void write_ids(RowWriter& row, const std::vector<Id>& ids) {
  row.each(ids, [](RowWriter& writer, const Id& id) { writer.id(id); });
}
template <typename Id>
[[nodiscard]] std::vector<Id> read_ids(RowReader& row) {
  std::vector<Id> ids;
  row.each([&](RowReader& reader) { ids.push_back(reader.id<Id>()); });
  return ids;
}

template <typename Id>
void write_optional_id(RowWriter& row, const std::optional<Id>& id) {
  row.number(id ? 1 : 0).id(id.value_or(Id{}));
}
template <typename Id>
[[nodiscard]] std::optional<Id> read_optional_id(RowReader& row) {
  const bool present = row.number() != 0;
  const Id id = row.id<Id>();
  return present ? std::optional<Id>(id) : std::nullopt;
}

// An enumeration whose values are 1..last. `known` becomes false for any other number.
template <typename Enum>
[[nodiscard]] Enum read_enum(RowReader& row, Enum last, bool& known) {
  const std::uint64_t number = row.number();
  if (number < 1 || number > static_cast<std::uint64_t>(last)) known = false;
  return static_cast<Enum>(number);
}

}  // namespace kluis
