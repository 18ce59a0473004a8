#include "vault/letter/wrapped_key.h"

#include <algorithm>
#include <string_view>

#include "vault/crypto/chachapoly.h"
#include "vault/crypto/hkdf_sha256.h"
#include "vault/crypto/hpke.h"
#include "vault/crypto/scrypt.h"
#include "vault/letter/base64.h"

namespace kluis {
namespace {

constexpr std::string_view kX25519 = "X25519";
constexpr std::string_view kHybrid = "mlkem768x25519";
constexpr std::string_view kPassphrase = "scrypt";

constexpr std::string_view kX25519Info = "age-encryption.org/v1/X25519";
constexpr std::string_view kHybridInfo = "age-encryption.org/mlkem768x25519";
constexpr std::string_view kPassphraseSalt = "age-encryption.org/v1/scrypt";

using WrapKey = Secret<struct WrapKeyPurpose>;
using Opened = std::optional<FileKey>;

// A wrap key seals once: the nonce is zero, or comes with the key.
Bytes seal(const FileKey& file_key, const SecretBytes<32>& key, const ChaChaPolyNonce& nonce) {
  Bytes body(sizeof(WrappedFileKey));
  chachapoly_seal_into(body, key, nonce, file_key.expose());
  return body;
}

Opened open(const WrappedFileKey& wrapped, const SecretBytes<32>& key,
            const ChaChaPolyNonce& nonce) {
  bool good = false;
  FileKey file_key = FileKey::made_by(
      [&](MutableByteView cell) { good = chachapoly_open_into(cell, key, nonce, wrapped); });
  return good ? Opened(std::move(file_key)) : std::nullopt;
}

WrapKey x25519_wrap_key(const X25519Shared& shared, const X25519Public& share,
                        const X25519Public& recipient) {
  Bytes salt;
  append(salt, share.bytes);
  append(salt, recipient.bytes);
  return hkdf_sha256<WrapKey>(shared.expose(), salt, kX25519Info);
}

Bytes labelled(ByteView salt) {
  Bytes text = to_bytes(as_bytes(kPassphraseSalt));
  append(text, salt);
  return text;
}

std::optional<Stanza> wrap_x25519(const FileKey& file_key, const X25519Public& recipient,
                                  Entropy& entropy) {
  const auto secret = X25519Private::generate(entropy);
  const X25519Public share = x25519_public(secret);
  const auto shared = x25519(secret, recipient);
  if (!shared) return std::nullopt;
  return Stanza{{std::string(kX25519), to_base64(share.bytes)},
                seal(file_key, x25519_wrap_key(*shared, share, recipient), {})};
}

std::optional<Stanza> wrap_hybrid(const FileKey& file_key, const LeafPublic& recipient,
                                  Entropy& entropy) {
  const auto made = encapsulate(recipient, KemCoins::generate(entropy));
  if (!made) return std::nullopt;
  const HpkeContext context = hpke_context(made->shared, as_bytes(kHybridInfo));
  return Stanza{{std::string(kHybrid), to_base64(made->ciphertext.bytes)},
                seal(file_key, context.key, context.nonce)};
}

// Fills `target`, which has the only size that is right.
bool fill(MutableByteView target, ByteView source) {
  if (source.size() != target.size()) return false;
  std::ranges::copy(source, target.begin());
  return true;
}

bool decode(MutableByteView target, std::string_view text) {
  const auto bytes = from_base64(text);
  return bytes && fill(target, *bytes);
}

// A decimal number without zeros in front. Beyond what is ever accepted, how large it is does not
// matter. nullopt when it is no such number.
std::optional<int> parse_work_factor(std::string_view text) {
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (text.empty() || text[0] == '0' || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  if (text.size() > 2) return kScryptWorkFactorMax + 1;
  int value = 0;
  for (const char digit : text) value = 10 * value + (digit - '0');
  return value;
}

Result<KeyWrap> parse_passphrase(const Stanza& stanza) {
  PassphraseWrap wrap;
  const auto& arguments = stanza.arguments;
  if (arguments.size() != 3 || !decode(wrap.salt, arguments[1]) ||
      !fill(wrap.wrapped, stanza.body)) {
    return broken("letter.header");
  }
  const auto work_factor = parse_work_factor(arguments[2]);
  if (!work_factor) return broken("letter.header");
  if (*work_factor > kScryptWorkFactorMax) return broken("letter.work");
  wrap.work_factor = *work_factor;
  return wrap;
}

Result<KeyWrap> parse_x25519(const Stanza& stanza) {
  X25519Wrap wrap;
  if (stanza.arguments.size() != 2 || !decode(wrap.share.bytes, stanza.arguments[1]) ||
      !fill(wrap.wrapped, stanza.body)) {
    return broken("letter.header");
  }
  return wrap;
}

Result<KeyWrap> parse_hybrid(const Stanza& stanza) {
  HybridWrap wrap;
  if (stanza.arguments.size() != 2 || !decode(wrap.encapsulated.bytes, stanza.arguments[1]) ||
      !fill(wrap.wrapped, stanza.body)) {
    return broken("letter.header");
  }
  return wrap;
}

Result<Opened> open_x25519(const X25519Wrap& wrap, const LetterIdentity& identity) {
  const auto shared = x25519(identity.key(), wrap.share);
  if (!shared) return broken("letter.header");
  const X25519Public own = x25519_public(identity.key());
  return open(wrap.wrapped, x25519_wrap_key(*shared, wrap.share, own), {});
}

Result<Opened> open_hybrid(const HybridWrap& wrap, const LetterIdentity& identity) {
  const auto shared = decapsulate(identity.key(), wrap.encapsulated);
  if (!shared) return broken("letter.header");
  const HpkeContext context = hpke_context(*shared, as_bytes(kHybridInfo));
  return open(wrap.wrapped, context.key, context.nonce);
}

}  // namespace

Result<Stanza> wrap_for_recipient(const FileKey& file_key, const LetterRecipient& recipient,
                                  std::size_t number, Entropy& entropy) {
  const auto* plain = std::get_if<X25519Public>(&recipient);
  auto stanza = plain != nullptr ? wrap_x25519(file_key, *plain, entropy)
                                 : wrap_hybrid(file_key, std::get<LeafPublic>(recipient), entropy);
  if (!stanza) return fail(ErrorKind::usage, "letter.recipient", {std::to_string(number)});
  return std::move(*stanza);
}

Result<Stanza> wrap_for_passphrase(const FileKey& file_key, ByteView passphrase, Entropy& entropy) {
  std::array<std::uint8_t, 16> salt{};
  entropy.fill(salt);
  KLUIS_TRY(key, scrypt_key(passphrase, labelled(salt), kLetterWorkFactor));
  return Stanza{{std::string(kPassphrase), to_base64(salt), std::to_string(kLetterWorkFactor)},
                seal(file_key, key, {})};
}

Result<std::vector<KeyWrap>> known_wraps(const std::vector<Stanza>& stanzas) {
  std::vector<KeyWrap> wraps;
  for (const Stanza& stanza : stanzas) {
    const std::string& kind = stanza.arguments.front();
    // A passphrase that lies beside other keys would be an oracle for them (age, "scrypt").
    if (kind == kPassphrase && stanzas.size() != 1) return broken("letter.header");
    if (kind != kX25519 && kind != kHybrid && kind != kPassphrase) continue;
    KLUIS_TRY(wrap, kind == kX25519   ? parse_x25519(stanza)
                    : kind == kHybrid ? parse_hybrid(stanza)
                                      : parse_passphrase(stanza));
    wraps.push_back(wrap);
  }
  return wraps;
}

Result<std::optional<FileKey>> unwrap(const KeyWrap& wrap, const LetterIdentity& identity) {
  if (identity.kind() == LetterKeyKind::x25519) {
    if (const auto* plain = std::get_if<X25519Wrap>(&wrap)) return open_x25519(*plain, identity);
  } else {
    if (const auto* hybrid = std::get_if<HybridWrap>(&wrap)) return open_hybrid(*hybrid, identity);
  }
  return std::nullopt;
}

Result<std::optional<FileKey>> unwrap(const KeyWrap& wrap, ByteView passphrase) {
  const auto* sealed = std::get_if<PassphraseWrap>(&wrap);
  if (sealed == nullptr) return std::nullopt;
  KLUIS_TRY(key, scrypt_key(passphrase, labelled(sealed->salt), sealed->work_factor));
  return open(sealed->wrapped, key, {});
}

}  // namespace kluis
