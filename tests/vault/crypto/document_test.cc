#include "vault/crypto/document.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "proto/ids.h"
#include "tests/support/entropies.h"
#include "tests/vault/crypto/document_files.h"
#include "vault/crypto/aead_in_place.h"
#include "vault/crypto/document_head.h"

namespace kluis {
namespace {

using test::MemorySink;
using test::MemorySource;
using test::PatternSink;
using test::PatternSource;

constexpr std::size_t kChunk = kDocumentChunkBytes;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

class DocumentTest : public testing::Test {
 protected:
  DocumentContext context(std::uint64_t version = 1) const { return {id_.view(), version}; }

  Bytes content(std::size_t size) const {
    Bytes bytes(size);
    test::SeededEntropy(size + 1).fill(bytes);
    return bytes;
  }

  Bytes sealed(ByteView content, unsigned threads = 1, std::size_t piece = SIZE_MAX) const {
    MemorySource source(content, piece);
    MemorySink sink;
    EXPECT_TRUE(seal_document(key_, context(), content.size(), source, sink, threads).has_value());
    return std::move(sink.bytes);
  }

  struct Opened {
    Result<std::uint64_t> result;
    Bytes released;
  };

  Opened open(const DocumentKey& key, const DocumentContext& context, ByteView sealed,
              unsigned threads = 1) const {
    MemorySource source(sealed, 50'000);
    MemorySink sink;
    auto result = open_document(key, context, sealed.size(), source, sink, threads);
    return {std::move(result), std::move(sink.bytes)};
  }

  // That `sealed` is refused with the one error, and what was released is a beginning of `content`
  // in whole chunks.
  void expect_refused(ByteView sealed, ByteView content, unsigned threads = 1) const {
    const Opened opened = open(key_, context(), sealed, threads);
    ASSERT_FALSE(opened.result.has_value());
    EXPECT_EQ(opened.result.error().kind, ErrorKind::integrity);
    EXPECT_EQ(opened.result.error().key, "document.unauthentic");
    ASSERT_LE(opened.released.size(), content.size());
    EXPECT_TRUE(same_bytes(opened.released, content.first(opened.released.size())));
    if (opened.released.size() < content.size()) {
      EXPECT_EQ(opened.released.size() % kChunk, 0U);
    }
  }

  test::SeededEntropy entropy_{7};
  StukId id_ = random_id<StukId>(entropy_);
  DocumentKey key_ = DocumentKey::generate(entropy_);
};

// Sizes at which something begins or ends.
const std::size_t kBorderSizes[] = {0,
                                    1,
                                    1023,
                                    1024,
                                    1025,
                                    kChunk - 1,
                                    kChunk,
                                    kChunk + 1,
                                    2 * kChunk - 1,
                                    2 * kChunk,
                                    100'000,
                                    4 * kChunk - 1,
                                    4 * kChunk,
                                    4 * kChunk + 1,
                                    8 * kChunk,
                                    8 * kChunk + 1,
                                    13 * kChunk,
                                    1'000'003};

TEST_F(DocumentTest, ComesBackAtEverySize) {
  for (const std::size_t size : kBorderSizes) {
    const Bytes plain = content(size);
    const Bytes bytes = sealed(plain);
    EXPECT_EQ(bytes.size(), sealed_size(size));
    const Opened opened = open(key_, context(), bytes);
    ASSERT_TRUE(opened.result.has_value()) << size;
    EXPECT_EQ(*opened.result, size);
    EXPECT_EQ(opened.released, plain);
  }
}

TEST_F(DocumentTest, SealedBytesDependOnNeitherThreadsNorReadSizes) {
  for (const std::size_t size : kBorderSizes) {
    const Bytes plain = content(size);
    const Bytes expected = sealed(plain, 1);
    for (const unsigned threads : {0U, 2U, 3U, 8U, 100U}) {
      EXPECT_EQ(sealed(plain, threads, 7'777), expected) << size << " by " << threads;
      const Opened opened = open(key_, context(), expected, threads);
      EXPECT_TRUE(opened.result.has_value());
      EXPECT_EQ(opened.released, plain);
    }
  }
}

TEST_F(DocumentTest, OnlyPaddedSizesShow) {
  std::set<std::uint64_t> sizes;
  for (std::uint64_t size = 0; size <= 200'000; ++size) sizes.insert(sealed_size(size));
  EXPECT_LT(sizes.size(), 220U);
  EXPECT_EQ(sealed_size(0), sealed_size(1024));
  for (std::uint64_t size = 2'000; size <= kDocumentSizeMax; size = size * 5 / 4 + 1) {
    EXPECT_LE(static_cast<double>(sealed_size(size)), static_cast<double>(size) * 1.125 + 120);
  }
}

TEST_F(DocumentTest, LayoutIsKnownFromTheSealedSizeAlone) {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{5'000}, std::uint64_t{kChunk},
                                   std::uint64_t{10'000'000}, 2 * kGiB, 4 * kGiB}) {
    const auto layout = DocumentLayout::of_size(size);
    const auto back = DocumentLayout::of_sealed_size(layout->sealed_size());
    ASSERT_TRUE(back.has_value()) << size;
    EXPECT_EQ(back->padded_size(), layout->padded_size());
    EXPECT_FALSE(DocumentLayout::of_sealed_size(layout->sealed_size() + 1).has_value());
    EXPECT_FALSE(DocumentLayout::of_sealed_size(layout->sealed_size() - 1).has_value());
  }
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{63}, std::uint64_t{64},
                                   std::uint64_t{80}, std::uint64_t{81}, UINT64_MAX}) {
    EXPECT_FALSE(DocumentLayout::of_sealed_size(size).has_value()) << size;
  }
}

TEST_F(DocumentTest, OneFlippedBitAnywhereIsRefused) {
  const Bytes plain = content(9);
  Bytes bytes = sealed(plain);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    expect_refused(bytes, plain);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
  }
  EXPECT_TRUE(open(key_, context(), bytes).result.has_value());
}

TEST_F(DocumentTest, OneFlippedBitInALongerOneIsRefusedByOneThreadAndByTwo) {
  const Bytes plain = content(9 * kChunk + 5);
  Bytes bytes = sealed(plain);
  test::SeededEntropy places(99);
  std::array<std::uint8_t, 8> draw;
  for (int i = 0; i < 200; ++i) {
    places.fill(draw);
    std::size_t place = 0;
    for (const std::uint8_t byte : draw) place = (place << 8 | byte) % bytes.size();
    bytes[place] ^= 0x20;
    expect_refused(bytes, plain, i % 2 == 0 ? 1 : 2);
    bytes[place] ^= 0x20;
  }
}

TEST_F(DocumentTest, CutAnywhereIsRefusedBeforeAnythingIsReleased) {
  const Bytes plain = content(3 * kChunk - 5);
  const Bytes bytes = sealed(plain);
  const auto expect_nothing = [&](std::size_t size) {
    const Opened opened = open(key_, context(), ByteView(bytes).first(size));
    ASSERT_FALSE(opened.result.has_value()) << size;
    EXPECT_EQ(opened.result.error().key, "document.unauthentic");
    EXPECT_TRUE(opened.released.empty()) << size;
  };
  for (std::size_t size = 0; size < 200; ++size) expect_nothing(size);
  for (std::size_t size = 200; size < bytes.size(); size += 997) expect_nothing(size);
  for (std::size_t chunk = 0; chunk < 3; ++chunk) {
    expect_nothing(kDocumentHeadBytes + chunk * kDocumentSealedChunkBytes);
  }
  expect_nothing(bytes.size() - 1);
}

TEST_F(DocumentTest, ASourceShorterOrLongerThanItsFileIsRefused) {
  const Bytes plain = content(3 * kChunk);
  Bytes bytes = sealed(plain);
  const std::size_t size = bytes.size();
  const auto open_as = [&](ByteView given) {
    MemorySource source(given);
    MemorySink sink;
    return open_document(key_, context(), size, source, sink, 2);
  };
  EXPECT_TRUE(open_as(bytes).has_value());
  const auto shorter = open_as(ByteView(bytes).first(size - 1));
  ASSERT_FALSE(shorter.has_value());
  EXPECT_EQ(shorter.error().key, "document.unauthentic");
  bytes.push_back(0);
  const auto longer = open_as(bytes);
  ASSERT_FALSE(longer.has_value());
  EXPECT_EQ(longer.error().key, "document.unauthentic");
}

TEST_F(DocumentTest, ExtendedIsRefused) {
  const Bytes plain = content(2 * kChunk);
  const Bytes bytes = sealed(plain);
  Bytes longer = bytes;
  longer.push_back(0);
  expect_refused(longer, plain);
  Bytes twice = bytes;
  append(twice, bytes);
  expect_refused(twice, plain);
  // By a whole chunk, and by its repetition: lengths that some document has.
  Bytes more = bytes;
  append(more, ByteView(bytes).last(kDocumentSealedChunkBytes));
  expect_refused(more, plain);
}

// All orders of the chunks of one document, with repetitions and chunks of its neighbours.
TEST_F(DocumentTest, ChunksInAnyOtherOrderOrFromElsewhereAreRefused) {
  const Bytes plain = content(4 * kChunk);
  const Bytes bytes = sealed(plain);
  ASSERT_EQ(bytes.size(), kDocumentHeadBytes + 4 * kDocumentSealedChunkBytes);
  const auto chunk = [](ByteView from, std::size_t index) {
    return from.subspan(kDocumentHeadBytes + index * kDocumentSealedChunkBytes,
                        kDocumentSealedChunkBytes);
  };
  for (std::size_t order = 0; order < 256; ++order) {
    Bytes mixed = to_bytes(ByteView(bytes).first(kDocumentHeadBytes));
    bool same = true;
    for (std::size_t place = 0; place < 4; ++place) {
      const std::size_t from = order >> (2 * place) & 3;
      same = same && from == place;
      append(mixed, chunk(bytes, from));
    }
    if (same) continue;
    expect_refused(mixed, plain, 1 + order % 2);
  }
}

TEST_F(DocumentTest, ChunksOfAnotherVersionOrDocumentAreRefused) {
  const Bytes plain = content(3 * kChunk);
  const Bytes bytes = sealed(plain);
  const StukId other_id = random_id<StukId>(entropy_);
  // The same key on purpose: the binding must not rest on fresh keys alone.
  for (const DocumentContext& other :
       {DocumentContext{id_.view(), 2}, DocumentContext{other_id.view(), 1}}) {
    MemorySource source(plain);
    MemorySink sink;
    ASSERT_TRUE(seal_document(key_, other, plain.size(), source, sink, 1).has_value());
    expect_refused(sink.bytes, plain);
    for (std::size_t chunk = 0; chunk < 3; ++chunk) {
      const std::size_t begin = kDocumentHeadBytes + chunk * kDocumentSealedChunkBytes;
      Bytes spliced = bytes;
      std::copy_n(sink.bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                  kDocumentSealedChunkBytes, spliced.begin() + static_cast<std::ptrdiff_t>(begin));
      expect_refused(spliced, plain);
    }
  }
}

TEST_F(DocumentTest, ZeroedChunksAreRefused) {
  const Bytes plain(2 * kChunk);
  const Bytes bytes = sealed(plain);
  for (std::size_t chunk = 0; chunk < 2; ++chunk) {
    Bytes holed = bytes;
    std::fill_n(holed.begin() + static_cast<std::ptrdiff_t>(kDocumentHeadBytes +
                                                            chunk * kDocumentSealedChunkBytes),
                kDocumentSealedChunkBytes, std::uint8_t{0});
    expect_refused(holed, plain);
  }
}

TEST_F(DocumentTest, WrongKeyDocumentOrVersionReleasesNothing) {
  const Bytes plain = content(100'000);
  const Bytes bytes = sealed(plain);
  const StukId other_id = random_id<StukId>(entropy_);
  const Digest long_id = random_id<Digest>(entropy_);
  const DocumentKey other_key = DocumentKey::generate(entropy_);
  const auto expect_nothing = [&](const DocumentKey& key, const DocumentContext& context) {
    const Opened opened = open(key, context, bytes);
    ASSERT_FALSE(opened.result.has_value());
    EXPECT_EQ(opened.result.error().key, "document.unauthentic");
    EXPECT_TRUE(opened.released.empty());
  };
  expect_nothing(other_key, context());
  expect_nothing(key_, context(2));
  expect_nothing(key_, {other_id.view(), 1});
  expect_nothing(key_, {long_id.view(), 1});
}

TEST_F(DocumentTest, CommitsToKeyAndContext) {
  // What Poly1305 does not give: the head of one key is never that of another, whatever follows.
  std::set<Bytes> commitments;
  const Bytes plain = content(5);
  for (int i = 0; i < 50; ++i) {
    const DocumentKey key = DocumentKey::generate(entropy_);
    for (const std::uint64_t version : {1U, 2U}) {
      MemorySource source(plain);
      MemorySink sink;
      ASSERT_TRUE(seal_document(key, context(version), 5, source, sink, 1).has_value());
      commitments.insert(to_bytes(ByteView(sink.bytes).subspan(8, 32)));
    }
  }
  EXPECT_EQ(commitments.size(), 100U);
}

TEST_F(DocumentTest, ADamagedCommitmentAloneIsRefused) {
  // Every chunk is intact and would authenticate: only the commitment tells.
  const Bytes plain = content(100);
  Bytes bytes = sealed(plain);
  bytes[8] ^= 1;
  expect_refused(bytes, plain);
}

// What only somebody who holds the key can make: it authenticates, and still is no sealed document.
Bytes crafted(const DocumentKey& key, const DocumentContext& context, std::uint64_t claimed_size,
              ByteView padded) {
  const auto layout = DocumentLayout::of_size(padded.size());
  const DocumentChunkKey chunk_key = document_chunk_key(key, context, *layout);
  Bytes bytes = to_bytes(make_document_head(key, context, *layout, chunk_key, claimed_size));
  Bytes chunk = to_bytes(padded);
  chunk.resize(padded.size() + kAeadTagBytes);
  aead_seal_in_place(chunk_key, document_chunk_nonce(*layout, 0), chunk);
  append(bytes, chunk);
  return bytes;
}

TEST_F(DocumentTest, AContentHasOneSealedFormEvenForWhoHoldsTheKey) {
  Bytes padded(2048);
  padded[0] = 'x';
  EXPECT_TRUE(open(key_, context(), crafted(key_, context(), 2047, padded)).result.has_value());
  // Lengths that pad to something else, or that nothing has.
  for (const std::uint64_t claimed : {std::uint64_t{1}, std::uint64_t{1024}, std::uint64_t{2049},
                                      kDocumentSizeMax + 1, UINT64_MAX}) {
    const Opened opened = open(key_, context(), crafted(key_, context(), claimed, padded));
    ASSERT_FALSE(opened.result.has_value()) << claimed;
    EXPECT_EQ(opened.result.error().key, "document.unauthentic");
  }
  // Something behind the end of the content.
  padded.back() = 1;
  EXPECT_TRUE(open(key_, context(), crafted(key_, context(), 2048, padded)).result.has_value());
  const Opened opened = open(key_, context(), crafted(key_, context(), 2047, padded));
  ASSERT_FALSE(opened.result.has_value());
  EXPECT_EQ(opened.result.error().key, "document.unauthentic");
  EXPECT_TRUE(opened.released.empty());
}

TEST_F(DocumentTest, OpensSingleChunks) {
  for (const std::size_t size : kBorderSizes) {
    const Bytes plain = content(size);
    const Bytes bytes = sealed(plain);
    const auto opener = DocumentOpener::begin(key_, context(), bytes.size(),
                                              ByteView(bytes).first(kDocumentHeadBytes));
    ASSERT_TRUE(opener.has_value());
    EXPECT_EQ(opener->size(), size);
    const DocumentLayout& layout = opener->layout();
    Bytes together;
    for (std::uint64_t i = layout.chunk_count(); i-- > 0;) {  // backwards: any order will do
      const ByteView chunk =
          ByteView(bytes).subspan(layout.chunk_offset(i), layout.sealed_chunk_size(i));
      const auto opened = opener->open_chunk(i, chunk);
      ASSERT_TRUE(opened.has_value());
      together.insert(together.begin(), opened->expose().begin(), opened->expose().end());
      const std::uint64_t other = (i + 1) % layout.chunk_count();
      if (other != i) {
        EXPECT_FALSE(opener->open_chunk(other, chunk).has_value());
      }
      EXPECT_FALSE(opener->open_chunk(i, chunk.first(chunk.size() - 1)).has_value());
      EXPECT_FALSE(opener->open_chunk(i, {}).has_value());
    }
    EXPECT_EQ(together, plain);
  }
}

TEST_F(DocumentTest, RefusesASourceThatIsNotAsLongAsItWas) {
  const Bytes plain = content(100'000);
  for (const std::uint64_t claimed : {99'999U, 100'001U, 0U, 400'000U}) {
    for (const unsigned threads : {1U, 2U}) {
      MemorySource source(plain);
      MemorySink sink;
      const auto result = seal_document(key_, context(), claimed, source, sink, threads);
      ASSERT_FALSE(result.has_value()) << claimed;
      EXPECT_EQ(result.error().key, "document.source_changed");
    }
  }
}

TEST_F(DocumentTest, RefusesMoreThanFourGiBBeforeAByteIsReadOrWritten) {
  for (const std::uint64_t size : {4 * kGiB + 1, UINT64_MAX}) {
    MemorySource source({});
    MemorySink sink;
    const auto result = seal_document(key_, context(), size, source, sink, 2);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::refused);
    EXPECT_EQ(result.error().key, "document.too_large");
    EXPECT_EQ(source.reads, 0);
    EXPECT_TRUE(sink.bytes.empty());
  }
  EXPECT_TRUE(DocumentLayout::of_size(4 * kGiB).has_value());
}

class FailingEnd : public ByteSource, public ByteSink {
 public:
  explicit FailingEnd(int good_calls) : left_(good_calls) {}
  Result<std::size_t> read(MutableByteView target) override {
    if (left_-- <= 0) return fail(ErrorKind::disk, "disk.io");
    return target.size();
  }
  Status write(ByteView) override {
    if (left_-- <= 0) return fail(ErrorKind::disk, "disk.full");
    return {};
  }

 private:
  int left_;
};

TEST_F(DocumentTest, ErrorsOfSourceAndSinkComeThroughAndEndAllThreads) {
  const Bytes plain = content(40 * kChunk);
  for (const unsigned threads : {1U, 2U, 8U}) {
    for (int good = 0; good < 10; ++good) {
      FailingEnd source(good);
      MemorySink sink;
      const auto unread = seal_document(key_, context(), plain.size(), source, sink, threads);
      EXPECT_EQ(unread.error().key, "disk.io");
      MemorySource whole(plain);
      FailingEnd full(good);
      const auto unwritten = seal_document(key_, context(), plain.size(), whole, full, threads);
      EXPECT_EQ(unwritten.error().key, "disk.full");
    }
  }
}

// A line such as "VmHWM:   1234 kB" of the process's own status.
std::uint64_t status_kib(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stoull(line.substr(name.size() + 1));
  }
  return 0;
}

#if defined(__has_feature)
#define KLUIS_CLANG_ASAN __has_feature(address_sanitizer)
#else
#define KLUIS_CLANG_ASAN 0
#endif

// AddressSanitizer keeps freed memory and a shadow of everything.
#if defined(__SANITIZE_ADDRESS__) || KLUIS_CLANG_ASAN
constexpr std::uint64_t kGrowthKibMax = 64 * 1024;
#else
constexpr std::uint64_t kGrowthKibMax = 16 * 1024;
#endif

TEST_F(DocumentTest, TakesTwoGiBInLittleMemory) {
  const std::uint64_t size = 2 * kGiB;
  test::Pipe pipe;
  std::ofstream("/proc/self/clear_refs") << "5";  // restarts the peak
  const std::uint64_t before_kib = status_kib("VmRSS");
  Status seal_status;
  std::thread sealer([&] {
    PatternSource source(size);
    seal_status = seal_document(key_, context(), size, source, pipe, 2);
    pipe.close();
  });
  PatternSink sink;
  const auto opened = open_document(key_, context(), sealed_size(size), pipe, sink, 2);
  sealer.join();
  ASSERT_TRUE(seal_status.has_value());
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(pipe.size, sealed_size(size));
  EXPECT_EQ(sink.size, size);
  EXPECT_TRUE(sink.good);
  const std::uint64_t peak_kib = status_kib("VmHWM");
  EXPECT_GT(peak_kib, 0U);
  EXPECT_LE(peak_kib, before_kib + kGrowthKibMax);
}

// The worked example of FORMAT.md: the page and the code must say the same bytes.
TEST(DocumentFormatTest, ThePageShowsTheseBytes) {
  const DocumentKey key = DocumentKey::made_by([](MutableByteView cell) {
    for (std::size_t i = 0; i < cell.size(); ++i) cell[i] = static_cast<std::uint8_t>(i);
  });
  StukId id;
  id.bytes.fill(0xab);
  const ByteView plain = as_bytes("Raadkluis");
  MemorySource source(plain);
  MemorySink sink;
  ASSERT_TRUE(seal_document(key, {id.view(), 1}, plain.size(), source, sink, 1).has_value());
  const ByteView bytes = sink.bytes;
  ASSERT_EQ(bytes.size(), 1104U);
  EXPECT_EQ(to_hex(bytes.first(8)), "524b444f43000101");

  std::ifstream file(std::string(KLUIS_SOURCE_DIR) + "/vault/crypto/FORMAT.md");
  std::stringstream page;
  page << file.rdbuf();
  const auto shows = [&](ByteView part) {
    return page.str().find(to_hex(part)) != std::string::npos;
  };
  EXPECT_TRUE(shows(bytes.first(8)));
  EXPECT_TRUE(shows(bytes.subspan(8, 32))) << to_hex(bytes.subspan(8, 32));
  EXPECT_TRUE(shows(bytes.subspan(40, 24))) << to_hex(bytes.subspan(40, 24));
  EXPECT_TRUE(shows(bytes.subspan(64, 32))) << to_hex(bytes.subspan(64, 32));
  EXPECT_TRUE(shows(bytes.last(16))) << to_hex(bytes.last(16));
}

}  // namespace
}  // namespace kluis
