#include <array>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "tests/support/memory_stream.h"
#include "vault/letter/letter.h"

// The worked example of vault/letter/FORMAT.md is what the code makes.
namespace kluis::test {
namespace {

Bytes counting(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i);
  return bytes;
}

TEST(LetterFormatPageTest, TheWorkedExampleIsRight) {
  FixedEntropy identity_bytes(Bytes(32, 0xab));
  const auto identity = LetterIdentity::generate(LetterKeyKind::x25519, identity_bytes);
  const std::array<LetterRecipient, 1> recipients = {identity.recipient()};
  FixedEntropy entropy(counting(64));
  MemorySource source(as_bytes("Raadkluis"));
  MemorySink sink;
  ASSERT_TRUE(seal_letter(recipients, entropy, source, sink));

  std::ifstream stream(KLUIS_SOURCE_DIR "/vault/letter/FORMAT.md");
  const std::string page(std::istreambuf_iterator<char>(stream), {});
  const std::size_t header = sink.text().find("\n--- ") + 49;
  const std::string identity_text(as_text(identity.text().expose()));
  const std::string recipient_text = letter_recipient_text(recipients[0]);
  const std::string payload = to_hex(ByteView(sink.bytes).subspan(header));
  std::string lines = "    " + sink.text().substr(0, header);
  for (std::size_t at = lines.find('\n'); at + 1 < lines.size(); at = lines.find('\n', at + 1)) {
    lines.insert(at + 1, "    ");
  }
  for (const std::string& part : {identity_text, recipient_text, lines, payload}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace kluis::test
