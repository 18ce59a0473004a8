#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proto/result.h"

namespace kluis {

// The value of --version; nullopt when it was not given. Errors: usage "usage.number".
[[nodiscard]] Result<std::optional<std::uint32_t>> version_number(
    const std::optional<std::string>& text);

}  // namespace kluis
