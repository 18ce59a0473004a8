#include "vault/letter/letter.h"

#include <array>
#include <initializer_list>

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "tests/support/memory_stream.h"
#include "vault/letter/payload.h"

namespace kluis::test {
namespace {

struct Opened {
  std::string refusal;  // empty when it opened
  ErrorKind kind = ErrorKind::refused;
  Bytes content;  // released
};

Opened opened(Result<std::uint64_t> result, MemorySink& sink) {
  if (result) {
    EXPECT_EQ(*result, sink.bytes.size());
    return {"", {}, std::move(sink.bytes)};
  }
  return {result.error().key, result.error().kind, std::move(sink.bytes)};
}

Opened open(ByteView letter, std::span<const LetterIdentity> identities) {
  MemorySource source(letter, 8191);
  auto received = ReceivedLetter::read(source);
  if (!received) return {received.error().key, received.error().kind, {}};
  EXPECT_FALSE(received->has_passphrase());
  MemorySink sink;
  return opened(received->open(identities, sink), sink);
}

Opened open_with(ByteView letter, std::string_view passphrase) {
  MemorySource source(letter);
  auto received = ReceivedLetter::read(source);
  if (!received) return {received.error().key, received.error().kind, {}};
  EXPECT_TRUE(received->has_passphrase());
  MemorySink sink;
  return opened(received->open(as_bytes(passphrase), sink), sink);
}

class LetterTest : public testing::TestWithParam<LetterKeyKind> {
 protected:
  Bytes seal(ByteView content) {
    const std::array<LetterRecipient, 1> recipients = {identity().recipient()};
    MemorySource source(content, 12345);
    MemorySink sink;
    EXPECT_TRUE(seal_letter(recipients, entropy_, source, sink));
    return std::move(sink.bytes);
  }
  const LetterIdentity& identity() const { return identities_.front(); }

  SeededEntropy entropy_{1};
  std::vector<LetterIdentity> identities_ = [this] {
    std::vector<LetterIdentity> made;
    made.push_back(LetterIdentity::generate(GetParam(), entropy_));
    return made;
  }();
};

Bytes numbered(std::size_t size) {
  Bytes content(size);
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<std::uint8_t>(i % 251);
  return content;
}

TEST_P(LetterTest, OpensWhatItSealedAtEveryBorder) {
  constexpr std::size_t kChunk = kLetterChunkBytes;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1,
                                 2 * kChunk - 1, 2 * kChunk, 2 * kChunk + 1, 5 * kChunk + 7}) {
    SCOPED_TRACE(size);
    const Bytes content = numbered(size);
    const Bytes letter = seal(content);
    const std::size_t chunks = std::max<std::size_t>(1, (size + kChunk - 1) / kChunk);
    const std::size_t header = as_text(letter).find("\n--- ") + 49;
    EXPECT_EQ(letter.size(), header + 16 + size + 16 * chunks);
    const Opened result = open(letter, identities_);
    EXPECT_EQ(result.refusal, "");
    EXPECT_EQ(result.content, content);
  }
}

TEST_P(LetterTest, OneFlippedBitAnywhereIsRefused) {
  const Bytes content = to_bytes(as_bytes("Raadkluis"));
  Bytes letter = seal(content);
  const std::size_t header = as_text(letter).find("\n--- ") + 49;
  for (std::size_t bit = 0; bit < 8 * letter.size(); ++bit) {
    // Every bit of the payload and of what surrounds a hybrid stanza's long share; of that, some.
    if (letter.size() > 1000 && bit / 8 > 100 && bit / 8 + 200 < header && bit % 37 != 0) continue;
    const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
    letter[bit / 8] ^= mask;
    const Opened result = open(letter, identities_);
    EXPECT_NE(result.refusal, "") << bit;
    EXPECT_TRUE(result.content.empty()) << bit;
    letter[bit / 8] ^= mask;
  }
  EXPECT_EQ(open(letter, identities_).refusal, "");
}

