#pragma once

#include <set>
#include <vector>

#include "proto/ids.h"
#include "tests/explore/image.h"
#include "tests/explore/tape.h"

// What follows from stored secrets and recorded bytes, whoever made them: boxes and welcomes open
// with leaves, lists and items with epoch secrets, until nothing new opens. No signature, roll or
// membership is asked.
namespace kluis::test {

struct OpenedEpoch {
  CircleAlias circle;
  std::uint64_t number = 0;
  HeaderHash header;
  std::vector<RemovedTag> removed;

  auto operator<=>(const OpenedEpoch&) const = default;
};

struct Closure {
  std::set<OpenedEpoch> epochs;  // whose secret follows
  std::set<BlobName> blobs;      // whose key follows from a list or an item of such an epoch
};

// Every row of the stores' secrets counts as a leaf and as an epoch secret, whatever its name.
[[nodiscard]] Closure closure_of(const std::vector<DeviceImagePtr>& devices, const Tape& tape);

}  // namespace kluis::test
