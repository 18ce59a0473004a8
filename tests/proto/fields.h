#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "proto/ids.h"

// The fields of any plain struct, so that tests draw and compare values without naming each field:
// a field that is added to a struct cannot be forgotten here.
namespace kluis::test {

template <typename T>
inline constexpr bool kIsFixed = false;
template <typename Tag, std::size_t kSize>
inline constexpr bool kIsFixed<FixedBytes<Tag, kSize>> = true;
template <std::size_t kSize>
inline constexpr bool kIsFixed<std::array<std::uint8_t, kSize>> = true;

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <typename T>
inline constexpr bool kIsVariant = false;
template <typename... T>
inline constexpr bool kIsVariant<std::variant<T...>> = true;

struct AnyValue {
  template <typename T>
  operator T() const;  // NOLINT(google-explicit-constructor): never called, only matched
};

template <typename T, std::size_t... kIndex>
constexpr bool takes(std::index_sequence<kIndex...> /*fields*/) {
  return requires { T{(static_cast<void>(kIndex), AnyValue{})...}; };
}

template <typename T, std::size_t kCount = 13>
constexpr std::size_t field_count() {
  static_assert(kCount < 13 || !takes<T>(std::make_index_sequence<13>{}), "too many fields");
  if constexpr (kCount == 0 || takes<T>(std::make_index_sequence<kCount>{})) {
    return kCount;
  } else {
    return field_count<T, kCount - 1>();
  }
}

// References to the fields of `value`, const if it is.
template <typename T>
auto fields(T& value) {
  constexpr std::size_t kCount = field_count<std::remove_const_t<T>>();
  if constexpr (kCount == 0) {
    return std::tuple<>();
  } else if constexpr (kCount == 1) {
    auto& [a] = value;
    return std::tie(a);
  } else if constexpr (kCount == 2) {
    auto& [a, b] = value;
    return std::tie(a, b);
  } else if constexpr (kCount == 3) {
    auto& [a, b, c] = value;
    return std::tie(a, b, c);
  } else if constexpr (kCount == 4) {
    auto& [a, b, c, d] = value;
    return std::tie(a, b, c, d);
  } else if constexpr (kCount == 5) {
    auto& [a, b, c, d, e] = value;
    return std::tie(a, b, c, d, e);
  } else if constexpr (kCount == 6) {
    auto& [a, b, c, d, e, f] = value;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (kCount == 7) {
    auto& [a, b, c, d, e, f, g] = value;
    return std::tie(a, b, c, d, e, f, g);
  } else if constexpr (kCount == 8) {
    auto& [a, b, c, d, e, f, g, h] = value;
    return std::tie(a, b, c, d, e, f, g, h);
  } else if constexpr (kCount == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = value;
    return std::tie(a, b, c, d, e, f, g, h, i);
  } else if constexpr (kCount == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
  } else if constexpr (kCount == 11) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k);
  } else {
    static_assert(kCount == 12);
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
  }
}

// Equality of all fields, however deep.
template <typename T>
bool same(const T& left, const T& right) {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || kIsFixed<T> ||
                std::is_same_v<T, std::string>) {
    return left == right;
  } else if constexpr (kIsOptional<T>) {
    return left.has_value() == right.has_value() && (!left || same(*left, *right));
  } else if constexpr (kIsVector<T>) {
    if (left.size() != right.size()) return false;
    for (std::size_t index = 0; index < left.size(); ++index) {
      if (!same(left[index], right[index])) return false;
    }
    return true;
  } else if constexpr (kIsVariant<T>) {
    return left.index() == right.index() &&
           std::visit(
               [&](const auto& value) {
                 return same(value, std::get<std::remove_cvref_t<decltype(value)>>(right));
               },
               left);
  } else {
    const auto left_fields = fields(left);
    const auto right_fields = fields(right);
    return [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      return (true && ... && same(std::get<kIndex>(left_fields), std::get<kIndex>(right_fields)));
    }(std::make_index_sequence<field_count<T>()>{});
  }
}

}  // namespace kluis::test
