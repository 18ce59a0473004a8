#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/proto/formats.h"

// Feeds bytes to the decoder of one format (`--decoder=NAME`), or of every format. What a decoder
// takes must encode to exactly those bytes.
namespace {

const kluis::test::Format* g_format = nullptr;  // null: all

void feed(const kluis::test::Format& format, kluis::ByteView bytes) {
  const auto again = format.again(bytes);
  if (again && !kluis::same_bytes(*again, bytes)) {
    std::fprintf(stderr, "%s: two encodings of one value\n", format.name.c_str());
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view kOption = "--decoder=";
  for (int index = 1; index < *argc; ++index) {
    const std::string_view argument = (*argv)[index];
    if (!argument.starts_with(kOption)) continue;
    g_format = kluis::test::format_named(argument.substr(kOption.size()));
    if (g_format == nullptr) {
      std::fprintf(stderr, "unknown decoder\n");
      std::exit(2);  // NOLINT(concurrency-mt-unsafe): before any thread
    }
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const kluis::ByteView bytes(data, size);
  if (g_format != nullptr) {
    feed(*g_format, bytes);
  } else {
    for (const auto& format : kluis::test::formats()) feed(format, bytes);
  }
  return 0;
}
