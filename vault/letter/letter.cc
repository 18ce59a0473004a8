#include "vault/letter/letter.h"

#include <algorithm>

#include "proto/assert.h"
#include "vault/crypto/hkdf_sha256.h"
#include "vault/letter/armor.h"
#include "vault/letter/payload.h"

namespace kluis {
namespace {

using HeaderKey = Secret<struct LetterHeaderKeyPurpose>;

HeaderKey header_key(const FileKey& file_key) {
  return hkdf_sha256<HeaderKey>(file_key.expose(), {}, "header");
}

Status write_letter(const FileKey& file_key, const std::vector<Stanza>& stanzas, Entropy& entropy,
                    ByteSource& source, ByteSink& target) {
  const std::string text = letter_header_text(stanzas);
  std::array<std::uint8_t, kHmacSha256Bytes> mac{};
  hmac_sha256_into(mac, header_key(file_key).expose(), as_bytes(text));
  KLUIS_CHECK(target.write(as_bytes(finished_letter_header(text, mac))));
  return seal_letter_payload(file_key, entropy, source, target);
}

bool is_hybrid(const LetterRecipient& recipient) {
  return std::holds_alternative<LeafPublic>(recipient);
}

}  // namespace

Status seal_letter(std::span<const LetterRecipient> recipients, Entropy& entropy,
                   ByteSource& source, ByteSink& target) {
  KLUIS_ASSERT(!recipients.empty());
  if (recipients.size() > kLetterStanzasMax) return fail(ErrorKind::usage, "letter.too_many");
  const auto hybrid_count = std::count_if(recipients.begin(), recipients.end(), is_hybrid);
  if (hybrid_count != 0 && static_cast<std::size_t>(hybrid_count) != recipients.size()) {
    return fail(ErrorKind::usage, "letter.mixed");
  }
  const FileKey file_key = FileKey::generate(entropy);
  std::vector<Stanza> stanzas;
  for (const LetterRecipient& recipient : recipients) {
    KLUIS_TRY(stanza, wrap_for_recipient(file_key, recipient, stanzas.size() + 1, entropy));
    stanzas.push_back(std::move(stanza));
  }
  return write_letter(file_key, stanzas, entropy, source, target);
}

Status seal_letter_with_passphrase(ByteView passphrase, Entropy& entropy, ByteSource& source,
                                   ByteSink& target) {
  const FileKey file_key = FileKey::generate(entropy);
  KLUIS_TRY(stanza, wrap_for_passphrase(file_key, passphrase, entropy));
  return write_letter(file_key, {stanza}, entropy, source, target);
}

ReceivedLetter::ReceivedLetter(ByteSource& source)
    : lines_(std::make_unique<LineSource>(source)), letter_(lines_.get()) {}

Result<ReceivedLetter> ReceivedLetter::read(ByteSource& source) {
  ReceivedLetter letter(source);
  KLUIS_TRY(first, letter.lines_->peek());
  // The binary form begins with an 'a'; the text form with a dash, or white space before it.
  if (first &&
      std::string_view("- \t\r\n").find(static_cast<char>(*first)) != std::string_view::npos) {
    letter.unarmored_ = std::make_unique<ArmorSource>(*letter.lines_);
    letter.inner_ = std::make_unique<LineSource>(*letter.unarmored_);
    letter.letter_ = letter.inner_.get();
  }
  KLUIS_TRY(header, read_letter_header(*letter.letter_));
  KLUIS_TRY(wraps, known_wraps(header.stanzas));
  letter.header_ = std::move(header);
  letter.wraps_ = std::move(wraps);
  return letter;
}

bool ReceivedLetter::has_passphrase() const {
  return wraps_.size() == 1 && std::holds_alternative<PassphraseWrap>(wraps_.front());
}

Result<std::uint64_t> ReceivedLetter::open(std::span<const LetterIdentity> identities,
                                           ByteSink& target) {
  for (const LetterIdentity& identity : identities) {
    for (const KeyWrap& wrap : wraps_) {
      KLUIS_TRY(file_key, unwrap(wrap, identity));
      if (file_key) return open(*file_key, target);
    }
  }
  return fail(ErrorKind::no_access, "letter.no_match");
}

Result<std::uint64_t> ReceivedLetter::open(ByteView passphrase, ByteSink& target) {
  for (const KeyWrap& wrap : wraps_) {
    KLUIS_TRY(file_key, unwrap(wrap, passphrase));
    if (file_key) return open(*file_key, target);
  }
  return fail(ErrorKind::locked, "letter.wrong_passphrase");
}

Result<std::uint64_t> ReceivedLetter::open(const FileKey& file_key, ByteSink& target) {
  const HeaderKey key = header_key(file_key);
  if (!hmac_sha256_matches(header_.mac, key.expose(), as_bytes(header_.authentic_text))) {
    return broken("letter.mac");
  }
  return open_letter_payload(file_key, *letter_, target);
}

}  // namespace kluis
