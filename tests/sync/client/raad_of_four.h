#pragma once

#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/simulated_raad.h"

namespace kluis::test {

// Griet (griffier), Piet (plv-griffier), Anna and Bram, all in one circle and up to date.
class RaadOfFour : public ::testing::Test {
 protected:
  RaadOfFour()
      : griffier_(raad_.found("Griet")),
        plv_(raad_.join(griffier_, "Piet", {Capacity::plv_griffier})),
        anna_(raad_.join(griffier_, "Anna", {Capacity::raadslid})),
        bram_(raad_.join(griffier_, "Bram", {Capacity::raadslid})) {
    circle_ =
        raad_.make_circle(griffier_, "gesprek", {raad_.person_of(anna_), raad_.person_of(bram_)});
    raad_.settle();
  }

  void wish(Party& officer, IntentBody intent) {
    raad_.reload(officer);
    ASSERT_TRUE(officer.device->wish(std::move(intent)).has_value());
  }

  RemoveIntent removal_of(Party& party) {
    RemoveIntent removal;
    removal.person = raad_.person_of(party);
    removal.devices = {party.device->id()};
    return removal;
  }

  // Writes as if the roll still stood there: as one who was an officer then would.
  RecordId write_backdated(Party& party, const CircleAlias& circle, const RollPosition& head,
                           RecordKind kind, const Bytes& body) {
    DeviceRows& rows = party.device->rows();
    const auto end = rows.chain_end(circle, party.device->id());
    Record record;
    record.circle = circle;
    record.author = party.device->id();
    record.sequence = end->sequence + 1;
    record.previous = end->record;
    record.roll_head = head;
    record.written_unix_ms = raad_.clock.now_ms;
    record.kind = kind;
    record.body = body;
    const auto identity = rows.secret<IdentitySeed>("identity");
    const VerifiedRecord made = sign_record(record, **identity);
    OutboxEntry entry;
    entry.kind = OutboxKind::record;
    entry.circle = circle;
    entry.record = made.id();
    EXPECT_TRUE(party.store.transact([&]() -> Status {
      KLUIS_CHECK(rows.put_record(circle, made.id(), made.signed_bytes()));
      KLUIS_CHECK(
          rows.put_record_key(circle, made.id(), draw_record_key(party.entropy, made.id())));
      KLUIS_CHECK(rows.put_held(circle, record.author, record.sequence, made.id()));
      KLUIS_CHECK(rows.put_chain_end(circle, record.author, {record.sequence, made.id()}));
      return rows.put(entry);
    }));
    return made.id();
  }

  // "code subject argument…" of each.
  static std::set<std::string> alarms(Party& party) {
    std::set<std::string> result;
    const auto rows = party.device->rows().alarms();
    for (const AlarmRow& alarm : *rows) {
      std::string text = alarm.code + " " + alarm.subject;
      for (const std::string& argument : alarm.arguments) text += " " + argument;
      result.insert(text);
    }
    return result;
  }

  SimulatedRaad raad_{71};
  Party& griffier_;
  Party& plv_;
  Party& anna_;
  Party& bram_;
  CircleAlias circle_;
};

}  // namespace kluis::test
