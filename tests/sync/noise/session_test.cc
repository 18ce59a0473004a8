#include "sync/noise/session.h"

#include <type_traits>

#include <gtest/gtest.h>

#include "sync/noise/nk.h"
#include "tests/support/entropies.h"

namespace kluis::noise {
namespace {

using test::SeededEntropy;

static_assert(std::is_move_constructible_v<Session> && !std::is_copy_constructible_v<Session>);
static_assert(std::is_move_constructible_v<Handshake> && !std::is_copy_constructible_v<Handshake>);
static_assert(!std::is_default_constructible_v<Session>);

constexpr std::string_view kPrologue = "raadkluis test";

struct Pair {
  Session client;
  Session relay;
};

Pair connect(const X25519Private& relay_key, Entropy& entropy) {
  auto client = ClientHandshake::begin(x25519_public(relay_key), as_bytes(kPrologue), entropy);
  auto accepted = accept_client(relay_key, as_bytes(kPrologue), client.first_message(), entropy);
  return {std::move(client).finish(accepted.value().answer).value(), std::move(accepted->session)};
}

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    Pair pair = connect(relay_key_, entropy_);
    client_.emplace(std::move(pair.client));
    relay_.emplace(std::move(pair.relay));
  }

  Bytes sealed(Session& session, std::string_view text) {
    Bytes message;
    EXPECT_TRUE(session.seal_onto(message, as_bytes(text)).has_value());
    return message;
  }

  void expect_opens(Session& session, ByteView message, std::string_view text) {
    const auto opened = session.open(message);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(as_text(*opened), text);
  }

  SeededEntropy entropy_{1};
  X25519Private relay_key_ = X25519Private::generate(entropy_);
  std::optional<Session> client_;
  std::optional<Session> relay_;
};

TEST_F(SessionTest, CarriesMessagesBothWaysInOrder) {
  const Bytes first = sealed(*client_, "een"), second = sealed(*client_, "twee");
  const Bytes back = sealed(*relay_, "terug");
  expect_opens(*relay_, first, "een");
  expect_opens(*relay_, second, "twee");
  expect_opens(*client_, back, "terug");
}

TEST_F(SessionTest, BothSidesHaveOneHandshakeHashAndEachSessionAnother) {
  EXPECT_EQ(client_->handshake_hash().size(), 64U);
  EXPECT_TRUE(same_bytes(client_->handshake_hash(), relay_->handshake_hash()));
  const Pair other = connect(relay_key_, entropy_);
  EXPECT_FALSE(same_bytes(client_->handshake_hash(), other.client.handshake_hash()));
}

