#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "vault/letter/letter_key.h"
#include "vault/letter/wrapped_key.h"

// Sealed letters: files in the age format, version 1 (FORMAT.md), for who has no Raadkluis. Nothing
// here knows a vault.
namespace kluis {

// Reads `source` to its end and writes a letter that each recipient can open.
// Requires: at least one recipient.
// Errors: usage "letter.recipient" with the number of a recipient that is no valid key,
// "letter.too_many" for more than kLetterStanzasMax, "letter.mixed" when some are hybrid and some
// are not, since the letter would be as weak as the weakest; those of source and target.
[[nodiscard]] Status seal_letter(std::span<const LetterRecipient> recipients, Entropy& entropy,
                                 ByteSource& source, ByteSink& target);

// The same for who knows the passphrase. Cost: 256 MiB and about a second.
// Errors: disk "letter.no_memory"; those of source and target.
[[nodiscard]] Status seal_letter_with_passphrase(ByteView passphrase, Entropy& entropy,
                                                 ByteSource& source, ByteSink& target);

// A letter whose header was read. Opened once.
class ReceivedLetter {
 public:
  // Takes the binary form and the text form (armor). `source` outlives the letter.
  // Errors: those of read_letter_header, known_wraps and ArmorSource.
  [[nodiscard]] static Result<ReceivedLetter> read(ByteSource& source);

  // Whether it was sealed with a passphrase; then no identity opens it.
  [[nodiscard]] bool has_passphrase() const;

  // Writes the content; returns its size. The first chunk is written after the header is known to
  // be authentic, each chunk after it is itself: on an error the caller throws away what was
  // written.
  // Errors: no-access "letter.no_match" when none of the identities opens it; integrity
  // "letter.mac" for a header that was changed; those of unwrap and open_letter_payload.
  [[nodiscard]] Result<std::uint64_t> open(std::span<const LetterIdentity> identities,
                                           ByteSink& target);
  // The same. Errors: locked "letter.wrong_passphrase" instead of "letter.no_match".
  [[nodiscard]] Result<std::uint64_t> open(ByteView passphrase, ByteSink& target);

 private:
  explicit ReceivedLetter(ByteSource& source);

  [[nodiscard]] Result<std::uint64_t> open(const FileKey& file_key, ByteSink& target);

  std::unique_ptr<LineSource> lines_;      // of the file
  std::unique_ptr<ByteSource> unarmored_;  // of a letter in the text form
  std::unique_ptr<LineSource> inner_;      // the same as lines
  LineSource* letter_ = nullptr;           // one of the two
  LetterHeader header_;
  std::vector<KeyWrap> wraps_;
};

}  // namespace kluis
