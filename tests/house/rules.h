#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

// The house rules that a machine can check: which folder may include which, where each outside
// library and the operating system may be named, calls that would go past the clock, the entropy
// and the disk that are passed in, and the form of a file. What the tables below allow is the
// architecture; change them when it changes, and say why in the commit.
namespace kluis::house {

struct Finding {
  std::string file;  // relative to the root
  std::size_t line;  // from 1; 0 for the file as a whole
  std::string rule;  // one word: arrow, library, system, call, own-header, root-path, pragma,
                     // unnamed, width, machine-path, todo
  std::string text;
};

// Reads proto, vault, sync, tools and tests under `root`, and the files at the root itself.
// `root` need not hold all of them. Hidden files, tests/vectors and build folders are skipped.
[[nodiscard]] std::vector<Finding> check_house(const std::filesystem::path& root);

// One line a finding, for a person.
[[nodiscard]] std::string describe(const std::vector<Finding>& findings);

}  // namespace kluis::house
