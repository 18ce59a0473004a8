#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/enrol.h"
#include "proto/message.h"
#include "vault/core/device.h"

// Enrolment through a relay mailbox: three messages, CPace under a spoken code, one guess. Pure:
// each function takes what came and gives what to send; sync/client carries it. The code is never
// kept: the griffier keeps the scalar of his run, the joiner the key that followed.
//
//   0  griffier: share
//   1  joiner: share, confirmation, AEAD(device keys, leaf, name); the first reply burns the code
//   2  griffier: confirmation, AEAD(genesis, roll head, person, the roll's secret boxed to the
//   leaf)
//
// Context of the run: both roles, the session id, the raad's fingerprint, the relay's key.
namespace kluis {

struct InviteOptions {
  std::optional<PersonId> person;  // a further device of somebody who is there; else a new person
  std::string person_name;
  std::vector<Capacity> capacities;
  bool custody = false;
};

struct NewInvitation {
  Invitation invitation;
  Link link;
  std::string code;  // four words; told once, kept nowhere
};

// Draws mailbox, code and share; the row is stored, the message leaves with the next sync.
// Errors: refused when this device or these capacities may not be invited; integrity
// "device.clone".
[[nodiscard]] Result<NewInvitation> invite(Device& device, const InviteOptions& options);

// No answer to it will be taken any more. Errors: no-access "invitation.unknown".
[[nodiscard]] Status cancel_invitation(Device& device, const MailboxId& mailbox);

// Griffier: the mailbox as the relay has it. Takes the first reply, right or wrong.
[[nodiscard]] Status take_reply(Device& device, Invitation invitation,
                                const std::vector<Bytes>& messages);

// Griffier: the answer, once the certificate stands in the roll. nullopt: not yet.
[[nodiscard]] Result<std::optional<Bytes>> make_answer(Device& device,
                                                       const Invitation& invitation);
[[nodiscard]] Status answer_posted(Device& device, Invitation invitation);

// Joiner: from the link, the code and the griffier's message; makes the device's keys and the
// reply. Errors: usage "code.malformed"; integrity "join.malformed".
[[nodiscard]] Status begin_joining(const Device::Surroundings& surroundings, const Link& link,
                                   std::string_view code, ByteView invite_message,
                                   const std::string& device_name);

// Joiner: message 2. Errors: integrity "join.wrong_code" when it does not open: a wrong code here,
// or somebody else's answer there.
[[nodiscard]] Status finish_joining(const Device::Surroundings& surroundings,
                                    const Invitation& invitation, ByteView answer_message);

}  // namespace kluis
