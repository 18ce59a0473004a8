#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Names and titles were written by others. Before they reach a terminal, everything that a terminal
// could take for an order, and everything that makes text look like other text, is spelled out.
namespace kluis {

// `text` with control and escape characters, line breaks, bidirectional and invisible marks as
// \u{202E}, and bytes that are no UTF-8 as \x{FF}.
[[nodiscard]] std::string visible(std::string_view text);

// The same, but line breaks and tabs stay: for text of more than one line.
[[nodiscard]] std::string visible_lines(std::string_view text);

// Terminal columns that `text`, the result of visible(), takes.
[[nodiscard]] std::size_t width_of(std::string_view text);

// `text`, cut to at most `columns` with "…" at its end when something was left off.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);

// `text` with its lines broken between words where they are longer than `columns`; a continuation
// begins as far in as its line does. A longer word stays whole, so that it can be copied. Width 0:
// nothing is broken.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t columns);

}  // namespace kluis
