#include "sync/channel/line.h"

#include <gtest/gtest.h>

#include "proto/limits.h"
#include "sync/channel/greeting.h"
#include "tests/support/entropies.h"

namespace kluis::test {
namespace {

struct Lines {
  Line client;
  Line relay;
};

Lines lines(std::size_t client_bytes_max = kFrameBytesMax, std::size_t relay_bytes_max = 1000) {
  SeededEntropy entropy(5);
  const X25519Private key = X25519Private::generate(entropy);
  const std::string prologue = "p";
  auto opening = noise::ClientHandshake::begin(x25519_public(key), as_bytes(prologue), entropy);
  auto accepted = noise::accept_client(key, as_bytes(prologue), opening.first_message(), entropy);
  EXPECT_TRUE(accepted);
  auto session = std::move(opening).finish(accepted->answer);
  EXPECT_TRUE(session);
  return {Line(std::move(*session), client_bytes_max),
          Line(std::move(accepted->session), relay_bytes_max)};
}

std::string received(Line& line) {
  std::string all;
  for (;;) {
    const auto message = line.next();
    if (!message) return all + "!" + message.error().key;
    if (!*message) return all;
    all += std::string(as_text(**message)) + ";";
  }
}

TEST(LineTest, GivesTheMessagesHoweverTheBytesAreCut) {
  for (const std::size_t cut : {1U, 2U, 3U, 7U, 1000U}) {
    auto [client, relay] = lines();
    Bytes stream;
    for (const std::string_view text : {"one", "", "three"}) {
      ASSERT_TRUE(client.seal_onto(stream, as_bytes(text)));
    }
    std::string all;
    for (ByteView rest = stream; !rest.empty();) {
      const ByteView now = rest.first(std::min(cut, rest.size()));
      rest = rest.subspan(now.size());
      relay.feed(now);
      all += received(relay);
    }
    EXPECT_EQ(all, "one;;three;");
    EXPECT_FALSE(relay.is_inside_message());
  }
}

TEST(LineTest, PutsLongMessagesTogetherUpToTheirBound) {
  auto [client, relay] = lines(kFrameBytesMax, 200'000);
  Bytes stream;
  ASSERT_TRUE(client.seal_onto(stream, Bytes(200'000, 7)));
  relay.feed(stream);
  const auto message = relay.next();
  ASSERT_TRUE(message && *message);
  EXPECT_EQ(**message, Bytes(200'000, 7));

  stream.clear();
  ASSERT_TRUE(client.seal_onto(stream, Bytes(200'001, 7)));
  relay.feed(stream);
  EXPECT_EQ(received(relay), "!channel.too_large");
  EXPECT_FALSE(client.seal_onto(stream, Bytes(kFrameBytesMax + 1)));
}

TEST(LineTest, GoesOnThroughManyRekeys) {
  auto [client, relay] = lines();
  for (int i = 0; i < 10'000; ++i) {
    Bytes stream;
    const std::string text = std::to_string(i);
    ASSERT_TRUE(client.seal_onto(stream, as_bytes(text)));
    relay.feed(stream);
    ASSERT_EQ(received(relay), text + ";");
  }
}

TEST(LineTest, AnyChangedByteEndsIt) {
  for (std::size_t at = 0; at < 22; ++at) {
    auto [client, relay] = lines();
    Bytes stream;
    ASSERT_TRUE(client.seal_onto(stream, as_bytes("abc")));
    ASSERT_EQ(stream.size(), 2U + 1 + 3 + 16);
    stream[at] ^= 1;
    append(stream, Bytes(300));
    relay.feed(stream);
    EXPECT_EQ(received(relay).substr(0, 1), "!") << at;
  }
}

TEST(LineTest, RefusesAFrameTooShortForAMessage) {
  auto [client, relay] = lines();
  relay.feed(Bytes{0, 16});
  EXPECT_EQ(received(relay), "!channel.malformed");
}

}  // namespace
}  // namespace kluis::test
