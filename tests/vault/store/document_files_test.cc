#include "vault/store/document_files.h"

#include "tests/support/memory_stream.h"
#include "tests/vault/store/vault_fixture.h"
#include "vault/crypto/document.h"

namespace kluis::test {
namespace {

class DocumentFilesTest : public ::testing::Test {
 protected:
  DocumentFilesTest()
      : name_(random_id<BlobName>(entropy_)), key_(DocumentKey::generate(entropy_)) {
    content_.resize(700'000);
    entropy_.fill(content_);
  }
  Status seal() {
    KLUIS_TRY(writer, files_.create(name_));
    MemorySource source(content_);
    KLUIS_CHECK(seal_document(key_, context_, content_.size(), source, *writer, 2));
    return writer->finish();
  }
  Result<Bytes> open() {
    KLUIS_TRY(size, files_.size(name_));
    KLUIS_TRY(source, files_.read(name_));
    MemorySink sink;
    KLUIS_CHECK(open_document(key_, context_, size, *source, sink, 2));
    return sink.bytes;
  }

  // What its author signed of the document.
  [[nodiscard]] DocumentSeal own_seal() const {
    return {DocumentKey::copy_of(key_.expose()), id_, context_.version, content_.size()};
  }
  static std::vector<DocumentSeal> only(DocumentSeal seal) {
    std::vector<DocumentSeal> seals;
    seals.push_back(std::move(seal));
    return seals;
  }

  FaultDisk disk_;
  DocumentFiles files_{disk_};
  SeededEntropy entropy_{5};
  BlobName name_;
  DocumentKey key_;
  Bytes id_ = Bytes(16, 1);
  DocumentContext context_{id_, 1};
  Bytes content_;
};

TEST_F(DocumentFilesTest, WritesAndReadsWhole) {
  EXPECT_FALSE(*files_.exists(name_));
  EXPECT_EQ(key_of(files_.read(name_)), "document.absent");
  EXPECT_EQ(key_of(files_.size(name_)), "document.absent");
  EXPECT_EQ(key_of(files_.slice(name_, 0)), "document.absent");
  ASSERT_TRUE(seal());
  EXPECT_EQ(open().value(), content_);
  EXPECT_EQ(disk_.names(), std::vector<std::string>{name_.hex()});
  EXPECT_EQ(files_.list().value(), std::vector<BlobName>{name_});
  EXPECT_FALSE(contains(disk_.raw_image(), ByteView(content_).subspan(100'000, 24)));
  ASSERT_TRUE(files_.remove(name_));
  ASSERT_TRUE(files_.remove(name_));
  EXPECT_TRUE(disk_.names().empty());
}

TEST_F(DocumentFilesTest, FindsEveryCutAndFlip) {
  ASSERT_TRUE(seal());
  const Bytes good = disk_.contents(name_.hex());
  for (std::size_t at = 0; at < good.size(); at += 9973) {
    Bytes bad = good;
    bad[at] ^= 4;
    disk_.set_contents(name_.hex(), bad);
    EXPECT_EQ(key_of(open()), "document.unauthentic") << at;
    bad = Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at));
    disk_.set_contents(name_.hex(), bad);
    EXPECT_EQ(key_of(open()), "document.unauthentic") << at;
  }
  disk_.set_contents(name_.hex(), good);
  EXPECT_TRUE(open());
}

TEST_F(DocumentFilesTest, TravelsInSlicesAndResumes) {
  ASSERT_TRUE(seal());
  FaultDisk other_disk;
  DocumentFiles other(other_disk);
  const std::uint64_t size = files_.size(name_).value();
  int slices = 0;
  for (;;) {
    DocumentFiles resumed(other_disk);  // as after a restart
    const std::uint64_t there = resumed.received(name_).value();
    const Bytes slice = files_.slice(name_, there).value();
    if (slice.empty()) break;
    EXPECT_LE(slice.size(), kDocumentSliceBytes);
    ASSERT_TRUE(resumed.receive(name_, there, slice));
    ASSERT_TRUE(resumed.receive(name_, there, slice));  // sent twice: no matter
    EXPECT_FALSE(*resumed.exists(name_));
    ++slices;
  }
  EXPECT_EQ(slices, 3);
  EXPECT_EQ(key_of(other.receive(name_, size + 1, Bytes(1))), "document.gap");
  ASSERT_TRUE(other.complete(name_, size, only(own_seal())));
  EXPECT_EQ(other_disk.contents(name_.hex()), disk_.contents(name_.hex()));
  EXPECT_EQ(other.received(name_).value(), 0u);
}

TEST_F(DocumentFilesTest, APartOfTheWrongSizeBeginsAnew) {
  ASSERT_TRUE(files_.receive(name_, 0, Bytes(100, 1)));
  EXPECT_EQ(key_of(files_.complete(name_, 99, only(own_seal()))), "document.size");
  EXPECT_EQ(files_.received(name_).value(), 0u);
  EXPECT_EQ(key_of(files_.complete(name_, 0, only(own_seal()))), "document.size");
  EXPECT_FALSE(*files_.exists(name_));
}

TEST_F(DocumentFilesTest, WhatIsNotTheDocumentNeverGetsItsName) {
  ASSERT_TRUE(seal());
  const Bytes good = disk_.contents(name_.hex());
  FaultDisk disk;
  DocumentFiles files(disk);
  for (std::size_t at = 0; at < good.size(); at += 9973) {
    Bytes bad = good;
    bad[at] ^= 1;
    ASSERT_TRUE(files.receive(name_, 0, bad));
    EXPECT_EQ(key_of(files.complete(name_, good.size(), only(own_seal()))), "document.unauthentic");
    EXPECT_TRUE(disk.names().empty()) << at;
  }
  // The same bytes for another stuk, version or length, or for nothing.
  std::vector<DocumentSeal> others;
  for (int i = 0; i < 4; ++i) others.push_back(own_seal());
  others[0].key = DocumentKey::generate(entropy_);
  others[1].document_id[0] ^= 1;
  others[2].version = 2;
  others[3].size_bytes -= 1;
  ASSERT_TRUE(files.receive(name_, 0, good));
  EXPECT_EQ(key_of(files.complete(name_, good.size(), others)), "document.unauthentic");
  ASSERT_TRUE(files.receive(name_, 0, good));
  EXPECT_EQ(key_of(files.complete(name_, good.size(), {})), "document.unauthentic");
  EXPECT_TRUE(disk.names().empty());
  // Others' lies about it do not stand in its way.
  ASSERT_TRUE(files.receive(name_, 0, good));
  others.push_back(own_seal());
  ASSERT_TRUE(files.complete(name_, good.size(), others));
  EXPECT_EQ(disk.contents(name_.hex()), good);
}

TEST_F(DocumentFilesTest, IsWholeOrAbsentAtEveryKillPoint) {
  for (std::uint64_t call = 1;; ++call) {
    ASSERT_LT(call, 100u);
    disk_ = FaultDisk();
    disk_.fail_at(call, Fault::stop);
    const bool written = seal().has_value();
    if (!disk_.has_failed()) break;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      FaultDisk after = disk_;
      after.cut_power(seed);
      DocumentFiles files(after);
      ASSERT_TRUE(!written || *files.exists(name_));
      if (!*files.exists(name_)) continue;
      FaultDisk before = disk_;
      disk_ = after;
      EXPECT_TRUE(open()) << call << " " << seed;
      disk_ = before;
    }
  }
}

TEST_F(DocumentFilesTest, AFullDiskLeavesNoPart) {
  for (std::uint64_t call = 1;; ++call) {
    ASSERT_LT(call, 100u);
    disk_ = FaultDisk();
    disk_.fail_at(call, Fault::full);
    const Status status = seal();
    if (!disk_.has_failed()) break;
    EXPECT_EQ(key_of(status), "disk.full") << call;
    // Up to the rename there is nothing; after it the folder may not be durable yet.
    EXPECT_LE(disk_.names().size(), 1u) << call;
    EXPECT_TRUE(disk_.names().empty() || disk_.names()[0] == name_.hex()) << call;
    disk_.stop_failing();
    EXPECT_TRUE(seal());
  }
}

}  // namespace
}  // namespace kluis::test
