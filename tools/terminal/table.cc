#include "tools/terminal/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "proto/assert.h"
#include "tools/text/visible.h"

namespace kluis {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kWidthMin = 8;

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = cut_to(cells[i], widths[i]);
    line += cell;
    if (i + 1 < cells.size()) line += std::string(widths[i] - width_of(cell) + kGap, ' ');
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace

void TextTable::add(std::vector<std::string> cells) {
  KLUIS_ASSERT(cells.size() == headings_.size());
  for (std::string& cell : cells) cell = visible(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> TextTable::widths(int columns) const {
  std::vector<std::size_t> widths;
  widths.reserve(headings_.size());
  for (const std::string& heading : headings_) widths.push_back(width_of(heading));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  if (columns <= 0) return widths;
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  };
  while (total() > static_cast<std::size_t>(columns)) {
    auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kWidthMin) break;
    --*widest;
  }
  return widths;
}

std::string TextTable::text(const Console& console) const {
  const auto sizes = widths(console.columns());
  std::string text = console.bold(line_of(headings_, sizes)) + "\n";
  for (const auto& row : rows_) text += line_of(row, sizes) + "\n";
  return text;
}

}  // namespace kluis
