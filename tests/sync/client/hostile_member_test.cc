#include "tests/sync/client/hostile_member.h"

#include <set>

#include <gtest/gtest.h>

#include "vault/core/row.h"
#include "vault/crypto/sign.h"

// A raadslid with a program of his own: whatever he writes, the others' syncs go on, they are told
// his name, and the griffier takes him out.
namespace kluis::test {
namespace {

using Texts = std::vector<std::string>;

class HostileMemberTest : public ::testing::Test {
 protected:
  HostileMemberTest()
      : griffier_(raad_.found("Griet")),
        plv_(raad_.join(griffier_, "Piet", {Capacity::plv_griffier})),
        anna_(raad_.join(griffier_, "Anna", {Capacity::raadslid})),
        mallory_(raad_.join(griffier_, "Mallory", {Capacity::raadslid})) {
    circle_ = raad_.make_circle(griffier_, "gesprek",
                                {raad_.person_of(anna_), raad_.person_of(mallory_)});
    raad_.settle();
    mallorys_ = mallory_.device->id();
  }

  static std::set<std::string> alarms(Party& party) {
    std::set<std::string> result;
    const auto rows = party.device->rows().alarms();
    for (const AlarmRow& alarm : *rows) result.insert(alarm.code + " " + alarm.subject);
    return result;
  }
  [[nodiscard]] std::string about_mallory(const std::string& code) const {
    return code + " " + mallorys_.hex();
  }

  static Act mark(const RollState& roll, std::uint64_t number) {
    Act act;
    act.place = {number, roll.act_ids().back(), roll.commit_number() + 1, true};
    act.body = Mark{};
    return act;
  }
  [[nodiscard]] RollPosition head() const { return griffier_.device->roll().head(); }

  void remove(Party& officer, Party& who) {
    RemoveIntent wish;
    wish.person = raad_.person_of(who);
    wish.devices = {who.device->id()};
    ASSERT_TRUE(officer.device->wish(wish).has_value());
    const auto synced = raad_.try_sync(officer);
    ASSERT_TRUE(synced.has_value()) << synced.error().key;
    EXPECT_FALSE(officer.device->roll().is_active(who.device->id()));
  }

  void expect_syncs(const std::vector<Party*>& parties) {
    for (unsigned round = 0; round < 2; ++round) {
      for (Party* party : parties) {
        const auto synced = raad_.try_sync(*party);
        ASSERT_TRUE(synced.has_value()) << party->name << " " << synced.error().key;
      }
    }
  }

  // Two who were there, one who comes afterwards, and the griffier who takes him out.
  void expect_the_raad_goes_on() {
    expect_syncs({&anna_, &griffier_, &plv_});
    raad_.write_note(anna_, circle_, "gaat door");
    expect_syncs({&anna_, &griffier_, &plv_});
    EXPECT_EQ(raad_.notes(griffier_, circle_), Texts{"gaat door"});
    Party& bram = raad_.join(griffier_, "Bram", {Capacity::raadslid});
    EXPECT_EQ(bram.device->state(), DeviceState::active);
    EXPECT_EQ(bram.device->roll().head(), head());
    remove(griffier_, mallory_);
    expect_syncs({&anna_, &plv_, &bram});
    EXPECT_EQ(anna_.device->roll().head(), head());
  }

