#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proto/bytes.h"
#include "proto/result.h"
#include "tests/proto/draw.h"

// Every encoding of proto/ behind one face: for the tests that ask the same of each, and for the
// fuzzers.
namespace kluis::test {

struct Sample {
  std::string label;
  Bytes bytes;
};

struct Format {
  std::string name;
  // Decodes, then encodes what came out.
  std::function<Result<Bytes>(ByteView)> again;
  // Encodes a drawn value. The second: what it decodes to is that value.
  std::function<Bytes(Draw&)> draw;
  std::function<bool(Draw&)> keeps_value;
  // Whether two encodings both decode, to values that differ.
  std::function<bool(ByteView, ByteView)> differ;
  // Fixed ones: "full" (everything present, nothing zero) and "least", or one for each kind.
  std::vector<Sample> samples;
};

// Built once.
const std::vector<Format>& formats();
const Format* format_named(std::string_view name);

// Samples of one format as text: "# label" lines, each before its hexadecimal lines.
std::string golden_text(const Format& format);
std::vector<Sample> parse_golden(std::string_view text);

}  // namespace kluis::test
