#include <utility>

#include "sync/client/session.h"
#include "sync/enrol/enrol.h"

// Mailboxes: the officer's side of enrolments, and the joiner's.
namespace kluis {

// A joiner's only business until the griffier has let him in.
Result<Session::Asked> Session::ask_join() {
  if (join_done_ || device_.has_roll()) return Asked();
  KLUIS_TRY(tenancy, device_.tenancy());
  if (tenancy) return Asked();
  if (!mail_) {
    KLUIS_TRY(invitations, device_.rows().invitations());
    for (Invitation& invitation : invitations) {
      if (invitation.state == InvitationState::joining) mail_ = std::move(invitation);
    }
    if (!mail_) {
      done_ = true;
      return Asked();
    }
  }
  if (!mail_->posted) {
    return ask(Purpose::join_put, MailboxPutRequest{mail_->mailbox, 1, mail_->message});
  }
  return ask(Purpose::join_get, MailboxGetRequest{mail_->mailbox});
}

Status Session::take_join(const Response& response) {
  const Purpose purpose = std::exchange(purpose_, Purpose::nothing);
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  if (refusal != nullptr && refusal->code == RefusalCode::mailbox_gone) {
    return fail(ErrorKind::no_access, "join.expired");
  }
  if (purpose == Purpose::join_put) {
    const bool taken = refusal != nullptr && refusal->code == RefusalCode::mailbox_taken;
    if (refusal != nullptr && !taken) return refused(refusal->code);
    // Taken: by us before a crash, or by another; the griffier's answer will tell.
    mail_->posted = true;
    return device_.rows().store().transact([&] { return device_.rows().put(*mail_); });
  }
  const auto* answer = std::get_if<MailboxAnswer>(&response);
  if (answer == nullptr) {
    return refusal != nullptr ? refused(refusal->code) : fail(ErrorKind::relay, "relay.unexpected");
  }
  if (answer->messages.size() > 1 && answer->messages[1] != mail_->message) {
    return fail(ErrorKind::integrity, "join.used");
  }
  join_done_ = true;
  if (answer->messages.size() < 3) {
    done_ = true;  // the griffier has not let us in yet
    if (answer->messages.size() == 2) return {};
    mail_->posted = false;  // it took our reply and does not have it: once more, the next time
    return device_.rows().store().transact([&] { return device_.rows().put(*mail_); });
  }
  const Device::Surroundings around = device_.surroundings();
  KLUIS_CHECK(finish_joining(around, *mail_, answer->messages[2]));
  return {};
}

Result<bool> Session::serves_as_officer() {
  if (!device_.has_roll() || !device_.is_officer()) return false;
  return device_.may_write();
}

// The officer's open invitations, each once a session.
Result<Session::Asked> Session::ask_mail() {
  KLUIS_TRY(serves, serves_as_officer());
  if (!serves) return Asked();
  KLUIS_TRY(invitations, device_.rows().invitations());
  for (Invitation& invitation : invitations) {
    const bool asked =
        polled_.contains(invitation.mailbox) || postponed_.contains(invitation.mailbox);
    if (invitation.state != InvitationState::posted || asked) continue;
    if (device_.clock().now().value > invitation.expires_unix_ms) {
      KLUIS_CHECK(cancel_invitation(device_, invitation.mailbox));
      continue;
    }
    mail_ = std::move(invitation);
    if (!mail_->posted) {
      if (proof_ == Proof::wanted) return ask_proof();
      return ask(Purpose::mailbox_make, MailboxMakeRequest{mail_->mailbox, mail_->message});
    }
    polled_.insert(mail_->mailbox);
    return ask(Purpose::mailbox_get, MailboxGetRequest{mail_->mailbox});
  }
  return Asked();
}

// Answers to those who were admitted, once their certificates stand in the roll.
Result<Session::Asked> Session::ask_answers() {
  KLUIS_TRY(serves, serves_as_officer());
  if (!serves) return Asked();
  KLUIS_TRY(invitations, device_.rows().invitations());
  for (Invitation& invitation : invitations) {
    const bool postponed = postponed_.contains(invitation.mailbox);
    if (invitation.state != InvitationState::admitted || postponed) continue;
    auto answer = make_answer(device_, invitation);
    // Nothing can be sealed to the leaf that he sent: he waits, and nobody else.
    if (!answer && answer.error().key == "join.leaf") continue;
    if (!answer) return tl::unexpected<Error>(std::move(answer).error());
    if (!*answer) continue;
    mail_ = std::move(invitation);
    return ask(Purpose::mailbox_answer, MailboxPutRequest{mail_->mailbox, 2, std::move(**answer)});
  }
  return Asked();
}

// What waits for a mailbox stops no removal: the session goes on without it.
Status Session::mail_refused(Purpose purpose, RefusalCode code) {
  if (code == RefusalCode::busy) return refused(code);
  const bool full = purpose == Purpose::mailbox_make && code == RefusalCode::quota;
  if (full && proof_ == Proof::none) {
    proof_ = Proof::wanted;  // of an officer it takes some more
    return {};
  }
  postponed_.insert(mail_->mailbox);
  report_.invitation_refused = report_.invitation_refused || full;
  return {};
}

Status Session::take_mail(const Response& response) {
  const Purpose purpose = std::exchange(purpose_, Purpose::nothing);
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  const bool taken = refusal != nullptr && refusal->code == RefusalCode::mailbox_taken;
  const bool gone = refusal != nullptr && refusal->code == RefusalCode::mailbox_gone;
  if (refusal != nullptr && !taken && !gone) return mail_refused(purpose, refusal->code);
  DeviceRows& rows = device_.rows();
  if (purpose == Purpose::mailbox_make) {
    mail_->posted = true;
    return rows.store().transact([&] { return rows.put(*mail_); });
  }
  if (purpose == Purpose::mailbox_answer) {
    report_.joined.push_back(mail_->person);
    return answer_posted(device_, *mail_);
  }
  if (gone) return cancel_invitation(device_, mail_->mailbox);
  const auto* answer = std::get_if<MailboxAnswer>(&response);
  if (answer == nullptr) return fail(ErrorKind::relay, "relay.unexpected");
  return take_reply(device_, *mail_, answer->messages);
}

}  // namespace kluis
