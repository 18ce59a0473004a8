#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proto/result.h"
#include "vault/crypto/kem.h"
#include "vault/crypto/x25519.h"

// The keys of who gets a letter, as age writes them ("Native recipient types").
namespace kluis {

// Public: to whom a letter is sealed. X25519 ("age1…") or hybrid, which is X-Wing ("age1pq1…").
using LetterRecipient = std::variant<X25519Public, LeafPublic>;

// Errors: usage "letter.recipient" for anything that is not exactly a recipient of these two kinds,
// "letter.secret_as_recipient" for the text of an identity; argument: `number`, which tells the
// user which of those he gave. Never the text itself.
[[nodiscard]] Result<LetterRecipient> parse_letter_recipient(std::string_view text,
                                                             std::size_t number);
[[nodiscard]] std::string letter_recipient_text(const LetterRecipient& recipient);

enum class LetterKeyKind { x25519, hybrid };

// The secret half.
class LetterIdentity {
 public:
  using Key = Secret<struct LetterIdentityPurpose>;

  [[nodiscard]] static LetterIdentity generate(LetterKeyKind kind, Entropy& entropy);

  [[nodiscard]] LetterKeyKind kind() const { return kind_; }
  [[nodiscard]] const Key& key() const { return key_; }
  [[nodiscard]] LetterRecipient recipient() const;
  // "AGE-SECRET-KEY-1…" or "AGE-SECRET-KEY-PQ-1…".
  [[nodiscard]] SecretBuffer text() const;

 private:
  friend Result<std::vector<LetterIdentity>> parse_letter_identities(ByteView text);
  LetterIdentity(LetterKeyKind kind, Key key) : kind_(kind), key_(std::move(key)) {}

  LetterKeyKind kind_;
  Key key_;
};

inline constexpr std::size_t kLetterIdentityFileBytesMax = 1024 * 1024;

// The content of an identity file: one identity a line; empty lines and those that begin with '#'
// are passed over; lines end with LF or CRLF.
// Errors: usage "letter.identity_line" with the number of the first line that is none of these,
// "letter.no_identity" when there is none.
[[nodiscard]] Result<std::vector<LetterIdentity>> parse_letter_identities(ByteView text);

}  // namespace kluis