  SimulatedRaad raad_{62};
  Party& griffier_;
  Party& plv_;
  Party& anna_;
  Party& mallory_;
  DeviceId mallorys_;
  CircleAlias circle_;
};

// ---- Acts in the roll by who may not act ----

class JunkActTest : public HostileMemberTest,
                    public ::testing::WithParamInterface<std::uint64_t> {};

// At a place that is taken, at the next one, and far ahead.
TEST_P(JunkActTest, StopsNobody) {
  HostileMember hostile(raad_, mallory_);
  hostile.append(hostile.act_record(
      mark(mallory_.device->roll(), GetParam() == 0 ? head().act_number + 1 : GetParam())));
  expect_the_raad_goes_on();
  EXPECT_TRUE(alarms(anna_).contains(about_mallory("junk-act")));
  EXPECT_TRUE(alarms(griffier_).contains(about_mallory("junk-act")));
}

INSTANTIATE_TEST_SUITE_P(Places, JunkActTest, ::testing::Values<std::uint64_t>(0, 1, 3, 1U << 20U));

TEST_F(HostileMemberTest, AnActThatDoesNotReadStopsNobody) {
  HostileMember hostile(raad_, mallory_);
  Record record = hostile.act_record(mark(mallory_.device->roll(), head().act_number + 1));
  record.body = {1, 2, 3};
  hostile.append(record);
  expect_the_raad_goes_on();
  EXPECT_TRUE(alarms(anna_).contains(about_mallory("junk-act")));
}

TEST_F(HostileMemberTest, AnActOfALaterVersionByHimStopsNobody) {
  HostileMember hostile(raad_, mallory_);
  Act act = mark(mallory_.device->roll(), head().act_number + 1);
  act.body = OpaqueAct{{1, 2, 3}};
  Record record = hostile.act_record(mark(mallory_.device->roll(), 1));
  record.kind = RecordKind::profile;
  record.body = encode(act);
  ASSERT_TRUE(decode_act(record.kind, record.body).has_value());
  hostile.append(record);
  expect_the_raad_goes_on();
}

// An execution is an officer's act, whoever signed the decree in it.
TEST_F(HostileMemberTest, AnExecutionByHimStopsNobody) {
  HostileMember hostile(raad_, mallory_);
  Act act = mark(mallory_.device->roll(), head().act_number + 1);
  act.body = Execute{mallory_.device->rows().acts()->front(), {}, {}};
  Record record = hostile.act_record(mark(mallory_.device->roll(), 1));
  record.kind = RecordKind::execute;
  record.body = encode(act);
  ASSERT_TRUE(decode_act(record.kind, record.body).has_value());
  hostile.append(record);
  expect_the_raad_goes_on();
}

TEST_F(HostileMemberTest, AnotherGenesisStopsNobody) {
  const auto acts = griffier_.device->rows().acts();
  ASSERT_TRUE(acts.has_value() && !acts->empty());
  HostileMember hostile(raad_, mallory_);
  Record genesis = decode_record(acts->front().bytes).value();
  genesis.author = mallorys_;
  hostile.append(mallory_.device->roll().alias(), sign_record(genesis, hostile.identity()));
  expect_the_raad_goes_on();
}

TEST_F(HostileMemberTest, AnActByNobodyOfTheRaadRaisesNoAlarm) {
  HostileMember hostile(raad_, mallory_);
  SeededEntropy entropy(4);
  const IdentitySeed stranger = IdentitySeed::generate(entropy);
  const RollState& roll = mallory_.device->roll();
  hostile.append(roll.alias(), sign_act(roll.alias(), mark(roll, 2), roll.head(),
                                        raad_.clock.now_ms, entropy, stranger));
  expect_the_raad_goes_on();
  EXPECT_TRUE(alarms(anna_).empty());
}

// What was junk is not fetched for ever.
TEST_F(HostileMemberTest, JunkIsDropped) {
  HostileMember hostile(raad_, mallory_);
  const RecordId junk =
      hostile.append(hostile.act_record(mark(mallory_.device->roll(), head().act_number + 1)));
  expect_syncs({&anna_, &griffier_, &plv_});
  const CircleAlias roll = anna_.device->roll().alias();
  EXPECT_FALSE(anna_.device->rows().record_key(roll, junk)->has_value());
  raad_.settle(1);
  const std::size_t before = raad_.traffic.requests.size();
  raad_.sync(anna_);
  EXPECT_EQ(raad_.traffic.requests.size() - before, 1U);
}

// An officer's second act at one place stays what it is.
TEST_F(HostileMemberTest, TwoActsByOfficersAtOnePlaceAreAFork) {
  HostileMember hostile(raad_, plv_);
  hostile.append(hostile.act_record(mark(plv_.device->roll(), 3)));
  const auto synced = raad_.try_sync(anna_);
  ASSERT_FALSE(synced.has_value());
  EXPECT_EQ(synced.error().key, "fork.two_acts");
  EXPECT_TRUE(alarms(anna_).contains("fork " + plv_.device->id().hex()));
}

TEST_F(HostileMemberTest, AWrongActByAnOfficerIsRefused) {
  HostileMember hostile(raad_, plv_);
  Act act = mark(plv_.device->roll(), head().act_number + 1);
  act.place.commit_number += 1;
  hostile.append(hostile.act_record(act));
  const auto synced = raad_.try_sync(anna_);
  ASSERT_FALSE(synced.has_value());
  EXPECT_EQ(synced.error().key, "roll.commit_number");
}

TEST_F(HostileMemberTest, AnOfficersActThatDoesNotReadIsRefused) {
  HostileMember hostile(raad_, plv_);
  Record record = hostile.act_record(mark(plv_.device->roll(), head().act_number + 1));
  record.body = {1, 2, 3};
  hostile.append(record);
  const auto synced = raad_.try_sync(anna_);
  ASSERT_FALSE(synced.has_value());
  EXPECT_EQ(synced.error().key, "format.malformed");
}

// Who was an officer has a key still, and a friend who can append.
TEST_F(HostileMemberTest, ARemovedOfficersLateActsStopNobody) {
  const HostileMember former(raad_, plv_);
  SeededEntropy entropy(5);
  const auto late = [&](std::uint64_t number, const RecordId& previous) {
    const RollState& roll = plv_.device->roll();
    Act act = mark(roll, number);
    act.place.previous_act = previous;
    return sign_act(roll.alias(), act, roll.head(), raad_.clock.now_ms, entropy, former.identity());
  };
  const std::uint64_t next = head().act_number + 1;
  const VerifiedRecord first = late(next, head().act_id);
  const VerifiedRecord second = late(next + 1, first.id());
  const VerifiedRecord third = late(next + 2, second.id());
  remove(griffier_, plv_);
  expect_syncs({&anna_, &mallory_});
  HostileMember hostile(raad_, mallory_);
  for (const VerifiedRecord* act : {&first, &second, &third}) {
    hostile.append(mallory_.device->roll().alias(), *act);
  }
  expect_syncs({&anna_, &griffier_});
  Party& bram = raad_.join(griffier_, "Bram", {Capacity::raadslid});
  EXPECT_EQ(bram.device->roll().head(), head());
}

// Who came back after it was all there reads it in one go, from a list.
TEST_F(HostileMemberTest, ARemovedOfficersLateActsStopNobodyWhoWasAway) {
  const HostileMember former(raad_, plv_);
  SeededEntropy entropy(6);
  const RollState before = plv_.device->roll();
  Act act = mark(before, head().act_number + 1);
  remove(griffier_, plv_);
  expect_syncs({&mallory_});
  HostileMember hostile(raad_, mallory_);
  hostile.append(before.alias(), sign_act(before.alias(), act, before.head(), raad_.clock.now_ms,
                                          entropy, former.identity()));
  expect_syncs({&anna_});
  EXPECT_EQ(anna_.device->roll().head(), head());
}

// ---- A record that rests on another roll ----

class OtherRollTest : public HostileMemberTest,
                      public ::testing::WithParamInterface<std::uint64_t> {};

// At an act that everybody has, and at one that nobody has.
TEST_P(OtherRollTest, StopsNobody) {
  HostileMember hostile(raad_, mallory_);
  Note note;
  note.text = "een ander verhaal";
  Record record = hostile.next_record(circle_, RecordKind::note, encode(note));
  record.roll_head = {GetParam(), RecordId{{1, 2, 3}}};
  const RecordId id = hostile.append(record);
  expect_the_raad_goes_on();
  expect_syncs({&anna_, &griffier_});
  for (Party* party : {&anna_, &griffier_, &plv_}) {
    EXPECT_TRUE(alarms(*party).contains(about_mallory("other-roll"))) << party->name;
    EXPECT_TRUE(party->device->rows().missing_records(1)->empty()) << party->name;
    const auto kept = party->store.get(Table::apart, joined_key(circle_, id));
    EXPECT_TRUE(kept.has_value() && kept->has_value()) << party->name;
  }
}

INSTANTIATE_TEST_SUITE_P(Acts, OtherRollTest, ::testing::Values<std::uint64_t>(3, 1U << 20U));

// ---- Keys without their bytes ----

class NoRecordTest : public HostileMemberTest, public ::testing::WithParamInterface<bool> {};

TEST_P(NoRecordTest, BytesThatTheKeyDoesNotOpenStopNobody) {
  HostileMember hostile(raad_, mallory_);
  ItemRecord item;
  item.record = RecordId{{1, 2, 3}};
  item.key = {4, 5, 6};
  const StagedBlob garbage{blob_name(RecordKey::copy_of(item.key)), Bytes(300, 7)};
  const CircleAlias circle = GetParam() ? mallory_.device->roll().alias() : circle_;
  hostile.append(circle, item, garbage);
  expect_the_raad_goes_on();
  EXPECT_TRUE(alarms(anna_).contains("bad-blob " + circle.hex()));
}

TEST_P(NoRecordTest, BytesThatAreNotThereStopNobody) {
  HostileMember hostile(raad_, mallory_);
  ItemRecord item;
  item.record = RecordId{{1, 2, 3}};
  item.key = {4, 5, 6};
  hostile.append(GetParam() ? mallory_.device->roll().alias() : circle_, item);
  expect_the_raad_goes_on();
}

INSTANTIATE_TEST_SUITE_P(InTheRoll, NoRecordTest, ::testing::Bool());

// ---- Numbers that no database holds ----

TEST_F(HostileMemberTest, ADocumentOfAnImpossibleSizeIsDropped) {
  HostileMember hostile(raad_, mallory_);
  Version version;
  version.sealed_bytes = UINT64_MAX;
  const RecordId id =
      hostile.append(hostile.next_record(circle_, RecordKind::version, encode(version)));
  expect_the_raad_goes_on();
  EXPECT_FALSE(anna_.device->rows().record(circle_, id)->has_value());
  EXPECT_FALSE(anna_.device->rows().record_key(circle_, id)->has_value());
}

// ---- Welcomes ----

class WelcomeTest : public HostileMemberTest {
 protected:
  enum class Secret { of_the_roll, held_by_her, not_hers, of_an_older_epoch, of_nothing };

