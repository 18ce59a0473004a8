#include "proto/codec_parts.h"
#include "proto/record.h"
#include "proto/schema/act.capnp.h"

namespace kluis::schema {

using namespace codec;

static void write(Certificate::Builder root, const kluis::Certificate& value) {
  root.setPerson(as_data(value.person));
  put_text(value.person_name, [&](auto name) { root.setPersonName(name); });
  put_capacities(value.capacities, [&](auto count) { return root.initCapacities(count); });
  root.setDevice(as_data(value.device));
  put_text(value.device_name, [&](auto name) { root.setDeviceName(name); });
  write(root.initLeaf(), value.leaf);
  root.setOfficerKey(as_data(value.officer_key));
  root.setCustody(value.custody);
}

static kluis::Certificate read(Certificate::Reader root) {
  kluis::Certificate value;
  get(root.getPerson(), value.person);
  get(root.getPersonName(), value.person_name, kNameBytesMax);
  value.capacities = read_capacities(root.getCapacities());
  get(root.getDevice(), value.device);
  get(root.getDeviceName(), value.device_name, kNameBytesMax);
  value.leaf = read(root.getLeaf());
  get(root.getOfficerKey(), value.officer_key);
  value.custody = root.getCustody();
  return value;
}

static void write(Genesis::Builder root, const kluis::Genesis& value) {
  put_text(value.gemeente, [&](auto name) { root.setGemeente(name); });
  root.setRoll(as_data(value.roll));
  root.setTenancy(as_data(value.tenancy));
  root.setRelayKey(as_data(value.relay_key));
  root.setReceiptKey(as_data(value.receipt_key));
  put_text(value.relay_address, [&](auto address) { root.setRelayAddress(address); });
  root.setNonce(as_data(value.nonce));
  write(root.initFounder(), value.founder);
}

static kluis::Genesis read(Genesis::Reader root) {
  kluis::Genesis value;
  get(root.getGemeente(), value.gemeente, kNameBytesMax);
  get(root.getRoll(), value.roll);
  get(root.getTenancy(), value.tenancy);
  get(root.getRelayKey(), value.relay_key);
  get(root.getReceiptKey(), value.receipt_key);
  get(root.getRelayAddress(), value.relay_address, kAddressBytesMax);
  get(root.getNonce(), value.nonce);
  value.founder = read(root.getFounder());
  return value;
}

static void write(Remove::Builder root, const kluis::Remove& value) {
  put_all(value.devices, [&](auto size) { return root.initDevices(size); });
  put_data(value.person, [&](auto person) { root.setPerson(person); });
}

static kluis::Remove read(Remove::Reader root) {
  kluis::Remove value;
  get_distinct(root.getDevices(), value.devices, kBoxesMax);
  get(root.getPerson(), value.person);
  return value;
}

static void write(Appoint::Builder root, const kluis::Appoint& value) {
  root.setPerson(as_data(value.person));
  put_capacities(value.capacities, [&](auto count) { return root.initCapacities(count); });
  root.setGround(number(value.ground));
  put_data(value.speaking_device, [&](auto device) { root.setSpeakingDevice(device); });
  put_data(value.reserve, [&](auto person) { root.setReserve(person); });
  put_data(value.reserve_device, [&](auto device) { root.setReserveDevice(device); });
}

static kluis::Appoint read(Appoint::Reader root) {
  kluis::Appoint value;
  get(root.getPerson(), value.person);
  value.capacities = read_capacities(root.getCapacities());
  get(root.getGround(), value.ground, AppointGround::ending);
  get(root.getSpeakingDevice(), value.speaking_device);
  get(root.getReserve(), value.reserve);
  get(root.getReserveDevice(), value.reserve_device);
  return value;
}

static void write(CircleAct::Builder root, const kluis::CircleAct& value) {
  root.setCircle(as_data(value.circle));
}

static kluis::CircleAct read(CircleAct::Reader root) {
  kluis::CircleAct value;
  get(root.getCircle(), value.circle);
  return value;
}

static void write(EpochAct::Builder root, const kluis::EpochAct& value) {
  root.setCircle(as_data(value.circle));
  root.setNumber(value.number);
  root.setHeader(as_data(value.header));
  root.setEnds(value.ends);
}

static kluis::EpochAct read(EpochAct::Reader root) {
  kluis::EpochAct value;
  get(root.getCircle(), value.circle);
  value.number = count(root.getNumber());
  get(root.getHeader(), value.header);
  value.ends = root.getEnds();
  return value;
}

static void write(Term::Builder root, const kluis::Term& value) {
  put_text(value.name, [&](auto name) { root.setName(name); });
  put_all(value.members, [&](auto size) { return root.initMembers(size); });
}

static kluis::Term read(Term::Reader root) {
  kluis::Term value;
  get(root.getName(), value.name, kNameBytesMax);
  get_distinct(root.getMembers(), value.members, kBoxesMax);
  return value;
}

static void write(Execute::Builder root, const kluis::Execute& value) {
  write(root.initProposal(), value.proposal);
  put_list(
      value.approvals, [&](auto count) { return root.initApprovals(count); },
      [](auto target, const kluis::SignedRecord& approval) { write(target, approval); });
  put_all(value.holders, [&](auto size) { return root.initHolders(size); });
}

static kluis::Execute read(Execute::Reader root) {
  kluis::Execute value;
  value.proposal = read(root.getProposal());
  get_list(root.getApprovals(), value.approvals, kDecreeApprovalsMax,
           [](auto approval) { return read(approval); });
  get_distinct(root.getHolders(), value.holders, kBoxesMax);
  return value;
}

static void write(Withdraw::Builder root, const kluis::Withdraw& value) {
  root.setDecree(as_data(value.decree));
}

static kluis::Withdraw read(Withdraw::Reader root) {
  kluis::Withdraw value;
  get(root.getDecree(), value.decree);
  return value;
}

}  // namespace kluis::schema

