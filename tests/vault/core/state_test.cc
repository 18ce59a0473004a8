#include "vault/core/state.h"

#include <functional>

#include <gmock/gmock.h>

#include "tests/support/memory_store.h"
#include "vault/core/row.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename Id>
Id make_id(std::uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

SignedRecord signed_record(std::uint8_t byte) {
  return {Bytes{1, 2, byte}, make_id<Signature>(byte)};
}

template <typename Key>
Key make_key(std::uint8_t byte) {
  const std::array<std::uint8_t, 32> bytes = make_id<Digest>(byte).bytes;
  return Key::copy_of(bytes);
}

class StateTest : public ::testing::Test {
 protected:
  void change(const std::function<Status()>& body) {
    const Status status = store_.transact(body);
    ASSERT_TRUE(status) << status.error().key;
  }
  template <typename Value>
  void put(const Value& value) {
    change([&] { return rows_.put(value); });
  }

  test::MemoryStore store_;
  DeviceRows rows_{store_};
  const CircleAlias circle_ = make_id<CircleAlias>(1);
  const CircleAlias other_ = make_id<CircleAlias>(2);
  const DeviceId device_ = make_id<DeviceId>(3);
  const RecordId record_ = make_id<RecordId>(4);
};

TEST_F(StateTest, KeepsFactsAndNumbers) {
  EXPECT_EQ(rows_.local_number("generation").value(), 0U);
  change([&]() -> Status {
    KLUIS_CHECK(rows_.set_local_number("generation", 0x0102030405060708));
    return rows_.set_local("relay", as_bytes("localhost:1"));
  });
  EXPECT_EQ(rows_.local_number("generation").value(), 0x0102030405060708U);
  EXPECT_EQ(rows_.local("relay").value().value(), to_bytes(as_bytes("localhost:1")));
  change([&] { return rows_.clear_local("relay"); });
  EXPECT_FALSE(rows_.local("relay").value().has_value());
}

TEST_F(StateTest, KeepsEachSecretInARowOfItsOwn) {
  const auto secret = make_key<EpochSecret>(9);
  change([&]() -> Status {
    KLUIS_CHECK(rows_.set_epoch_secret(circle_, secret));
    return rows_.set_secret("leaf", make_key<LeafSeed>(8).expose());
  });
  ASSERT_TRUE(rows_.epoch_secret(circle_).value().has_value());
  EXPECT_TRUE(rows_.epoch_secret(circle_).value()->equals(secret));
  EXPECT_FALSE(rows_.epoch_secret(other_).value().has_value());
  EXPECT_TRUE(rows_.secret<LeafSeed>("leaf").value()->equals(make_key<LeafSeed>(8)));
  change([&] { return rows_.clear_epoch_secret(circle_); });
  EXPECT_FALSE(rows_.epoch_secret(circle_).value().has_value());
  EXPECT_TRUE(rows_.secret<LeafSeed>("leaf").value().has_value());
}

TEST_F(StateTest, KeepsCircles) {
  CircleState state;
  state.alias = circle_;
  state.standing = Standing::waiting;
  state.number = 70;
  state.header = make_id<HeaderHash>(5);
  state.name = make_id<CircleName>(6);
  state.item_count = 12;
  state.chain = make_id<Chain>(7);
  state.members = {make_id<DeviceId>(1), make_id<DeviceId>(2)};
  state.holders_ever = {make_id<DeviceId>(2)};
  state.removed = {make_id<RemovedTag>(3)};
  state.frontier = {record_};
  state.superseded_cells = 501;
  CircleState second;
  second.alias = other_;
  put(second);
  put(state);

  const auto circles = rows_.circles().value();
  ASSERT_EQ(circles.size(), 2U);
  EXPECT_EQ(circles[1].alias, other_);
  const CircleState read = rows_.circle(circle_).value().value();
  EXPECT_EQ(read.standing, Standing::waiting);
  EXPECT_EQ(read.number, 70U);
  EXPECT_EQ(read.header, state.header);
  EXPECT_EQ(read.name, state.name);
  EXPECT_EQ(read.item_count, 12U);
  EXPECT_EQ(read.chain, state.chain);
  EXPECT_EQ(read.members, state.members);
  EXPECT_EQ(read.holders_ever, state.holders_ever);
  EXPECT_EQ(read.removed, state.removed);
  EXPECT_EQ(read.frontier, state.frontier);
  EXPECT_EQ(read.superseded_cells, 501U);
  EXPECT_FALSE(rows_.circle(make_id<CircleAlias>(9)).value().has_value());
}

TEST_F(StateTest, KeepsEpochBytesAndItemsInOrder) {
  change([&]() -> Status {
    KLUIS_CHECK(rows_.put_epoch_bytes(
        circle_, {Bytes{1}, Bytes{2, 2}, Bytes{}, {Bytes{3}, make_id<OfficerKey>(1), {}}}));
    KLUIS_CHECK(rows_.put_item(circle_, 256, {Bytes{2}, {}}));
    KLUIS_CHECK(rows_.put_item(circle_, 3, {Bytes{1}, {make_id<BlobName>(1)}}));
    return rows_.put_item(other_, 0, {Bytes{9}, {}});
  });
  const EpochBytes bytes = rows_.epoch_bytes(circle_).value().value();
  EXPECT_EQ(bytes.signed_header, Bytes{1});
  EXPECT_EQ(bytes.boxes, (Bytes{2, 2}));
  EXPECT_THAT(bytes.list, IsEmpty());
  EXPECT_EQ(bytes.op.bytes, Bytes{3});
  EXPECT_EQ(bytes.op.signer, make_id<OfficerKey>(1));

  const auto items = rows_.items(circle_).value();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].item, Bytes{1});
  EXPECT_THAT(items[0].blobs, ElementsAre(make_id<BlobName>(1)));
  EXPECT_EQ(items[1].item, Bytes{2});
  change([&] { return rows_.clear_items(circle_); });
  EXPECT_THAT(rows_.items(circle_).value(), IsEmpty());
  EXPECT_EQ(rows_.items(other_).value().size(), 1U);
}