  WelcomeTest() {
    hers_not_ = raad_.make_circle(griffier_, "zonder Anna", {raad_.person_of(mallory_)});
    raad_.settle();
    older_ = secret_of(griffier_, hers_not_);
    EXPECT_TRUE(griffier_.device->wish(ResealIntent{hers_not_}).has_value());
    nobodys_ = raad_.make_circle(griffier_, "alleen officieren", {});
    raad_.settle();
  }

  static EpochSecret secret_of(Party& party, const CircleAlias& circle) {
    return std::move(party.device->rows().epoch_secret(circle).value().value());
  }
  [[nodiscard]] EpochSecret secret(Secret which) {
    switch (which) {
      case Secret::of_the_roll:
        return secret_of(mallory_, mallory_.device->roll().alias());
      case Secret::held_by_her:
        return secret_of(mallory_, circle_);
      case Secret::not_hers:
        return secret_of(mallory_, hers_not_);
      case Secret::of_an_older_epoch:
        return EpochSecret::copy_of(older_.expose());
      case Secret::of_nothing:
        break;
    }
    return EpochSecret::generate(mallory_.entropy);
  }
  [[nodiscard]] std::uint64_t newest(const CircleAlias& circle) {
    return griffier_.device->roll().circle(circle)->number();
  }
  static Standing standing(Party& party, const CircleAlias& circle) {
    const auto state = party.device->rows().circle(circle).value();
    return state ? state->standing : Standing::planned;
  }

