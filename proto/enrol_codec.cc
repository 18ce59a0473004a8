#include "proto/base64url.h"
#include "proto/codec_parts.h"
#include "proto/enrol.h"
#include "proto/schema/enrol.capnp.h"

namespace kluis::schema {

using namespace codec;

static void write(Link::Builder root, const kluis::Link& value) {
  root.setSuite(kSuite);
  put_text(value.relay_address, [&](auto address) { root.setRelayAddress(address); });
  root.setRelayKey(as_data(value.relay_key));
  root.setMailbox(as_data(value.mailbox));
  root.setSession(as_data(value.session));
  root.setRaad(as_data(value.raad));
}

static kluis::Link read(Link::Reader root) {
  require_suite(root.getSuite());
  kluis::Link value;
  get(root.getRelayAddress(), value.relay_address, kAddressBytesMax);
  get(root.getRelayKey(), value.relay_key);
  get(root.getMailbox(), value.mailbox);
  get(root.getSession(), value.session);
  get(root.getRaad(), value.raad);
  return value;
}

static void write(InviteMessage::Builder root, const kluis::InviteMessage& value) {
  root.setSuite(kSuite);
  root.setShare(as_data(value.share));
}

static kluis::InviteMessage read(InviteMessage::Reader root) {
  require_suite(root.getSuite());
  kluis::InviteMessage value;
  get(root.getShare(), value.share);
  return value;
}

static void write(JoinMessage::Builder root, const kluis::JoinMessage& value) {
  root.setSuite(kSuite);
  root.setShare(as_data(value.share));
  root.setConfirmation(as_data(value.confirmation));
  put_data(value.sealed, [&](auto sealed) { root.setSealed(sealed); });
}

static kluis::JoinMessage read(JoinMessage::Reader root) {
  require_suite(root.getSuite());
  kluis::JoinMessage value;
  get(root.getShare(), value.share);
  get(root.getConfirmation(), value.confirmation);
  get(root.getSealed(), value.sealed, kMailBytesMax);
  return value;
}

static void write(AdmitMessage::Builder root, const kluis::AdmitMessage& value) {
  root.setSuite(kSuite);
  root.setConfirmation(as_data(value.confirmation));
  put_data(value.sealed, [&](auto sealed) { root.setSealed(sealed); });
}

static kluis::AdmitMessage read(AdmitMessage::Reader root) {
  require_suite(root.getSuite());
  kluis::AdmitMessage value;
  get(root.getConfirmation(), value.confirmation);
  get(root.getSealed(), value.sealed, kMailBytesMax);
  return value;
}

static void write(JoinRequest::Builder root, const kluis::JoinRequest& value) {
  root.setSuite(kSuite);
  root.setDevice(as_data(value.device));
  put_text(value.device_name, [&](auto name) { root.setDeviceName(name); });
  root.setOfficerKey(as_data(value.officer_key));
  write(root.initLeaf(), value.leaf);
}

static kluis::JoinRequest read(JoinRequest::Reader root) {
  require_suite(root.getSuite());
  kluis::JoinRequest value;
  get(root.getDevice(), value.device);
  get(root.getDeviceName(), value.device_name, kNameBytesMax);
  get(root.getOfficerKey(), value.officer_key);
  value.leaf = read(root.getLeaf());
  return value;
}

static void write(JoinAnswer::Builder root, const kluis::JoinAnswer& value) {
  root.setSuite(kSuite);
  write(root.initGenesis(), value.genesis);
  write(root.initRollHead(), value.roll_head);
  root.setPerson(as_data(value.person));
  put_capacities(value.capacities, [&](auto count) { return root.initCapacities(count); });
  write(root.initRollWelcome(), value.roll_welcome);
}

static kluis::JoinAnswer read(JoinAnswer::Reader root) {
  require_suite(root.getSuite());
  kluis::JoinAnswer value;
  value.genesis = read(root.getGenesis());
  value.roll_head = read(root.getRollHead());
  get(root.getPerson(), value.person);
  value.capacities = read_capacities(root.getCapacities());
  value.roll_welcome = read(root.getRollWelcome());
  return value;
}

}  // namespace kluis::schema

namespace kluis {
namespace {

using codec::decoded;
using codec::encoded;

constexpr std::string_view kLinkPrefix = "raadkluis:";
constexpr std::size_t kLinkBytesMax = 1024;

Result<Link> decode_link(ByteView bytes) {
  return codec::decode_root<schema::Link>(
      bytes, kLinkBytesMax, [](auto root) { return read(root); },
      [](const Link& link) { return encoded<schema::Link>(link); });
}

}  // namespace

std::string link_text(const Link& link) {
  return std::string(kLinkPrefix) + to_base64url(encoded<schema::Link>(link));
}

Result<Link> parse_link(std::string_view text) {
  const auto refused = [] { return fail(ErrorKind::usage, "link.malformed"); };
  if (!text.starts_with(kLinkPrefix)) return refused();
  const auto bytes = from_base64url(text.substr(kLinkPrefix.size()), kLinkBytesMax);
  if (!bytes) return refused();
  auto link = decode_link(*bytes);
  if (!link) return refused();
  return link;
}

Bytes encode(const InviteMessage& message) {
  return encoded<schema::InviteMessage>(message);
}
Result<InviteMessage> decode_invite_message(ByteView bytes) {
  return decoded<schema::InviteMessage>(bytes, kMailBytesMax);
}

Bytes encode(const JoinMessage& message) {
  return encoded<schema::JoinMessage>(message);
}
Result<JoinMessage> decode_join_message(ByteView bytes) {
  return decoded<schema::JoinMessage>(bytes, kMailBytesMax);
}

Bytes encode(const AdmitMessage& message) {
  return encoded<schema::AdmitMessage>(message);
}
Result<AdmitMessage> decode_admit_message(ByteView bytes) {
  return decoded<schema::AdmitMessage>(bytes, kMailBytesMax);
}

Bytes encode(const JoinRequest& request) {
  return encoded<schema::JoinRequest>(request);
}
Result<JoinRequest> decode_join_request(ByteView bytes) {
  return decoded<schema::JoinRequest>(bytes, kMailBytesMax);
}

Bytes encode(const JoinAnswer& answer) {
  return encoded<schema::JoinAnswer>(answer);
}
Result<JoinAnswer> decode_join_answer(ByteView bytes) {
  return decoded<schema::JoinAnswer>(bytes, kMailBytesMax);
}

}  // namespace kluis
