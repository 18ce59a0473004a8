#pragma once

namespace kluis {

// As `--version` shows it, and as a declaration names what it was made with.
inline constexpr const char* kVersion = "kluis 0.1.0";

}  // namespace kluis
