#pragma once

#include <string>
#include <vector>

#include "tools/terminal/console.h"

namespace kluis {

// Columns with a heading each. Cells are made visible here; on a terminal too narrow for them the
// widest column is cut, elsewhere nothing is.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  // Requires: as many cells as headings.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text(const Console& console) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths(int columns) const;

  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace kluis
