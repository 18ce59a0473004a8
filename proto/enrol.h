#pragma once

#include <string>
#include <vector>

#include "proto/bytes.h"
#include "proto/epoch.h"
#include "proto/ids.h"
#include "proto/record.h"
#include "proto/result.h"

// Enrolment: the link, and the three messages in a mailbox. Format: proto/FORMAT.md, "Enrolment".
namespace kluis {

using CpaceShare = FixedBytes<struct CpaceShareTag, 32>;
using CpaceSession = FixedBytes<struct CpaceSessionTag, 16>;  // sid, random
using CpaceMac = FixedBytes<struct CpaceMacTag, 32>;          // key confirmation

// Nothing in it is secret. As text: "raadkluis:" ‖ base64url, no padding, of the encoding.
struct Link {
  std::string relay_address;  // host:port
  RelayKey relay_key;
  MailboxId mailbox;
  CpaceSession session;
  RaadId raad;
};

struct InviteMessage {  // message 0, griffier
  CpaceShare share;
};
struct JoinMessage {  // message 1, joiner; the first burns the code, right or wrong
  CpaceShare share;
  CpaceMac confirmation;
  Bytes sealed;  // AEAD(K, JoinRequest)
};
struct AdmitMessage {  // message 2, griffier
  CpaceMac confirmation;
  Bytes sealed;  // AEAD(K, JoinAnswer)
};

struct JoinRequest {
  DeviceId device;
  std::string device_name;
  OfficerKey officer_key;  // drawn by every device; means nothing until its person is an officer
  SignedCell leaf;         // counter 0; its circle is zero: the joiner does not know the roll yet
};
struct JoinAnswer {
  SignedRecord genesis;
  RollPosition roll_head;
  PersonId person;
  std::vector<Capacity> capacities;
  Welcome roll_welcome;  // the roll's newest epoch secret, boxed to the joiner's leaf
};

[[nodiscard]] std::string link_text(const Link& link);
[[nodiscard]] Result<Link> parse_link(std::string_view text);  // Errors: usage "link.malformed"

[[nodiscard]] Bytes encode(const InviteMessage& message);
[[nodiscard]] Result<InviteMessage> decode_invite_message(ByteView bytes);
[[nodiscard]] Bytes encode(const JoinMessage& message);
[[nodiscard]] Result<JoinMessage> decode_join_message(ByteView bytes);
[[nodiscard]] Bytes encode(const AdmitMessage& message);
[[nodiscard]] Result<AdmitMessage> decode_admit_message(ByteView bytes);
[[nodiscard]] Bytes encode(const JoinRequest& request);
[[nodiscard]] Result<JoinRequest> decode_join_request(ByteView bytes);
[[nodiscard]] Bytes encode(const JoinAnswer& answer);
[[nodiscard]] Result<JoinAnswer> decode_join_answer(ByteView bytes);

}  // namespace kluis