  CircleAlias hers_not_;
  CircleAlias nobodys_;
  EpochSecret older_ = EpochSecret::generate(mallory_.entropy);
};

class MadeUpWelcomeTest : public WelcomeTest, public ::testing::WithParamInterface<int> {};

// Under the name of a circle that she does not hold, whatever its secret opens or does not open.
TEST_P(MadeUpWelcomeTest, StopsNobody) {
  for (const bool known_to_him : {false, true}) {
    HostileMember hostile(raad_, mallory_);
    const CircleAlias circle = known_to_him ? hers_not_ : nobodys_;
    hostile.welcome(anna_, circle, newest(circle), secret(static_cast<Secret>(GetParam())));
    expect_syncs({&anna_, &griffier_, &plv_});
    ASSERT_TRUE(griffier_.device->wish(ResealIntent{griffier_.device->roll().alias()}));
    expect_syncs({&griffier_, &anna_, &plv_, &mallory_});
  }
  expect_the_raad_goes_on();
}

// Of several for one circle the right one counts, in whatever order they come.
TEST_P(MadeUpWelcomeTest, ReplacesNoGenuineOne) {
  const auto which = static_cast<Secret>(GetParam());
  HostileMember hostile(raad_, mallory_);
  hostile.welcome(anna_, hers_not_, 0, secret(which));
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_admit(hers_not_, raad_.person_of(anna_), DossierRole::lid));
  raad_.sync(griffier_);
  hostile.catch_up();
  hostile.welcome(anna_, hers_not_, newest(hers_not_), secret(which));
  expect_syncs({&anna_});
  EXPECT_EQ(standing(anna_, hers_not_), Standing::current);
  EXPECT_TRUE(anna_.device->rows().welcomed()->empty());
  // The same for an officer whose colleague makes a circle.
  raad_.reload(plv_);
  const CircleAlias another = raad_.make_circle(plv_, "van Piet", {});
  hostile.catch_up();
  hostile.welcome(griffier_, another, 0, secret(which));
  expect_syncs({&griffier_});
  EXPECT_EQ(standing(griffier_, another), Standing::current);
  expect_the_raad_goes_on();
}

INSTANTIATE_TEST_SUITE_P(Secrets, MadeUpWelcomeTest, ::testing::Range(0, 5));

// However many: a genuine one that comes afterwards is read, and few are asked about again.
TEST_F(WelcomeTest, ManyAreForgotten) {
  HostileMember hostile(raad_, mallory_);
  for (unsigned i = 0; i < 300; ++i) {
    hostile.welcome(anna_, nobodys_, 0, secret(Secret::of_nothing));
  }
  expect_syncs({&anna_});
  EXPECT_LE(anna_.device->rows().welcomed()->size(), 8U);
  ASSERT_TRUE(griffier_.device->wish_admit(nobodys_, raad_.person_of(anna_), DossierRole::lid));
  expect_syncs({&griffier_, &anna_});
  EXPECT_EQ(standing(anna_, nobodys_), Standing::current);
  EXPECT_TRUE(anna_.device->rows().welcomed()->empty());
}

// It leads her to the tag by which she is out, once more: what she has to hand in stays.
TEST_F(WelcomeTest, OfAnOldSecretTakesNoParcelFromWhoLeft) {
  raad_.reload(griffier_);
  const EpochSecret before = secret_of(mallory_, circle_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(anna_)));
  const RecordId unsent = raad_.write_note(anna_, circle_, "nog niet verzonden");
  expect_syncs({&griffier_, &anna_});
  EXPECT_EQ(standing(anna_, circle_), Standing::removed);
  HostileMember hostile(raad_, mallory_);
  hostile.welcome(anna_, circle_, 0, before);
  expect_syncs({&anna_});
  EXPECT_EQ(standing(anna_, circle_), Standing::removed);
  ASSERT_TRUE(anna_.device->resealed(anna_.device->rows().local_number("reseal_due").value()));
  expect_syncs({&anna_, &griffier_});
  const auto kept = griffier_.store.get(Table::apart, joined_key(circle_, unsent));
  EXPECT_TRUE(kept && *kept);
}

