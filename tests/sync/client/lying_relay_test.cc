#include "tests/sync/client/lying_relay.h"

#include <variant>

// A session with a lying relay ends after so many requests, and the relay gets nothing but what was
// meant for it.
namespace kluis::test {
namespace {

// ---- Sessions end ----

TEST_F(LyingRelayTest, TwoEpochsShownByTurnsAreNotAnsweredForEver) {
  wish(griffier_, ResealIntent{roll()});
  raad_.sync(griffier_);
  const Superseded first = newest(roll());
  wish(griffier_, ResealIntent{roll()});
  raad_.sync(griffier_);
  const Superseded second = newest(roll());
  bool turn = false;
  expect_end(talk(anna_, [&](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<HelloRequest>(request)) return std::nullopt;
    turn = !turn;
    return HelloSuperseded{turn ? first : second};
  }));
}

TEST_F(LyingRelayTest, ASliceThatIsNeverTakenIsNotOfferedForEver) {
  raad_.write_note(anna_, circle_, "naar de relay");
  expect_end(talk(anna_, [](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<StageRequest>(request)) return std::nullopt;
    return StageAnswer{0};
  }));
}

TEST_F(LyingRelayTest, BlobsThatNobodyAskedForDoNotMakeItAskForEver) {
  raad_.write_note(griffier_, circle_, "van de relay");
  raad_.sync(griffier_);
  expect_end(talk(anna_, [](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<FetchRequest>(request)) return std::nullopt;
    return FetchAnswer{{{BlobName{}, true, 5, Bytes(5, 1)}}};
  }));
}

TEST_F(LyingRelayTest, AListComesInWholeSlices) {
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  expect_end(talk(anna_, [](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<FetchSliceRequest>(request)) return std::nullopt;
    return SliceAnswer{true, kListChunkBytesMax * kListChunksMax, Bytes(1, 1)};
  }));
}

TEST_F(LyingRelayTest, AListDoesNotGrowWhileItComesIn) {
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  std::uint64_t total = kSliceBytes;
  expect_end(talk(anna_, [&](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<FetchSliceRequest>(request)) return std::nullopt;
    total += kSliceBytes;
    return SliceAnswer{true, total, Bytes(kSliceBytes, 1)};
  }));
  EXPECT_LT(asked_.size(), 10U);
}

TEST_F(LyingRelayTest, ADocumentComesInWholeSlices) {
  add_document(griffier_, 2 * kSliceBytes);
  ASSERT_TRUE(talk(griffier_, nullptr).has_value());
  documents_.whole.clear();
  expect_end(talk(anna_, [](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<FetchSliceRequest>(request)) return std::nullopt;
    return SliceAnswer{true, 2 * kSliceBytes, Bytes(1, 1)};
  }));
  ASSERT_TRUE(talk(anna_, nullptr).has_value());
  ASSERT_EQ(documents_.whole.size(), 1U);
  EXPECT_EQ(documents_.whole.begin()->second, Bytes(2 * kSliceBytes, 0x5a));
}

// ---- Nothing goes out but what was meant for it ----

// The roll moves on while a document is under way, and the relay asks for a refill right then.
TEST_F(LyingRelayTest, NoBytesBehindABlobGoOutWithIt) {
  raad_.write_note(griffier_, circle_, "wat de relay kwijt is");
  raad_.settle(2);
  add_document(anna_, 3 * kSliceBytes);
  unsigned staged = 0;
  bool asked_again = false;
  const auto result = talk(
      anna_,
      [&](const Request& request) -> std::optional<Response> {
        if (std::holds_alternative<StageRequest>(request) && ++staged == 3) {
          wish(griffier_, ResealIntent{roll()});
          raad_.sync(griffier_);
        }
        return std::nullopt;
      },
      [&](const Request& request, Response& honest) {
        auto* sync = std::get_if<SyncAnswer>(&honest);
        if (sync == nullptr || staged < 3 || asked_again) return;
        if (std::holds_alternative<HelloRequest>(request)) return;
        if (!sync->circles.empty()) return;
        asked_again = true;
        sync->circles.emplace_back(emptied(anna_, circle_));
      });
  EXPECT_TRUE(asked_again);
  for (const Request& request : asked_) {
    const auto* stage = std::get_if<StageRequest>(&request);
    if (stage == nullptr) continue;
    const std::uint64_t before = std::uint64_t{stage->slice} * kSliceBytes;
    ASSERT_LT(before, stage->total_bytes);
    EXPECT_LE(stage->bytes.size(), stage->total_bytes - before);
  }
  EXPECT_TRUE(result.has_value()) << result.error().key;
}

}  // namespace
}  // namespace kluis::test
