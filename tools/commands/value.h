#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kluis {

// A JSON value as the verbs make it. Members keep their order.
class Value {
 public:
  struct Member;
  using List = std::vector<Value>;

  Value() = default;  // null
  // NOLINTBEGIN(google-explicit-constructor): a document is written as nested lists
  Value(bool value) : content_(value) {}
  template <std::integral Number>
  Value(Number value) : content_(static_cast<std::int64_t>(value)) {}
  Value(std::string value) : content_(std::move(value)) {}
  Value(std::string_view value) : content_(std::string(value)) {}
  Value(const char* value) : content_(std::string(value)) {}
  Value(List value) : content_(std::move(value)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] static Value object(std::initializer_list<Member> members);
  [[nodiscard]] static Value list(const std::vector<std::string>& texts);

  // Adds to an object. Requires: made by object().
  void add(std::string name, Value value);

  // One line of JSON, all in ASCII: whatever a name holds, a terminal takes no orders from it.
  [[nodiscard]] std::string json() const;

 private:
  friend struct ValueWriter;
  struct Object {
    std::vector<std::string> names;
    List values;  // as many
  };
  std::variant<std::monostate, bool, std::int64_t, std::string, List, Object> content_;
};

struct Value::Member {
  std::string name;
  Value value;
};

}  // namespace kluis