TEST_F(WelcomeTest, ThatLedToATagIsForgottenOnTheDiskToo) {
  raad_.reload(griffier_);
  const EpochSecret before = secret_of(mallory_, circle_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(anna_)));
  expect_syncs({&griffier_, &anna_});
  const auto due = [&] { return anna_.device->rows().local_number("reseal_due").value(); };
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(anna_.device->resealed(due()));
    expect_syncs({&anna_});
  }
  ASSERT_EQ(due(), 0U);
  HostileMember hostile(raad_, mallory_);
  hostile.welcome(anna_, circle_, 0, before);
  expect_syncs({&anna_});
  EXPECT_EQ(standing(anna_, circle_), Standing::removed);
  EXPECT_TRUE(anna_.device->rows().welcomed()->empty());
  EXPECT_NE(due(), 0U);
}

// ---- Cells ----

class GarbageCellTest : public HostileMemberTest, public ::testing::WithParamInterface<CellKind> {};

TEST_P(GarbageCellTest, StopsNobody) {
  HostileMember hostile(raad_, mallory_);
  // One whose device everybody looks for: who was not seen in this epoch is brought a welcome.
  ASSERT_TRUE(griffier_.device->wish(ResealIntent{circle_}).has_value());
  raad_.sync(griffier_);
  hostile.catch_up();
  Cell cell;
  cell.circle = GetParam() == CellKind::leaf ? mallory_.device->roll().alias() : circle_;
  cell.device = mallorys_;
  cell.kind = GetParam();
  cell.counter = 1000;
  cell.value = {1, 2, 3};
  hostile.append(cell);
  expect_the_raad_goes_on();
  const auto kept = anna_.device->rows().cell(cell.circle, mallorys_, cell.kind, 0);
  ASSERT_TRUE(kept.has_value());
  EXPECT_TRUE(!*kept || decode_cell((*kept)->bytes)->counter < 1000);
  EXPECT_TRUE(anna_.device->deliveries(circle_).has_value());
}

INSTANTIATE_TEST_SUITE_P(Kinds, GarbageCellTest,
                         ::testing::Values(CellKind::leaf, CellKind::seen, CellKind::opened));

TEST_F(HostileMemberTest, CellsOfDevicesThatTheRollDoesNotKnowAreDropped) {
  HostileMember hostile(raad_, mallory_);
  SeededEntropy entropy(7);
  const IdentitySeed stranger = IdentitySeed::generate(entropy);
  Cell cell;
  cell.circle = circle_;
  cell.device = signing_public<DeviceId>(stranger);
  cell.kind = CellKind::opened;
  cell.value = encode(OpenedValue{});
  hostile.append(circle_, ItemCell{sign_cell(cell, stranger).signed_bytes()});
  expect_syncs({&anna_});
  const auto kept = anna_.device->rows().cell(circle_, cell.device, cell.kind, 0);
  ASSERT_TRUE(kept.has_value());
  EXPECT_FALSE(kept->has_value());
}

}  // namespace
}  // namespace kluis::test
