#include "vault/core/device.h"

// Records whose keys came first: which bytes are wanted, and what becomes of those that come.
namespace kluis {

Result<std::vector<Device::WantedBlob>> Device::wanted_blobs(std::size_t count_max) {
  KLUIS_TRY(missing, rows_.missing_records(count_max));
  std::vector<WantedBlob> wanted;
  for (const DeviceRows::MissingRecord& record : missing) {
    KLUIS_TRY(key, rows_.record_key(record.circle, record.record));
    if (!key) return broken("store.damaged");
    wanted.push_back({blob_name(*key), record.circle, record.record});
  }
  return wanted;
}

// Author and kind are such that the record can be part of its circle at all.
bool Device::may_stand(const Record& record) const {
  return !is_act(record.kind) && roll_->device(record.author) != nullptr &&
         is_roll_kind(record.kind) == (record.circle == roll_->alias()) &&
         (record.circle == roll_->alias() || decode_circle_body(record.kind, record.body));
}

// Its author saw another roll than we do, or says so. When the relay shows two, each side learns it
// here from the other, and when their heads are compared; when he lies, nothing else stops for him.
Status Device::set_apart(const VerifiedRecord& record) {
  const CircleAlias& circle = record.record().circle;
  KLUIS_CHECK(rows_.erase_record(circle, record.id()));
  if (is_destroyed(record.record())) return {};
  KLUIS_CHECK(rows_.put_apart(circle, record.id(), record.signed_bytes()));
  return raise_about("other-roll", record.record().author);
}

Status Device::accept_blob(const WantedBlob& wanted, ByteView blob) {
  KLUIS_TRY(key, rows_.record_key(wanted.circle, wanted.record));
  if (!key) return {};
  auto opened = open_record(*key, wanted.record, blob);
  // Bytes that the key does not open are the relay's doing, or those of the member who gave the
  // key: they are asked for again, and nothing else waits for them. A blob that opens and holds no
  // record of this circle is a member's junk: it is dropped, and stops nobody.
  if (!opened && opened.error().key == "aead.unauthentic") {
    return raise_alarm("bad-blob", wanted.circle.hex());
  }
  // An act counts only with all that came before it: apply_roll asks for it again.
  if (opened && wanted.circle == roll_->alias() && is_act(opened->record().kind)) return {};
  if (!opened || opened->record().circle != wanted.circle || !may_stand(opened->record())) {
    return around_.store->transact(
        [&] { return rows_.erase_record(wanted.circle, wanted.record); });
  }
  const VerifiedRecord& record = *opened;
  const RollPosition& head = record.record().roll_head;
  const bool ahead = head.act_number > roll_->head().act_number;
  if (ahead && roll_->is_active(record.record().author)) return {};  // wait for that roll
  if (ahead || !roll_->contains(head)) {
    return around_.store->transact([&] { return set_apart(record); });
  }
  if (!roll_->can_have_written(record.record())) {
    return around_.store->transact(
        [&] { return rows_.erase_record(wanted.circle, wanted.record); });
  }
  return around_.store->transact([&] { return accept_record(record); });
}

}  // namespace kluis
