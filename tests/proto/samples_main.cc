#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/proto/formats.h"

// Writes the samples of every format: `golden FOLDER` the frozen files (only when a format is added
// on purpose), `corpus GOLDEN FOLDER` one file of bytes for each frozen sample, for the fuzzers.
namespace {

using kluis::test::Format;

bool write_file(const std::string& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  return file.good();
}

bool write_golden(const std::string& folder) {
  for (const Format& format : kluis::test::formats()) {
    if (!write_file(folder + "/" + format.name + ".hex", golden_text(format))) return false;
  }
  return true;
}

bool write_corpus(const std::string& golden, const std::string& folder) {
  for (const Format& format : kluis::test::formats()) {
    std::ifstream file(golden + "/" + format.name + ".hex");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    for (const auto& sample : kluis::test::parse_golden(text)) {
      const std::string target = folder + "/" + format.name;
      std::filesystem::create_directories(target);
      if (!write_file(target + "/" + sample.label, kluis::as_text(sample.bytes))) return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  bool done = false;
  if (verb == "golden" && argc == 3) done = write_golden(argv[2]);
  if (verb == "corpus" && argc == 4) done = write_corpus(argv[2], argv[3]);
  if (!done) std::fprintf(stderr, "use: proto_samples golden FOLDER | corpus GOLDEN FOLDER\n");
  return done ? 0 : 2;
}
