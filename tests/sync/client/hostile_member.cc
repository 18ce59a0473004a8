#include "tests/sync/client/hostile_member.h"

#include <cstdlib>
#include <utility>

#include "vault/crypto/sign.h"

namespace kluis::test {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) std::abort();
  return std::move(*result);
}

template <typename T>
T must(Result<std::optional<T>> result) {
  if (!result || !*result) std::abort();
  return std::move(**result);
}

}  // namespace

HostileMember::HostileMember(SimulatedRaad& raad, Party& party)
    : raad_(raad),
      party_(party),
      identity_(must(party.device->rows().secret<IdentitySeed>("identity"))) {
  catch_up();
}

Response HostileMember::ask(const Request& request) {
  return must(raad_.relay().handle(connection_, request)).response;
}

void HostileMember::catch_up() {
  raad_.sync(party_);
  connection_ = RelaySession();
  connection_.handshake_hash.resize(64);
  party_.entropy.fill(connection_.handshake_hash);
  const RaadSeed key = must(party_.device->raad_key());
  HelloRequest hello;
  hello.tenancy = must(party_.device->tenancy());
  hello.raad_key = signing_public<RaadKey>(key);
  hello.proof = sign(key, "hello", connection_.handshake_hash);
  hello.entries = must(party_.device->sync_entries());
  if (!std::holds_alternative<SyncAnswer>(ask(hello))) std::abort();
}

Record HostileMember::next_record(const CircleAlias& circle, RecordKind kind, Bytes body) {
  DeviceRows& rows = party_.device->rows();
  const auto end = must(rows.chain_end(circle, party_.device->id()));
  Record record;
  record.circle = circle;
  record.author = party_.device->id();
  record.sequence = end.sequence + 1;
  record.previous = end.record;
  record.parents = must(rows.circle(circle)).frontier;
  record.roll_head = party_.device->roll().head();
  record.written_unix_ms = raad_.clock.now_ms;
  record.kind = kind;
  party_.entropy.fill(record.salt);
  record.body = std::move(body);
  return record;
}

Record HostileMember::act_record(const Act& act) {
  return sign_act(party_.device->roll().alias(), act, party_.device->roll().head(),
                  raad_.clock.now_ms, party_.entropy, identity_)
      .record();
}

RecordId HostileMember::append(const Record& record) {
  return append(record.circle, sign_record(record, identity_));
}

RecordId HostileMember::append(const CircleAlias& circle, const VerifiedRecord& record) {
  const RecordKey key = RecordKey::generate(party_.entropy);
  ItemRecord item;
  item.record = record.id();
  std::ranges::copy(key.expose(), item.key.begin());
  append(circle, item, StagedBlob{blob_name(key), seal_record(key, record.signed_bytes())});
  return record.id();
}

void HostileMember::append(const Cell& cell) {
  append(cell.circle, ItemCell{sign_cell(cell, identity_).signed_bytes()});
}

void HostileMember::welcome(Party& to, const CircleAlias& circle, std::uint64_t number,
                            const EpochSecret& secret) {
  const RollState& roll = party_.device->roll();
  DeviceRows& rows = party_.device->rows();
  const auto cell =
      must(VerifiedCell::from(must(rows.cell(roll.alias(), to.device->id(), CellKind::leaf, 0))));
  auto made = make_welcome(secret, roll.raad(), circle, number, *leaf_of(cell));
  if (!made) std::abort();
  append(roll.alias(), std::move(*made));
}

void HostileMember::append(const CircleAlias& circle, Item item,
                           const std::optional<StagedBlob>& blob) {
  DeviceRows& rows = party_.device->rows();
  const CircleState state = must(rows.circle(circle));
  AppendRequest request;
  request.name = state.name;
  request.item =
      seal_item(must(rows.epoch_secret(circle)), circle, state.number, item, party_.entropy);
  request.expect_commit = party_.device->roll().commit_number();
  if (blob) {
    request.blobs.push_back(blob->blob);
    const StageRequest stage{blob->blob, blob->bytes.size(), 0, blob->bytes};
    if (!std::holds_alternative<StageAnswer>(ask(stage))) std::abort();
  }
  if (!std::holds_alternative<AppendAnswer>(ask(request))) std::abort();
}

}  // namespace kluis::test
