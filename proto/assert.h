#pragma once

#include <cstdio>
#include <cstdlib>

// Checks of our own reasoning, in every build. A vault must not write from a state we know to be
// wrong. Never for input: what comes from outside fails as a Result.
namespace kluis {

// Says where, never what: a value could be a secret.
[[noreturn]] inline void assertion_failed(const char* file, int line) {
  std::fprintf(stderr, "assertion failed at %s:%d\n", file, line);
  std::abort();
}

}  // namespace kluis

// Aborts the process if `condition` is false.
#define KLUIS_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::kluis::assertion_failed(__FILE__, __LINE__))
