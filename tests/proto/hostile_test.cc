#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/proto/formats.h"

// Messages that no encoder of ours makes, built word by word (Cap'n Proto, "Encoding Spec").
namespace kluis::test {
namespace {

using Words = std::vector<std::uint64_t>;

constexpr std::uint64_t struct_pointer(std::int32_t offset, std::uint64_t data_words,
                                       std::uint64_t pointers) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(offset) << 2U)) |
         (data_words << 32U) | (pointers << 48U);
}
// `element`: 2 bytes, 3 two bytes, 6 pointers, 7 composite (then `count` is in words).
constexpr std::uint64_t list_pointer(std::int32_t offset, std::uint64_t element,
                                     std::uint64_t count) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(offset) << 2U) | 1U) |
         (element << 32U) | (count << 35U);
}
constexpr std::uint64_t composite_tag(std::uint64_t count, std::uint64_t data_words,
                                      std::uint64_t pointers) {
  return (count << 2U) | (data_words << 32U) | (pointers << 48U);
}

constexpr std::uint64_t kByte = 2;
constexpr std::uint64_t kPointer = 6;
constexpr std::uint64_t kComposite = 7;

Bytes message(const Words& words) {
  Bytes bytes;
  for (const std::uint64_t word : words) {
    for (unsigned int shift = 0; shift < 64; shift += 8) {
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  return bytes;
}

std::string refusal(std::string_view format, ByteView bytes) {
  const auto again = format_named(format)->again(bytes);
  if (again) return "accepted";
  return again.error().kind == ErrorKind::integrity ? again.error().key : "wrong kind of error";
}

std::string refusal(std::string_view format, const Words& words) {
  return refusal(format, message(words));
}

constexpr const char* kMalformed = "format.malformed";

// WithdrawGrant: one byte string of 16.
TEST(HostileMessageTest, ControlIsAccepted) {
  EXPECT_EQ(
      refusal("body_withdraw_grant", {struct_pointer(0, 0, 1), list_pointer(0, kByte, 16), 1, 2}),
      "accepted");
}

TEST(HostileMessageTest, AnUnknownDataWordIsRefusedEvenIfZero) {
  for (const std::uint64_t word : {0U, 1U}) {
    EXPECT_EQ(refusal("body_withdraw_grant",
                      {struct_pointer(0, 1, 1), word, list_pointer(0, kByte, 16), 1, 2}),
              kMalformed);
  }
}

TEST(HostileMessageTest, AnUnknownPointerIsRefusedEvenIfNull) {
  EXPECT_EQ(refusal("body_withdraw_grant",
                    {struct_pointer(0, 0, 2), list_pointer(1, kByte, 16), 0, 1, 2}),
            kMalformed);
  EXPECT_EQ(refusal("body_withdraw_grant", {struct_pointer(0, 0, 2), list_pointer(1, kByte, 16),
                                            list_pointer(2, kByte, 8), 1, 2, 3}),
            kMalformed);
}

TEST(HostileMessageTest, AGapBeforeAnObjectIsRefused) {
  EXPECT_EQ(refusal("body_withdraw_grant",
                    {struct_pointer(0, 0, 1), list_pointer(1, kByte, 16), 0, 1, 2}),
            kMalformed);
}

TEST(HostileMessageTest, AValueOfAnotherSizeIsRefused) {
  for (const std::uint64_t size : {0U, 8U, 15U, 17U, 24U}) {
    EXPECT_EQ(refusal("body_withdraw_grant",
                      {struct_pointer(0, 0, 1), list_pointer(0, kByte, size), 1, 2, 3}),
              kMalformed)
        << size;
  }
}

TEST(HostileMessageTest, APointerOutOfBoundsIsRefused) {
  for (const std::int32_t offset : {2, 1000, (1 << 29) - 1, -3, -1000, -(1 << 29)}) {
    EXPECT_EQ(refusal("body_withdraw_grant",
                      {struct_pointer(0, 0, 1), list_pointer(offset, kByte, 16), 1, 2}),
              kMalformed)
        << offset;
    EXPECT_EQ(refusal("body_withdraw_grant", {struct_pointer(offset, 0, 1), 0, 1, 2}), kMalformed)
        << offset;
  }
}

TEST(HostileMessageTest, FarAndCapabilityPointersAreRefused) {
  for (const std::uint64_t kind : {2U, 3U, 6U}) {  // far, other, far with a double landing pad
    EXPECT_EQ(refusal("body_withdraw_grant", {kind, struct_pointer(0, 0, 1), 1, 2}), kMalformed);
    EXPECT_EQ(refusal("body_withdraw_grant",
                      {struct_pointer(0, 0, 1), kind, list_pointer(0, kByte, 16), 1, 2}),
              kMalformed);
    EXPECT_EQ(refusal("body_withdraw_grant", {struct_pointer(0, 0, 1), kind | (8U << 3U), 1, 2}),
              kMalformed);
  }
}

TEST(HostileMessageTest, AListOfAnotherElementSizeIsRefused) {
  for (std::uint64_t element = 0; element < 8; ++element) {
    if (element == kByte) continue;
    EXPECT_EQ(refusal("body_withdraw_grant",
                      {struct_pointer(0, 0, 1), list_pointer(0, element, 2), 1, 2}),
              kMalformed)
        << element;
  }
}

// Refuse: two byte strings of 32.
TEST(HostileMessageTest, OneObjectUnderTwoPointersIsRefused) {
  EXPECT_EQ(refusal("body_refuse", {struct_pointer(0, 0, 2), list_pointer(1, kByte, 32),
                                    list_pointer(4, kByte, 32), 1, 2, 3, 4, 5, 6, 7, 8}),
            "accepted");
  EXPECT_EQ(refusal("body_refuse", {struct_pointer(0, 0, 2), list_pointer(1, kByte, 32),
                                    list_pointer(0, kByte, 32), 1, 2, 3, 4}),
            kMalformed);
}

TEST(HostileMessageTest, ObjectsInAnotherOrderAreRefused) {
  EXPECT_EQ(refusal("body_refuse", {struct_pointer(0, 0, 2), list_pointer(5, kByte, 32),
                                    list_pointer(0, kByte, 32), 1, 2, 3, 4, 5, 6, 7, 8}),
            kMalformed);
}

TEST(HostileMessageTest, AStructThatHoldsItselfIsRefused) {
  // Request.hello, whose entries are the hello again.
  EXPECT_EQ(refusal("request", {struct_pointer(0, 1, 1), 1, struct_pointer(0, 0, 4), 0, 0, 0,
                                struct_pointer(-4, 0, 4)}),
            kMalformed);
}

TEST(HostileMessageTest, DeepNestingIsRefused) {
  Words words;
  for (int depth = 0; depth < 10'000; ++depth) words.push_back(struct_pointer(0, 0, 1));
  words.push_back(0);
  for (const Format& format : formats()) {
    EXPECT_FALSE(format.again(message(words))) << format.name;
  }
}

// The capacities of an `appoint` as a list of structs, which Cap'n Proto reads as numbers too.
TEST(HostileMessageTest, AListInAnotherGuiseIsRefused) {
  Appoint body;
  body.capacities = {Capacity::raadslid, Capacity::wethouder};
  const Bytes plain = encode(Act{{1, RecordId{{1}}, 1, true}, body});
  ASSERT_EQ(refusal("act_appoint", plain), "accepted");

  const Bytes inner =
      message({struct_pointer(0, 1, 7), 1, list_pointer(6, kByte, 16),
               list_pointer(7, kComposite, 2), 0, 0, 0, 0, 0, 0, 0, composite_tag(2, 1, 0), 4, 6});
  const Bytes outer = encode(Act{{1, RecordId{{1}}, 1, true}, OpaqueAct{inner}});
  EXPECT_EQ(refusal("act_appoint", outer), kMalformed);
}

TEST(HostileMessageTest, AnUnknownMemberOfAUnionStopsTheReader) {
  for (const std::string_view name : {"request", "response", "item"}) {
    Bytes bytes = format_named(name)->samples.front().bytes;
    bytes[10] = 77;  // the word after the root pointer: suite, then which member
    EXPECT_EQ(refusal(name, bytes), "format.unknown_kind") << name;
  }
}

TEST(HostileMessageTest, AnUnknownSuiteStopsTheReader) {
  for (const std::string_view name :
       {"record", "cell", "header", "boxes", "list", "sealed_list", "item", "exit_parcel",
        "sealed_parcel", "epoch_op", "commit", "receipt", "request", "response", "invite_message",
        "join_message", "admit_message", "join_request", "join_answer"}) {
    Bytes bytes = format_named(name)->samples.front().bytes;
    ASSERT_EQ(bytes[8], kSuite) << name;
    bytes[8] = 2;
    EXPECT_EQ(refusal(name, bytes), "format.unknown_suite") << name;
  }
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// A list of byte strings that are all the same 128 KiB: 512 MiB, were each read.
TEST(HostileMessageTest, AmplificationCostsNoMoreThanTheMessage) {
  constexpr std::uint64_t kStrings = 4096;
  constexpr std::uint64_t kStringBytes = 60'000;
  Words words = {struct_pointer(0, 1, 1), 1U | (10U << 16U), list_pointer(0, kPointer, kStrings)};
  for (std::uint64_t index = 0; index < kStrings; ++index) {
    words.push_back(
        list_pointer(static_cast<std::int32_t>(kStrings - 1 - index), kByte, kStringBytes));
  }
  words.resize(words.size() + kStringBytes / 8, 0x1111);
  const Bytes bytes = message(words);
  const long before = peak_kib();
  EXPECT_EQ(refusal("response", bytes), kMalformed);
  EXPECT_LT(peak_kib() - before, 32 * 1024);
}

// Elements without a size cost their sender nothing, however many.
TEST(HostileMessageTest, AListOfManyEmptyStructsCostsNothing) {
  constexpr std::uint64_t kMany = (1U << 29U) - 1;
  const long before = peak_kib();
  for (const std::uint64_t count : {std::uint64_t{100'000}, kMany}) {
    EXPECT_EQ(refusal("response", {struct_pointer(0, 1, 1), 1U | (3U << 16U),
                                   list_pointer(0, kComposite, 0), composite_tag(count, 0, 0)}),
              kMalformed);
    EXPECT_EQ(
        refusal("body_withdraw_grant", {struct_pointer(0, 0, 1), list_pointer(0, 0, count), 1, 2}),
        kMalformed);
  }
  EXPECT_LT(peak_kib() - before, 32 * 1024);
}

TEST(HostileMessageTest, TextWithoutItsEndIsRefused) {
  Bytes bytes = encode(Note{StukId{}, 1, "abcdefg"});
  ASSERT_EQ(refusal("body_note", bytes), "accepted");
  ASSERT_EQ(bytes.back(), 0);
  bytes.back() = 'h';
  EXPECT_EQ(refusal("body_note", bytes), kMalformed);
}

TEST(HostileMessageTest, TextThatIsNotPlainUtf8IsRefused) {
  const std::vector<std::string> bad = {std::string("a\0b", 3),
                                        "\x80",
                                        "\xc3",
                                        "\xc0\x80",
                                        "\xc1\xbf",
                                        "\xe0\x9f\xbf",
                                        "\xed\xa0\x80",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf5\x80\x80\x80",
                                        "\xff",
                                        "ok\xe2\x82"};
  for (const std::string& text : bad) {
    EXPECT_EQ(refusal("body_note", encode(Note{StukId{}, 1, text})), kMalformed)
        << to_hex(as_bytes(text));
  }
  for (const std::string text : {"\x01", "\x7f", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                 "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(refusal("body_note", encode(Note{StukId{}, 1, text})), "accepted")
        << to_hex(as_bytes(text));
  }
}

}  // namespace
}  // namespace kluis::test
