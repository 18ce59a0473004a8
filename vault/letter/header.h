#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "proto/result.h"
#include "vault/letter/line_source.h"

// The text in front of a letter (age, "Header"; ABNF in FORMAT.md): the file key, wrapped once for
// each recipient, and a MAC under it.
namespace kluis {

// Limits of ours; age has none. Enough for 128 hybrid recipients.
inline constexpr std::size_t kLetterHeaderBytesMax = 256 * 1024;
inline constexpr std::size_t kLetterStanzasMax = 128;

// One wrapped file key. `arguments[0]` names the kind.
struct Stanza {
  std::vector<std::string> arguments;  // at least one, each of visible ASCII
  Bytes body;
};

struct LetterHeader {
  std::vector<Stanza> stanzas;  // at least one
  std::string authentic_text;   // what the MAC is over: up to and with "---"
  std::array<std::uint8_t, 32> mac{};
};

// Reads one header and not a byte further.
// Errors: integrity "letter.none" for what does not begin as an age file, "letter.version" for a
// version that is not v1, "letter.too_many" beyond our limits, "letter.header" for anything else
// that is not exactly this form; those of the source.
[[nodiscard]] Result<LetterHeader> read_letter_header(LineSource& source);

// The text up to and with "---". Requires: at least one stanza.
[[nodiscard]] std::string letter_header_text(const std::vector<Stanza>& stanzas);

// The whole header. Requires: `authentic_text` is of letter_header_text.
[[nodiscard]] std::string finished_letter_header(const std::string& authentic_text,
                                                 const std::array<std::uint8_t, 32>& mac);

}  // namespace kluis
