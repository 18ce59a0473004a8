#include <gtest/gtest.h>

#include "tests/proto/formats.h"

// What the decoders demand beyond the shape of a message: order, known kinds, limits, and fields
// that belong together. Encoders write what they are given, so each case is a value.
namespace kluis::test {
namespace {

RecordId record_id(std::uint8_t byte) {
  return {{byte}};
}

DeviceId device_id(std::uint8_t byte) {
  return {{byte}};
}

template <typename T>
std::string outcome(const Result<T>& result) {
  return result ? "accepted" : result.error().key;
}

constexpr const char* kMalformed = "format.malformed";
constexpr const char* kUnknownKind = "format.unknown_kind";
constexpr const char* kAccepted = "accepted";

std::string decoded(const Record& record) {
  return outcome(decode_record(encode(record)));
}
std::string decoded(const Cell& cell) {
  return outcome(decode_cell(encode(cell)));
}
std::string decoded(const Header& header) {
  return outcome(decode_header(encode(header)));
}
std::string decoded(const Boxes& boxes) {
  return outcome(decode_boxes(encode(boxes)));
}
std::string decoded(const Commit& commit) {
  return outcome(decode_commit(encode(commit)));
}
std::string decoded(const Request& request) {
  return outcome(decode_request(encode(request)));
}
std::string decoded(const Response& response) {
  return outcome(decode_response(encode(response)));
}
std::string decoded(const KeyList& list) {
  const auto chunks = encode_list(list, kListChunkBytesMax);
  return outcome(decode_list({chunks.begin(), chunks.end()}));
}
template <typename Body>
std::string decoded_as(RecordKind kind, const Body& body) {
  return outcome(decode_circle_body(kind, encode(body)));
}
std::string decoded_act(RecordKind kind, const Act& act) {
  return outcome(decode_act(kind, encode(act)));
}

Record valid_record() {
  Record record;
  record.sequence = 2;
  record.previous = record_id(9);
  record.parents = {record_id(1), record_id(2)};
  return record;
}

TEST(RecordRulesTest, ParentsAreStrictlyIncreasing) {
  Record record = valid_record();
  EXPECT_EQ(decoded(record), kAccepted);
  record.parents = {record_id(2), record_id(1)};
  EXPECT_EQ(decoded(record), kMalformed);
  record.parents = {record_id(1), record_id(1)};
  EXPECT_EQ(decoded(record), kMalformed);
}

TEST(RecordRulesTest, TheFirstOfAChainHasNoPredecessor) {
  Record record = valid_record();
  record.previous = RecordId{};
  EXPECT_EQ(decoded(record), kAccepted);  // who came back follows nothing
  record.sequence = 1;
  EXPECT_EQ(decoded(record), kAccepted);
  record.previous = record_id(9);
  EXPECT_EQ(decoded(record), kMalformed);
}

TEST(RecordRulesTest, ActsAndOnlyActsHaveNoPlaceInAChain) {
  Record record = valid_record();
  record.previous = RecordId{};
  record.sequence = 0;
  EXPECT_EQ(decoded(record), kMalformed);
  record.kind = RecordKind::certify;
  EXPECT_EQ(decoded(record), kAccepted);
  record.sequence = 1;
  EXPECT_EQ(decoded(record), kMalformed);
}

TEST(RecordRulesTest, UnknownKindsStopTheReader) {
  for (std::uint16_t kind = 0; kind < 200; ++kind) {
    Record record = valid_record();
    record.kind = static_cast<RecordKind>(kind);
    if (is_act(record.kind)) {
      record.sequence = 0;
      record.previous = RecordId{};
    }
    const bool known = std::ranges::find(kRecordKinds, record.kind) != kRecordKinds.end();
    EXPECT_EQ(decoded(record), known ? kAccepted : kUnknownKind) << kind;
  }
}

TEST(RecordRulesTest, OnlyKindsOfACircleHaveABodyThere) {
  const Bytes body = encode(Admit{});
  EXPECT_EQ(outcome(decode_circle_body(RecordKind::admit, body)), kAccepted);
  for (const RecordKind kind : kRecordKinds) {
    if (!is_roll_kind(kind)) continue;
    EXPECT_EQ(outcome(decode_circle_body(kind, body)), kUnknownKind);
  }
  EXPECT_EQ(outcome(decode_circle_body(static_cast<RecordKind>(13), body)), kUnknownKind);
}

TEST(RecordRulesTest, EnumerationsAreKnown) {
  CircleInfo info;
  EXPECT_EQ(decoded_as(RecordKind::circle_info, info), kAccepted);
  for (const int kind : {0, 4, 65535}) {
    info.kind = static_cast<DossierKind>(kind);
    EXPECT_EQ(decoded_as(RecordKind::circle_info, info), kUnknownKind);
  }
  Version version;
  version.status = static_cast<StukStatus>(4);
  EXPECT_EQ(decoded_as(RecordKind::version, version), kUnknownKind);
  Admit admit;
  admit.role = static_cast<DossierRole>(6);
  EXPECT_EQ(decoded_as(RecordKind::admit, admit), kUnknownKind);
  EXPECT_EQ(decoded(Response(RefusedAnswer{static_cast<RefusalCode>(12)})), kUnknownKind);
}

TEST(RecordRulesTest, DevicesStandOnce) {
  EXPECT_EQ(
      decoded_as(RecordKind::admit, Admit{{}, DossierRole::lid, {device_id(2), device_id(1)}}),
      kAccepted);
  EXPECT_EQ(
      decoded_as(RecordKind::admit, Admit{{}, DossierRole::lid, {device_id(1), device_id(1)}}),
      kMalformed);
}

TEST(RecordRulesTest, OnlyOpenedCellsHaveASubKey) {
  Cell cell;
  cell.sub_key = 24'300;
  EXPECT_EQ(decoded(cell), kMalformed);
  cell.kind = CellKind::opened;
  EXPECT_EQ(decoded(cell), kAccepted);
}

TEST(ActRulesTest, TheGenesisAndNoOtherActIsNumberZero) {
  const Act genesis{{0, RecordId{}, 1, true}, Genesis{}};
  EXPECT_EQ(decoded_act(RecordKind::genesis, genesis), kAccepted);
  EXPECT_EQ(decoded_act(RecordKind::genesis, Act{{1, record_id(1), 1, true}, Genesis{}}),
            kMalformed);
  EXPECT_EQ(decoded_act(RecordKind::circle, Act{{0, RecordId{}, 1, true}, CircleAct{}}),
            kMalformed);
  EXPECT_EQ(decoded_act(RecordKind::circle, Act{{1, RecordId{}, 1, true}, CircleAct{}}),
            kMalformed);
  EXPECT_EQ(decoded_act(RecordKind::circle, Act{{1, record_id(1), 1, true}, CircleAct{}}),
            kAccepted);
}

TEST(ActRulesTest, KindsWhoseRulesComeLaterKeepTheirBytes) {
  const Bytes body = {1, 2, 3};
  for (const RecordKind kind : {RecordKind::profile, RecordKind::join}) {
    const auto act = decode_act(kind, encode(Act{{3, record_id(1), 2, false}, OpaqueAct{body}}));
    ASSERT_TRUE(act);
    EXPECT_EQ(std::get<OpaqueAct>(act->body).body, body);
  }
  EXPECT_EQ(decoded_act(RecordKind::note, Act{{1, record_id(1), 1, true}, OpaqueAct{body}}),
            kUnknownKind);
  EXPECT_EQ(
      decoded_act(static_cast<RecordKind>(76), Act{{1, record_id(1), 1, true}, OpaqueAct{body}}),
      kUnknownKind);
}

TEST(DecreeRulesTest, ADecreeDestroysOrConcernsAPerson) {
  const auto refusal = [](const Decree& decree) {
    const auto decoded = decode_decree(encode(decree));
    return decoded ? std::string(kAccepted) : decoded.error().key;
  };
  Decree destroys;
  destroys.dossier.bytes[0] = 1;
  destroys.circles = {CircleAlias{}};
  EXPECT_EQ(refusal(destroys), kAccepted);
  Decree wrong = destroys;
  wrong.person = PersonId{};
  EXPECT_EQ(refusal(wrong), kMalformed);
  wrong = destroys;
  wrong.circles.clear();
  EXPECT_EQ(refusal(wrong), kMalformed);
  wrong = destroys;
  wrong.dossier = DossierId{};
  EXPECT_EQ(refusal(wrong), kMalformed);
  wrong = destroys;
  wrong.records = {RecordId{}};
  EXPECT_EQ(refusal(wrong), kMalformed);
  wrong.kind = DecreeKind::destroy_stuk;
  EXPECT_EQ(refusal(wrong), kMalformed);
  wrong.stuk = StukId{};
  EXPECT_EQ(refusal(wrong), kAccepted);
  wrong.records.clear();
  EXPECT_EQ(refusal(wrong), kMalformed);
  Decree appoints;
  appoints.kind = DecreeKind::appoint;
  appoints.person = PersonId{};
  EXPECT_EQ(refusal(appoints), kMalformed);
  appoints.capacities = {Capacity::griffier};
  EXPECT_EQ(refusal(appoints), kAccepted);
  appoints.covers = {{"verslag", 2025, 1}};
  EXPECT_EQ(refusal(appoints), kMalformed);
  appoints.covers.clear();
  appoints.kind = DecreeKind::discharge;
  appoints.speaking_device = DeviceId{};
  EXPECT_EQ(refusal(appoints), kMalformed);
}

TEST(ActRulesTest, AMarkSaysNothing) {
  const ActPlace place{3, record_id(1), 2, true};
  EXPECT_EQ(decoded_act(RecordKind::mark, {place, Mark{}}), kAccepted);
  EXPECT_EQ(decoded_act(RecordKind::mark, {place, OpaqueAct{{1}}}), kMalformed);
}

TEST(ActRulesTest, KindOfNamesTheRecordKindOfABody) {
  EXPECT_EQ(kind_of(Genesis{}), RecordKind::genesis);
  EXPECT_EQ(kind_of(Certificate{}), RecordKind::certify);
  EXPECT_EQ(kind_of(Remove{}), RecordKind::remove);
  EXPECT_EQ(kind_of(Appoint{}), RecordKind::appoint);
  EXPECT_EQ(kind_of(CircleAct{}), RecordKind::circle);
  EXPECT_EQ(kind_of(EpochAct{}), RecordKind::epoch);
  EXPECT_EQ(kind_of(Mark{}), RecordKind::mark);
  EXPECT_EQ(kind_of(Term{}), RecordKind::term);
  EXPECT_EQ(kind_of(Execute{}), RecordKind::execute);
  EXPECT_EQ(kind_of(Withdraw{}), RecordKind::withdraw);
}

TEST(ActRulesTest, ACapacityStandsOnce) {
  Appoint appoint;
  appoint.capacities = {Capacity::raadslid, Capacity::griffier};
  const ActPlace place{1, record_id(1), 1, true};
  EXPECT_EQ(decoded_act(RecordKind::appoint, {place, appoint}), kAccepted);
  appoint.capacities = {Capacity::raadslid, Capacity::raadslid};
  EXPECT_EQ(decoded_act(RecordKind::appoint, {place, appoint}), kMalformed);
  appoint.capacities = {static_cast<Capacity>(9)};
  EXPECT_EQ(decoded_act(RecordKind::appoint, {place, appoint}), kUnknownKind);
}

TEST(HeaderRulesTest, AnEndHasNothingToOpen) {
  Header header;
  header.kind = HeaderKind::end;
  EXPECT_EQ(decoded(header), kAccepted);
  for (Digest Header::* field : {&Header::commitment, &Header::boxes_hash, &Header::list_hash}) {
    Header changed = header;
    (changed.*field).bytes[31] = 1;
    EXPECT_EQ(decoded(changed), kMalformed);
  }
}

TEST(HeaderRulesTest, AnExitKeyStandsWithRemovedTags) {
  Header header;
  header.removed = {RemovedTag{{1}}, RemovedTag{{2}}};
  EXPECT_EQ(decoded(header), kMalformed);
  header.exit_key.emplace();
  EXPECT_EQ(decoded(header), kAccepted);
  header.kind = HeaderKind::end;
  EXPECT_EQ(decoded(header), kMalformed);
  header.exit_key.reset();
  EXPECT_EQ(decoded(header), kAccepted);
  header.removed = {RemovedTag{{2}}, RemovedTag{{1}}};
  EXPECT_EQ(decoded(header), kMalformed);
}

TEST(HeaderRulesTest, OnlyNumberZeroHasNoPredecessor) {
  Header header;
  header.number = 1;
  EXPECT_EQ(decoded(header), kMalformed);
  header.previous = HeaderHash{{1}};
  EXPECT_EQ(decoded(header), kAccepted);
  header.number = 0;
  EXPECT_EQ(decoded(header), kMalformed);
}

TEST(BoxesRulesTest, LabelsAreStrictlyIncreasing) {
  Boxes boxes{{Box{BoxLabel{{1}}, {}, {}}, Box{BoxLabel{{2}}, {}, {}}}};
  EXPECT_EQ(decoded(boxes), kAccepted);
  std::swap(boxes.boxes[0], boxes.boxes[1]);
  EXPECT_EQ(decoded(boxes), kMalformed);
  boxes.boxes[0] = boxes.boxes[1];
  EXPECT_EQ(decoded(boxes), kMalformed);
}

TEST(CommitRulesTest, NothingStandsTwice) {
  Commit commit;
  commit.expect.circles = {ExpectCircle{CircleAlias{{1}}, 1, 1},
                           ExpectCircle{CircleAlias{{2}}, 1, 1}};
  commit.officers_added = {OfficerKey{{1}}};
  EXPECT_EQ(decoded(commit), kAccepted);
  Commit changed = commit;
  changed.expect.circles[1].circle = changed.expect.circles[0].circle;
  EXPECT_EQ(decoded(changed), kMalformed);
  changed = commit;
  changed.officers_added.push_back(changed.officers_added[0]);
  EXPECT_EQ(decoded(changed), kMalformed);
  changed = commit;
  changed.appends = {CommitAppend{{}, {1}, {BlobName{{1}}, BlobName{{1}}}}};
  EXPECT_EQ(decoded(changed), kMalformed);
}

TEST(CommitRulesTest, DroppedBlobsAreStrictlyIncreasing) {
  EpochOp op;
  op.drop_blobs = {BlobName{{1}}, BlobName{{2}}};
  EXPECT_TRUE(decode_epoch_op(encode(op)));
  std::swap(op.drop_blobs[0], op.drop_blobs[1]);
  EXPECT_FALSE(decode_epoch_op(encode(op)));
}

// ---- Limits: the largest value is accepted, one more is not ----

TEST(LimitsTest, Texts) {
  for (const std::size_t size : {kTitleBytesMax, kTitleBytesMax + 1}) {
    const char* expected = size == kTitleBytesMax ? kAccepted : kMalformed;
    EXPECT_EQ(decoded_as(RecordKind::stuk, Stuk{{}, std::string(size, 'x'), "verslag"}), expected);
  }
  for (const std::size_t size : {kNameBytesMax, kNameBytesMax + 1}) {
    Version version;
    version.file_name = std::string(size, 'x');
    EXPECT_EQ(decoded_as(RecordKind::version, version),
              size == kNameBytesMax ? kAccepted : kMalformed);
  }
  for (const std::size_t size : {kTextBytesMax, kTextBytesMax + 1}) {
    EXPECT_EQ(decoded_as(RecordKind::note, Note{{}, 0, std::string(size, 'x')}),
              size == kTextBytesMax ? kAccepted : kMalformed);
  }
}

TEST(LimitsTest, ADocumentOfFourGibibytes) {
  Version version;
  version.size_bytes = kDocumentBytesMax;
  EXPECT_EQ(decoded_as(RecordKind::version, version), kAccepted);
  ++version.size_bytes;
  EXPECT_EQ(decoded_as(RecordKind::version, version), kMalformed);
}

TEST(LimitsTest, ASealedDocument) {
  Version version;
  version.sealed_bytes = kSealedDocumentBytesMax;
  EXPECT_EQ(decoded_as(RecordKind::version, version), kAccepted);
  for (const std::uint64_t size : {kSealedDocumentBytesMax + 1, UINT64_MAX}) {
    version.sealed_bytes = size;
    EXPECT_EQ(decoded_as(RecordKind::version, version), kMalformed) << size;
  }
}

// Whoever reads a number may add to it, and keep it where a database keeps signed ones.
TEST(LimitsTest, Counts) {
  for (const std::uint64_t number : {kCountMax, kCountMax + 1, UINT64_MAX}) {
    const char* expected = number == kCountMax ? kAccepted : kMalformed;
    Record record = valid_record();
    record.sequence = number;
    EXPECT_EQ(decoded(record), expected) << number;
    record = valid_record();
    record.roll_head.act_number = number;
    EXPECT_EQ(decoded(record), expected) << number;
    Cell cell;
    cell.counter = number;
    EXPECT_EQ(decoded(cell), expected) << number;
    SeenValue seen;
    seen.epoch = number;
    EXPECT_EQ(outcome(decode_seen_value(encode(seen))), expected) << number;
    Header header;
    header.number = number;
    header.previous = HeaderHash{{1}};
    EXPECT_EQ(decoded(header), expected) << number;
    KeyList list;
    list.cuts = {{device_id(1), number, record_id(1)}};
    EXPECT_EQ(decoded(list), expected) << number;
    Act act{{number, record_id(1), number, true}, Mark{}};
    EXPECT_EQ(decoded_act(RecordKind::mark, act), expected) << number;
    act = Act{{1, record_id(1), 1, true}, EpochAct{{}, number, {}, false}};
    EXPECT_EQ(decoded_act(RecordKind::epoch, act), expected) << number;
    const StageRequest stage{{}, number, 0, {1}};
    EXPECT_EQ(decoded(Request(stage)), expected) << number;
    EXPECT_EQ(decoded(Response(SliceAnswer{true, number, {1}})), expected) << number;
  }
}

TEST(LimitsTest, MomentsHaveADate) {
  for (const std::int64_t moment :
       {-kTimeMsMax, kTimeMsMax, -kTimeMsMax - 1, kTimeMsMax + 1, INT64_MIN, INT64_MAX}) {
    const bool within = moment >= -kTimeMsMax && moment <= kTimeMsMax;
    Record record = valid_record();
    record.written_unix_ms = moment;
    EXPECT_EQ(decoded(record), within ? kAccepted : kMalformed) << moment;
    OpenedValue value;
    value.entries = {{StukId{}, 1, moment}};
    EXPECT_EQ(outcome(decode_opened_value(encode(value))), within ? kAccepted : kMalformed)
        << moment;
  }
}

TEST(LimitsTest, ARecordAndItsParents) {
  Record record = valid_record();
  record.body.resize(kRecordBytesMax - 512);
  EXPECT_EQ(decoded(record), kAccepted);
  record.body.resize(kRecordBytesMax);
  EXPECT_EQ(decoded(record), kMalformed);

  record = valid_record();
  record.parents.clear();
  for (std::size_t index = 0; index < kRecordParentsMax; ++index) {
    record.parents.push_back(
        {{static_cast<std::uint8_t>(index >> 8U), static_cast<std::uint8_t>(index & 0xffU)}});
  }
  EXPECT_EQ(decoded(record), kAccepted);
  record.parents.push_back(record_id(0xff));
  EXPECT_EQ(decoded(record), kMalformed);
}

TEST(LimitsTest, BoxesOfOneCircle) {
  Boxes boxes;
  for (std::size_t index = 0; index < kBoxesMax; ++index) {
    boxes.boxes.push_back({BoxLabel{{static_cast<std::uint8_t>(index >> 8U),
                                     static_cast<std::uint8_t>(index & 0xffU)}},
                           {},
                           {}});
  }
  EXPECT_EQ(decoded(boxes), kAccepted);
  boxes.boxes.push_back({BoxLabel{{0xff}}, {}, {}});
  EXPECT_EQ(decoded(boxes), kMalformed);
}

TEST(LimitsTest, ItemsAndTheirBlobs) {
  AppendRequest append;
  append.item.resize(kItemBytesMax);
  append.blobs = {BlobName{{1}}, BlobName{{2}}, BlobName{{3}}, BlobName{{4}}};
  EXPECT_EQ(decoded(Request(append)), kAccepted);
  AppendRequest more_blobs = append;
  more_blobs.blobs.push_back(BlobName{{5}});
  EXPECT_EQ(decoded(Request(more_blobs)), kMalformed);
  append.item.push_back(0);
  EXPECT_EQ(decoded(Request(append)), kMalformed);
}

TEST(LimitsTest, Messages) {
  StageRequest stage;
  stage.bytes.resize(kSliceBytes);
  EXPECT_EQ(decoded(Request(stage)), kAccepted);
  stage.bytes.push_back(0);
  EXPECT_EQ(decoded(Request(stage)), kMalformed);

  EXPECT_EQ(decoded(Request(MailboxMakeRequest{{}, Bytes(kMailBytesMax)})), kAccepted);
  EXPECT_EQ(decoded(Request(MailboxMakeRequest{{}, Bytes(kMailBytesMax + 1)})), kMalformed);
  EXPECT_EQ(decoded(Request(MailboxPutRequest{{}, 0, {}})), kMalformed);
  EXPECT_EQ(decoded(Request(MailboxPutRequest{{}, 3, {}})), kMalformed);

  EXPECT_EQ(decoded(Request(HoldRequest{{}, 60'000, {}, {}})), kAccepted);
  EXPECT_EQ(decoded(Request(HoldRequest{{}, 60'001, {}, {}})), kMalformed);

  EXPECT_EQ(decoded(Request(FetchRequest{std::vector<BlobName>(kFetchNamesMax)})), kAccepted);
  EXPECT_EQ(decoded(Request(FetchRequest{std::vector<BlobName>(kFetchNamesMax + 1)})), kMalformed);
  EXPECT_EQ(decoded(Request(SyncRequest{std::vector<SyncEntry>(kSyncCirclesMax)})), kAccepted);
  EXPECT_EQ(decoded(Request(SyncRequest{std::vector<SyncEntry>(kSyncCirclesMax + 1)})), kMalformed);
  EXPECT_EQ(decoded(Response(MailboxAnswer{std::vector<Bytes>(4)})), kMalformed);

  FetchAnswer answer;
  answer.blobs.push_back({{}, true, 0, Bytes(kFrameBytesMax - 256)});
  EXPECT_EQ(decoded(Response(answer)), kAccepted);
  answer.blobs.front().bytes.resize(kFrameBytesMax);
  EXPECT_EQ(decoded(Response(answer)), kMalformed);
}

// What is sealed alone is of one size: its length says nothing.
TEST(SizesTest, AWelcomeAndARecordItemHaveOneSize) {
  WelcomeContent content;
  const std::size_t size = encode(content).size();
  content.number = ~std::uint64_t{0};
  content.secret.fill(0xff);
  content.circle.bytes.fill(0xff);
  EXPECT_EQ(encode(content).size(), size);

  ItemRecord record;
  const std::size_t record_size = encode(Item(record)).size();
  record.key.fill(0xff);
  record.record.bytes.fill(0xff);
  EXPECT_EQ(encode(Item(record)).size(), record_size);
}

// A circle that has nothing new costs 36 bytes.
TEST(SizesTest, ACircleInASyncTakes36Bytes) {
  SyncRequest request;
  request.entries.resize(2);
  const std::size_t size = encode(Request(request)).size();
  request.entries.resize(102);
  EXPECT_EQ(encode(Request(request)).size(), size + 100 * 36);
}

TEST(SizesTest, AKeyInAListTakes64Bytes) {
  KeyList list;
  list.entries.push_back({record_id(1), {}});
  const std::size_t size = encode_list(list, kListChunkBytesMax).front().size();
  list.entries.push_back({record_id(2), {}});
  EXPECT_EQ(encode_list(list, kListChunkBytesMax).front().size(), size + 64);
  EXPECT_EQ(decoded(list), kAccepted);
}

}  // namespace
}  // namespace kluis::test
