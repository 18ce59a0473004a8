#include "tests/sync/client/lying_relay.h"

// A key list that is longer than a message, at a relay that lost it.
namespace kluis::test {
namespace {

class LongListTest : public LyingRelayTest {
 protected:
  // A backup from before an epoch whose list is longer than a frame; Bram slept meanwhile.
  void lose_a_long_list() {
    raad_.reload(anna_);
    OpenedValue opened;
    while (encode(opened).size() < 50'000) {
      opened.entries.resize(opened.entries.size() + 100, {random_id<StukId>(anna_.entropy), 1, 1});
    }
    for (std::uint32_t month = 0; month < 30; ++month) {
      ASSERT_TRUE(anna_.device->set_cell(circle_, CellKind::opened, month, encode(opened)));
    }
    raad_.settle(2);
    const MemoryStorage backup = raad_.storage;
    wish(griffier_, ResealIntent{circle_});
    raad_.sync(griffier_);
    raad_.sync(griffier_);
    const auto epoch = must(griffier_.device->rows().epoch_bytes(circle_));
    ASSERT_GT(epoch->list.size(), kFrameBytesMax);
    raad_.storage = backup;
    raad_.restart_relay();
  }
};

TEST_F(LongListTest, IsHandedInAndNoMessageIsTooLong) {
  ASSERT_NO_FATAL_FAILURE(lose_a_long_list());
  const auto result = talk(griffier_, nullptr);
  ASSERT_TRUE(result.has_value()) << result.error().key;
  unsigned lifts = 0;
  for (const Request& request : asked_) {
    EXPECT_LE(encode(request).size(), kFrameBytesMax);
    if (std::holds_alternative<LiftRequest>(request)) ++lifts;
  }
  EXPECT_GT(lifts, 0U);
  raad_.sync(bram_);
  EXPECT_EQ(held(bram_, circle_).header, held(griffier_, circle_).header);
}

TEST_F(LongListTest, IsHandedInByTheNextSessionWhenTheFirstBreaksOff) {
  ASSERT_NO_FATAL_FAILURE(lose_a_long_list());
  const auto result = talk(griffier_, [](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<StageRequest>(request)) return std::nullopt;
    return RefusedAnswer{RefusalCode::busy};
  });
  ASSERT_FALSE(result.has_value());
  raad_.sync(griffier_);
  raad_.sync(bram_);
  EXPECT_EQ(held(bram_, circle_).header, held(griffier_, circle_).header);
}

}  // namespace
}  // namespace kluis::test
