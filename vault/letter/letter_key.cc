#include "vault/letter/letter_key.h"

#include <algorithm>
#include <array>
#include <optional>

#include "vault/letter/bech32.h"

namespace kluis {
namespace {

constexpr std::string_view kX25519Prefix = "age";
constexpr std::string_view kHybridPrefix = "age1pq";
constexpr std::string_view kX25519SecretPrefix = "AGE-SECRET-KEY-";
constexpr std::string_view kHybridSecretPrefix = "AGE-SECRET-KEY-PQ-";

std::string_view secret_prefix(LetterKeyKind kind) {
  return kind == LetterKeyKind::x25519 ? kX25519SecretPrefix : kHybridSecretPrefix;
}

// A secret key in whatever case: somebody took the wrong line of his file.
bool looks_secret(std::string_view text) {
  constexpr std::string_view kSign = "age-secret-key-";
  return text.size() >= kSign.size() &&
         std::equal(kSign.begin(), kSign.end(), text.begin(), [](char sign, char letter) {
           return sign == (letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
         });
}

template <typename Public>
std::string text_of(std::string_view prefix, const Public& key) {
  Bytes text(bech32_size(prefix, key.bytes.size()));
  bech32_encode_into(text, prefix, key.bytes);
  return std::string(as_text(text));
}

std::optional<std::pair<LetterKeyKind, LetterIdentity::Key>> parse_identity(std::string_view line) {
  for (const LetterKeyKind kind : {LetterKeyKind::x25519, LetterKeyKind::hybrid}) {
    bool good = false;
    auto key = LetterIdentity::Key::made_by(
        [&](MutableByteView cell) { good = bech32_decode_into(cell, secret_prefix(kind), line); });
    if (good) return std::pair(kind, std::move(key));
  }
  return std::nullopt;
}

}  // namespace

Result<LetterRecipient> parse_letter_recipient(std::string_view text, std::size_t number) {
  X25519Public plain;
  if (bech32_decode_into(plain.bytes, kX25519Prefix, text)) return plain;
  LeafPublic hybrid;
  if (bech32_decode_into(hybrid.bytes, kHybridPrefix, text)) return hybrid;
  return fail(ErrorKind::usage,
              looks_secret(text) ? "letter.secret_as_recipient" : "letter.recipient",
              {std::to_string(number)});
}

std::string letter_recipient_text(const LetterRecipient& recipient) {
  if (const auto* plain = std::get_if<X25519Public>(&recipient)) {
    return text_of(kX25519Prefix, *plain);
  }
  return text_of(kHybridPrefix, std::get<LeafPublic>(recipient));
}

LetterIdentity LetterIdentity::generate(LetterKeyKind kind, Entropy& entropy) {
  return {kind, Key::generate(entropy)};
}

LetterRecipient LetterIdentity::recipient() const {
  if (kind_ == LetterKeyKind::x25519) return x25519_public(key_);
  return leaf_public(key_);
}

SecretBuffer LetterIdentity::text() const {
  const std::string_view prefix = secret_prefix(kind_);
  SecretBuffer text(bech32_size(prefix, Key::kSize));
  bech32_encode_into(text.expose_writable(), prefix, key_.expose());
  return text;
}

Result<std::vector<LetterIdentity>> parse_letter_identities(ByteView text) {
  std::vector<LetterIdentity> identities;
  std::string_view rest = as_text(text);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    auto identity = parse_identity(line);
    if (!identity) return fail(ErrorKind::usage, "letter.identity_line", {std::to_string(number)});
    identities.push_back(LetterIdentity(identity->first, std::move(identity->second)));
  }
  if (identities.empty()) return fail(ErrorKind::usage, "letter.no_identity");
  return identities;
}

}  // namespace kluis