TEST_F(StateTest, KeepsRecordsTheirKeysAndWhatIsMissing) {
  const auto key = make_key<RecordKey>(7);
  change([&]() -> Status {
    KLUIS_CHECK(rows_.put_record(circle_, record_, signed_record(5)));
    KLUIS_CHECK(rows_.put_record_key(circle_, record_, key));
    KLUIS_CHECK(rows_.put_grant_record(circle_, {record_, true}));
    KLUIS_CHECK(rows_.mark_missing(circle_, record_, 3));
    return rows_.mark_missing(other_, make_id<RecordId>(8), 0);
  });
  EXPECT_EQ(rows_.record(circle_, record_).value()->bytes, (Bytes{1, 2, 5}));
  EXPECT_EQ(rows_.record(circle_, record_).value()->signature, make_id<Signature>(5));
  EXPECT_FALSE(rows_.record(other_, record_).value().has_value());
  EXPECT_TRUE(rows_.record_key(circle_, record_).value()->equals(key));
  const auto entries = rows_.key_entries(circle_).value();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].record, record_);
  EXPECT_EQ(entries[0].key, make_id<Digest>(7).bytes);
  const auto granted = rows_.grant_records(circle_).value();
  ASSERT_EQ(granted.size(), 1U);
  EXPECT_EQ(granted[0].record, record_);
  EXPECT_TRUE(granted[0].from_officer);

  EXPECT_EQ(rows_.missing_records(1).value().size(), 1U);
  const auto missing = rows_.missing_records(10).value();
  ASSERT_EQ(missing.size(), 2U);
  EXPECT_EQ(missing[1].circle, other_);
  EXPECT_EQ(missing[1].record, make_id<RecordId>(8));

  OutboxEntry entry;
  entry.circle = circle_;
  entry.record = record_;
  change([&] { return rows_.put(entry); });
  entry.record = make_id<RecordId>(8);
  change([&] { return rows_.put(entry); });
  change([&] { return rows_.erase_record(circle_, record_); });
  EXPECT_FALSE(rows_.record(circle_, record_).value().has_value());
  // What is not here can not be sent.
  ASSERT_EQ(rows_.outbox().value().size(), 1U);
  EXPECT_EQ(rows_.outbox().value()[0].record, make_id<RecordId>(8));
  EXPECT_FALSE(rows_.record_key(circle_, record_).value().has_value());
  EXPECT_THAT(rows_.grant_records(circle_).value(), IsEmpty());
  EXPECT_EQ(rows_.missing_records(10).value().size(), 1U);
}

