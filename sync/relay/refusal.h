#pragma once

#include <optional>
#include <utility>

#include "proto/message.h"
#include "proto/result.h"

// The codes with which a relay refuses, as errors: inside the relay's rules, and for the device
// that is told.
namespace kluis {

// Keys "relay.<word of the code>".
[[nodiscard]] Error refusal_error(RefusalCode code);

// Nothing if `error` is no refusal (a failure of the storage).
[[nodiscard]] std::optional<RefusalCode> refusal_code(const Error& error);

[[nodiscard]] inline auto refused(RefusalCode code) {
  Error error = refusal_error(code);
  return fail(error.kind, std::move(error.key));
}

}  // namespace kluis
