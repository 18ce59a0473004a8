#pragma once

#include <vector>

#include "proto/bytes.h"
#include "proto/result.h"
#include "tools/pdf/page_text.h"

namespace kluis {

// Draws the page on A4, as many sheets as it takes, as PDF/A-1b with its fonts in it. Needs a
// QGuiApplication. Not the same bytes twice: a PDF tells when it was made.
// Errors: disk "page.font" when this computer has no font for it.
[[nodiscard]] Result<Bytes> draw_page(const std::vector<PageLine>& lines);

}  // namespace kluis
