#include "proto/codec_parts.h"
#include "proto/decree.h"
#include "proto/schema/decree.capnp.h"

namespace kluis::schema {

using namespace codec;

// A decree destroys or concerns a person, and never says anything of the other.
static void require_fields_of_kind(const kluis::Decree& value) {
  const bool destroys =
      value.kind == DecreeKind::destroy_dossier || value.kind == DecreeKind::destroy_stuk;
  const bool one_stuk = value.kind == DecreeKind::destroy_stuk;
  require(destroys != value.dossier.is_zero());
  require(destroys != value.circles.empty());
  require(one_stuk == value.stuk.has_value());
  require(one_stuk != value.records.empty());
  require(destroys || value.covers.empty());
  require(destroys != value.person.has_value());
  require(destroys == value.capacities.empty());
  require(value.kind == DecreeKind::appoint || !value.speaking_device);
}

static void write(Decree::Builder root, const kluis::Decree& value) {
  root.setKind(number(value.kind));
  root.setNotBeforeUnixMs(value.not_before_unix_ms);
  root.setRaad(as_data(value.raad));
  put_text(value.ground, [&](auto ground) { root.setGround(ground); });
  root.setDossier(as_data(value.dossier));
  put_data(value.stuk, [&](auto stuk) { root.setStuk(stuk); });
  put_all(value.circles, [&](auto size) { return root.initCircles(size); });
  put_all(value.records, [&](auto size) { return root.initRecords(size); });
  put_list(
      value.covers, [&](auto count) { return root.initCovers(count); },
      [](auto target, const kluis::Covered& covered) {
        target.setYear(covered.year);
        target.setCount(covered.count);
        put_text(covered.type, [&](auto type) { target.setType(type); });
      });
  put_data(value.person, [&](auto person) { root.setPerson(person); });
  put_capacities(value.capacities, [&](auto count) { return root.initCapacities(count); });
  put_data(value.speaking_device, [&](auto device) { root.setSpeakingDevice(device); });
}

static kluis::Decree read(Decree::Reader root) {
  kluis::Decree value;
  get(root.getKind(), value.kind, DecreeKind::discharge);
  value.not_before_unix_ms = root.getNotBeforeUnixMs();
  require(value.not_before_unix_ms >= 0 && value.not_before_unix_ms <= kTimeMsMax);
  get(root.getRaad(), value.raad);
  get(root.getGround(), value.ground, kTitleBytesMax);
  get(root.getDossier(), value.dossier);
  get(root.getStuk(), value.stuk);
  get_sorted(root.getCircles(), value.circles, kDecreeCirclesMax);
  get_sorted(root.getRecords(), value.records, kDecreeRecordsMax);
  get_list(root.getCovers(), value.covers, kDecreeCirclesMax, [](auto source) {
    kluis::Covered covered;
    covered.year = source.getYear();
    covered.count = source.getCount();
    get(source.getType(), covered.type, kCodeBytesMax);
    return covered;
  });
  get(root.getPerson(), value.person);
  value.capacities = read_capacities(root.getCapacities());
  get(root.getSpeakingDevice(), value.speaking_device);
  require_fields_of_kind(value);
  return value;
}

static void write(Approval::Builder root, const kluis::Approval& value) {
  root.setDecree(as_data(value.decree));
}

static kluis::Approval read(Approval::Reader root) {
  kluis::Approval value;
  get(root.getDecree(), value.decree);
  return value;
}

static void write(Confirmation::Builder root, const kluis::Confirmation& value) {
  root.setDecree(as_data(value.decree));
  root.setGeneration(value.generation);
  put_all(value.also_boxed, [&](auto size) { return root.initAlsoBoxed(size); });
}

static kluis::Confirmation read(Confirmation::Reader root) {
  kluis::Confirmation value;
  get(root.getDecree(), value.decree);
  value.generation = count(root.getGeneration());
  get_distinct(root.getAlsoBoxed(), value.also_boxed, kBoxesMax);
  return value;
}

static void write(Event::Builder root, const kluis::Event& value) {
  put_text(value.code, [&](auto code) { root.setCode(code); });
  root.setPerson(as_data(value.person));
  put_text(value.date, [&](auto date) { root.setDate(date); });
}

static kluis::Event read(Event::Reader root) {
  kluis::Event value;
  get(root.getCode(), value.code, kCodeBytesMax);
  get(root.getPerson(), value.person);
  get(root.getDate(), value.date, kCodeBytesMax);
  return value;
}

}  // namespace kluis::schema

namespace kluis {

using codec::decoded;
using codec::encoded;

Bytes encode(const Decree& body) {
  return encoded<schema::Decree>(body);
}
Bytes encode(const Approval& body) {
  return encoded<schema::Approval>(body);
}
Bytes encode(const Confirmation& body) {
  return encoded<schema::Confirmation>(body);
}
Bytes encode(const Event& body) {
  return encoded<schema::Event>(body);
}

Result<Decree> decode_decree(ByteView body) {
  return decoded<schema::Decree>(body, kRecordBytesMax);
}
Result<Approval> decode_approval(ByteView body) {
  return decoded<schema::Approval>(body, kRecordBytesMax);
}
Result<Confirmation> decode_confirmation(ByteView body) {
  return decoded<schema::Confirmation>(body, kRecordBytesMax);
}
Result<Event> decode_event(ByteView body) {
  return decoded<schema::Event>(body, kRecordBytesMax);
}

}  // namespace kluis
