#pragma once

#include <algorithm>
#include <cstdint>

#include "proto/assert.h"
#include "proto/limits.h"
#include "proto/message.h"

namespace kluis {

// The slice of `bytes` from `offset` on, as a request. Requires: offset is a whole number of
// slices, and lies in the blob.
[[nodiscard]] inline StageRequest slice_of(const StagedBlob& blob, std::uint64_t offset) {
  KLUIS_ASSERT(offset < blob.bytes.size());  // or what lies behind it in memory would go out
  StageRequest request;
  request.blob = blob.blob;
  request.total_bytes = blob.bytes.size();
  request.slice = static_cast<std::uint32_t>(offset / kSliceBytes);
  const auto begin = blob.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
  const std::size_t size = std::min<std::size_t>(kSliceBytes, blob.bytes.size() - offset);
  request.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
  return request;
}

// Whether a slice has all bytes that it can have. One that has fewer would be asked for again, and
// again.
[[nodiscard]] inline bool is_whole_slice(const SliceAnswer& answer, std::uint64_t offset) {
  return offset < answer.total_bytes &&
         answer.bytes.size() == std::min<std::uint64_t>(kSliceBytes, answer.total_bytes - offset);
}

}  // namespace kluis
