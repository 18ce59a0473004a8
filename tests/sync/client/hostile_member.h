#pragma once

#include "sync/relay/relay.h"
#include "tests/support/simulated_raad.h"
#include "vault/core/epoch.h"

// A member with a program of his own: he holds what every member holds, and says with it what no
// honest program says. The relay is honest.
namespace kluis::test {

class HostileMember {
 public:
  // Lifetime: of both arguments. Brings the party up to date.
  HostileMember(SimulatedRaad& raad, Party& party);

  // Reads the roll and the circles again: an append is judged by the commit its author has seen.
  void catch_up();

  // A record by him that could stand next in the circle: the test spoils it and appends it.
  [[nodiscard]] Record next_record(const CircleAlias& circle, RecordKind kind, Bytes body);
  // A record of an act's kind, as an officer's device makes one.
  [[nodiscard]] Record act_record(const Act& act);

  // Signs, seals and appends it. Aborts when the relay does not take it.
  RecordId append(const Record& record);
  // The same for a record that another signed.
  RecordId append(const CircleAlias& circle, const VerifiedRecord& record);
  // A cell of his own.
  void append(const Cell& cell);
  // A welcome to the circle, with a secret of his choice.
  void welcome(Party& to, const CircleAlias& circle, std::uint64_t number,
               const EpochSecret& secret);
  // Any item. `blob` is staged first, and named by it.
  void append(const CircleAlias& circle, Item item, const std::optional<StagedBlob>& blob = {});

  [[nodiscard]] const IdentitySeed& identity() const { return identity_; }

 private:
  [[nodiscard]] Response ask(const Request& request);

  SimulatedRaad& raad_;
  Party& party_;
  IdentitySeed identity_;
  RelaySession connection_;
};

}  // namespace kluis::test
