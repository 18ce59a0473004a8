#include "tools/commands/value.h"

#include <nlohmann/json.hpp>

namespace kluis {

struct ValueWriter {
  using Json = nlohmann::ordered_json;

  Json operator()(std::monostate /*nothing*/) const { return nullptr; }
  Json operator()(bool value) const { return value; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const Value::List& values) const {
    Json list = Json::array();
    for (const Value& value : values) list.push_back(of(value));
    return list;
  }
  Json operator()(const Value::Object& members) const {
    Json object = Json::object();
    for (std::size_t i = 0; i < members.names.size(); ++i) {
      object[members.names[i]] = of(members.values[i]);
    }
    return object;
  }

  static Json of(const Value& value) { return std::visit(ValueWriter(), value.content_); }
};

Value Value::object(std::initializer_list<Member> members) {
  Value value;
  value.content_ = Object();
  for (const Member& member : members) value.add(member.name, member.value);
  return value;
}

Value Value::list(const std::vector<std::string>& texts) {
  List values;
  for (const std::string& text : texts) values.emplace_back(text);
  return values;
}

void Value::add(std::string name, Value value) {
  auto& object = std::get<Object>(content_);
  object.names.push_back(std::move(name));
  object.values.push_back(std::move(value));
}

std::string Value::json() const {
  // Bytes that are no UTF-8 become U+FFFD; such a name cannot come out of a vault.
  constexpr int kOneLine = -1;
  constexpr bool kAsciiOnly = true;
  return ValueWriter::of(*this).dump(kOneLine, ' ', kAsciiOnly,
                                     nlohmann::json::error_handler_t::replace);
}

}  // namespace kluis
