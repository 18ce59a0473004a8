#include "proto/codec.h"
#include "proto/record.h"
#include "proto/schema/body.capnp.h"

namespace kluis::schema {

using namespace codec;

static void write(CircleInfo::Builder root, const kluis::CircleInfo& value) {
  root.setDossier(as_data(value.dossier));
  put_text(value.title, [&](auto title) { root.setTitle(title); });
  root.setKind(number(value.kind));
  root.setReaderClass(number(value.reader_class));
  put_data(value.burgemeester, [&](auto person) { root.setBurgemeester(person); });
}

static kluis::CircleInfo read(CircleInfo::Reader root) {
  kluis::CircleInfo value;
  get(root.getDossier(), value.dossier);
  get(root.getTitle(), value.title, kTitleBytesMax);
  get(root.getKind(), value.kind, DossierKind::herbenoeming);
  get(root.getReaderClass(), value.reader_class, ReaderClass::chosen);
  get(root.getBurgemeester(), value.burgemeester);
  return value;
}

static void write(Admit::Builder root, const kluis::Admit& value) {
  root.setPerson(as_data(value.person));
  root.setRole(number(value.role));
  put_all(value.devices, [&](auto size) { return root.initDevices(size); });
}

static kluis::Admit read(Admit::Reader root) {
  kluis::Admit value;
  get(root.getPerson(), value.person);
  get(root.getRole(), value.role, DossierRole::burgemeester);
  get_distinct(root.getDevices(), value.devices, kBoxesMax);
  return value;
}

static void write(WithdrawGrant::Builder root, const kluis::WithdrawGrant& value) {
  root.setPerson(as_data(value.person));
}

static kluis::WithdrawGrant read(WithdrawGrant::Reader root) {
  kluis::WithdrawGrant value;
  get(root.getPerson(), value.person);
  return value;
}

static void write(Stuk::Builder root, const kluis::Stuk& value) {
  root.setStuk(as_data(value.stuk));
  put_text(value.title, [&](auto title) { root.setTitle(title); });
  put_text(value.type, [&](auto type) { root.setType(type); });
}

static kluis::Stuk read(Stuk::Reader root) {
  kluis::Stuk value;
  get(root.getStuk(), value.stuk);
  get(root.getTitle(), value.title, kTitleBytesMax);
  get(root.getType(), value.type, kCodeBytesMax);
  return value;
}

static void write(Version::Builder root, const kluis::Version& value) {
  root.setStuk(as_data(value.stuk));
  root.setNumber(value.number);
  root.setStatus(number(value.status));
  put_text(value.file_name, [&](auto name) { root.setFileName(name); });
  root.setSizeBytes(value.size_bytes);
  root.setSealedBytes(value.sealed_bytes);
  root.setBlob(as_data(value.blob));
  root.setKey(as_data(value.key));
}

static kluis::Version read(Version::Reader root) {
  kluis::Version value;
  get(root.getStuk(), value.stuk);
  value.number = root.getNumber();
  get(root.getStatus(), value.status, StukStatus::vastgesteld);
  get(root.getFileName(), value.file_name, kNameBytesMax);
  value.size_bytes = root.getSizeBytes();
  require(value.size_bytes <= kDocumentBytesMax);
  value.sealed_bytes = root.getSealedBytes();
  require(value.sealed_bytes <= kSealedDocumentBytesMax);
  get(root.getBlob(), value.blob);
  get(root.getKey(), value.key);
  return value;
}

static void write(Note::Builder root, const kluis::Note& value) {
  root.setStuk(as_data(value.stuk));
  root.setVersion(value.version);
  put_text(value.text, [&](auto text) { root.setText(text); });
}

static kluis::Note read(Note::Reader root) {
  kluis::Note value;
  get(root.getStuk(), value.stuk);
  value.version = root.getVersion();
  get(root.getText(), value.text, kTextBytesMax);
  return value;
}

static void write(VersionSignature::Builder root, const kluis::VersionSignature& value) {
  root.setStuk(as_data(value.stuk));
  root.setVersion(value.version);
  root.setVersionRecord(as_data(value.version_record));
}

static kluis::VersionSignature read(VersionSignature::Reader root) {
  kluis::VersionSignature value;
  get(root.getStuk(), value.stuk);
  value.version = root.getVersion();
  get(root.getVersionRecord(), value.version_record);
  return value;
}

static void write(Carry::Builder root, const kluis::Carry& value) {
  root.setSource(as_data(value.source));
  root.setOriginal(as_data(value.original));
  put_data(value.record_bytes, [&](auto bytes) { root.setRecordBytes(bytes); });
  root.setRecordSignature(as_data(value.record_signature));
}

static kluis::Carry read(Carry::Reader root) {
  kluis::Carry value;
  get(root.getSource(), value.source);
  get(root.getOriginal(), value.original);
  get(root.getRecordBytes(), value.record_bytes, kRecordBytesMax);
  get(root.getRecordSignature(), value.record_signature);
  return value;
}

static void write(Refuse::Builder root, const kluis::Refuse& value) {
  root.setRecord(as_data(value.record));
  root.setAuthor(as_data(value.author));
}

static kluis::Refuse read(Refuse::Reader root) {
  kluis::Refuse value;
  get(root.getRecord(), value.record);
  get(root.getAuthor(), value.author);
  return value;
}

static void write(JournalEntry::Builder root, const kluis::JournalEntry& value) {
  put_text(value.act, [&](auto act) { root.setAct(act); });
  root.setStuk(as_data(value.stuk));
  root.setVersion(value.version);
  put_text(value.article, [&](auto article) { root.setArticle(article); });
}

static kluis::JournalEntry read(JournalEntry::Reader root) {
  kluis::JournalEntry value;
  get(root.getAct(), value.act, kCodeBytesMax);
  get(root.getStuk(), value.stuk);
  value.version = root.getVersion();
  get(root.getArticle(), value.article, kCodeBytesMax);
  return value;
}

static void write(Dropped::Builder root, const kluis::Dropped& value) {
  put_list(
      value.gaps, [&](auto count) { return root.initGaps(count); },
      [](auto target, const kluis::Gap& gap) {
        target.setSequence(gap.sequence);
        target.setRecord(as_data(gap.record));
      });
}

static kluis::Dropped read(Dropped::Reader root) {
  kluis::Dropped value;
  get_list(root.getGaps(), value.gaps, kDecreeRecordsMax, [](auto source) {
    kluis::Gap gap;
    gap.sequence = count(source.getSequence());
    get(source.getRecord(), gap.record);
    require(gap.sequence > 0);
    return gap;
  });
  require(!value.gaps.empty());
  require_increasing(value.gaps, &kluis::Gap::sequence);
  return value;
}

}  // namespace kluis::schema