TEST_P(LetterTest, CutOrExtendedAnywhereIsRefused) {
  const Bytes letter = seal(numbered(2 * kLetterChunkBytes));
  ASSERT_EQ(open(letter, identities_).refusal, "");
  const std::size_t chunk = kLetterChunkBytes + 16;
  const std::size_t payload = letter.size() - 2 * chunk;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{21}, std::size_t{22}, payload - 17, payload - 16, payload - 1,
        payload, payload + 15, payload + 16, payload + chunk - 1, payload + chunk,
        payload + chunk + 15, payload + chunk + 16, letter.size() - 1}) {
    EXPECT_NE(open(ByteView(letter).first(size), identities_).refusal, "") << size;
  }
  Bytes longer = letter;
  longer.push_back(0);
  EXPECT_EQ(open(longer, identities_).refusal, "letter.payload");
  longer = letter;
  append(longer, ByteView(letter).last(chunk));
  EXPECT_EQ(open(longer, identities_).refusal, "letter.payload");
}

TEST_P(LetterTest, ChunksKeepTheirPlaces) {
  const Bytes letter = seal(numbered(3 * kLetterChunkBytes));
  const std::size_t chunk = kLetterChunkBytes + 16;
  const std::size_t payload = letter.size() - 3 * chunk;
  const auto with_chunks = [&](std::initializer_list<std::size_t> numbers) {
    Bytes changed = to_bytes(ByteView(letter).first(payload));
    for (const std::size_t number : numbers) {
      append(changed, ByteView(letter).subspan(payload + number * chunk, chunk));
    }
    return open(changed, identities_).refusal;
  };
  EXPECT_EQ(with_chunks({0, 1, 2}), "");
  EXPECT_EQ(with_chunks({1, 0, 2}), "letter.payload");
  EXPECT_EQ(with_chunks({0, 2, 1}), "letter.payload");
  EXPECT_EQ(with_chunks({0, 2}), "letter.payload");
  EXPECT_EQ(with_chunks({0, 0, 2}), "letter.payload");
  EXPECT_EQ(with_chunks({0, 1}), "letter.payload");
}

TEST_P(LetterTest, AnotherIdentityDoesNotOpenIt) {
  const Bytes letter = seal(numbered(10));
  std::vector<LetterIdentity> others;
  EXPECT_EQ(open(letter, others).refusal, "letter.no_match");
  others.push_back(LetterIdentity::generate(LetterKeyKind::x25519, entropy_));
  others.push_back(LetterIdentity::generate(LetterKeyKind::hybrid, entropy_));
  const Opened result = open(letter, others);
  EXPECT_EQ(result.refusal, "letter.no_match");
  EXPECT_EQ(result.kind, ErrorKind::no_access);
  others.push_back(std::move(identities_.front()));
  EXPECT_EQ(open(letter, others).refusal, "");
}

// Who is no recipient adds no stanza unseen: the MAC is under the file key.
TEST_P(LetterTest, AnotherStanzaIsNoticed) {
  const Bytes letter = seal(numbered(10));
  const std::string text(as_text(letter));
  const std::size_t end = text.find("\n--- ") + 1;
  const std::string added = text.substr(0, end) + "-> grease\n\n" + text.substr(end);
  const Opened result = open(as_bytes(added), identities_);
  EXPECT_EQ(result.refusal, "letter.mac");
  EXPECT_EQ(result.kind, ErrorKind::integrity);
  EXPECT_TRUE(result.content.empty());
}

INSTANTIATE_TEST_SUITE_P(Kinds, LetterTest,
                         testing::Values(LetterKeyKind::x25519, LetterKeyKind::hybrid),
                         [](const auto& kind) {
                           return kind.param == LetterKeyKind::x25519 ? "X25519" : "Hybrid";
                         });

Status seal_for(std::span<const LetterRecipient> recipients, MemorySink& sink) {
  SeededEntropy entropy(5);
  MemorySource source(as_bytes("Raadkluis"));
  return seal_letter(recipients, entropy, source, sink);
}

