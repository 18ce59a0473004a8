#include "sync/enrol/enrol.h"

#include <algorithm>
#include <utility>

#include "proto/limits.h"
#include "sync/enrol/words.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/cpace.h"
#include "vault/crypto/hash.h"
#include "vault/law/rules.h"

namespace kluis {
namespace {

using EnrolKey = Secret<struct EnrolKeyPurpose>;  // of one run; both sides' messages come from it
using MailKey = Secret<struct MailKeyPurpose>;

constexpr std::string_view kGriffier = "griffier";
constexpr std::string_view kJoiner = "joiner";

struct RunContext {
  Bytes channel;
  Bytes griffier_data;
  Bytes joiner_data;

  RunContext(const RaadId& raad, const RelayKey& relay) {
    channel = to_bytes(as_bytes("raadkluis/v1/enrol"));
    append(channel, raad.view());
    append(channel, relay.view());
    griffier_data = to_bytes(as_bytes(kGriffier));
    joiner_data = to_bytes(as_bytes(kJoiner));
  }

  [[nodiscard]] CpaceTranscript transcript(const CpaceShare& griffier,
                                           const CpaceShare& joiner) const {
    return {griffier, griffier_data, joiner, joiner_data};
  }
};

EnrolKey enrol_key(const CpaceKey& shared) {
  return EnrolKey::made_by(
      [&](MutableByteView cell) { hash_into(cell, "enrol-key", {shared.expose()}); });
}

CpaceMac confirmation(const EnrolKey& key, std::string_view role) {
  return derive_public<CpaceMac>(key, "enrol-confirm", {as_bytes(role)});
}

bool confirms(const EnrolKey& key, std::string_view role, const CpaceMac& claimed) {
  using Mac = Secret<struct MacPurpose>;
  return Mac::copy_of(claimed.bytes).equals(Mac::copy_of(confirmation(key, role).bytes));
}

Bytes seal_mail(const EnrolKey& key, std::string_view role, ByteView plain) {
  const auto mail_key = derive<MailKey>(key, "enrol-mail", {as_bytes(role)});
  return aead_seal(mail_key, AeadNonce{}, as_bytes(role), plain);
}

Result<SecretBuffer> open_mail(const EnrolKey& key, std::string_view role, ByteView sealed) {
  const auto mail_key = derive<MailKey>(key, "enrol-mail", {as_bytes(role)});
  return aead_open(mail_key, AeadNonce{}, as_bytes(role), sealed);
}

std::string cpace_name(const MailboxId& mailbox) {
  return "cpace/" + mailbox.hex();
}
std::string enrol_name(const MailboxId& mailbox) {
  return "enrol/" + mailbox.hex();
}

Status check_invitable(Device& device, const InviteOptions& options) {
  if (!device.is_officer()) return refuse("officer.required", "V3.1");
  KLUIS_TRY(may, device.may_write());
  if (!may) return broken("device.clone");
  const RollState& roll = device.roll();
  if (options.person) {
    const Person* person = roll.person(*options.person);
    if (person == nullptr) return fail(ErrorKind::no_access, "person.unknown");
    return person->removed ? Status(refuse("person.removed", "V2.4")) : Status();
  }
  for (const Capacity capacity : options.capacities) {
    if (capacity == Capacity::griffier) return refuse("capacity.needs_decree", "V3.1");
    if (is_quorum_capacity(capacity) && roll.founding_over()) {
      return refuse("capacity.needs_decree", "V2.2");
    }
  }
  return {};
}

}  // namespace

Result<NewInvitation> invite(Device& device, const InviteOptions& options) {
  KLUIS_CHECK(check_invitable(device, options));
  KLUIS_TRY(relay, device.relay());
  std::array<std::uint8_t, kCodeWords * kWordBits / 8> code_bits{};
  device.entropy().fill(code_bits);
  NewInvitation result;
  result.code = words_from_bits(code_bits, kCodeWords);
  wipe(code_bits);
  Invitation& invitation = result.invitation;
  invitation.mailbox = random_id<MailboxId>(device.entropy());
  invitation.session = random_id<CpaceSession>(device.entropy());
  invitation.person = options.person ? *options.person : random_id<PersonId>(device.entropy());
  invitation.person_name =
      options.person ? device.roll().person(*options.person)->name : options.person_name;
  invitation.capacities = options.capacities;
  invitation.custody = options.custody;
  invitation.expires_unix_ms = device.clock().now().value + kMailboxMs;
  const RunContext context(device.roll().raad(), relay.key);
  const CpaceScalar scalar = draw_cpace_scalar(device.entropy());
  const CpaceShare share =
      cpace_share(scalar, as_bytes(result.code), {context.channel, invitation.session.view()});
  invitation.message = encode(InviteMessage{share});
  result.link = {relay.address, relay.key, invitation.mailbox, invitation.session,
                 device.roll().raad()};
  DeviceRows& rows = device.rows();
  KLUIS_CHECK(rows.store().transact([&]() -> Status {
    KLUIS_CHECK(rows.set_secret(cpace_name(invitation.mailbox), scalar.expose()));
    return rows.put(invitation);
  }));
  return result;
}

Status cancel_invitation(Device& device, const MailboxId& mailbox) {
  KLUIS_TRY(invitations, device.rows().invitations());
  for (Invitation& invitation : invitations) {
    if (invitation.mailbox != mailbox || invitation.state != InvitationState::posted) continue;
    invitation.state = InvitationState::cancelled;
    return device.rows().store().transact([&]() -> Status {
      KLUIS_CHECK(device.rows().clear_secret(cpace_name(mailbox)));
      return device.rows().put(invitation);
    });
  }
  return fail(ErrorKind::no_access, "invitation.unknown");
}

namespace {

struct OpenedReply {
  JoinRequest request;
  EnrolKey key;
};

Result<OpenedReply> open_reply(Device& device, const Invitation& invitation, ByteView message) {
  KLUIS_TRY(reply, decode_join_message(message));
  KLUIS_TRY(own, decode_invite_message(invitation.message));
  KLUIS_TRY(scalar, device.rows().secret<CpaceScalar>(cpace_name(invitation.mailbox)));
  KLUIS_TRY(relay, device.relay());
  if (!scalar) return broken("store.damaged");
  const RunContext context(device.roll().raad(), relay.key);
  KLUIS_TRY(shared, cpace_key(*scalar, CpaceRole::initiator, invitation.session.view(),
                              context.transcript(own.share, reply.share)));
  EnrolKey key = enrol_key(shared);
  if (!confirms(key, kJoiner, reply.confirmation)) return broken("join.wrong_code");
  KLUIS_TRY(plain, open_mail(key, kJoiner, reply.sealed));
  KLUIS_TRY(request, decode_join_request(plain.expose()));
  return OpenedReply{std::move(request), std::move(key)};
}

Certificate certificate_for(const Device& device, const Invitation& invitation,
                            const JoinRequest& request, bool& founds_second_place) {
  Certificate certificate;
  certificate.person = invitation.person;
  certificate.person_name = invitation.person_name;
  const bool new_person = device.roll().person(invitation.person) == nullptr;
  for (const Capacity capacity : invitation.capacities) {
    // The second place is given by the one founding act, not by a certificate.
    if (new_person && is_quorum_capacity(capacity)) {
      founds_second_place = true;
    } else {
      certificate.capacities.push_back(capacity);
    }
  }
  certificate.device = request.device;
  certificate.device_name = request.device_name;
  certificate.leaf = request.leaf;
  certificate.officer_key = request.officer_key;
  certificate.custody = invitation.custody;
  return certificate;
}

}  // namespace

Status take_reply(Device& device, Invitation invitation, const std::vector<Bytes>& messages) {
  if (invitation.state != InvitationState::posted || messages.size() < 2) return {};
  DeviceRows& rows = device.rows();
  invitation.reply = messages[1];
  auto opened = open_reply(device, invitation, messages[1]);
  if (!opened) {
    if (opened.error().kind == ErrorKind::disk) return tl::unexpected<Error>(opened.error());
    invitation.state = InvitationState::burnt;
    return rows.store().transact([&]() -> Status {
      KLUIS_CHECK(rows.clear_secret(cpace_name(invitation.mailbox)));
      KLUIS_CHECK(rows.put(invitation));
      return device.raise_alarm("wrong-guess", invitation.mailbox.hex(), {invitation.person_name});
    });
  }
  EnrolIntent wish;
  wish.mailbox = invitation.mailbox;
  wish.certificate = certificate_for(device, invitation, opened->request, wish.found_second_place);
  invitation.state = InvitationState::admitted;
  return rows.store().transact([&]() -> Status {
    KLUIS_CHECK(rows.clear_secret(cpace_name(invitation.mailbox)));
    KLUIS_CHECK(rows.set_secret(enrol_name(invitation.mailbox), opened->key.expose()));
    KLUIS_CHECK(
        rows.set_local("enrolled/" + invitation.mailbox.hex(), opened->request.device.view()));
    KLUIS_CHECK(rows.put(invitation));
    return device.wish(std::move(wish));
  });
}

Result<std::optional<Bytes>> make_answer(Device& device, const Invitation& invitation) {
  if (invitation.state != InvitationState::admitted) return std::optional<Bytes>();
  DeviceRows& rows = device.rows();
  KLUIS_TRY(device_row, rows.local("enrolled/" + invitation.mailbox.hex()));
  const auto joiner = device_row ? DeviceId::from(*device_row) : std::nullopt;
  if (!joiner) return broken("store.damaged");
  const EnrolledDevice* enrolled = device.roll().device(*joiner);
  if (enrolled == nullptr || !enrolled->active()) return std::optional<Bytes>();
  KLUIS_TRY(key, rows.secret<EnrolKey>(enrol_name(invitation.mailbox)));
  if (!key) return broken("store.damaged");
  KLUIS_TRY(answer, device.answer_for(*joiner, enrolled->first_leaf));
  AdmitMessage message;
  message.confirmation = confirmation(*key, kGriffier);
  message.sealed = seal_mail(*key, kGriffier, encode(answer));
  return std::optional<Bytes>(encode(message));
}

Status answer_posted(Device& device, Invitation invitation) {
  invitation.state = InvitationState::answered;
  return device.rows().store().transact([&]() -> Status {
    KLUIS_CHECK(device.rows().clear_secret(enrol_name(invitation.mailbox)));
    return device.rows().put(invitation);
  });
}

namespace {

// The code as both sides feed it to CPace: whole words, lower case, one space between them.
Result<std::string> canonical_code(std::string_view code) {
  auto bits = bits_from_words(code, kCodeWords);
  if (!bits) return fail(ErrorKind::usage, "code.malformed");
  std::string words = words_from_bits(*bits, kCodeWords);
  wipe(*bits);
  return words;
}

}  // namespace

Status begin_joining(const Device::Surroundings& around, const Link& link, std::string_view code,
                     ByteView invite_message, const std::string& device_name) {
  KLUIS_TRY(words, canonical_code(code));
  KLUIS_TRY(invite_content, decode_invite_message(invite_message));
  const RunContext context(link.raad, link.relay_key);
  const CpaceScalar scalar = draw_cpace_scalar(around.entropy);
  const CpaceShare share =
      cpace_share(scalar, as_bytes(words), {context.channel, link.session.view()});
  KLUIS_TRY(shared, cpace_key(scalar, CpaceRole::responder, link.session.view(),
                              context.transcript(invite_content.share, share)));
  const EnrolKey key = enrol_key(shared);
  DeviceRows rows(around.store);
  return around.store.transact([&]() -> Status {
    KLUIS_TRY(request,
              Device::begin_join(around, device_name, {link.relay_address, link.relay_key}));
    JoinMessage message;
    message.share = share;
    message.confirmation = confirmation(key, kJoiner);
    message.sealed = seal_mail(key, kJoiner, encode(request));
    Invitation invitation;
    invitation.mailbox = link.mailbox;
    invitation.state = InvitationState::joining;
    invitation.session = link.session;
    invitation.raad = link.raad;
    invitation.message = encode(message);
    invitation.expires_unix_ms = around.clock.now().value + kMailboxMs;
    KLUIS_CHECK(rows.set_secret(enrol_name(link.mailbox), key.expose()));
    return rows.put(invitation);
  });
}

Status finish_joining(const Device::Surroundings& around, const Invitation& invitation,
                      ByteView answer_message) {
  DeviceRows rows(around.store);
  KLUIS_TRY(message, decode_admit_message(answer_message));
  KLUIS_TRY(key, rows.secret<EnrolKey>(enrol_name(invitation.mailbox)));
  if (!key) return broken("store.damaged");
  if (!confirms(*key, kGriffier, message.confirmation)) return broken("join.wrong_code");
  KLUIS_TRY(plain, open_mail(*key, kGriffier, message.sealed));
  KLUIS_TRY(answer, decode_join_answer(plain.expose()));
  return around.store.transact([&]() -> Status {
    KLUIS_CHECK(Device::finish_join(around, invitation.raad, answer));
    KLUIS_CHECK(rows.clear_secret(enrol_name(invitation.mailbox)));
    Invitation done = invitation;
    done.state = InvitationState::answered;
    return rows.put(done);
  });
}

}  // namespace kluis
