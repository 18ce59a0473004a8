#pragma once

#include <array>
#include <optional>
#include <variant>
#include <vector>

#include "vault/letter/header.h"
#include "vault/letter/letter_key.h"

// The file key of a letter, wrapped for one recipient in one stanza (age, "Native recipient
// types").
namespace kluis {

using FileKey = Secret<struct FileKeyPurpose, 16>;

// What new letters cost who guesses a passphrase: 2^18 rounds and 256 MiB, as age takes.
inline constexpr int kLetterWorkFactor = 18;

// ---- Wrapping ----

// Errors: usage "letter.recipient" with `number` when the recipient is a point of low order or no
// ML-KEM key.
[[nodiscard]] Result<Stanza> wrap_for_recipient(const FileKey& file_key,
                                                const LetterRecipient& recipient,
                                                std::size_t number, Entropy& entropy);

// Errors: disk "letter.no_memory".
[[nodiscard]] Result<Stanza> wrap_for_passphrase(const FileKey& file_key, ByteView passphrase,
                                                 Entropy& entropy);

// ---- Unwrapping ----

using WrappedFileKey = std::array<std::uint8_t, FileKey::kSize + 16>;

struct X25519Wrap {
  X25519Public share;
  WrappedFileKey wrapped{};
};

struct HybridWrap {
  KemCiphertext encapsulated;
  WrappedFileKey wrapped{};
};

struct PassphraseWrap {
  std::array<std::uint8_t, 16> salt{};
  int work_factor = 0;  // 1 to kScryptWorkFactorMax
  WrappedFileKey wrapped{};
};

using KeyWrap = std::variant<X25519Wrap, HybridWrap, PassphraseWrap>;

// The stanzas of the kinds above; others are passed over.
// Errors: integrity "letter.header" when one of these has another form than age prescribes, or when
// a passphrase is not alone; "letter.work" for more than kScryptWorkFactorMax.
[[nodiscard]] Result<std::vector<KeyWrap>> known_wraps(const std::vector<Stanza>& stanzas);

// nullopt when it was not wrapped for this key. Cost: for a passphrase, what the wrap says.
// Errors: integrity "letter.header" for a share or encapsulation that gives no secret at all; disk
// "letter.no_memory".
[[nodiscard]] Result<std::optional<FileKey>> unwrap(const KeyWrap& wrap,
                                                    const LetterIdentity& identity);
[[nodiscard]] Result<std::optional<FileKey>> unwrap(const KeyWrap& wrap, ByteView passphrase);

}  // namespace kluis
