#include <fstream>
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/proto/formats.h"

// What holds of every encoding, whatever stands in it.
namespace kluis::test {
namespace {

// Structure from the property's generator, so that a failure shrinks; long byte strings from a
// seed, so that it stays fast.
class PropertyDraw final : public Draw {
 public:
  bool flag() override { return *rc::gen::arbitrary<bool>(); }
  std::uint64_t up_to(std::uint64_t max) override {
    return *rc::gen::inRange<std::uint64_t>(0, max + 1);
  }
  std::uint64_t integer(std::uint64_t max) override {
    return *rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(),
                           rc::gen::element<std::uint64_t>(0, max)) &
           max;
  }
  void fill(MutableByteView target) override {
    // SplitMix64.
    std::uint64_t state = *rc::gen::arbitrary<std::uint64_t>();
    for (std::uint8_t& byte : target) {
      std::uint64_t mixed = (state += 0x9e3779b97f4a7c15U);
      mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
      byte = static_cast<std::uint8_t>(mixed >> 56U);
    }
  }
};

std::string golden_file(const Format& format) {
  const std::string path =
      std::string(KLUIS_SOURCE_DIR) + "/tests/proto/golden/" + format.name + ".hex";
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool decodes_to_itself(const Format& format, ByteView bytes) {
  const auto again = format.again(bytes);
  return again && same_bytes(*again, bytes);
}

TEST(EveryFormatTest, KeepsEveryFieldOfEveryValue) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    EXPECT_TRUE(rc::check(format.name, [&] {
      PropertyDraw draw;
      RC_ASSERT(format.keeps_value(draw));
    }));
  }
}

TEST(EveryFormatTest, HasOneEncodingForAValue) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    EXPECT_TRUE(rc::check(format.name, [&] {
      PropertyDraw draw;
      RC_ASSERT(decodes_to_itself(format, format.draw(draw)));
    }));
  }
}

// The bytes of format v1 are frozen: a vault written once is read for ever.
TEST(EveryFormatTest, EncodesTheFrozenSamplesToTheFrozenBytes) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    EXPECT_EQ(golden_file(format), golden_text(format));
  }
}

TEST(EveryFormatTest, DecodesTheFrozenBytes) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    const auto samples = parse_golden(golden_file(format));
    ASSERT_FALSE(samples.empty());
    for (const Sample& sample : samples) {
      EXPECT_TRUE(decodes_to_itself(format, sample.bytes)) << sample.label;
    }
  }
}

// A flipped bit is refused, or it is another value, of which it is the one encoding.
TEST(EveryFormatTest, CannotBeChangedWithoutChangingTheValue) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    for (const Sample& sample : format.samples) {
      Bytes bytes = sample.bytes;
      for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
        bytes[bit / 8] ^= mask;
        if (format.again(bytes)) {
          EXPECT_TRUE(decodes_to_itself(format, bytes)) << sample.label << " bit " << bit;
          EXPECT_TRUE(format.differ(bytes, sample.bytes)) << sample.label << " bit " << bit;
        }
        bytes[bit / 8] ^= mask;
      }
    }
  }
}

TEST(EveryFormatTest, RefusesEveryTruncation) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    for (const Sample& sample : format.samples) {
      for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
        EXPECT_FALSE(format.again(ByteView(sample.bytes).first(size)))
            << sample.label << " " << size;
      }
    }
  }
}

TEST(EveryFormatTest, RefusesTrailingBytes) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    for (const Sample& sample : format.samples) {
      Bytes bytes = sample.bytes;
      for (std::size_t count = 1; count <= 24; ++count) {
        bytes.push_back(0);
        EXPECT_FALSE(format.again(bytes)) << sample.label << " " << count;
      }
    }
  }
}

TEST(EveryFormatTest, ReadsBytesThatLieOnNoWordBoundary) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    for (const Sample& sample : format.samples) {
      Bytes shifted(sample.bytes.size() + 3);
      std::ranges::copy(sample.bytes, shifted.begin() + 3);
      EXPECT_TRUE(decodes_to_itself(format, ByteView(shifted).subspan(3))) << sample.label;
      // Not a multiple of eight: a copy to whole words would write too far.
      for (std::size_t count = 1; count < 8 && count < sample.bytes.size(); ++count) {
        const ByteView shorter = ByteView(shifted).subspan(3, sample.bytes.size() - count);
        EXPECT_FALSE(format.again(shorter)) << sample.label << " " << count;
      }
    }
  }
}

TEST(EveryFormatTest, RefusesWordsThatAreAllTheSame) {
  for (const Format& format : formats()) {
    SCOPED_TRACE(format.name);
    for (const std::uint8_t value : Bytes{0x00, 0x01, 0x03, 0x7f, 0xff}) {
      for (std::size_t size = 8; size <= 256; size += 8) {
        EXPECT_FALSE(format.again(Bytes(size, value))) << int{value} << " " << size;
      }
    }
  }
}

}  // namespace
}  // namespace kluis::test
