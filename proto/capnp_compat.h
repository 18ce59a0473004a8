#pragma once

#include <kj/string.h>

// Cap'n Proto before 1.0 compares a C string with a kj::StringPtr through the member operator of
// the latter. In C++20 clang finds that call ambiguous with its own rewritten candidate, and
// capnp/blob.h does not compile. These two exact matches settle it. Included before everything
// else in the translation units that see Cap'n Proto (tools/cmake/Dependencies.cmake).
namespace kj {

inline bool operator==(const char* left, const StringPtr& right) {
  return right.operator==(left);
}
inline bool operator!=(const char* left, const StringPtr& right) {
  return !right.operator==(left);
}

}  // namespace kj
