#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "tests/support/memory_stream.h"
#include "vault/letter/letter.h"

// Feeds bytes to the reader of sealed letters, with the keys of the testkit. A header that is taken
// must be written as exactly those bytes again. Passphrases are left out: each costs a second.
namespace {

using kluis::ByteView;

// What stands behind the lines of a testkit file; anything else as it is.
ByteView letter_in(ByteView input) {
  const std::string_view text = kluis::as_text(input);
  const std::size_t blank = text.starts_with("expect: ") ? text.find("\n\n") : std::string::npos;
  return blank == std::string::npos ? input : input.subspan(blank + 2);
}

const std::vector<kluis::LetterIdentity>& identities() {
  static const auto read = kluis::parse_letter_identities(kluis::as_bytes(
      "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0\n"
      "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG\n"));
  if (!read) std::abort();
  return *read;
}

void check_header(ByteView letter) {
  kluis::test::MemorySource source(letter, 61);
  kluis::LineSource lines(source);
  const auto header = kluis::read_letter_header(lines);
  if (!header) return;
  const std::string text = kluis::letter_header_text(header->stanzas);
  const std::string again = kluis::finished_letter_header(text, header->mac);
  if (text != header->authentic_text || !kluis::as_text(letter).starts_with(again)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView letter = letter_in(ByteView(data, size));
  check_header(letter);
  kluis::test::MemorySource source(letter);
  auto received = kluis::ReceivedLetter::read(source);
  if (!received || received->has_passphrase()) return 0;
  kluis::test::MemorySink sink;
  const auto opened = received->open(identities(), sink);
  if (sink.bytes.size() > size || (opened && *opened != sink.bytes.size())) std::abort();
  return 0;
}