TEST(LetterRulesTest, EachRecipientOpensIt) {
  SeededEntropy entropy(2);
  std::vector<LetterIdentity> identities;
  std::vector<LetterRecipient> recipients;
  for (int i = 0; i < 5; ++i) {
    identities.push_back(LetterIdentity::generate(LetterKeyKind::hybrid, entropy));
    recipients.push_back(identities.back().recipient());
  }
  MemorySink sink;
  ASSERT_TRUE(seal_for(recipients, sink));
  for (std::size_t i = 0; i < identities.size(); ++i) {
    EXPECT_EQ(open(sink.bytes, std::span(identities).subspan(i, 1)).refusal, "") << i;
  }
}

TEST(LetterRulesTest, HybridAndOtherRecipientsAreNotMixed) {
  SeededEntropy entropy(3);
  const std::array<LetterRecipient, 2> mixed = {
      LetterIdentity::generate(LetterKeyKind::x25519, entropy).recipient(),
      LetterIdentity::generate(LetterKeyKind::hybrid, entropy).recipient()};
  MemorySink sink;
  const Status sealed = seal_for(mixed, sink);
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().key, "letter.mixed");
  EXPECT_TRUE(sink.bytes.empty());
}

TEST(LetterRulesTest, RefusesTooManyRecipientsAndThoseThatAreNoKey) {
  SeededEntropy entropy(4);
  const auto good = LetterIdentity::generate(LetterKeyKind::hybrid, entropy).recipient();
  MemorySink sink;
  const Status many = seal_for(std::vector<LetterRecipient>(kLetterStanzasMax + 1, good), sink);
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().key, "letter.too_many");
  ASSERT_TRUE(seal_for(std::vector<LetterRecipient>(kLetterStanzasMax, good), sink));
  EXPECT_LT(as_text(sink.bytes).find("\n--- "), kLetterHeaderBytesMax - 49);
  MemorySource source(sink.bytes);
  EXPECT_TRUE(ReceivedLetter::read(source));

  LeafPublic no_kem;
  no_kem.bytes.fill(0xff);
  for (const LetterRecipient& bad : {LetterRecipient(X25519Public{}), LetterRecipient(no_kem)}) {
    const std::array<LetterRecipient, 1> one = {bad};
    const Status sealed = seal_for(one, sink);
    ASSERT_FALSE(sealed);
    EXPECT_EQ(sealed.error().key, "letter.recipient");
  }
}

TEST(LetterRulesTest, APassphraseOpensItAndNoOther) {
  SeededEntropy entropy(6);
  MemorySource source(as_bytes("Raadkluis"));
  MemorySink sink;
  ASSERT_TRUE(seal_letter_with_passphrase(as_bytes("geheime zin"), entropy, source, sink));
  EXPECT_EQ(as_text(open_with(sink.bytes, "geheime zin").content), "Raadkluis");
  const Opened wrong = open_with(sink.bytes, "geheime zim");
  EXPECT_EQ(wrong.refusal, "letter.wrong_passphrase");
  EXPECT_EQ(wrong.kind, ErrorKind::locked);
  EXPECT_NE(as_text(sink.bytes).find(" 18\n"), std::string_view::npos);
}

TEST(LetterRulesTest, TwoLettersShareNothing) {
  SeededEntropy entropy(7);
  const std::array<LetterRecipient, 1> recipients = {
      LetterIdentity::generate(LetterKeyKind::x25519, entropy).recipient()};
  MemorySink first, second;
  for (MemorySink* sink : {&first, &second}) {
    MemorySource source(as_bytes("Raadkluis"));
    ASSERT_TRUE(seal_letter(recipients, entropy, source, *sink));
  }
  const auto share = [](const MemorySink& sink) { return sink.text().substr(22, 60); };
  EXPECT_NE(share(first), share(second));
  EXPECT_NE(to_bytes(ByteView(first.bytes).last(41)), to_bytes(ByteView(second.bytes).last(41)));
}

}  // namespace
}  // namespace kluis::test