namespace kluis {

using codec::as_data;
using codec::encoded;
using codec::require;

namespace {

Bytes encode(const Genesis& body) {
  return encoded<schema::Genesis>(body);
}
Bytes encode(const Certificate& body) {
  return encoded<schema::Certificate>(body);
}
Bytes encode(const Remove& body) {
  return encoded<schema::Remove>(body);
}
Bytes encode(const Appoint& body) {
  return encoded<schema::Appoint>(body);
}
Bytes encode(const CircleAct& body) {
  return encoded<schema::CircleAct>(body);
}
Bytes encode(const EpochAct& body) {
  return encoded<schema::EpochAct>(body);
}
Bytes encode(const Term& body) {
  return encoded<schema::Term>(body);
}
Bytes encode(const Execute& body) {
  return encoded<schema::Execute>(body);
}
Bytes encode(const Withdraw& body) {
  return encoded<schema::Withdraw>(body);
}
Bytes encode(const Mark&) {
  return {};
}
Bytes encode(const OpaqueAct& body) {
  return body.body;
}

template <typename Schema>
Result<ActBody> act_body(ByteView body) {
  return codec::decode_root<Schema>(
             body, kRecordBytesMax, [](auto root) { return read(root); },
             [](const auto& value) { return encode(value); })
      .map([](auto&& value) { return ActBody(std::forward<decltype(value)>(value)); });
}

Result<ActBody> act_body_of_kind(RecordKind kind, ByteView body) {
  switch (kind) {
    case RecordKind::genesis:
      return act_body<schema::Genesis>(body);
    case RecordKind::certify:
      return act_body<schema::Certificate>(body);
    case RecordKind::remove:
      return act_body<schema::Remove>(body);
    case RecordKind::appoint:
      return act_body<schema::Appoint>(body);
    case RecordKind::circle:
      return act_body<schema::CircleAct>(body);
    case RecordKind::epoch:
      return act_body<schema::EpochAct>(body);
    case RecordKind::term:
      return act_body<schema::Term>(body);
    case RecordKind::mark:
      if (!body.empty()) return broken(codec::kMalformed);
      return ActBody(Mark{});
    case RecordKind::execute:
      return act_body<schema::Execute>(body);
    case RecordKind::withdraw:
      return act_body<schema::Withdraw>(body);
    case RecordKind::profile:
    case RecordKind::join:
      return ActBody(OpaqueAct{to_bytes(body)});
    default:
      return broken(codec::kUnknownKind);
  }
}

// An act whose body is left as it is.
struct FramedAct {
  ActPlace place;
  Bytes body;
};

Bytes encode(const FramedAct& act) {
  return codec::encode_root<schema::Act>([&](auto root) {
    root.setActNumber(act.place.act_number);
    root.setCommitNumber(act.place.commit_number);
    root.setLastInCommit(act.place.last_in_commit);
    root.setPreviousAct(as_data(act.place.previous_act));
    codec::put_data(act.body, [&](auto body) { root.setBody(body); });
  });
}

Result<FramedAct> decode_framed_act(ByteView bytes) {
  return codec::decode_root<schema::Act>(
      bytes, kRecordBytesMax,
      [](schema::Act::Reader root) {
        FramedAct act;
        act.place.act_number = codec::count(root.getActNumber());
        act.place.commit_number = codec::count(root.getCommitNumber());
        act.place.last_in_commit = root.getLastInCommit();
        codec::get(root.getPreviousAct(), act.place.previous_act);
        require(act.place.previous_act.is_zero() == (act.place.act_number == 0));
        codec::get(root.getBody(), act.body, kRecordBytesMax);
        return act;
      },
      [](const FramedAct& act) { return encode(act); });
}

}  // namespace

RecordKind kind_of(const ActBody& body) {
  struct Kind {
    RecordKind operator()(const Genesis&) const { return RecordKind::genesis; }
    RecordKind operator()(const Certificate&) const { return RecordKind::certify; }
    RecordKind operator()(const Remove&) const { return RecordKind::remove; }
    RecordKind operator()(const Appoint&) const { return RecordKind::appoint; }
    RecordKind operator()(const CircleAct&) const { return RecordKind::circle; }
    RecordKind operator()(const EpochAct&) const { return RecordKind::epoch; }
    RecordKind operator()(const Mark&) const { return RecordKind::mark; }
    RecordKind operator()(const Term&) const { return RecordKind::term; }
    RecordKind operator()(const Execute&) const { return RecordKind::execute; }
    RecordKind operator()(const Withdraw&) const { return RecordKind::withdraw; }
    RecordKind operator()(const OpaqueAct&) const { KLUIS_ASSERT(false); }
  };
  return std::visit(Kind{}, body);
}

Bytes encode(const Act& act) {
  Bytes body = std::visit([](const auto& value) { return encode(value); }, act.body);
  return encode(FramedAct{act.place, std::move(body)});
}

Result<Act> decode_act(RecordKind kind, ByteView body) {
  KLUIS_TRY(framed, decode_framed_act(body));
  // The raad's first act is the genesis, and no other is.
  if ((kind == RecordKind::genesis) != (framed.place.act_number == 0)) {
    return broken(codec::kMalformed);
  }
  KLUIS_TRY(act, act_body_of_kind(kind, framed.body));
  return Act{framed.place, std::move(act)};
}

}  // namespace kluis
