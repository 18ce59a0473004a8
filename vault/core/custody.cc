#include <algorithm>

#include "vault/core/device.h"

// Custody: devices in different hands keep every circle, so that no single laptop can take what it
// holds along. One that was not heard of for long may be gone, and the officers are told in time.
namespace kluis {
namespace {

constexpr std::int64_t kSilenceMsMax = 30LL * 24 * 3600 * 1000;

}  // namespace

// The newest act that the device has said it saw; that of its certificate if it said nothing.
Result<std::uint64_t> Device::last_act_seen_by(const EnrolledDevice& device) {
  KLUIS_TRY(signed_cell, rows_.cell(roll_->alias(), device.id, CellKind::seen, 0));
  if (!signed_cell) return device.certified_act;
  KLUIS_TRY(cell, decode_cell(signed_cell->bytes));
  KLUIS_TRY(seen, decode_seen_value(cell.value));
  // A head of another roll says nothing about this one.
  if (!roll_->contains(seen.roll_head)) return device.certified_act;
  return std::max(device.certified_act, seen.roll_head.act_number);
}

// A device speaks only when there is news: its silence counts from the first act it did not see.
Result<bool> Device::is_silent(const EnrolledDevice& device) {
  KLUIS_TRY(last, last_act_seen_by(device));
  if (last >= roll_->head().act_number) return false;
  KLUIS_TRY(bytes, rows_.record(roll_->alias(), roll_->act_ids()[last + 1]));
  if (!bytes) return broken("store.damaged");
  KLUIS_TRY(act, decode_record(bytes->bytes));
  return around_.clock->now().value - act.written_unix_ms >= kSilenceMsMax;
}

Status Device::watch_custody() {
  if (!is_officer()) return {};
  const std::int64_t now = around_.clock->now().value;
  return around_.store->transact([&]() -> Status {
    for (const auto& [id, device] : roll_->devices()) {
      bool silent = false;
      if (id != id_ && roll_->keeps_every_circle(id)) {
        KLUIS_TRY(is, is_silent(device));
        silent = is;
      }
      KLUIS_CHECK(silent ? rows_.raise({"custody-away", id.hex(), now, {id.hex()}})
                         : rows_.clear_alarm("custody-away", id.hex()));
    }
    return {};
  });
}

}  // namespace kluis
