#pragma once

#include <optional>
#include <string>

#include "proto/result.h"
#include "tools/terminal/console.h"
#include "vault/crypto/secret.h"

// What the program asks its user: passphrases without echo, and the values of arguments that were
// given as "-" so that they stand in no shell history and no list of processes.
namespace kluis {

inline constexpr std::size_t kPassphraseBytesMax = 4096;
inline constexpr std::size_t kGoodPassphraseBytes = 16;  // less is taken, with a warning
inline constexpr std::size_t kLineBytesMax = 64 * 1024;

// What a passphrase is for: the questions say so. That of a letter goes to its receiver.
enum class PassphraseFor { vault, letter };

// The passphrase of a vault or letter that exists: the content of the file `path` if it is given
// (one final line break dropped; "-" is the next line of standard input), else asked on the
// terminal. Errors: usage "passphrase.empty", "passphrase.too_long", "passphrase.file"; those of
// ask_secret.
[[nodiscard]] Result<SecretBuffer> passphrase(const Console& console,
                                              const std::optional<std::string>& path,
                                              PassphraseFor what = PassphraseFor::vault);

// The passphrase of one that is being made, or its new one: asked twice.
// Errors: as above, and usage "passphrase.differ".
[[nodiscard]] Result<SecretBuffer> new_passphrase(const Console& console,
                                                  const std::optional<std::string>& path,
                                                  PassphraseFor what = PassphraseFor::vault);

// One line: asked with `prompt` when a person sits at standard input, else its next line.
// Errors: usage "input.none" when there is none, "input.too_long".
[[nodiscard]] Result<std::string> ask_line(const Console& console, const std::string& prompt);

// A code or voucher: the content of the file `path` without white space around it, or asked for.
// Errors: usage "input.none", "input.too_long"; disk "disk.no_file".
[[nodiscard]] Result<SecretBuffer> secret_line(const Console& console,
                                               const std::optional<std::string>& path,
                                               const std::string& prompt);

// A small text file as a whole; "-" is standard input to its end.
// Errors: disk "disk.no_file"; usage "input.too_long" beyond `bytes_max`.
[[nodiscard]] Result<std::string> read_text(const std::string& path, std::size_t bytes_max);

}  // namespace kluis
