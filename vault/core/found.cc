#include <set>
#include <utility>

#include "proto/limits.h"
#include "vault/core/chain.h"
#include "vault/core/device.h"
#include "vault/core/row.h"
#include "vault/core/sealing.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

// Founding a raad, and joining one.
namespace kluis {
namespace {

struct OwnKeys {
  IdentitySeed identity;
  OfficerSeed officer;
  HedgeSecret hedge;
  LeafSeed leaf;

  static OwnKeys draw(Entropy& entropy) {
    return {IdentitySeed::generate(entropy), OfficerSeed::generate(entropy),
            HedgeSecret::generate(entropy), LeafSeed::generate(entropy)};
  }

  Status store(DeviceRows& rows) const {
    KLUIS_CHECK(rows.set_secret("identity", identity.expose()));
    KLUIS_CHECK(rows.set_secret("officer", officer.expose()));
    KLUIS_CHECK(rows.set_secret("hedge", hedge.expose()));
    return rows.set_secret("leaf", leaf.expose());
  }
};

SignedCell first_leaf(const OwnKeys& keys, const CircleAlias& circle) {
  Cell cell;
  cell.circle = circle;
  cell.device = signing_public<DeviceId>(keys.identity);
  cell.kind = CellKind::leaf;
  cell.value = encode(LeafValue{leaf_public(keys.leaf), RollPosition{}});
  return sign_cell(cell, keys.identity).signed_bytes();
}

Status store_relay(DeviceRows& rows, const RelayPlace& relay) {
  KLUIS_CHECK(rows.set_local("relay_address", as_bytes(relay.address)));
  return rows.set_local("relay_key", relay.key.view());
}

// What founding makes, before any of it is stored.
struct Founding {
  OwnKeys keys;
  Genesis genesis;
  std::vector<VerifiedRecord> acts;  // genesis, epoch
  EpochSecret secret;
  BuiltEpoch epoch;
  SignedOp op;
  std::vector<RecordKey> record_keys;
  std::vector<SealedEntry> entries;
};

Genesis make_genesis(const OwnKeys& keys, const Device::FoundOptions& options, Entropy& entropy) {
  Genesis genesis;
  genesis.gemeente = options.gemeente;
  genesis.roll = random_id<CircleAlias>(entropy);
  genesis.tenancy = random_id<TenancyId>(entropy);
  genesis.relay_key = options.relay.key;
  genesis.receipt_key = options.receipt_key;
  genesis.relay_address = options.relay.address;
  entropy.fill(genesis.nonce);
  genesis.founder.person = random_id<PersonId>(entropy);
  genesis.founder.person_name = options.person_name;
  genesis.founder.capacities = {Capacity::griffier};
  genesis.founder.device = signing_public<DeviceId>(keys.identity);
  genesis.founder.device_name = options.device_name;
  genesis.founder.officer_key = signing_public<OfficerKey>(keys.officer);
  genesis.founder.leaf = first_leaf(keys, genesis.roll);
  return genesis;
}

SignedOp sign_first_op(const Founding& founding) {
  EpochOp op;
  op.tenancy = founding.genesis.tenancy;
  op.circle = founding.genesis.roll;
  op.header = founding.epoch.header;
  op.name_hash = hash_as<Digest>("name", {founding.epoch.name.view()});
  op.raad_key = signing_public<RaadKey>(raad_seed(founding.secret));
  op.boxes_hash = founding.epoch.boxes_hash;
  op.list_hash = founding.epoch.list_hash;
  SignedOp result;
  result.bytes = encode(op);
  result.signer = signing_public<OfficerKey>(founding.keys.officer);
  result.signature = sign(founding.keys.officer, "epoch-op", result.bytes);
  return result;
}

EpochPlan first_plan(const Genesis& genesis, const RaadId& raad) {
  EpochPlan plan;
  plan.raad = raad;
  plan.circle = genesis.roll;
  plan.members.push_back(
      {genesis.founder.device, VerifiedCell::from(genesis.founder.leaf).value()});
  plan.list.holders_ever = {genesis.founder.device};
  return plan;
}

Founding make_founding(const Device::Surroundings& around, const Device::FoundOptions& options) {
  OwnKeys keys = OwnKeys::draw(around.entropy);
  Genesis genesis = make_genesis(keys, options, around.entropy);
  const std::int64_t now = around.clock.now().value;
  const Act genesis_act{{0, RecordId{}, 1, false}, genesis};
  std::vector<VerifiedRecord> acts;
  acts.push_back(
      sign_act(genesis.roll, genesis_act, RollPosition{}, now, around.entropy, keys.identity));
  const RecordId genesis_id = acts.front().id();
  const EpochPlan plan = first_plan(genesis, RaadId{genesis_id.bytes});
  EpochSecret secret = draw_epoch_secret(around.entropy, keys.hedge, plan, 1);
  BuiltEpoch epoch = build_epoch(plan, secret, keys.identity);
  const Act epoch_act{{1, genesis_id, 1, true}, EpochAct{genesis.roll, 0, epoch.header, false}};
  acts.push_back(sign_act(genesis.roll, epoch_act, RollPosition{0, genesis_id}, now, around.entropy,
                          keys.identity));
  Founding founding{std::move(keys),
                    std::move(genesis),
                    std::move(acts),
                    std::move(secret),
                    std::move(epoch),
                    SignedOp{},
                    {},
                    {}};
  founding.op = sign_first_op(founding);
  for (const VerifiedRecord& act : founding.acts) {
    founding.record_keys.push_back(draw_record_key(around.entropy, act.id()));
    founding.entries.push_back(seal_entry(founding.secret, founding.genesis.roll, 0,
                                          founding.record_keys.back(), act.signed_bytes(),
                                          around.entropy));
  }
  return founding;
}

AdmitRaadRequest make_request(const Founding& founding, ByteView voucher) {
  Commit commit;
  commit.tenancy = founding.genesis.tenancy;
  commit.epochs.push_back({founding.op, founding.epoch.signed_header, founding.epoch.name});
  AdmitRaadRequest request;
  for (const SealedEntry& entry : founding.entries) {
    commit.appends.push_back({founding.genesis.roll, entry.item.item, entry.item.blobs});
    request.blobs.push_back(entry.blob);
  }
  commit.officers_added.push_back(founding.op.signer);
  request.voucher = to_bytes(voucher);
  request.blobs.push_back({blob_name_of(founding.epoch.boxes_hash), founding.epoch.boxes});
  request.blobs.push_back({blob_name_of(founding.epoch.list_hash), founding.epoch.list});
  request.commit.bytes = encode(commit);
  request.commit.signer = founding.op.signer;
  request.commit.signature = sign(founding.keys.officer, "commit", request.commit.bytes);
  return request;
}

CircleState first_state(const Founding& founding) {
  CircleState state;
  state.alias = founding.genesis.roll;
  state.standing = Standing::current;
  state.header = founding.epoch.header;
  state.name = founding.epoch.name;
  state.chain = chain_start(state.header);
  for (const SealedEntry& entry : founding.entries) {
    state.chain = chain_next(state.chain, entry.item.item);
    ++state.item_count;
  }
  state.members = {founding.genesis.founder.device};
  state.holders_ever = state.members;
  return state;
}

Status store_founding(DeviceRows& rows, const Founding& founding, UnixMillis now) {
  const CircleState state = first_state(founding);
  KLUIS_CHECK(rows.set_local_number("epoch_since/" + state.alias.hex(),
                                    static_cast<std::uint64_t>(now.value)));
  KLUIS_CHECK(founding.keys.store(rows));
  KLUIS_CHECK(rows.set_local("raad", founding.acts.front().id().view()));
  KLUIS_CHECK(rows.set_local("roll", state.alias.view()));
  KLUIS_CHECK(rows.set_local("tenancy", founding.genesis.tenancy.view()));
  KLUIS_CHECK(rows.set_local("receipt_key", founding.genesis.receipt_key.view()));
  KLUIS_CHECK(rows.set_local_number("state", static_cast<std::uint64_t>(DeviceState::waiting)));
  KLUIS_CHECK(rows.put(state));
  KLUIS_CHECK(rows.set_epoch_secret(state.alias, founding.secret));
  KLUIS_CHECK(rows.put_epoch_bytes(state.alias, {founding.epoch.signed_header, founding.epoch.boxes,
                                                 founding.epoch.list, founding.op}));
  const auto leaf = VerifiedCell::from(founding.genesis.founder.leaf);
  KLUIS_CHECK(rows.put_cell(leaf->cell(), leaf->signed_bytes()));
  for (std::size_t i = 0; i < founding.acts.size(); ++i) {
    const VerifiedRecord& act = founding.acts[i];
    KLUIS_CHECK(rows.put_act(i, act.signed_bytes()));
    KLUIS_CHECK(rows.put_record(state.alias, act.id(), act.signed_bytes()));
    KLUIS_CHECK(rows.put_record_key(state.alias, act.id(), founding.record_keys[i]));
    KLUIS_CHECK(rows.put_item(state.alias, i, founding.entries[i].item));
  }
  // The box of epoch 0 was sealed to our first leaf.
  return rows.set_local_number("rotate_due", 1);
}

}  // namespace

Result<AdmitRaadRequest> Device::found(const Surroundings& around, const FoundOptions& options,
                                       ByteView voucher) {
  const Founding founding = make_founding(around, options);
  DeviceRows rows(around.store);
  KLUIS_CHECK(around.store.transact([&]() -> Status {
    KLUIS_CHECK(store_relay(rows, options.relay));
    return store_founding(rows, founding, around.clock.now());
  }));
  return make_request(founding, voucher);
}

Status Device::founded(const Surroundings& around, const SignedReceipt& receipt) {
  DeviceRows rows(around.store);
  KLUIS_TRY(key, rows.local("receipt_key"));
  KLUIS_TRY(tenancy, rows.local("tenancy"));
  if (!key || !tenancy) return broken("store.damaged");
  KLUIS_TRY(content, decode_receipt(receipt.bytes));
  if (!verify(*key, "receipt", receipt.bytes, receipt.signature) ||
      content.verdict != Verdict::committed || content.commit_number != 1 ||
      !same_bytes(content.tenancy.view(), *tenancy)) {
    return broken("relay.receipt");
  }
  return around.store.transact([&] {
    return rows.set_local_number("state", static_cast<std::uint64_t>(DeviceState::active));
  });
}

Result<JoinRequest> Device::begin_join(const Surroundings& around, const std::string& device_name,
                                       const RelayPlace& relay) {
  const OwnKeys keys = OwnKeys::draw(around.entropy);
  DeviceRows rows(around.store);
  KLUIS_CHECK(around.store.transact([&]() -> Status {
    KLUIS_CHECK(keys.store(rows));
    KLUIS_CHECK(store_relay(rows, relay));
    return rows.set_local_number("state", static_cast<std::uint64_t>(DeviceState::waiting));
  }));
  JoinRequest request;
  request.device = signing_public<DeviceId>(keys.identity);
  request.device_name = device_name;
  request.officer_key = signing_public<OfficerKey>(keys.officer);
  request.leaf = first_leaf(keys, CircleAlias{});
  return request;
}

namespace {

constexpr std::string_view kAnswered = "answered";  // until the roll was read for the first time

Bytes answered_row(const JoinAnswer& answer) {
  return RowWriter()
      .number(answer.roll_head.act_number)
      .id(answer.roll_head.act_id)
      .id(answer.person)
      .each(answer.capacities,
            [](RowWriter& row, Capacity capacity) {
              row.number(static_cast<std::uint64_t>(capacity));
            })
      .take();
}

// What a person held when that act had just been applied.
std::set<Capacity> capacities_at(const Person& person, std::uint64_t act_number) {
  std::set<Capacity> result;
  for (const CapacitySpan& span : person.history) {
    const bool ended = span.ended_act && *span.ended_act <= act_number;
    if (span.given_act <= act_number && !ended) result.insert(span.capacity);
  }
  return result;
}

}  // namespace

// The first roll that a joiner is shown holds what the griffier told him under the spoken code: a
// relay cannot show him an older one, or a branch on which he is somebody else.
Status Device::check_answered(const RollState& next) {
  KLUIS_TRY(row, rows_.local(kAnswered));
  if (!row) return broken("store.damaged");
  RowReader reader(*row);
  RollPosition head;
  head.act_number = reader.number();
  head.act_id = reader.id<RecordId>();
  const auto person = reader.id<PersonId>();
  std::set<Capacity> capacities;
  reader.each([&](RowReader& from) { capacities.insert(static_cast<Capacity>(from.number())); });
  KLUIS_CHECK(reader.finish());
  const EnrolledDevice* self = next.device(id_);
  const bool same = next.contains(head) && self != nullptr && self->person == person &&
                    self->certified_act <= head.act_number &&
                    capacities_at(*next.person(person), head.act_number) == capacities;
  return same ? Status() : Status(broken("join.other_roll"));
}

Status Device::forget_answered() {
  return rows_.clear_local(kAnswered);
}

Status Device::finish_join(const Surroundings& around, const RaadId& raad,
                           const JoinAnswer& answer) {
  DeviceRows rows(around.store);
  KLUIS_TRY(genesis_record, VerifiedRecord::from(answer.genesis));
  if (!same_bytes(genesis_record.id().view(), raad.view())) return broken("join.other_raad");
  KLUIS_TRY(act, decode_act(genesis_record.record().kind, genesis_record.record().body));
  const Genesis* genesis = std::get_if<Genesis>(&act.body);
  if (genesis == nullptr) return broken("join.other_raad");
  KLUIS_TRY(leaf, rows.secret<LeafSeed>("leaf"));
  if (!leaf) return broken("store.damaged");
  const auto opened = open_welcome(*leaf, raad, answer.roll_welcome);
  if (!opened || opened->circle != genesis->roll) return broken("join.welcome");
  CircleState state;
  state.alias = genesis->roll;
  state.standing = Standing::joining;
  state.number = opened->number;
  state.name = circle_name(opened->secret);
  return around.store.transact([&]() -> Status {
    KLUIS_CHECK(rows.set_local("raad", raad.view()));
    KLUIS_CHECK(rows.set_local("roll", genesis->roll.view()));
    KLUIS_CHECK(rows.set_local("tenancy", genesis->tenancy.view()));
    KLUIS_CHECK(rows.set_local("receipt_key", genesis->receipt_key.view()));
    KLUIS_CHECK(rows.set_local(kAnswered, answered_row(answer)));
    KLUIS_CHECK(rows.set_epoch_secret(state.alias, opened->secret));
    return rows.put(state);
  });
}

Result<JoinAnswer> Device::answer_for(const DeviceId& joiner, const SignedCell& leaf_cell) {
  const EnrolledDevice* enrolled = roll_ ? roll_->device(joiner) : nullptr;
  if (enrolled == nullptr) return fail(ErrorKind::no_access, "person.unknown");
  KLUIS_TRY(leaf, VerifiedCell::from(leaf_cell));
  const auto leaf_key = leaf_of(leaf);
  KLUIS_TRY(state, rows_.circle(roll_->alias()));
  KLUIS_TRY(secret, rows_.epoch_secret(roll_->alias()));
  KLUIS_TRY(acts, rows_.acts());
  if (!state || !secret || acts.empty() || !leaf_key) return broken("store.damaged");
  const auto welcome =
      make_welcome(*secret, roll_->raad(), roll_->alias(), state->number, *leaf_key);
  if (!welcome) return broken("join.leaf");
  JoinAnswer answer;
  answer.genesis = acts.front();
  answer.roll_head = roll_->head();
  answer.person = enrolled->person;
  for (const auto& [capacity, act] : roll_->person(enrolled->person)->capacities) {
    answer.capacities.push_back(capacity);
  }
  answer.roll_welcome = *welcome;
  return answer;
}

}  // namespace kluis
