#include "sync/relay/refusal.h"

#include <array>
#include <string_view>

#include "proto/assert.h"

namespace kluis {
namespace {

struct Row {
  RefusalCode code;
  ErrorKind kind;
  std::string_view key;
};

constexpr std::array kRows = {
    Row{RefusalCode::malformed, ErrorKind::integrity, "relay.malformed"},
    Row{RefusalCode::not_authorised, ErrorKind::no_access, "relay.not_authorised"},
    Row{RefusalCode::unknown_name, ErrorKind::no_access, "relay.unknown_name"},
    Row{RefusalCode::quota, ErrorKind::relay, "relay.quota"},
    Row{RefusalCode::busy, ErrorKind::relay, "relay.busy"},
    Row{RefusalCode::voucher, ErrorKind::refused, "relay.voucher"},
    Row{RefusalCode::mailbox_taken, ErrorKind::refused, "relay.mailbox_taken"},
    Row{RefusalCode::mailbox_gone, ErrorKind::refused, "relay.mailbox_gone"},
    Row{RefusalCode::too_large, ErrorKind::refused, "relay.too_large"},
    Row{RefusalCode::exists, ErrorKind::refused, "relay.exists"},
    Row{RefusalCode::missing_blob, ErrorKind::relay, "relay.missing_blob"},
};

}  // namespace

Error refusal_error(RefusalCode code) {
  for (const Row& row : kRows) {
    if (row.code == code) return {row.kind, std::string(row.key), {}, {}};
  }
  return refusal_error(RefusalCode::malformed);
}

std::optional<RefusalCode> refusal_code(const Error& error) {
  for (const Row& row : kRows) {
    if (row.key == error.key) return row.code;
  }
  return std::nullopt;
}

}  // namespace kluis
