#include "proto/codec_parts.h"
#include "proto/declaration.h"
#include "proto/schema/declaration.capnp.h"

namespace kluis::schema {

using namespace codec;

template <typename Init>
static void put_records(const std::vector<kluis::SignedRecord>& records, Init init) {
  put_list(records, init,
           [](auto target, const kluis::SignedRecord& record) { write(target, record); });
}

static void get_records(capnp::List<SignedRecord>::Reader source,
                        std::vector<kluis::SignedRecord>& target, std::size_t count_max) {
  get_list(source, target, count_max, [](auto record) { return read(record); });
}

static void write(ErasureReceipt::Builder root, const kluis::ErasureReceipt& value) {
  write(root.initCommit(), value.commit);
  write(root.initReceipt(), value.receipt);
}

static kluis::ErasureReceipt read(ErasureReceipt::Reader root) {
  kluis::ErasureReceipt value;
  value.commit = read_signed_commit(root.getCommit());
  value.receipt = read(root.getReceipt());
  return value;
}

static void write(Declaration::Builder root, const kluis::Declaration& value) {
  root.setSuite(kSuite);
  root.setMadeUnixMs(value.made_unix_ms);
  root.setDecree(as_data(value.decree));
  put_records(value.acts, [&](auto count) { return root.initActs(count); });
  put_records(value.confirmations, [&](auto count) { return root.initConfirmations(count); });
  put_records(value.leavings, [&](auto count) { return root.initLeavings(count); });
  if (value.receipt) write(root.initReceipt(), *value.receipt);
  if (!value.exceptions.empty()) {
    auto target = root.initExceptions(static_cast<unsigned int>(value.exceptions.size()));
    for (unsigned int index = 0; index < target.size(); ++index) {
      put_text(value.exceptions[index], [&](auto text) { target.set(index, text); });
    }
  }
  put_text(value.place, [&](auto place) { root.setPlace(place); });
  put_text(value.software_version, [&](auto version) { root.setSoftwareVersion(version); });
  put_data(value.pdf, [&](auto hash) { root.setPdf(hash); });
}

static kluis::Declaration read(Declaration::Reader root) {
  require_suite(root.getSuite());
  kluis::Declaration value;
  value.made_unix_ms = moment(root.getMadeUnixMs());
  get(root.getDecree(), value.decree);
  get_records(root.getActs(), value.acts, kDeclarationActsMax);
  get_records(root.getConfirmations(), value.confirmations, kBoxesMax);
  get_records(root.getLeavings(), value.leavings, kBoxesMax);
  if (root.hasReceipt()) value.receipt = read(root.getReceipt());
  get_list(root.getExceptions(), value.exceptions, kDeclarationExceptionsMax, [](auto source) {
    std::string text;
    get(source, text, kTitleBytesMax);
    require(!text.empty());
    return text;
  });
  get(root.getPlace(), value.place, kNameBytesMax);
  get(root.getSoftwareVersion(), value.software_version, kCodeBytesMax);
  get(root.getPdf(), value.pdf);
  return value;
}

static void write(SignedDeclaration::Builder root, const kluis::SignedDeclaration& value) {
  put_data(value.bytes, [&](auto bytes) { root.setBytes(bytes); });
  root.setSigner(as_data(value.signer));
  root.setSignature(as_data(value.signature));
}

static kluis::SignedDeclaration read(SignedDeclaration::Reader root) {
  kluis::SignedDeclaration value;
  get(root.getBytes(), value.bytes, kDeclarationBytesMax);
  get(root.getSigner(), value.signer);
  get(root.getSignature(), value.signature);
  return value;
}

}  // namespace kluis::schema

namespace kluis {

using codec::decoded;
using codec::encoded;

Bytes encode(const Declaration& declaration) {
  return encoded<schema::Declaration>(declaration);
}
Bytes encode(const SignedDeclaration& declaration) {
  return encoded<schema::SignedDeclaration>(declaration);
}
Result<Declaration> decode_declaration(ByteView bytes) {
  return decoded<schema::Declaration>(bytes, kDeclarationBytesMax);
}
Result<SignedDeclaration> decode_signed_declaration(ByteView bytes) {
  return decoded<schema::SignedDeclaration>(bytes, kDeclarationBytesMax + kWrapperBytesMax);
}

}  // namespace kluis
