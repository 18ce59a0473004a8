// The test files of C2SP for the age format: what opens, what is refused, and as what.
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/inflate.h"
#include "tests/support/memory_stream.h"
#include "tests/support/vectors.h"
#include "vault/crypto/noise_hash.h"
#include "vault/letter/armor.h"
#include "vault/letter/letter.h"

namespace kluis::test {
namespace {

struct KitFile {
  std::multimap<std::string, std::string> fields;
  Bytes letter;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

// Lines of "name: value", an empty line, the letter.
KitFile read_kit_file(const std::string& name) {
  const Bytes bytes = read_vector("age/testkit/" + name);
  std::string_view rest = as_text(bytes);
  KitFile file;
  for (std::size_t end = rest.find('\n'); end != 0; end = rest.find('\n')) {
    const std::string_view line = rest.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) throw std::runtime_error(name + ": no field");
    file.fields.emplace(line.substr(0, colon), line.substr(colon + 2));
    rest.remove_prefix(end + 1);
  }
  const ByteView letter = as_bytes(rest.substr(1));
  file.letter = file.field("compressed") == "zlib" ? inflate(letter) : to_bytes(letter);
  return file;
}

// The kit's word for each way to fail.
std::string outcome_of(const std::string& key) {
  static const std::map<std::string, std::string> outcomes = {
      {"letter.armor", "armor failure"},     {"letter.header", "header failure"},
      {"letter.none", "header failure"},     {"letter.version", "header failure"},
      {"letter.work", "header failure"},     {"letter.too_many", "header failure"},
      {"letter.mac", "HMAC failure"},        {"letter.no_match", "no match"},
      {"letter.payload", "payload failure"}, {"letter.wrong_passphrase", "no match"},
  };
  const auto found = outcomes.find(key);
  return found == outcomes.end() ? "unknown: " + key : found->second;
}

std::vector<LetterIdentity> identities_of(const KitFile& file) {
  std::string text;
  const auto [begin, end] = file.fields.equal_range("identity");
  for (auto at = begin; at != end; ++at) text += at->second + "\n";
  if (text.empty()) return {};
  auto identities = parse_letter_identities(as_bytes(text));
  if (!identities) throw std::runtime_error("identities: " + identities.error().key);
  return std::move(*identities);
}

struct Outcome {
  std::string word;
  Bytes released;
};

Outcome open_kit_file(const KitFile& file, std::size_t step) {
  MemorySource source(file.letter, step);
  auto letter = ReceivedLetter::read(source);
  if (!letter) return {outcome_of(letter.error().key), {}};
  MemorySink sink;
  const std::string passphrase = file.field("passphrase");
  const auto opened = letter->has_passphrase() ? letter->open(as_bytes(passphrase), sink)
                                               : letter->open(identities_of(file), sink);
  if (opened) EXPECT_EQ(*opened, sink.bytes.size());
  return {opened ? "success" : outcome_of(opened.error().key), std::move(sink.bytes)};
}

std::string sha256_hex(ByteView bytes) {
  Bytes digest(32);
  noise_hash(NoiseHash::sha256, digest, {bytes});
  return to_hex(digest);
}

bool armor_reads(const KitFile& file) {
  MemorySource source(file.letter);
  LineSource lines(source);
  ArmorSource armor(lines);
  Bytes content(1U << 20U);
  const auto size = read_fully(armor, content);
  if (!size) EXPECT_EQ(size.error().key, "letter.armor");
  return size.has_value();
}

void check_kit_file(const std::string& name, std::size_t step) {
  SCOPED_TRACE(name + ", " + std::to_string(step) + " bytes at a time");
  const KitFile file = read_kit_file(name);
  const std::string expected = file.field("expect");
  const Outcome outcome = open_kit_file(file, step);
  if (expected == "armor failure") {
    EXPECT_FALSE(armor_reads(file));
    // What does not begin as armor is taken for a binary letter, and refused as one.
    const bool begins_as_armor = file.letter[0] == '-' || file.letter[0] == ' ';
    EXPECT_EQ(outcome.word, begins_as_armor ? expected : "header failure");
    EXPECT_TRUE(outcome.released.empty() || begins_as_armor);
    return;
  }
  if (file.field("armored") == "yes") EXPECT_TRUE(armor_reads(file));
  EXPECT_EQ(outcome.word, expected);
  if (file.fields.contains("payload")) {
    EXPECT_EQ(sha256_hex(outcome.released), file.field("payload"));
  } else {
    EXPECT_TRUE(outcome.released.empty());
  }
}

TEST(AgeTestkitTest, EveryFileEndsAsTheKitSays) {
  const auto names = vector_names("age/testkit");
  EXPECT_GE(names.size(), 95U);
  for (const std::string& name : names) {
    for (const std::size_t step : {std::size_t{4099}, std::size_t{1} << 20U}) {
      check_kit_file(name, step);
    }
  }
}

TEST(AgeTestkitTest, ByteByByteIsTheSame) {
  for (const std::string& name : vector_names("age/testkit")) {
    // The others cost a passphrase, or are long, and say nothing more here.
    if (name.starts_with("scrypt") || name.starts_with("stream_25")) continue;
    check_kit_file(name, 1);
  }
}

}  // namespace
}  // namespace kluis::test
