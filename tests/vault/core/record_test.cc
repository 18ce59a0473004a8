#include "vault/core/record.h"

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "vault/crypto/sign.h"

// An officer, and whoever else holds a record's key, can leave a record out and can seal it anew;
// what it says stays what its author signed.
namespace kluis::test {
namespace {

class RecordTest : public ::testing::Test {
 protected:
  RecordTest() {
    content_.circle = random_id<CircleAlias>(entropy_);
    content_.author = signing_public<DeviceId>(author_);
    content_.sequence = 1;
    content_.kind = RecordKind::note;
    content_.body = to_bytes(as_bytes("niet akkoord"));
  }

  // What whoever holds the key of `expected` puts in its place.
  std::string opened(const RecordId& expected, const SignedRecord& record) {
    const auto result = open_record(key_, expected, seal_record(key_, record));
    return result ? "opened" : result.error().key;
  }

  SeededEntropy entropy_{31};
  const IdentitySeed author_ = IdentitySeed::generate(entropy_);
  const IdentitySeed other_ = IdentitySeed::generate(entropy_);
  const RecordKey key_ = RecordKey::generate(entropy_);
  Record content_;
};

TEST_F(RecordTest, OpensAsItsAuthorWroteIt) {
  const VerifiedRecord record = sign_record(content_, author_);
  EXPECT_EQ(opened(record.id(), record.signed_bytes()), "opened");
}

TEST_F(RecordTest, OtherWordsUnderTheSameIdAreRefused) {
  const VerifiedRecord record = sign_record(content_, author_);
  content_.body = to_bytes(as_bytes("akkoord"));
  const VerifiedRecord another = sign_record(content_, author_);
  EXPECT_EQ(opened(record.id(), another.signed_bytes()), "record.wrong_id");
}

TEST_F(RecordTest, WordsThatTheAuthorDidNotSignAreRefused) {
  SignedRecord altered = sign_record(content_, author_).signed_bytes();
  content_.body = to_bytes(as_bytes("akkoord"));
  altered.bytes = encode(content_);
  EXPECT_EQ(opened(record_id(altered.bytes), altered), "record.signature");
  altered.signature = sign(other_, "record", record_id(altered.bytes).view());
  EXPECT_EQ(opened(record_id(altered.bytes), altered), "record.signature");
}

// A machine that repeats its randomness: K_r seals once all the same.
TEST_F(RecordTest, ARepeatedDrawGivesEachRecordItsOwnKey) {
  const RecordId one = record_id(as_bytes("een"));
  const RecordId other = record_id(as_bytes("twee"));
  const auto drawn = [](const RecordId& record) {
    SeededEntropy again(32);
    return draw_record_key(again, record);
  };
  EXPECT_TRUE(drawn(one).equals(drawn(one)));
  EXPECT_FALSE(drawn(one).equals(drawn(other)));
}

}  // namespace
}  // namespace kluis::test
