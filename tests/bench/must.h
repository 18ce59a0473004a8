#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "proto/result.h"

// A benchmark that cannot do its work says which error it met and stops.
namespace kluis::bench {

[[noreturn]] inline void stop(const char* what) {
  std::fprintf(stderr, "kluis_bench: %s\n", what);
  std::exit(1);  // NOLINT(concurrency-mt-unsafe): nothing here runs at exit
}

inline void must(const Status& status) {
  if (!status) stop(status.error().key.c_str());
}

template <typename T>
[[nodiscard]] T must(Result<T> result) {
  if (!result) stop(result.error().key.c_str());
  return std::move(*result);
}

inline void must_hold(bool condition, const char* what) {
  if (!condition) stop(what);
}

}  // namespace kluis::bench
