#include "sync/noise/session.h"

namespace kluis::noise {

Status Session::seal_onto(Bytes& target, ByteView plaintext) {
  if (plaintext.size() > kSessionPayloadBytesMax) return fail(ErrorKind::usage, "noise.too_long");
  if (!sending_) return fail(ErrorKind::usage, "noise.one_way");
  return sending_->seal_onto(target, {}, plaintext);
}

Result<Bytes> Session::open(ByteView message) {
  if (!receiving_ || message.size() > kMessageBytesMax) {
    receiving_.reset();
    return fail(ErrorKind::relay, "noise.unauthentic");
  }
  auto plaintext = receiving_->open({}, message);
  if (!plaintext) receiving_.reset();
  return plaintext;
}

void Session::rekey_sending() {
  if (sending_) sending_->rekey();
}

void Session::rekey_receiving() {
  if (receiving_) receiving_->rekey();
}

}  // namespace kluis::noise
