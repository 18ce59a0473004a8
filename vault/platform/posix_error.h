#pragma once

#include <cerrno>

#include "proto/result.h"

namespace kluis {

// The Error for the current errno. Says nothing of paths: those may carry names.
[[nodiscard]] inline tl::unexpected<Error> disk_error() {
  if (errno == ENOSPC || errno == EDQUOT) return fail(ErrorKind::disk, "disk.full");
  return fail(ErrorKind::disk, "disk.io");
}

}  // namespace kluis
