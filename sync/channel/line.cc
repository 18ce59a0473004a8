#include "sync/channel/line.h"

#include <algorithm>

namespace kluis {
namespace {

constexpr std::size_t kLengthBytes = 2;
constexpr std::size_t kPartBytesMax = noise::kSessionPayloadBytesMax - 1;
constexpr std::uint8_t kLast = 0;
constexpr std::uint8_t kMore = 1;
// Both sides rekey a direction after each so many Noise messages in it: what leaks of a running
// connection opens little of what went before (Noise, section 11.3).
constexpr std::uint32_t kRekeyEvery = 4096;

}  // namespace

void Line::feed(ByteView bytes) {
  append(input_, bytes);
}

Result<std::optional<ByteView>> Line::next_frame() {
  const ByteView rest = ByteView(input_).subspan(start_);
  if (rest.size() < kLengthBytes) return std::optional<ByteView>();
  const std::size_t size = std::size_t{rest[0]} << 8U | rest[1];
  if (size <= noise::kMessageOverheadBytes) return fail(ErrorKind::relay, "channel.malformed");
  if (rest.size() < kLengthBytes + size) return std::optional<ByteView>();
  return std::optional<ByteView>(rest.subspan(kLengthBytes, size));
}

void Line::drop_frame(std::size_t frame_bytes) {
  start_ += kLengthBytes + frame_bytes;
  if (start_ < input_.size()) return;
  input_ = {};  // An idle connection keeps no buffer.
  start_ = 0;
}

Result<std::optional<Bytes>> Line::next() {
  for (;;) {
    KLUIS_TRY(frame, next_frame());
    if (!frame) break;
    KLUIS_TRY(part, session_.open(*frame));
    if (++opened_count_ % kRekeyEvery == 0) session_.rekey_receiving();
    drop_frame(frame->size());
    if (part.front() != kLast && part.front() != kMore) {
      return fail(ErrorKind::relay, "channel.malformed");
    }
    if (message_.size() + part.size() - 1 > message_bytes_max_) {
      return fail(ErrorKind::relay, "channel.too_large");
    }
    append(message_, ByteView(part).subspan(1));
    if (part.front() == kLast) return std::optional<Bytes>(std::exchange(message_, {}));
  }
  if (start_ > 0) {
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
  }
  return std::optional<Bytes>();
}

Status Line::seal_onto(Bytes& target, ByteView message) {
  if (message.size() > message_bytes_max_) return fail(ErrorKind::relay, "channel.too_large");
  Bytes part;
  do {
    const ByteView now = message.first(std::min(message.size(), kPartBytesMax));
    message = message.subspan(now.size());
    part.assign(1, message.empty() ? kLast : kMore);
    append(part, now);
    const std::size_t sealed = part.size() + noise::kMessageOverheadBytes;
    target.push_back(static_cast<std::uint8_t>(sealed >> 8U));
    target.push_back(static_cast<std::uint8_t>(sealed));
    KLUIS_CHECK(session_.seal_onto(target, part));
    if (++sealed_count_ % kRekeyEvery == 0) session_.rekey_sending();
  } while (!message.empty());
  return {};
}

}  // namespace kluis
