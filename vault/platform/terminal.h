#pragma once

#include <optional>
#include <string>

#include "proto/result.h"
#include "vault/crypto/secret.h"

namespace kluis {

enum class Stream { input, output, error };

// Whether a person sits at that end. Decides about colour, progress and questions.
[[nodiscard]] bool is_terminal(Stream stream);

// Columns of the terminal behind `stream`; nullopt when there is none.
[[nodiscard]] std::optional<int> terminal_columns(Stream stream);

// Shows `prompt` on the controlling terminal and reads one line there without echo; what is piped
// into the program is left alone. The line break is not part of the answer.
// Errors: usage "terminal.none" without a terminal, "terminal.interrupted" on end of input.
[[nodiscard]] Result<SecretBuffer> ask_secret(const std::string& prompt);

}  // namespace kluis
