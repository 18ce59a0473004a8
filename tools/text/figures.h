#pragma once

#include <cstdint>
#include <string>

#include "tools/text/language.h"
#include "vault/env/clock.h"

// Times and sizes as they are shown.
namespace kluis {

// "2026-03-15T14:03:09Z": for JSON, the same everywhere.
[[nodiscard]] std::string iso_time(UnixMillis time);

// "15-03-2026 15:03" or "2026-03-15 15:03", in this computer's time zone.
[[nodiscard]] std::string shown_time(Language language, UnixMillis time);

// "1,4 MB" or "1.4 MB"; powers of 1,000, as a file manager shows them.
[[nodiscard]] std::string shown_size(Language language, std::uint64_t bytes);

}  // namespace kluis
