#pragma once

#include <cstdint>
#include <optional>

#include "proto/bytes.h"
#include "proto/result.h"
#include "sync/noise/session.h"

// Messages over a byte stream, after the handshake. Each message is cut into Noise messages, framed
// with their length as two bytes, big-endian; the first byte inside each says whether more of the
// same message follows. Page: sync/channel/FORMAT.md.
namespace kluis {

// Bytes in, messages out, and the other way round. Holds at most one message and one frame of
// input. Threads: one at a time.
class Line {
 public:
  // `message_bytes_max` bounds one reassembled message, both ways.
  Line(noise::Session session, std::size_t message_bytes_max)
      : session_(std::move(session)), message_bytes_max_(message_bytes_max) {}

  // Takes what arrived. Then call `next` until it has nothing.
  void feed(ByteView bytes);

  // The next whole message, or nothing yet.
  // Errors: relay "channel.malformed", "noise.unauthentic"; relay "channel.too_large". After one
  // the line is dead.
  [[nodiscard]] Result<std::optional<Bytes>> next();

  // Appends the frames of `message` to `target`.
  // Errors: relay "channel.too_large".
  [[nodiscard]] Status seal_onto(Bytes& target, ByteView message);

  [[nodiscard]] ByteView handshake_hash() const { return session_.handshake_hash(); }
  // Whether part of a message was received and the rest is awaited.
  [[nodiscard]] bool is_inside_message() const { return !input_.empty() || !message_.empty(); }

 private:
  [[nodiscard]] Result<std::optional<ByteView>> next_frame();
  void drop_frame(std::size_t frame_bytes);

  noise::Session session_;
  std::size_t message_bytes_max_;
  Bytes input_;  // received, from `start_` on not yet opened
  std::size_t start_ = 0;
  Bytes message_;  // opened so far
  std::uint32_t sealed_count_ = 0;
  std::uint32_t opened_count_ = 0;
};

}  // namespace kluis
