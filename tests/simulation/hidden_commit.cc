#include "tests/simulation/hidden_commit.h"

#include "proto/assert.h"
#include "sync/relay/relay.h"
#include "tests/explore/visit.h"
#include "tests/simulation/box_audit.h"

namespace kluis::test {
namespace {

void slip_in_leaves(const HiddenCommit& hidden, Relay& branch, Visit& visit) {
  for (AppendRequest leaf : hidden.leaves) {
    leaf.expect_commit.reset();  // the relay does as it likes
    const auto response = visit.deliver(branch, leaf);
    KLUIS_ASSERT(response.has_value());
  }
}

std::optional<std::string> judge(HiddenCommit& hidden, const OlderRoll& shown, Device& officer) {
  for (const CircleAlias& circle : shown.circles) {
    auto epoch = newest_epoch(hidden.storage, shown.clock, shown.tenancy, circle);
    KLUIS_ASSERT(epoch.has_value());
    const auto secret = secret_within(officer.rows(), *epoch);
    if (!secret || !*secret) continue;
    const Status status = read_list(hidden.storage, shown.clock, shown.tenancy, **secret, *epoch);
    KLUIS_ASSERT(status.has_value());
    if (const auto ahead = sealed_ahead_of(officer.roll(), *epoch)) {
      return "an officer sealed to a leaf of " + ahead->hex().substr(0, 6) +
             " that is newer than his roll";
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> seal_under_older_roll(HiddenCommit& hidden, const OlderRoll& shown) {
  Relay branch(hidden.storage, shown.clock, shown.receipt_seed);
  hidden.officer.fail_at_commit(0);
  const Device::Surroundings around{hidden.officer, shown.clock, shown.entropy, nullptr};
  auto device = Device::load(around);
  KLUIS_ASSERT(device.has_value());
  const Status wished = device->wish(ResealIntent{shown.roll});
  KLUIS_ASSERT(wished.has_value());
  Bytes handshake(64);
  shown.entropy.fill(handshake);
  auto visit = Visit::begin(around, handshake);
  KLUIS_ASSERT(visit.has_value());
  bool slipped_in = false;
  while (true) {
    auto request = (*visit)->next();
    if (!request || !*request) return std::nullopt;
    auto response = (*visit)->deliver(branch, **request);
    KLUIS_ASSERT(response.has_value());
    if (!slipped_in) slip_in_leaves(hidden, branch, **visit);
    slipped_in = true;
    if (std::holds_alternative<CommitAnswer>(*response)) {
      if (auto what = judge(hidden, shown, (*visit)->device())) return what;
    }
    if (!(*visit)->receive(*response)) return std::nullopt;
  }
}

}  // namespace kluis::test