TEST_F(SessionTest, RefusesReplayedReorderedReflectedAndDamagedMessages) {
  const auto fresh_copy_refuses = [&](auto&& play) {
    Pair pair = connect(relay_key_, entropy_);
    return play(pair.client, pair.relay);
  };
  EXPECT_TRUE(fresh_copy_refuses([&](Session& client, Session& relay) {
    const Bytes message = sealed(client, "een");
    return relay.open(message).has_value() && !relay.open(message).has_value();
  })) << "replayed";
  EXPECT_TRUE(fresh_copy_refuses([&](Session& client, Session& relay) {
    (void)sealed(client, "een");
    return !relay.open(sealed(client, "twee")).has_value();
  })) << "dropped";
  EXPECT_TRUE(fresh_copy_refuses([&](Session& client, Session&) {
    return !client.open(sealed(client, "een")).has_value();
  })) << "reflected";
  for (std::size_t bit = 0; bit < sealed(*client_, "een").size() * 8; ++bit) {
    EXPECT_TRUE(fresh_copy_refuses([&](Session& client, Session& relay) {
      Bytes message = sealed(client, "een");
      message[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
      return !relay.open(message).has_value();
    })) << bit;
  }
}

TEST_F(SessionTest, OpensNothingMoreAfterAFailure) {
  const Bytes message = sealed(*client_, "een");
  EXPECT_FALSE(relay_->open(ByteView(message).first(3)).has_value());
  EXPECT_FALSE(relay_->open(message).has_value());
}

TEST_F(SessionTest, TakesTheLongestMessageAndNoLonger) {
  const Bytes longest(kSessionPayloadBytesMax);
  Bytes message;
  ASSERT_TRUE(client_->seal_onto(message, longest).has_value());
  EXPECT_EQ(message.size(), kMessageBytesMax);
  const auto opened = relay_->open(message);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(*opened, longest);
  const Bytes too_long(kSessionPayloadBytesMax + 1);
  EXPECT_EQ(client_->seal_onto(message, too_long).error().key, "noise.too_long");
}

TEST_F(SessionTest, RekeysEachDirectionAlone) {
  client_->rekey_sending();
  relay_->rekey_receiving();
  expect_opens(*relay_, sealed(*client_, "na"), "na");
  expect_opens(*client_, sealed(*relay_, "terug"), "terug");
  client_->rekey_sending();
  EXPECT_FALSE(relay_->open(sealed(*client_, "alleen hier")).has_value());
}

TEST(NkTest, FailsAgainstAnotherKeyOrPrologue) {
  SeededEntropy entropy(2);
  const auto relay_key = X25519Private::generate(entropy);
  const auto other_key = X25519Private::generate(entropy);
  const auto client =
      ClientHandshake::begin(x25519_public(relay_key), as_bytes(kPrologue), entropy);
  EXPECT_FALSE(accept_client(other_key, as_bytes(kPrologue), client.first_message(), entropy));
  EXPECT_FALSE(accept_client(relay_key, as_bytes("other"), client.first_message(), entropy));
  EXPECT_TRUE(accept_client(relay_key, as_bytes(kPrologue), client.first_message(), entropy));
}

TEST(NkTest, ClientRefusesAnAnswerThatIsNotTheRelays) {
  SeededEntropy entropy(3);
  const auto relay_key = X25519Private::generate(entropy);
  const auto begin = [&] {
    return ClientHandshake::begin(x25519_public(relay_key), as_bytes(kPrologue), entropy);
  };
  auto client = begin();
  const auto accepted =
      accept_client(relay_key, as_bytes(kPrologue), client.first_message(), entropy);
  // An answer to another first message.
  EXPECT_FALSE(begin().finish(accepted->answer).has_value());
  EXPECT_FALSE(begin().finish(as_bytes("HTTP/1.1 302 Found\r\n")).has_value());
  EXPECT_FALSE(begin().finish({}).has_value());
  EXPECT_TRUE(std::move(client).finish(accepted->answer).has_value());
}

// The points whose multiples are all neutral (RFC 7748, section 6.1): with one of them the other
// side would fix the shared secret.
TEST(NkTest, RefusesPointsOfLowOrder) {
  SeededEntropy entropy(4);
  const auto relay_key = X25519Private::generate(entropy);
  for (const char* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    const auto low = *X25519Public::from(*from_hex(point));
    // As the relay's key in an invitation: no first message, and nothing finishes.
    auto client = ClientHandshake::begin(low, as_bytes(kPrologue), entropy);
    EXPECT_TRUE(client.first_message().empty()) << point;
    EXPECT_FALSE(std::move(client).finish(Bytes(48)).has_value()) << point;
    // As the client's ephemeral key: es is computed before anything is authenticated.
    Bytes message = to_bytes(low.view());
    message.resize(48);
    EXPECT_FALSE(accept_client(relay_key, as_bytes(kPrologue), message, entropy)) << point;
    EXPECT_FALSE(x25519(relay_key, low).has_value()) << point;
  }
}

TEST(HandshakeTest, FailsOutOfTurnAndStaysFailed) {
  SeededEntropy entropy(5);
  const auto begin = [&](Role role) {
    return *Handshake::begin(*parse_protocol("Noise_NN_25519_ChaChaPoly_BLAKE2b"), role, {}, {},
                             entropy);
  };
  Handshake responder = begin(Role::responder);
  EXPECT_FALSE(responder.may_write());
  EXPECT_FALSE(responder.write_message({}).has_value());
  Handshake initiator = begin(Role::initiator);
  EXPECT_FALSE(responder.read_message(*initiator.write_message({})).has_value());
  EXPECT_DEATH((void)std::move(responder).into_session(), "assertion failed");
}

TEST(HandshakeTest, RefusesMessagesOver65535Bytes) {
  SeededEntropy entropy(6);
  const auto begin = [&](Role role) {
    return *Handshake::begin(*parse_protocol("Noise_NN_25519_ChaChaPoly_BLAKE2b"), role, {}, {},
                             entropy);
  };
  Handshake fits = begin(Role::initiator);
  EXPECT_TRUE(fits.write_message(Bytes(kMessageBytesMax - 32)).has_value());
  Handshake too_long = begin(Role::initiator);
  EXPECT_FALSE(too_long.write_message(Bytes(kMessageBytesMax - 31)).has_value());
  Handshake reader = begin(Role::responder);
  EXPECT_FALSE(reader.read_message(Bytes(kMessageBytesMax + 1)).has_value());
}

}  // namespace
}  // namespace kluis::noise
