#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "proto/bytes.h"
#include "proto/ids.h"
#include "proto/result.h"
#include "sync/channel/line.h"
#include "sync/noise/nk.h"
#include "vault/env/entropy.h"

// How a connection begins. The relay greets in clear as soon as it accepts, so that a network's
// login page is told from a relay; the client sends its first Noise message without waiting for
// that. Then the Noise handshake NK, then a Line, on which the relay first says with which key it
// signs receipts: a raad that is being founded pins it. Page: sync/channel/FORMAT.md.
namespace kluis {

inline constexpr std::size_t kGreetingBytes = 8;
enum class GreetingStatus : std::uint8_t { welcome = 0, busy = 1 };
[[nodiscard]] std::array<std::uint8_t, kGreetingBytes> greeting(GreetingStatus status);

// What a relay sends instead of its Noise message when the client's does not fit its key.
inline constexpr std::array<std::uint8_t, 2> kNoSuchRelay = {0, 0};

// Bytes of the client's whole opening, and of the relay's after the greeting.
inline constexpr std::size_t kOpeningBytes = 2 + 48;  // length, ephemeral key, tag

struct OpenedClient {
  Line line;
  ReceiptKey receipt_key;
};

// The client's side until there is a Line. Threads: one at a time.
class ClientOpening {
 public:
  // `entropy` outlives the object.
  ClientOpening(const RelayKey& relay, Entropy& entropy);

  // Sent first.
  [[nodiscard]] Bytes opening() const;

  // Takes what arrived; a Line once the relay has proven its key. Bytes beyond are fed to it.
  // Errors: relay "relay.not_a_relay", "relay.busy", "relay.other_version"; integrity
  // "relay.other_key": it speaks as a relay does, and is not the one that was pinned.
  [[nodiscard]] Result<std::optional<OpenedClient>> feed(ByteView bytes);

 private:
  [[nodiscard]] Status check_greeting() const;
  [[nodiscard]] Status finish_handshake();

  noise::ClientHandshake handshake_;
  Bytes input_;
  std::optional<Line> line_;
};

// The relay's side: `opening` is kOpeningBytes long, `receipt_key` what it signs receipts with.
// Errors: relay "noise.handshake_failed": answer kNoSuchRelay and close.
struct OpenedLine {
  Bytes answer;
  Line line;
};
[[nodiscard]] Result<OpenedLine> open_line(const X25519Private& relay_key,
                                           const ReceiptKey& receipt_key, ByteView opening,
                                           Entropy& entropy);

}  // namespace kluis
