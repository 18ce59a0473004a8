#pragma once

#include <cstddef>
#include <string>

#include "proto/bytes.h"
#include "proto/result.h"

namespace kluis {

// Runs another of our programs, which lies beside the one that runs: gives it `input` on its
// standard input and returns what it writes. It gets no open file of this process and nothing of
// its environment; what it complains of is dropped. Returns when it ended.
// Errors, kind disk: "companion.missing" when there is none; "companion.failed" when it said that
// it failed, was killed or wrote more than `output_bytes_max`; "disk.io".
[[nodiscard]] Result<Bytes> run_companion(const std::string& name, ByteView input,
                                          std::size_t output_bytes_max);

}  // namespace kluis