namespace kluis {

using codec::decoded;
using codec::encoded;

namespace {

// The body of `adopt` is written as that of `signature`: the kind tells them apart.
VersionSignature as_signature(const Adopt& body) {
  return {body.stuk, body.version, body.version_record};
}
Adopt as_adopt(const VersionSignature& body) {
  return {body.stuk, body.version, body.version_record};
}

template <typename Schema>
Result<CircleBody> circle_body(ByteView body) {
  return decoded<Schema>(body, kRecordBytesMax).map([](auto&& value) {
    return CircleBody(std::forward<decltype(value)>(value));
  });
}

}  // namespace

Bytes encode(const CircleInfo& body) {
  return encoded<schema::CircleInfo>(body);
}
Bytes encode(const Admit& body) {
  return encoded<schema::Admit>(body);
}
Bytes encode(const WithdrawGrant& body) {
  return encoded<schema::WithdrawGrant>(body);
}
Bytes encode(const Stuk& body) {
  return encoded<schema::Stuk>(body);
}
Bytes encode(const Version& body) {
  return encoded<schema::Version>(body);
}
Bytes encode(const Note& body) {
  return encoded<schema::Note>(body);
}
Bytes encode(const VersionSignature& body) {
  return encoded<schema::VersionSignature>(body);
}
Bytes encode(const Adopt& body) {
  return encode(as_signature(body));
}
Bytes encode(const Carry& body) {
  return encoded<schema::Carry>(body);
}
Bytes encode(const Refuse& body) {
  return encoded<schema::Refuse>(body);
}
Bytes encode(const JournalEntry& body) {
  return encoded<schema::JournalEntry>(body);
}

Bytes encode(const Dropped& body) {
  return encoded<schema::Dropped>(body);
}

Result<CircleBody> decode_circle_body(RecordKind kind, ByteView body) {
  switch (kind) {
    case RecordKind::circle_info:
      return circle_body<schema::CircleInfo>(body);
    case RecordKind::admit:
      return circle_body<schema::Admit>(body);
    case RecordKind::withdraw_grant:
      return circle_body<schema::WithdrawGrant>(body);
    case RecordKind::stuk:
      return circle_body<schema::Stuk>(body);
    case RecordKind::version:
      return circle_body<schema::Version>(body);
    case RecordKind::note:
      return circle_body<schema::Note>(body);
    case RecordKind::signature:
      return circle_body<schema::VersionSignature>(body);
    case RecordKind::adopt:
      return decoded<schema::VersionSignature>(body, kRecordBytesMax).map([](const auto& value) {
        return CircleBody(as_adopt(value));
      });
    case RecordKind::carry:
      return circle_body<schema::Carry>(body);
    case RecordKind::refuse:
      return circle_body<schema::Refuse>(body);
    case RecordKind::journal:
      return circle_body<schema::JournalEntry>(body);
    case RecordKind::dropped:
      return circle_body<schema::Dropped>(body);
    default:
      return broken(codec::kUnknownKind);
  }
}

}  // namespace kluis
