#pragma once

#include <memory>
#include <optional>

#include "tests/explore/visit.h"
#include "tests/support/simulated_raad.h"

// One party's session with the simulated raad's relay, taken request by request, so that a test can
// let others do something in between.
namespace kluis::test {

class SteppedSession {
 public:
  // Both outlive the session. No other session of this party may run at the same time.
  SteppedSession(SimulatedRaad& raad, Party& party) : raad_(raad) {
    Bytes handshake(64);
    party.entropy.fill(handshake);
    auto visit = Visit::begin({party.store, raad.clock, party.entropy, nullptr}, handshake);
    status_ = visit ? Status() : Status(tl::unexpected<Error>(visit.error()));
    if (visit) visit_ = std::move(*visit);
  }

  // The next request, asked and not yet delivered; nullptr at the end or after an error.
  const Request* ask() {
    request_.reset();
    if (!status_) return nullptr;
    auto next = visit_->next();
    if (!next) {
      status_ = tl::unexpected<Error>(next.error());
      return nullptr;
    }
    request_ = std::move(*next);
    return request_ ? &*request_ : nullptr;
  }

  // Delivers what was asked, and its answer. false: the session is over.
  bool answer() {
    if (!request_ || !status_) return false;
    auto response = visit_->deliver(raad_.relay(), *request_);
    status_ =
        response ? visit_->receive(*response) : Status(tl::unexpected<Error>(response.error()));
    request_.reset();
    ++requests_;
    return status_.has_value();
  }

  // Up to `requests` more. false: it ended earlier.
  bool go_on(unsigned requests) {
    for (unsigned i = 0; i < requests; ++i) {
      if (ask() == nullptr || !answer()) return false;
    }
    return true;
  }

  Status finish() {
    if (request_) answer();
    while (ask() != nullptr && answer()) {
    }
    return status_;
  }

  [[nodiscard]] unsigned requests() const { return requests_; }
  [[nodiscard]] const SessionReport& report() const { return visit_->report(); }
  [[nodiscard]] Device& device() { return visit_->device(); }

 private:
  SimulatedRaad& raad_;
  std::unique_ptr<Visit> visit_;
  std::optional<Request> request_;
  Status status_;
  unsigned requests_ = 0;
};

}  // namespace kluis::test
