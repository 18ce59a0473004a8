#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/run_seed.h"

// Stands in for libFuzzer where it is not built in: feeds the files of the folders it is given to
// the target, and `-runs=N` changed copies of them, always the same ones.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;
using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t count) {
  return random() % count;
}

// Words that mean much in a message: null, small numbers, far and out-of-bounds pointers, a list of
// 2^29 - 1 elements.
constexpr std::uint64_t kWords[] = {0,
                                    1,
                                    2,
                                    3,
                                    0xffffffffffffffffU,
                                    0x0001000000000000U,
                                    0x00000001fffffffcU,
                                    0xffffffff00000001U,
                                    0x7fffffff80000000U};

void change(Input& input, Random& random) {
  if (input.size() < 8) input.resize(8);
  const std::size_t words = input.size() / 8;
  auto* const word = input.data() + 8 * below(random, words);
  const auto at = input.begin() + static_cast<std::ptrdiff_t>(8 * below(random, words));
  switch (below(random, 7)) {
    case 0:
      input[below(random, input.size())] ^= static_cast<std::uint8_t>(1U << below(random, 8));
      break;
    case 1:
      input[below(random, input.size())] = static_cast<std::uint8_t>(random());
      break;
    case 2: {
      const std::uint64_t value = kWords[below(random, std::size(kWords))];
      for (unsigned int byte = 0; byte < 8; ++byte) {
        word[byte] = static_cast<std::uint8_t>(value >> (8 * byte));
      }
      break;
    }
    case 3:
      std::copy_n(Input(at, at + 8).begin(), 8, word);
      break;
    case 4:
      input.insert(at, 8, static_cast<std::uint8_t>(random()));
      break;
    case 5:
      input.erase(at, at + 8);
      break;
    default:
      input.resize(below(random, input.size() + 1));
      break;
  }
}

std::vector<Input> read_inputs(const std::vector<std::string>& folders) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Input> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  LLVMFuzzerInitialize(&argc, &argv);
  constexpr std::string_view kRuns = "-runs=";
  unsigned long runs = 0;
  std::vector<std::string> folders;
  for (int index = 1; index < argc; ++index) {
    const std::string_view argument = argv[index];
    if (argument.starts_with(kRuns)) runs = std::strtoul(argv[index] + kRuns.size(), nullptr, 10);
    if (!argument.starts_with("-")) folders.emplace_back(argument);
  }
  const std::vector<Input> inputs = read_inputs(folders);
  if (inputs.empty()) {
    std::fprintf(stderr, "no inputs\n");
    return 2;
  }
  for (const Input& input : inputs) LLVMFuzzerTestOneInput(input.data(), input.size());
  Random random(kluis::test::run_seed(1));
  for (unsigned long run = 0; run < runs; ++run) {
    Input input = inputs[below(random, inputs.size())];
    for (std::size_t count = 1 + below(random, 4); count > 0; --count) change(input, random);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%zu inputs, %lu changed copies\n", inputs.size(), runs);
  return 0;
}