TEST_F(StateTest, KeepsTheNewestCellOfEachKindAndMonth) {
  const auto cell_of = [&](CellKind kind, std::uint32_t sub_key) {
    return Cell{circle_, device_, kind, sub_key, 0, {}};
  };
  change([&]() -> Status {
    KLUIS_CHECK(rows_.put_cell(cell_of(CellKind::opened, 24'310), {Bytes{1}, {}}));
    KLUIS_CHECK(rows_.put_cell(cell_of(CellKind::opened, 24'311), {Bytes{2}, {}}));
    KLUIS_CHECK(rows_.put_cell(cell_of(CellKind::seen, 0), {Bytes{3}, {}}));
    return rows_.put_cell(cell_of(CellKind::seen, 0), {Bytes{4}, {}});
  });
  EXPECT_EQ(rows_.cells(circle_).value().size(), 3U);
  EXPECT_EQ(rows_.cell(circle_, device_, CellKind::seen, 0).value()->bytes, Bytes{4});
  EXPECT_EQ(rows_.cell(circle_, device_, CellKind::opened, 24'311).value()->bytes, Bytes{2});
  EXPECT_FALSE(rows_.cell(circle_, device_, CellKind::leaf, 0).value().has_value());
}

TEST_F(StateTest, KeepsChainsCutsTombstonesAndHeldRecords) {
  EXPECT_EQ(rows_.chain_end(circle_, device_).value().sequence, 0U);
  change([&]() -> Status {
    KLUIS_CHECK(rows_.put_chain_end(circle_, device_, {17, record_}));
    KLUIS_CHECK(rows_.put_cut(circle_, {device_, 16, record_}));
    KLUIS_CHECK(rows_.put_held(circle_, device_, 19, record_));
    return rows_.put_grave(circle_, {{record_, device_, 18}, {RecordId{}}});
  });
  EXPECT_EQ(rows_.chain_end(circle_, device_).value().sequence, 17U);
  EXPECT_EQ(rows_.chain_end(circle_, device_).value().record, record_);
  const auto cuts = rows_.cuts(circle_).value();
  ASSERT_EQ(cuts.size(), 1U);
  EXPECT_EQ(cuts[0].device, device_);
  EXPECT_EQ(cuts[0].sequence, 16U);
  const auto tombstones = rows_.tombstones(circle_).value();
  ASSERT_EQ(tombstones.size(), 1U);
  EXPECT_EQ(tombstones[0].record, record_);
  EXPECT_EQ(tombstones[0].author, device_);
  EXPECT_EQ(tombstones[0].sequence, 18U);
  EXPECT_EQ(rows_.grave(circle_, record_).value()->followed, std::vector<RecordId>{RecordId{}});
  EXPECT_EQ(rows_.held(circle_, device_, 19).value(), record_);
  EXPECT_FALSE(rows_.held(circle_, device_, 18).value().has_value());
  change([&] { return rows_.erase_held(circle_, device_, 19); });
  EXPECT_FALSE(rows_.held(circle_, device_, 19).value().has_value());
}

TEST_F(StateTest, TheOutboxNeverUsesAPositionTwice) {
  OutboxEntry entry;
  entry.circle = circle_;
  entry.record = record_;
  entry.kind = OutboxKind::put_back;
  entry.cell = {Bytes{1}, make_id<Signature>(2)};
  entry.document = make_id<BlobName>(3);
  put(entry);
  entry.kind = OutboxKind::cell;
  put(entry);
  auto outbox = rows_.outbox().value();
  ASSERT_EQ(outbox.size(), 2U);
  EXPECT_EQ(outbox[0].position, 1U);
  EXPECT_EQ(outbox[0].kind, OutboxKind::put_back);
  EXPECT_EQ(outbox[0].cell.bytes, Bytes{1});
  EXPECT_EQ(outbox[0].document, make_id<BlobName>(3));
  EXPECT_EQ(outbox[1].kind, OutboxKind::cell);

  outbox[0].attempted = true;
  outbox[0].sent = true;
  put(outbox[0]);
  EXPECT_TRUE(rows_.outbox().value()[0].sent);
  EXPECT_TRUE(rows_.outbox().value()[0].attempted);
  EXPECT_FALSE(rows_.outbox().value()[1].attempted);
  change([&] { return rows_.erase_outbox(2); });
  put(entry);
  outbox = rows_.outbox().value();
  ASSERT_EQ(outbox.size(), 2U);
  EXPECT_EQ(outbox[1].position, 3U);
}

TEST_F(StateTest, KeepsEveryKindOfIntent) {
  EnrolIntent enrol;
  enrol.mailbox = make_id<MailboxId>(1);
  enrol.certificate.person = make_id<PersonId>(2);
  enrol.certificate.person_name = "A. Bakker";
  enrol.certificate.capacities = {Capacity::raadslid, Capacity::wethouder};
  enrol.certificate.device = device_;
  enrol.certificate.device_name = "laptop";
  enrol.certificate.leaf = {Bytes{7}, make_id<Signature>(7)};
  enrol.certificate.officer_key = make_id<OfficerKey>(4);
  enrol.certificate.custody = true;
  enrol.found_second_place = true;
  Appoint appoint;
  appoint.person = make_id<PersonId>(3);
  appoint.capacities = {Capacity::plv_raadsvoorzitter};
  appoint.ground = AppointGround::founding;
  appoint.speaking_device = device_;
  appoint.reserve = make_id<PersonId>(4);
  for (const IntentBody& body : std::vector<IntentBody>{
           enrol, RemoveIntent{{device_}, make_id<PersonId>(9)}, AppointIntent{appoint},
           CircleIntent{circle_}, AdmitIntent{circle_, record_},
           DropIntent{circle_, make_id<PersonId>(5), record_}, ResealIntent{other_},
           TermIntent{{"raad", {make_id<PersonId>(6)}}, 5, 3}}) {
    put(Intent{0, body});
  }

  const auto intents = rows_.intents().value();
  ASSERT_EQ(intents.size(), 8U);
  for (std::size_t i = 0; i < intents.size(); ++i) {
    EXPECT_EQ(intents[i].position, i + 1);
    EXPECT_EQ(intents[i].body.index(), i);
  }
  const auto& read = std::get<EnrolIntent>(intents[0].body);
  EXPECT_EQ(read.mailbox, enrol.mailbox);
  EXPECT_EQ(read.certificate.person, enrol.certificate.person);
  EXPECT_EQ(read.certificate.person_name, "A. Bakker");
  EXPECT_EQ(read.certificate.capacities, enrol.certificate.capacities);
  EXPECT_EQ(read.certificate.device, device_);
  EXPECT_EQ(read.certificate.device_name, "laptop");
  EXPECT_EQ(read.certificate.leaf.bytes, Bytes{7});
  EXPECT_EQ(read.certificate.officer_key, enrol.certificate.officer_key);
  EXPECT_TRUE(read.certificate.custody);
  EXPECT_TRUE(read.found_second_place);
  const auto& remove = std::get<RemoveIntent>(intents[1].body);
  EXPECT_THAT(remove.devices, ElementsAre(device_));
  EXPECT_EQ(remove.person, make_id<PersonId>(9));
  const Appoint& appointed = std::get<AppointIntent>(intents[2].body).appoint;
  EXPECT_EQ(appointed.capacities, appoint.capacities);
  EXPECT_EQ(appointed.ground, AppointGround::founding);
  EXPECT_EQ(appointed.speaking_device, device_);
  EXPECT_EQ(appointed.reserve, appoint.reserve);
  EXPECT_FALSE(appointed.reserve_device.has_value());
  EXPECT_EQ(std::get<CircleIntent>(intents[3].body).circle, circle_);
  EXPECT_EQ(std::get<AdmitIntent>(intents[4].body).record, record_);
  EXPECT_EQ(std::get<DropIntent>(intents[5].body).person, make_id<PersonId>(5));
  EXPECT_EQ(std::get<DropIntent>(intents[5].body).record, record_);
  EXPECT_EQ(std::get<ResealIntent>(intents[6].body).circle, other_);
  EXPECT_EQ(std::get<TermIntent>(intents[7].body).term.name, "raad");
  EXPECT_THAT(std::get<TermIntent>(intents[7].body).term.members,
              ElementsAre(make_id<PersonId>(6)));
  EXPECT_EQ(std::get<TermIntent>(intents[7].body).seen_act, 5U);
  EXPECT_EQ(std::get<TermIntent>(intents[7].body).after, 3U);
  change([&] { return rows_.erase_intent(1); });
  EXPECT_EQ(rows_.intents().value().size(), 7U);
}

TEST_F(StateTest, KeepsThePreparedCommit) {
  EXPECT_FALSE(rows_.prepared().value().has_value());
  PreparedCommit prepared;
  prepared.commit = {Bytes{1, 2}, make_id<OfficerKey>(3), make_id<Signature>(4)};
  prepared.position = 6;
  prepared.first_act = record_;
  prepared.stage = {{make_id<BlobName>(1), Bytes{5}}, {make_id<BlobName>(2), Bytes{}}};
  prepared.intents = {1, 4};
  put(prepared);
  const PreparedCommit read = rows_.prepared().value().value();
  EXPECT_EQ(read.commit.bytes, prepared.commit.bytes);
  EXPECT_EQ(read.commit.signer, prepared.commit.signer);
  EXPECT_EQ(read.commit.signature, prepared.commit.signature);
  EXPECT_EQ(read.position, 6U);
  EXPECT_EQ(read.first_act, record_);
  ASSERT_EQ(read.stage.size(), 2U);
  EXPECT_EQ(read.stage[0].bytes, Bytes{5});
  EXPECT_THAT(read.intents, ElementsAre(1, 4));
  change([&] { return rows_.clear_prepared(); });
  EXPECT_FALSE(rows_.prepared().value().has_value());
}

TEST_F(StateTest, KeepsInvitations) {
  Invitation invitation;
  invitation.mailbox = make_id<MailboxId>(1);
  invitation.state = InvitationState::answered;
  invitation.session = make_id<CpaceSession>(2);
  invitation.person = make_id<PersonId>(3);
  invitation.person_name = "B";
  invitation.capacities = {Capacity::archivaris};
  invitation.custody = true;
  invitation.posted = true;
  invitation.expires_unix_ms = -5;
  invitation.message = Bytes{1};
  invitation.reply = Bytes{2};
  invitation.raad = make_id<RaadId>(4);
  put(invitation);
  const auto invitations = rows_.invitations().value();
  ASSERT_EQ(invitations.size(), 1U);
  const Invitation& read = invitations[0];
  EXPECT_EQ(read.mailbox, invitation.mailbox);
  EXPECT_EQ(read.state, InvitationState::answered);
  EXPECT_EQ(read.session, invitation.session);
  EXPECT_EQ(read.person, invitation.person);
  EXPECT_EQ(read.person_name, "B");
  EXPECT_EQ(read.capacities, invitation.capacities);
  EXPECT_TRUE(read.custody);
  EXPECT_TRUE(read.posted);
  EXPECT_EQ(read.expires_unix_ms, -5);
  EXPECT_EQ(read.message, Bytes{1});
  EXPECT_EQ(read.reply, Bytes{2});
  EXPECT_EQ(read.raad, invitation.raad);
}

TEST_F(StateTest, AnAlarmKeepsItsFirstMoment) {
  change([&] { return rows_.raise({"clone", "a", 100, {"x"}}); });
  change([&] { return rows_.raise({"clone", "a", 200, {"y"}}); });
  change([&] { return rows_.raise({"clone", "b", 300, {}}); });
  auto alarms = rows_.alarms().value();
  ASSERT_EQ(alarms.size(), 2U);
  EXPECT_EQ(alarms[0].since_unix_ms, 100);
  EXPECT_THAT(alarms[0].arguments, ElementsAre("y"));
  change([&] { return rows_.clear_alarm("clone", "a"); });
  alarms = rows_.alarms().value();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].subject, "b");
}

TEST_F(StateTest, KeepsActsInOrder) {
  change([&]() -> Status {
    KLUIS_CHECK(rows_.put_act(256, signed_record(2)));
    return rows_.put_act(1, signed_record(1));
  });
  const auto acts = rows_.acts().value();
  ASSERT_EQ(acts.size(), 2U);
  EXPECT_EQ(acts[0].bytes, (Bytes{1, 2, 1}));
}

TEST_F(StateTest, ForgettingACircleLeavesItsStateAndTheOthers) {
  const auto fill = [&](const CircleAlias& alias) -> Status {
    CircleState state;
    state.alias = alias;
    KLUIS_CHECK(rows_.put(state));
    KLUIS_CHECK(rows_.set_epoch_secret(alias, make_key<EpochSecret>(1)));
    KLUIS_CHECK(rows_.put_record(alias, record_, signed_record(1)));
    KLUIS_CHECK(rows_.put_record_key(alias, record_, make_key<RecordKey>(1)));
    KLUIS_CHECK(rows_.put_item(alias, 0, {}));
    KLUIS_CHECK(rows_.put_epoch_bytes(alias, {}));
    KLUIS_CHECK(rows_.put_chain_end(alias, device_, {1, record_}));
    KLUIS_CHECK(rows_.put_apart(alias, record_, signed_record(1)));
    KLUIS_CHECK(rows_.mark_missing(alias, record_, 1));
    KLUIS_CHECK(rows_.put_held(alias, device_, 1, record_));
    KLUIS_CHECK(rows_.put_grant_record(alias, {record_, false}));
    KLUIS_CHECK(rows_.put_cell({alias, device_, CellKind::seen, 0, 0, {}}, {}));
    OutboxEntry entry;
    entry.circle = alias;
    return rows_.put(entry);
  };
  change([&] { return fill(other_); });
  const std::size_t rows_of_one = store_.rows().size();
  change([&] { return fill(circle_); });
  change([&] { return rows_.forget_circle(circle_); });
  EXPECT_EQ(store_.rows().size(), rows_of_one + 1);
  EXPECT_TRUE(rows_.circle(circle_).value().has_value());
  EXPECT_TRUE(rows_.record(other_, record_).value().has_value());
  ASSERT_EQ(rows_.outbox().value().size(), 1U);
  EXPECT_EQ(rows_.outbox().value()[0].circle, other_);
}

TEST_F(StateTest, WelcomesAreForgottenTogether) {
  change([&] { return rows_.put_welcome(make_id<Digest>(1)); });
  EXPECT_TRUE(rows_.welcome_posted(make_id<Digest>(1)).value());
  EXPECT_FALSE(rows_.welcome_posted(make_id<Digest>(2)).value());
  change([&] { return rows_.clear_welcomes(); });
  EXPECT_FALSE(rows_.welcome_posted(make_id<Digest>(1)).value());
}

// Every prefix of every row, and every row with one byte more, is refused; none is read as another.
TEST_F(StateTest, TruncatedAndExtendedRowsAreDamage) {
  CircleState state;
  state.alias = circle_;
  state.members = {device_};
  put(state);
  put(OutboxEntry{});
  put(Intent{0, AppointIntent{}});
  put(PreparedCommit{});
  put(Invitation{});
  change([&]() -> Status {
    KLUIS_CHECK(rows_.raise({"clone", "a", 1, {"x"}}));
    KLUIS_CHECK(rows_.put_act(0, signed_record(1)));
    KLUIS_CHECK(rows_.put_record_key(circle_, record_, make_key<RecordKey>(1)));
    KLUIS_CHECK(rows_.put_epoch_bytes(circle_, {}));
    KLUIS_CHECK(rows_.put_item(circle_, 0, {}));
    KLUIS_CHECK(rows_.put_cut(circle_, {device_, 1, record_}));
    return rows_.put_chain_end(circle_, device_, {1, record_});
  });
  const auto read_all = [&]() -> Status {
    KLUIS_CHECK(rows_.circles());
    KLUIS_CHECK(rows_.outbox());
    KLUIS_CHECK(rows_.intents());
    KLUIS_CHECK(rows_.prepared());
    KLUIS_CHECK(rows_.invitations());
    KLUIS_CHECK(rows_.alarms());
    KLUIS_CHECK(rows_.acts());
    KLUIS_CHECK(rows_.key_entries(circle_));
    KLUIS_CHECK(rows_.record_key(circle_, record_));
    KLUIS_CHECK(rows_.epoch_bytes(circle_));
    KLUIS_CHECK(rows_.items(circle_));
    KLUIS_CHECK(rows_.cuts(circle_));
    KLUIS_CHECK(rows_.chain_end(circle_, device_));
    KLUIS_CHECK(rows_.local_number("outbox_last"));
    KLUIS_CHECK(rows_.local_number("intent_last"));
    return {};
  };
  ASSERT_TRUE(read_all());
  const auto rows = store_.rows();
  ASSERT_EQ(rows.size(), 14U);
  for (const auto& [row, value] : rows) {
    const auto expect_damage = [&](ByteView bytes) {
      const auto table = static_cast<Table>(row.first);
      change([&] { return store_.put(table, row.second, bytes); });
      const Status status = read_all();
      ASSERT_FALSE(status) << "table " << int{row.first} << ", " << bytes.size() << " bytes";
      EXPECT_EQ(status.error().key, "store.damaged");
      EXPECT_EQ(status.error().kind, ErrorKind::integrity);
    };
    for (std::size_t size = 0; size < value.size(); ++size) {
      expect_damage(ByteView(value).first(size));
    }
    Bytes extended = value;
    extended.push_back(0);
    expect_damage(extended);
    change([&] { return store_.put(static_cast<Table>(row.first), row.second, value); });
  }
}

TEST_F(StateTest, UnknownNumbersAreDamage) {
  CircleState state;
  state.alias = circle_;
  put(state);
  for (const std::uint8_t standing : std::initializer_list<std::uint8_t>{0, 7, 255}) {
    change([&]() -> Status {
      KLUIS_TRY(row, store_.get(Table::circle, circle_.view()));
      (*row)[CircleAlias::kSize] = standing;
      return store_.put(Table::circle, circle_.view(), *row);
    });
    EXPECT_EQ(rows_.circle(circle_).error().key, "store.damaged");
  }
}

}  // namespace
}  // namespace kluis
