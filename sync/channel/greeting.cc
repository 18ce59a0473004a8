#include "sync/channel/greeting.h"

#include <algorithm>

#include "proto/assert.h"
#include "proto/limits.h"

namespace kluis {
namespace {

// Six letters that no other protocol begins with, the version, the status.
constexpr std::string_view kMagic = "RKLUIS";
constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kPrologue = "raadkluis/relay/1";
constexpr std::size_t kHandshakeBytes = 48;
constexpr std::size_t kLengthBytes = 2;

Bytes framed(ByteView message) {
  KLUIS_ASSERT(message.size() == kHandshakeBytes);
  Bytes frame = {0, kHandshakeBytes};
  append(frame, message);
  return frame;
}

}  // namespace

std::array<std::uint8_t, kGreetingBytes> greeting(GreetingStatus status) {
  std::array<std::uint8_t, kGreetingBytes> bytes{};
  std::ranges::copy(kMagic, bytes.begin());
  bytes[6] = kVersion;
  bytes[7] = static_cast<std::uint8_t>(status);
  return bytes;
}

ClientOpening::ClientOpening(const RelayKey& relay, Entropy& entropy)
    : handshake_(
          noise::ClientHandshake::begin(X25519Public{relay.bytes}, as_bytes(kPrologue), entropy)) {}

Bytes ClientOpening::opening() const {
  // No message could be made: a pinned key of low order, which no relay has. Zeros are refused.
  const Bytes& first = handshake_.first_message();
  return framed(first.size() == kHandshakeBytes ? first : Bytes(kHandshakeBytes));
}

Status ClientOpening::check_greeting() const {
  const std::size_t compared = std::min(input_.size(), kMagic.size());
  if (!same_bytes(ByteView(input_).first(compared), as_bytes(kMagic.substr(0, compared)))) {
    return fail(ErrorKind::relay, "relay.not_a_relay");
  }
  if (input_.size() < kGreetingBytes) return {};
  if (input_[6] != kVersion) return fail(ErrorKind::relay, "relay.other_version");
  const auto status = static_cast<GreetingStatus>(input_[7]);
  if (status == GreetingStatus::busy) return fail(ErrorKind::relay, "relay.busy");
  if (status != GreetingStatus::welcome) return fail(ErrorKind::relay, "relay.other_version");
  return {};
}

Status ClientOpening::finish_handshake() {
  const ByteView rest = ByteView(input_).subspan(kGreetingBytes);
  auto session = std::move(handshake_).finish(rest.subspan(kLengthBytes, kHandshakeBytes));
  if (!session) return broken("relay.other_key");
  line_.emplace(std::move(*session), kFrameBytesMax);
  line_->feed(rest.subspan(kOpeningBytes));
  return {};
}

Result<std::optional<OpenedClient>> ClientOpening::feed(ByteView bytes) {
  if (!line_) {
    append(input_, bytes);
    KLUIS_CHECK(check_greeting());
    if (input_.size() < kGreetingBytes + kLengthBytes) return std::optional<OpenedClient>();
    const ByteView rest = ByteView(input_).subspan(kGreetingBytes);
    // Also kNoSuchRelay: it holds another key than ours was made for.
    if (rest[0] != 0 || rest[1] != kHandshakeBytes) return broken("relay.other_key");
    if (rest.size() < kOpeningBytes) return std::optional<OpenedClient>();
    KLUIS_CHECK(finish_handshake());
  } else {
    line_->feed(bytes);
  }
  KLUIS_TRY(first, line_->next());
  if (!first) return std::optional<OpenedClient>();
  const auto receipt_key = ReceiptKey::from(*first);
  if (!receipt_key) return broken("relay.other_key");
  return std::optional<OpenedClient>(OpenedClient{std::move(*line_), *receipt_key});
}

Result<OpenedLine> open_line(const X25519Private& relay_key, const ReceiptKey& receipt_key,
                             ByteView opening, Entropy& entropy) {
  if (opening.size() != kOpeningBytes || opening[0] != 0 || opening[1] != kHandshakeBytes) {
    return fail(ErrorKind::relay, "noise.handshake_failed");
  }
  KLUIS_TRY(accepted, noise::accept_client(relay_key, as_bytes(kPrologue),
                                           opening.subspan(kLengthBytes), entropy));
  Line line(std::move(accepted.session), kFrameBytesMax);
  Bytes answer = framed(accepted.answer);
  KLUIS_CHECK(line.seal_onto(answer, receipt_key.view()));
  return OpenedLine{std::move(answer), std::move(line)};
}

}  // namespace kluis
