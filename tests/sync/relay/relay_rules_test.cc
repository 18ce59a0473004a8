#include <algorithm>

#include "proto/limits.h"
#include "sync/relay/limits.h"
#include "sync/relay/memory_storage.h"
#include "tests/sync/relay/relay_world.h"
#include "tests/sync/relay/scratch_sqlite.h"
#include "vault/core/chain.h"
#include "vault/crypto/hash.h"

// What a relay takes and what it refuses, rule by rule.
namespace kluis::test {
namespace {

enum class Engine { memory, sqlite };

std::unique_ptr<Storage> storage_of(Engine engine) {
  if (engine == Engine::memory) return std::make_unique<MemoryStorage>();
  return std::make_unique<ScratchSqlite>(std::make_shared<ScratchFolder>());
}

class FoundedWorld : public testing::Test {
 protected:
  explicit FoundedWorld(Engine engine) : world(storage_of(engine)) { world.found(); }

  template <typename Answer>
  static bool is(const Response& response) {
    return std::holds_alternative<Answer>(response);
  }
  Receipt receipt_of(const SignedReceipt& receipt) {
    EXPECT_TRUE(
        verify(world.relay.receipt_key().view(), "receipt", receipt.bytes, receipt.signature));
    const auto decoded = decode_receipt(receipt.bytes);
    EXPECT_TRUE(decoded);
    return decoded.value_or(Receipt{});
  }
  bool has_blob(RelaySession& session, const BlobName& name) {
    return world.expect<SliceAnswer>(session, FetchSliceRequest{name, 0}).present;
  }
  SyncAnswer sync(RelaySession& session, std::vector<SyncEntry> entries) {
    return world.expect<SyncAnswer>(session, SyncRequest{std::move(entries)});
  }

  RelayWorld world;
};

class RelayRules : public FoundedWorld, public testing::WithParamInterface<Engine> {
 protected:
  RelayRules() : FoundedWorld(GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(Engines, RelayRules, testing::Values(Engine::memory, Engine::sqlite),
                         [](const auto& info) {
                           return info.param == Engine::memory ? "Memory" : "Sqlite";
                         });

// ---- Who may speak ----

TEST_P(RelayRules, AGuestMayOnlyUseMailboxesAdmitAndLift) {
  RelaySession guest = world.guest();
  const CommitDraft draft = world.draft();
  const auto blob = world.id<BlobName>();
  const std::vector<Request> requests = {
      SyncRequest{{world.entry(world.roll)}},
      FetchRequest{{blob}},
      FetchSliceRequest{blob, 0},
      StageRequest{blob, 1, 0, {1}},
      world.append(world.roll, "item"),
      CommitRequest{world.sealed(draft)},
      WatchRequest{},
      ExitRequest{world.roll, world.id<RemovedTag>(), {1}},
      ParcelsRequest{world.roll},
      world.hold(guest, world.officer, 1000, {}),
      MailboxMakeRequest{world.id<MailboxId>(), {1}},
  };
  for (const Request& request : requests) {
    world.expect_refused(guest, request, RefusalCode::not_authorised);
  }
}

TEST_P(RelayRules, HelloNeedsAProofOverThisVeryHandshake) {
  RelaySession session = world.guest();
  RelaySession other = world.guest();
  const HelloRequest replayed = world.hello(other, world.raad_seeds.at(0));
  world.expect_refused(session, replayed, RefusalCode::not_authorised);

  const Seed stranger = Seed::generate(world.entropy);
  world.expect_refused(session, world.hello(session, stranger), RefusalCode::not_authorised);

  HelloRequest elsewhere = world.hello(session, world.raad_seeds.at(0));
  elsewhere.tenancy = world.id<TenancyId>();
  world.expect_refused(session, elsewhere, RefusalCode::unknown_name);
  world.expect<SyncAnswer>(session, world.hello(session, world.raad_seeds.at(0)));
}

TEST_P(RelayRules, AnOldRaadKeyGetsTheRollsHeaderAndBoxesAndNothingElse) {
  RelaySession before = world.member();
  RelaySession officer = world.member();
  CommitDraft draft = world.draft();
  world.reseal(draft, world.roll);
  ASSERT_TRUE(is<CommitAnswer>(world.send(officer, draft)));

  RelaySession late = world.guest();
  const auto answer =
      world.expect<HelloSuperseded>(late, world.hello(late, world.raad_seeds.at(0)));
  EXPECT_EQ(answer.roll.signed_header, draft.commit.epochs[0].signed_header);
  EXPECT_EQ(answer.roll.boxes, draft.blobs[0].bytes);
  EXPECT_TRUE(answer.roll.asked.is_zero());  // the new name is not told
  // Also a session that was open when the key changed.
  for (RelaySession* session : {&before, &late}) {
    world.expect<HelloSuperseded>(*session, world.append(world.roll, "item"));
    world.expect<HelloSuperseded>(*session, SyncRequest{{world.entry(world.roll)}});
    world.expect<HelloSuperseded>(*session, FetchRequest{{draft.blobs[1].blob}});
    world.expect<HelloSuperseded>(*session, WatchRequest{});
  }
}

// ---- Sync ----

TEST_P(RelayRules, AnUnchangedVaultGetsAnEmptyAnswerWithTheDigestOfWhatItHas) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  world.appended(session, circle, "one");
  const std::vector<SyncEntry> entries = {world.entry(world.roll), world.entry(circle)};
  const SyncAnswer answer = sync(session, entries);
  EXPECT_TRUE(answer.circles.empty());
  EXPECT_EQ(answer.digest, sync_digest(entries));
  EXPECT_EQ(answer.commit_number, world.commit_number);
}

TEST_P(RelayRules, NewItemsComeFromTheCountThatMatches) {
  RelaySession session = world.member();
  const BlobName blob = world.stage(session, world.random_bytes(100));
  world.appended(session, world.roll, "one");
  const SyncEntry known = world.entry(world.roll);
  world.appended(session, world.roll, "two", {blob});
  world.appended(session, world.roll, "three");

  const SyncAnswer answer = sync(session, {known});
  ASSERT_EQ(answer.circles.size(), 1U);
  const auto& items = std::get<NewItems>(answer.circles[0]);
  EXPECT_EQ(items.from, 1U);
  EXPECT_FALSE(items.more);
  ASSERT_EQ(items.items.size(), 2U);
  EXPECT_EQ(as_text(items.items[0].item), "two");
  EXPECT_EQ(items.items[0].blobs, std::vector<BlobName>{blob});
  EXPECT_EQ(as_text(items.items[1].item), "three");
  EXPECT_EQ(answer.digest, sync_digest(std::vector{world.entry(world.roll)}));
}

TEST_P(RelayRules, AnotherChainOrALongerOneDiffers) {
  RelaySession session = world.member();
  world.appended(session, world.roll, "one");
  world.appended(session, world.roll, "two");
  const SyncEntry mine = world.entry(world.roll);

  SyncEntry longer = mine;
  longer.count = 7;
  SyncEntry other = mine;
  other.count = 1;  // right count, wrong chain for it
  for (const SyncEntry& entry : {longer, other}) {
    const SyncAnswer answer = sync(session, {entry});
    ASSERT_EQ(answer.circles.size(), 1U);
    const auto& differs = std::get<Differs>(answer.circles[0]);
    EXPECT_EQ(differs.count, 2U);
    EXPECT_EQ(differs.chain, mine.chain);
  }
}

TEST_P(RelayRules, AnUnknownNameIsSaidToBeUnknown) {
  RelaySession session = world.member();
  const SyncEntry nowhere{world.id<CircleName>(), 3, {}};
  const SyncAnswer answer = sync(session, {nowhere});
  ASSERT_EQ(answer.circles.size(), 1U);
  EXPECT_EQ(std::get<Unknown>(answer.circles[0]).name, nowhere.name);
  EXPECT_EQ(answer.digest, sync_digest(std::vector<SyncEntry>{{nowhere.name, 0, {}}}));
}

TEST_P(RelayRules, WhoKnowsOnlyTheNameGetsHeaderAndBoxes) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  const SyncAnswer answer = sync(session, {{world.circles[circle].name, 0, {}}});
  ASSERT_EQ(answer.circles.size(), 1U);
  EXPECT_FALSE(std::get<Superseded>(answer.circles[0]).boxes.empty());
  EXPECT_EQ(answer.digest, sync_digest(std::vector{world.entry(circle)}));
}

TEST_P(RelayRules, AnOldNameYieldsOnlyTheNewestHeaderBoxesAndOp) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  const SyncEntry old = world.entry(circle);
  const AppendRequest old_append = world.append(circle, "late");
  for (int i = 0; i < 3; ++i) {
    CommitDraft draft = world.draft();
    world.reseal(draft, circle);
    ASSERT_TRUE(is<CommitAnswer>(world.send(session, draft)));
    const SyncAnswer answer = sync(session, {old});
    ASSERT_EQ(answer.circles.size(), 1U);
    const auto& superseded = std::get<Superseded>(answer.circles[0]);
    EXPECT_EQ(superseded.asked, old.name);
    EXPECT_EQ(superseded.signed_header, draft.commit.epochs[0].signed_header);
    EXPECT_EQ(superseded.op.bytes, draft.commit.epochs[0].op.bytes);
    EXPECT_EQ(superseded.boxes, draft.blobs[0].bytes);
    EXPECT_EQ(answer.digest, sync_digest(std::vector<SyncEntry>{{old.name, 0, {}}}));
    world.expect<Superseded>(session, old_append);
  }
  EXPECT_EQ(sync(session, {world.entry(circle)}).circles.size(), 0U);  // nothing was appended
}

TEST_P(RelayRules, AnAnswerNeverOutgrowsAFrameAndSaysWhatIsLeft) {
  RelaySession session = world.member();
  const std::string big(kItemBytesMax - 8, 'x');
  const SyncEntry start = world.entry(world.roll);
  for (int i = 0; i < 25; ++i) world.appended(session, world.roll, std::to_string(i) + big);

  SyncEntry have = start;
  Chain chain = chain_start(world.circles[world.roll].header);
  int rounds = 0;
  for (; have.count < 25; ++rounds) {
    const SyncAnswer answer = sync(session, {have});
    EXPECT_LE(encode(Response{answer}).size(), kFrameBytesMax);
    const auto& items = std::get<NewItems>(answer.circles.at(0));
    ASSERT_FALSE(items.items.empty());
    for (const SentItem& item : items.items) chain = chain_next(chain, item.item);
    have.count += static_cast<std::uint32_t>(items.items.size());
    EXPECT_EQ(items.more, have.count < 25);
    have.chain = shorten(chain);
  }
  EXPECT_EQ(rounds, 3);
  EXPECT_EQ(have.chain, world.entry(world.roll).chain);
}

// ---- Append ----

TEST_P(RelayRules, AnAppendJudgedByAnOlderCommitIsRefused) {
  RelaySession session = world.member();
  const AppendRequest leaf = world.append(world.roll, "leaf");
  world.new_circle(session);  // a commit comes between
  EXPECT_EQ(world.expect<ConflictAnswer>(session, leaf).commit_number, world.commit_number);
  world.expect<AppendAnswer>(session, world.append(world.roll, "leaf"));

  AppendRequest seen = leaf;  // those without a commit number go through
  seen.item = {1};
  seen.expect_commit.reset();
  world.expect<AppendAnswer>(session, seen);
}

TEST_P(RelayRules, AnItemNamesOnlyBlobsThatAreComplete) {
  RelaySession session = world.member();
  world.expect_refused(session, world.append(world.roll, "a", {world.id<BlobName>()}),
                       RefusalCode::missing_blob);
  const auto half = world.id<BlobName>();
  world.expect<StageAnswer>(session, StageRequest{half, kSliceBytes + 1, 0, Bytes(kSliceBytes, 1)});
  world.expect_refused(session, world.append(world.roll, "a", {half}), RefusalCode::missing_blob);
  world.expect<StageAnswer>(session, StageRequest{half, kSliceBytes + 1, 1, {1}});
  world.expect<AppendAnswer>(session, world.append(world.roll, "a", {half}));
}

TEST_P(RelayRules, TheSameItemTwiceIsOneItem) {
  RelaySession session = world.member();
  world.appended(session, world.roll, "one");
  world.appended(session, world.roll, "two");
  EXPECT_EQ(world.expect<AppendAnswer>(session, world.append(world.roll, "one")).index, 0U);
  // Also when what took the item in is long gone, and nothing of it but the storage is left.
  Relay restarted(*world.storage, world.clock, world.receipt_seed);
  for (const std::string_view item : {"two", "one"}) {
    const auto outcome = restarted.handle(session, world.append(world.roll, item));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(std::get<AppendAnswer>(outcome->response).index, item == "one" ? 0U : 1U);
  }
  EXPECT_TRUE(sync(session, {world.entry(world.roll)}).circles.empty());
}

TEST_P(RelayRules, ItemsAreBounded) {
  RelaySession session = world.member();
  world.expect_refused(session, world.append(world.roll, std::string(kItemBytesMax + 1, 'x')),
                       RefusalCode::malformed);
  world.expect_refused(session, world.append(world.roll, ""), RefusalCode::malformed);
  world.expect_refused(session,
                       world.append(world.roll, "a", std::vector<BlobName>(kItemBlobsMax + 1)),
                       RefusalCode::malformed);
}

// ---- Staging ----

TEST_P(RelayRules, StagedBytesAreWrittenOnceInOrder) {
  RelaySession session = world.member();
  const auto name = world.id<BlobName>();
  const std::uint64_t total = 2 * kSliceBytes + 5;
  const Bytes first(kSliceBytes, 1);
  const Bytes other(kSliceBytes, 9);
  const auto have = [&](std::uint32_t slice, const Bytes& bytes) {
    return world.expect<StageAnswer>(session, StageRequest{name, total, slice, bytes}).have_bytes;
  };
  EXPECT_EQ(have(1, first), 0U);  // skips ahead: nothing is kept
  EXPECT_EQ(have(0, first), kSliceBytes);
  EXPECT_EQ(have(0, other), kSliceBytes);  // there already: not written again
  EXPECT_EQ(have(1, other), 2 * kSliceBytes);
  EXPECT_EQ(have(2, Bytes(5, 3)), total);
  EXPECT_EQ(world.expect<SliceAnswer>(session, FetchSliceRequest{name, 0}).bytes, first);
  EXPECT_EQ(world.expect<SliceAnswer>(session, FetchSliceRequest{name, 1}).bytes, other);
  EXPECT_FALSE(world.expect<SliceAnswer>(session, FetchSliceRequest{name, 3}).present);

  world.expect_refused(session, StageRequest{name, total + 1, 0, first}, RefusalCode::exists);
  const auto fresh = world.id<BlobName>();
  world.expect_refused(session, StageRequest{fresh, total, 0, Bytes(7, 1)}, RefusalCode::malformed);
  world.expect_refused(session, StageRequest{fresh, 0, 0, {}}, RefusalCode::malformed);
  world.expect_refused(session, StageRequest{fresh, kBlobBytesMax + 1, 0, first},
                       RefusalCode::too_large);
}

TEST_P(RelayRules, FetchGivesAPrefixThatFitsAndLongBlobsBySlices) {
  RelaySession session = world.member();
  const Bytes big = world.random_bytes(600'000);
  const BlobName one = world.stage(session, big);
  const BlobName two = world.stage(session, big);
  const BlobName huge = world.stage(session, world.random_bytes(1'200'000));
  const auto absent = world.id<BlobName>();
  FetchAnswer answer = world.expect<FetchAnswer>(session, FetchRequest{{absent, huge, one, two}});
  ASSERT_EQ(answer.blobs.size(), 3U);
  EXPECT_FALSE(answer.blobs[0].present);
  EXPECT_TRUE(answer.blobs[1].present && answer.blobs[1].bytes.empty());
  EXPECT_EQ(answer.blobs[1].total_bytes, 1'200'000U);
  EXPECT_EQ(answer.blobs[2].bytes, big);
  EXPECT_LE(encode(Response{answer}).size(), kFrameBytesMax);
}

TEST_P(RelayRules, StagedBytesNobodyNamedAreForgottenAfter14Days) {
  RelaySession session = world.member();
  const BlobName named = world.stage(session, world.random_bytes(1000));
  const BlobName unnamed = world.stage(session, world.random_bytes(1000));
  world.appended(session, world.roll, "item", {named});
  const std::uint64_t used = world.tenancy_row().used_bytes;

  world.clock.now_ms += kUnnamedMs;
  ASSERT_TRUE(world.relay.sweep());
  EXPECT_TRUE(has_blob(session, unnamed));
  world.clock.now_ms += 1;
  ASSERT_TRUE(world.relay.sweep());
  EXPECT_FALSE(has_blob(session, unnamed));
  EXPECT_TRUE(has_blob(session, named));
  EXPECT_EQ(world.tenancy_row().used_bytes, used - 1000);
}

// ---- Commit ----

TEST_P(RelayRules, EveryExpectMustMatch) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  const auto conflicts = [&](auto&& spoil) {
    CommitDraft draft = world.draft();
    world.reseal(draft, circle);
    spoil(draft.commit.expect);
    const Response response = world.send(session, draft);
    ASSERT_TRUE(is<ConflictAnswer>(response)) << RelayWorld::describe(response);
    const Receipt receipt = receipt_of(*std::get<ConflictAnswer>(response).receipt);
    EXPECT_EQ(receipt.verdict, Verdict::conflict);
    EXPECT_EQ(receipt.commit_hash, hash_as<Digest>("commit", {encode(draft.commit)}));
    EXPECT_EQ(receipt.commit_number, world.commit_number);
  };
  conflicts([](Expect& expect) { --expect.commit_number; });
  conflicts([](Expect& expect) { ++expect.roll_item_count; });
  conflicts([](Expect& expect) { ++expect.circles[0].number; });
  conflicts([](Expect& expect) { ++expect.circles[0].item_count; });

  // The same with the change on the relay's side: a leaf, and a record.
  CommitDraft before_leaf = world.draft();
  world.reseal(before_leaf, circle);
  world.appended(session, world.roll, "leaf");
  EXPECT_TRUE(is<ConflictAnswer>(world.send(session, before_leaf)));
  CommitDraft before_record = world.draft();
  world.reseal(before_record, circle);
  world.appended(session, circle, "record");
  EXPECT_TRUE(is<ConflictAnswer>(world.send(session, before_record)));
  CommitDraft now = world.draft();
  world.reseal(now, circle);
  EXPECT_TRUE(is<CommitAnswer>(world.send(session, now)));
}

TEST_P(RelayRules, ACircleThatIsResealedMustBeExpected) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  CommitDraft draft = world.draft();
  world.reseal(draft, circle);
  draft.commit.expect.circles.clear();
  EXPECT_TRUE(is<RefusedAnswer>(world.send(session, draft)));
}

TEST_P(RelayRules, OnlyListedOfficerKeysCommit) {
  RelaySession session = world.member();
  const Seed stranger = Seed::generate(world.entropy);
  CommitDraft draft = world.draft();
  const auto circle = world.id<CircleAlias>();
  world.reseal(draft, circle);
  SignedCommit commit = world.sealed(draft);
  commit.signature = sign(stranger, "commit", commit.bytes);
  world.expect_refused(session, CommitRequest{commit}, RefusalCode::not_authorised);
  commit.signer = signing_public<OfficerKey>(stranger);
  world.expect_refused(session, CommitRequest{commit}, RefusalCode::not_authorised);

  // An op signed by somebody else, inside a commit signed by an officer.
  SignedOp& op = draft.commit.epochs[0].op;
  op.signature = sign(stranger, "epoch-op", op.bytes);
  world.expect_refused(session, CommitRequest{world.sealed(draft)}, RefusalCode::not_authorised);
  op.signer = signing_public<OfficerKey>(stranger);
  world.expect_refused(session, CommitRequest{world.sealed(draft)}, RefusalCode::not_authorised);
}

TEST_P(RelayRules, OfficersAreAddedAndRemovedByCommits) {
  RelaySession session = world.member();
  const Seed second = Seed::generate(world.entropy);
  CommitDraft adding = world.draft();
  adding.commit.officers_added.push_back(signing_public<OfficerKey>(second));
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, adding)));

  CommitDraft removing = world.draft();
  removing.commit.officers_removed.push_back(signing_public<OfficerKey>(world.officer));
  Bytes bytes = encode(removing.commit);
  const Signature by_second = sign(second, "commit", bytes);
  world.expect<CommitAnswer>(session,
                             CommitRequest{{bytes, signing_public<OfficerKey>(second), by_second}});
  ++world.commit_number;
  EXPECT_TRUE(is<RefusedAnswer>(world.send(session, world.draft())));

  // The last one stays: nobody could change the tenancy any more.
  CommitDraft last = world.draft();
  last.commit.officers_removed.push_back(signing_public<OfficerKey>(second));
  bytes = encode(last.commit);
  const Signature by_last = sign(second, "commit", bytes);
  world.expect_refused(session, CommitRequest{{bytes, signing_public<OfficerKey>(second), by_last}},
                       RefusalCode::malformed);
}

// Each change of one field that the signature still covers must be found by comparing.
TEST_P(RelayRules, AnOpMustFitItsHeaderItsNameAndItsCircle) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  const auto refused = [&](auto&& spoil) {
    CommitDraft draft = world.draft();
    world.reseal(draft, circle);
    EpochChange& change = draft.commit.epochs[0];
    EpochOp op = *decode_epoch_op(change.op.bytes);
    spoil(op, change);
    change.op.bytes = encode(op);
    change.op.signature = sign(world.officer, "epoch-op", change.op.bytes);
    const Response response = world.send(session, draft);
    EXPECT_TRUE(is<RefusedAnswer>(response)) << RelayWorld::describe(response);
  };
  refused([&](EpochOp& op, EpochChange&) { op.tenancy = world.id<TenancyId>(); });
  refused([&](EpochOp& op, EpochChange&) { op.circle = world.id<CircleAlias>(); });
  refused([](EpochOp& op, EpochChange&) { ++op.number; });
  refused([](EpochOp& op, EpochChange&) { op.header.bytes[0] ^= 1; });
  refused([](EpochOp& op, EpochChange&) { op.name_hash.bytes[0] ^= 1; });
  refused([](EpochOp& op, EpochChange&) { op.boxes_hash.bytes[0] ^= 1; });
  refused([](EpochOp& op, EpochChange&) { op.list_hash.bytes[0] ^= 1; });
  refused([](EpochOp& op, EpochChange&) { op.kind = HeaderKind::end; });
  refused([&](EpochOp& op, EpochChange&) { op.raad_key = world.id<RaadKey>(); });
  refused([&](EpochOp&, EpochChange& change) { change.name = world.id<CircleName>(); });
  refused([&](EpochOp&, EpochChange& change) {
    change.signed_header[change.signed_header.size() / 2] ^= 1;
  });
}

// The other way round: the op is right, and the header under it says something else.
TEST_P(RelayRules, AHeaderMustSayWhatItsOpSays) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  const auto refused = [&](auto&& spoil) {
    CommitDraft draft = world.draft();
    world.reseal(draft, circle);
    EpochChange& change = draft.commit.epochs[0];
    SignedHeader signed_header = *decode_signed_header(change.signed_header);
    Header header = *decode_header(signed_header.bytes);
    spoil(header);
    signed_header.bytes = encode(header);
    change.signed_header = encode(signed_header);
    EpochOp op = *decode_epoch_op(change.op.bytes);
    op.header = hash_as<HeaderHash>("header", {signed_header.bytes});
    change.op.bytes = encode(op);
    change.op.signature = sign(world.officer, "epoch-op", change.op.bytes);
    const Response response = world.send(session, draft);
    EXPECT_TRUE(is<RefusedAnswer>(response)) << RelayWorld::describe(response);
  };
  refused([&](Header& header) { header.circle = world.id<CircleAlias>(); });
  refused([](Header& header) { ++header.number; });
  refused([](Header& header) { header.boxes_hash.bytes[31] ^= 1; });
  refused([](Header& header) { header.list_hash.bytes[31] ^= 1; });
}

TEST_P(RelayRules, NumbersGoUpByOneAndAliasesBeginAtZero) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  CommitDraft skipping = world.draft();
  skipping.after[circle].number += 1;  // the epoch that is made gets number 2
  world.reseal(skipping, circle);
  skipping.commit.expect.circles[0].number = 0;
  EXPECT_TRUE(is<RefusedAnswer>(world.send(session, skipping)));

  CommitDraft late = world.draft();
  const auto fresh = world.id<CircleAlias>();
  late.after[fresh].name = world.id<CircleName>();  // as if it existed: number 1 is made
  late.after[fresh].header = world.id<HeaderHash>();
  world.reseal(late, fresh);
  late.commit.expect.circles.clear();
  EXPECT_TRUE(is<RefusedAnswer>(world.send(session, late)));

  CommitDraft other_past = world.draft();
  other_past.after[circle].header = world.id<HeaderHash>();
  world.reseal(other_past, circle);
  EXPECT_TRUE(is<RefusedAnswer>(world.send(session, other_past)));
}

TEST_P(RelayRules, BoxesAndListMustLieHereWithTheHashTheHeaderStates) {
  RelaySession session = world.member();
  for (const std::size_t part : {0U, 1U}) {
    CommitDraft draft = world.draft();
    world.reseal(draft, world.id<CircleAlias>());
    const StagedBlob right = draft.blobs[part];
    draft.blobs[part].bytes.back() ^= 1;  // the right name, other bytes
    const Response response = world.send(session, draft);
    ASSERT_TRUE(is<RefusedAnswer>(response));
    EXPECT_EQ(std::get<RefusedAnswer>(response).code, RefusalCode::missing_blob);
    // The wrong bytes are gone, so the right ones can be staged.
    EXPECT_FALSE(has_blob(session, right.blob));
    draft.blobs[part] = right;
    EXPECT_TRUE(is<CommitAnswer>(world.send(session, draft)));
  }
  CommitDraft nothing_staged = world.draft();
  world.reseal(nothing_staged, world.id<CircleAlias>());
  nothing_staged.blobs.pop_back();
  EXPECT_TRUE(is<RefusedAnswer>(world.send(session, nothing_staged)));
}

TEST_P(RelayRules, ActsAreItemsOfTheRollsNewEpoch) {
  RelaySession session = world.member();
  world.appended(session, world.roll, "before");
  CommitDraft draft = world.draft();
  world.reseal(draft, world.roll);
  const auto circle = world.id<CircleAlias>();
  world.reseal(draft, circle);
  draft.commit.appends = {{world.roll, to_bytes(as_bytes("act")), {}},
                          {circle, to_bytes(as_bytes("admit")), {}}};
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, draft)));
  RelaySession fresh = world.member();
  for (const CircleAlias& alias : {world.roll, circle}) {
    const CircleBook& book = world.circles[alias];
    const SyncAnswer answer = sync(fresh, {{book.name, 0, shorten(chain_start(book.header))}});
    const auto& items = std::get<NewItems>(answer.circles.at(0));
    ASSERT_EQ(items.items.size(), 1U);
    EXPECT_EQ(as_text(items.items[0].item), alias == world.roll ? "act" : "admit");
  }
}

TEST_P(RelayRules, ACommitIsAppliedWholeOrNotAtAll) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  world.appended(session, circle, "record");
  CommitDraft draft = world.draft();
  world.reseal(draft, circle);
  draft.commit.appends = {{world.id<CircleAlias>(), {1}, {}}};  // a circle that is not there
  EXPECT_TRUE(is<RefusedAnswer>(world.send(session, draft)));
  EXPECT_TRUE(sync(session, {world.entry(circle)}).circles.empty());
}

TEST_P(RelayRules, TheSameCommitAgainGetsTheSameReceipt) {
  RelaySession session = world.member();
  CommitDraft draft = world.draft();
  world.reseal(draft, world.id<CircleAlias>());
  const Response first = world.send(session, draft);
  ASSERT_TRUE(is<CommitAnswer>(first));
  world.new_circle(session);  // others go on
  const auto again = world.expect<CommitAnswer>(session, CommitRequest{world.sealed(draft)});
  EXPECT_EQ(again.receipt.bytes, std::get<CommitAnswer>(first).receipt.bytes);
  const Receipt receipt = receipt_of(again.receipt);
  EXPECT_EQ(receipt.verdict, Verdict::committed);
  EXPECT_EQ(receipt.commit_number, world.commit_number - 1);
}

// ---- Erasing ----

TEST_P(RelayRules, ABlobIsErasedWhenTheLastCircleThatNamesItDropsIt) {
  RelaySession session = world.member();
  const CircleAlias one = world.new_circle(session);
  const CircleAlias two = world.new_circle(session);
  const BlobName shared = world.stage(session, world.random_bytes(500));
  const BlobName kept = world.stage(session, world.random_bytes(500));
  world.appended(session, one, "a", {shared, kept});
  world.appended(session, one, "a again", {shared});  // one circle counts once
  world.appended(session, two, "carried", {shared});

  const auto drop = [&](const CircleAlias& circle) {
    CommitDraft draft = world.draft();
    world.reseal(draft, circle, {.drop_blobs = {shared}});
    const Response response = world.send(session, draft);
    EXPECT_TRUE(is<CommitAnswer>(response));
    return receipt_of(std::get<CommitAnswer>(response).receipt).dropped;
  };
  const Digest first = drop(one);
  EXPECT_TRUE(has_blob(session, shared));
  EXPECT_TRUE(has_blob(session, kept));  // not dropped: survives the epoch that named it
  const Digest second = drop(two);
  EXPECT_FALSE(has_blob(session, shared));
  EXPECT_TRUE(has_blob(session, kept));
  EXPECT_FALSE(first.is_zero());  // the old boxes and list
  EXPECT_NE(first, second);
}

TEST_P(RelayRules, TheReceiptNamesExactlyWhatWasErased) {
  RelaySession session = world.member();
  const CircleAlias circle = world.id<CircleAlias>();
  CommitDraft first = world.draft();
  world.reseal(first, circle);
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, first)));
  const BlobName blob = world.stage(session, world.random_bytes(500));
  world.appended(session, circle, "a", {blob});

  CommitDraft ending = world.draft();
  world.reseal(ending, circle, {.kind = HeaderKind::end});
  const Response response = world.send(session, ending);
  ASSERT_TRUE(is<CommitAnswer>(response));
  std::vector<BlobName> names = {first.blobs[0].blob, first.blobs[1].blob, blob};
  std::ranges::sort(names);
  Bytes all;
  for (const BlobName& name : names) append(all, name.view());
  EXPECT_EQ(receipt_of(std::get<CommitAnswer>(response).receipt).dropped,
            hash_as<Digest>("dropped", {all}));
}

TEST_P(RelayRules, AResealErasesTheOldItemsBoxesAndList) {
  RelaySession session = world.member();
  const CircleAlias circle = world.id<CircleAlias>();
  CommitDraft first = world.draft();
  world.reseal(first, circle);
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, first)));
  const std::uint64_t used = world.tenancy_row().used_bytes;
  world.appended(session, circle, "item one");
  CommitDraft second = world.draft();
  world.reseal(second, circle);
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, second)));
  for (const StagedBlob& blob : first.blobs) EXPECT_FALSE(has_blob(session, blob.blob));
  for (const StagedBlob& blob : second.blobs) EXPECT_TRUE(has_blob(session, blob.blob));
  EXPECT_EQ(world.tenancy_row().used_bytes, used);
  const Bytes prefix = row_key(world.tenancy, circle);
  ASSERT_TRUE(world.storage->scan(RelayTable::item, prefix, {}, [](ByteView, ByteView) {
    ADD_FAILURE() << "an item was left";
    return false;
  }));
}

TEST_P(RelayRules, AnEndedCircleYieldsItsHeaderWithoutBoxesForEver) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  const SyncEntry known = world.entry(circle);
  const AppendRequest late = world.append(circle, "late");
  const CircleBook book = world.circles[circle];
  CommitDraft ending = world.draft();
  world.reseal(ending, circle, {.kind = HeaderKind::end});
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, ending)));
  const SyncAnswer answer = sync(session, {known});
  const auto& superseded = std::get<Superseded>(answer.circles.at(0));
  EXPECT_TRUE(superseded.boxes.empty());
  EXPECT_EQ(superseded.signed_header, ending.commit.epochs[0].signed_header);
  world.expect<Superseded>(session, late);

  CommitDraft again = world.draft();  // and never begins again
  again.after[circle] = {circle, 1, world.circles[circle].header, book.name, 0, {}};
  world.reseal(again, circle);
  EXPECT_TRUE(is<RefusedAnswer>(world.send(session, again)));
}

// ---- Exit parcels ----

TEST_P(RelayRules, OneExitParcelForEachTagOfTheNewestHeader) {
  RelaySession session = world.member();
  const auto tag = world.id<RemovedTag>();
  const CircleAlias circle = world.new_circle(session);
  CommitDraft removing = world.draft();
  world.reseal(removing, world.roll);
  world.reseal(removing, circle, {.removed = {tag}});
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, removing)));

  // The removed device has only its old raad key.
  RelaySession removed = world.guest();
  world.expect<HelloSuperseded>(removed, world.hello(removed, world.raad_seeds.at(0)));
  const Bytes parcel = world.random_bytes(1000);
  world.expect_refused(removed, ExitRequest{circle, world.id<RemovedTag>(), parcel},
                       RefusalCode::not_authorised);
  world.expect_refused(removed, ExitRequest{world.roll, tag, parcel}, RefusalCode::not_authorised);
  world.expect_refused(removed, ExitRequest{circle, tag, Bytes(kExitParcelBytesMax + 1)},
                       RefusalCode::malformed);
  world.expect<DoneAnswer>(removed, ExitRequest{circle, tag, parcel});
  world.expect<DoneAnswer>(removed, ExitRequest{circle, tag, parcel});  // the answer was lost
  world.expect_refused(removed, ExitRequest{circle, tag, {1}}, RefusalCode::exists);

  RelaySession officer = world.member();
  EXPECT_EQ(world.expect<ParcelsAnswer>(officer, ParcelsRequest{circle}).parcels,
            std::vector<Bytes>{parcel});
  CommitDraft next = world.draft();
  world.reseal(next, circle);
  EXPECT_TRUE(is<CommitAnswer>(world.send(officer, next)));
  EXPECT_TRUE(world.expect<ParcelsAnswer>(officer, ParcelsRequest{circle}).parcels.empty());
}

TEST_P(RelayRules, AParcelThatComesWhileAnOfficerSealsIsAConflict) {
  RelaySession officer = world.member();
  const auto tag = world.id<RemovedTag>();
  const CircleAlias circle = world.new_circle(officer);
  CommitDraft removing = world.draft();
  world.reseal(removing, circle, {.removed = {tag}});
  ASSERT_TRUE(is<CommitAnswer>(world.send(officer, removing)));
  EXPECT_TRUE(world.expect<ParcelsAnswer>(officer, ParcelsRequest{circle}).parcels.empty());

  RelaySession removed = world.member();
  world.expect<DoneAnswer>(removed, ExitRequest{circle, tag, {1}});
  CommitDraft unaware = world.draft();
  world.reseal(unaware, circle);
  EXPECT_TRUE(is<ConflictAnswer>(world.send(officer, unaware)));
  EXPECT_EQ(world.expect<ParcelsAnswer>(officer, ParcelsRequest{circle}).parcels.size(), 1U);
  CommitDraft aware = world.draft();
  world.reseal(aware, circle);
  EXPECT_TRUE(is<CommitAnswer>(world.send(officer, aware)));
}

TEST_P(RelayRules, ExitParcelsOfACircleFitOneAnswer) {
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  std::vector<RemovedTag> tags;
  for (int i = 0; i < 20; ++i) tags.push_back(world.id<RemovedTag>());
  CommitDraft removing = world.draft();
  world.reseal(removing, circle, {.removed = tags});
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, removing)));
  bool waits = false;
  for (const RemovedTag& tag : tags) {
    const Response response =
        world.ask(session, ExitRequest{circle, tag, world.random_bytes(kExitParcelBytesMax)});
    waits = waits || is<LaterAnswer>(response);
  }
  EXPECT_TRUE(waits);
  const auto answer = world.expect<ParcelsAnswer>(session, ParcelsRequest{circle});
  EXPECT_LE(encode(Response{answer}).size(), kFrameBytesMax);
}

// ---- Hold ----

TEST_P(RelayRules, AHoldStopsAppendsUntilTheOfficersCommit) {
  RelaySession member = world.member();
  RelaySession officer = world.member();
  const CircleAlias held = world.new_circle(officer);
  const CircleAlias free = world.new_circle(officer);
  world.expect<DoneAnswer>(officer, world.hold(officer, world.officer, 60'000, {held}));
  EXPECT_GT(world.expect<LaterAnswer>(member, world.append(world.roll, "junk")).milliseconds, 0U);
  world.expect<LaterAnswer>(member, world.append(held, "junk"));
  world.appended(member, free, "fine");
  CommitDraft draft = world.draft();
  world.reseal(draft, held);
  ASSERT_TRUE(is<CommitAnswer>(world.send(officer, draft)));
  world.appended(member, world.roll, "after");
  world.appended(member, held, "after");
}

TEST_P(RelayRules, AHoldEndsByItselfAndNeedsAnOfficersKeyAndThisHandshake) {
  RelaySession session = world.member();
  const Seed stranger = Seed::generate(world.entropy);
  world.expect_refused(session, world.hold(session, stranger, 60'000, {}),
                       RefusalCode::not_authorised);
  RelaySession other = world.member();
  world.expect_refused(session, world.hold(other, world.officer, 60'000, {}),
                       RefusalCode::not_authorised);
  world.expect_refused(session, world.hold(session, world.officer, 60'001, {}),
                       RefusalCode::malformed);
  world.expect<DoneAnswer>(session, world.hold(session, world.officer, 60'000, {}));
  world.clock.now_ms += 59'999;
  world.expect<LaterAnswer>(session, world.append(world.roll, "a"));
  world.clock.now_ms += 1;
  world.appended(session, world.roll, "a");
}

TEST_P(RelayRules, OneOfficersHoldIsNotTakenByAnother) {
  RelaySession session = world.member();
  const Seed second = Seed::generate(world.entropy);
  CommitDraft adding = world.draft();
  adding.commit.officers_added.push_back(signing_public<OfficerKey>(second));
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, adding)));
  world.expect<DoneAnswer>(session, world.hold(session, world.officer, 60'000, {}));
  world.expect<LaterAnswer>(session, world.hold(session, second, 60'000, {}));
  // The holder's commit ends it; then the other may.
  CommitDraft any = world.draft();
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, any)));
  world.expect<DoneAnswer>(session, world.hold(session, second, 60'000, {}));
}

// ---- Mailboxes ----

TEST_P(RelayRules, AMailboxTakesOneReplyFromAGuestAndOneAnswerFromTheRaad) {
  RelaySession raad = world.member();
  RelaySession guest = world.guest();
  const auto box = world.id<MailboxId>();
  world.expect_refused(guest, MailboxGetRequest{box}, RefusalCode::mailbox_gone);
  world.expect<DoneAnswer>(raad, MailboxMakeRequest{box, {10}});
  world.expect<DoneAnswer>(raad, MailboxMakeRequest{box, {10}});
  world.expect_refused(raad, MailboxMakeRequest{box, {11}}, RefusalCode::mailbox_taken);

  world.expect_refused(guest, MailboxPutRequest{box, 2, {12}}, RefusalCode::not_authorised);
  world.expect_refused(raad, MailboxPutRequest{box, 2, {12}}, RefusalCode::malformed);
  world.expect_refused(guest, MailboxPutRequest{box, 0, {12}}, RefusalCode::malformed);
  world.expect_refused(guest, MailboxPutRequest{box, 3, {12}}, RefusalCode::malformed);
  world.expect_refused(guest, MailboxPutRequest{box, 1, Bytes(kMailBytesMax + 1)},
                       RefusalCode::malformed);
  world.expect<DoneAnswer>(guest, MailboxPutRequest{box, 1, {20}});
  EXPECT_TRUE(world.last_notice && !world.last_notice->circle);
  // The first reply stands.
  RelaySession other_guest = world.guest();
  world.expect_refused(other_guest, MailboxPutRequest{box, 1, {21}}, RefusalCode::mailbox_taken);
  world.expect<DoneAnswer>(guest, MailboxPutRequest{box, 1, {20}});
  world.expect<DoneAnswer>(raad, MailboxPutRequest{box, 2, {30}});
  world.expect_refused(raad, MailboxPutRequest{box, 2, {31}}, RefusalCode::mailbox_taken);
  EXPECT_EQ(world.expect<MailboxAnswer>(guest, MailboxGetRequest{box}).messages,
            (std::vector<Bytes>{{10}, {20}, {30}}));
}

TEST_P(RelayRules, AMailboxLives14Days) {
  RelaySession raad = world.member();
  const auto box = world.id<MailboxId>();
  world.expect<DoneAnswer>(raad, MailboxMakeRequest{box, {10}});
  world.clock.now_ms += kMailboxMs - 1;
  ASSERT_TRUE(world.relay.sweep());
  world.expect<MailboxAnswer>(raad, MailboxGetRequest{box});
  world.clock.now_ms += 1;
  world.expect_refused(raad, MailboxGetRequest{box}, RefusalCode::mailbox_gone);
  world.expect_refused(raad, MailboxPutRequest{box, 1, {1}}, RefusalCode::mailbox_gone);
  ASSERT_TRUE(world.relay.sweep());
  EXPECT_EQ(world.tenancy_row().mailboxes, 0U);
  EXPECT_FALSE(*world.storage->get(RelayTable::mailbox, box.view()));
}

TEST_P(RelayRules, MailboxesAreCounted) {
  RelaySession raad = world.member();
  for (std::uint32_t i = 0; i < kMailboxesMax; ++i) {
    world.expect<DoneAnswer>(raad, MailboxMakeRequest{world.id<MailboxId>(), {1}});
  }
  world.expect_refused(raad, MailboxMakeRequest{world.id<MailboxId>(), {1}}, RefusalCode::quota);
  // One member can have made them all. An officer still finds room.
  RelaySession officer = world.member();
  world.expect<DoneAnswer>(officer, world.hold(officer, world.officer, 1, {}));
  for (std::uint32_t i = 0; i < kOfficerMailboxesMax; ++i) {
    world.expect<DoneAnswer>(officer, MailboxMakeRequest{world.id<MailboxId>(), {1}});
  }
  world.expect_refused(officer, MailboxMakeRequest{world.id<MailboxId>(), {1}}, RefusalCode::quota);
}

// ---- Admission ----

TEST_P(RelayRules, AVoucherAdmitsOneRaadOnce) {
  RelayWorld other(std::make_unique<MemoryStorage>());
  CommitDraft founding = other.draft();
  other.reseal(founding, other.roll);
  founding.commit.officers_added.push_back(signing_public<OfficerKey>(other.officer));
  RelaySession guest = other.guest();
  AdmitRaadRequest request{to_bytes(as_bytes("no such voucher")), other.sealed(founding),
                           founding.blobs};
  other.expect_refused(guest, request, RefusalCode::voucher);

  const auto voucher = make_voucher(*other.storage, other.entropy, 1'000'000);
  ASSERT_TRUE(voucher);
  request.voucher = to_bytes(as_bytes(*voucher));
  AdmitRaadRequest forged = request;
  forged.commit.signature.bytes[0] ^= 1;
  other.expect_refused(guest, forged, RefusalCode::not_authorised);
  AdmitRaadRequest incomplete = request;
  incomplete.blobs.pop_back();
  other.expect_refused(guest, incomplete, RefusalCode::missing_blob);
  // None of these used it up.
  const auto first = other.expect<CommitAnswer>(guest, request);
  const auto again = other.expect<CommitAnswer>(guest, request);  // the answer was lost
  EXPECT_EQ(first.receipt.bytes, again.receipt.bytes);

  CommitDraft second = other.draft();
  second.commit.tenancy = other.id<TenancyId>();
  other.expect_refused(guest, AdmitRaadRequest{request.voucher, other.sealed(second), {}},
                       RefusalCode::voucher);
}

TEST_P(RelayRules, AFoundingCommitExpectsNothingAndBringsTheRollAndItsOfficer) {
  const auto refused = [](auto&& spoil, RefusalCode code) {
    RelayWorld other(std::make_unique<MemoryStorage>());
    CommitDraft founding = other.draft();
    other.reseal(founding, other.roll);
    founding.commit.officers_added.push_back(signing_public<OfficerKey>(other.officer));
    spoil(founding.commit);
    const auto voucher = make_voucher(*other.storage, other.entropy, 1'000'000);
    RelaySession guest = other.guest();
    other.expect_refused(
        guest,
        AdmitRaadRequest{to_bytes(as_bytes(*voucher)), other.sealed(founding), founding.blobs},
        code);
    EXPECT_FALSE(*other.storage->get(RelayTable::tenancy, other.tenancy.view()));
  };
  refused([](Commit& commit) { commit.officers_added.clear(); }, RefusalCode::not_authorised);
  refused([](Commit& commit) { commit.expect.commit_number = 1; }, RefusalCode::malformed);
  refused([](Commit& commit) { commit.epochs.clear(); }, RefusalCode::malformed);
}

// ---- Two raden at one relay ----

TEST_P(RelayRules, ARaadReachesNothingOfAnother) {
  RelaySession mine = world.member();
  const BlobName blob = world.stage(mine, world.random_bytes(100));
  world.appended(mine, world.roll, "item", {blob});
  const auto box = world.id<MailboxId>();
  world.expect<DoneAnswer>(mine, MailboxMakeRequest{box, {1}});
  world.expect<DoneAnswer>(mine, MailboxPutRequest{box, 1, {2}});

  RelayWorld other(std::make_unique<MemoryStorage>());
  other.tenancy = other.id<TenancyId>();
  other.roll = other.id<CircleAlias>();
  CommitDraft founding = other.draft();
  other.reseal(founding, other.roll);
  founding.commit.officers_added.push_back(signing_public<OfficerKey>(other.officer));
  const auto voucher = make_voucher(*world.storage, world.entropy, 1'000'000);
  RelaySession theirs = world.guest();
  world.expect<CommitAnswer>(theirs, AdmitRaadRequest{to_bytes(as_bytes(*voucher)),
                                                      other.sealed(founding), founding.blobs});
  const Seed& their_key = other.raad_seeds.at(0);
  HelloRequest across = world.hello(theirs, their_key);  // their key, our tenancy
  world.expect_refused(theirs, across, RefusalCode::not_authorised);
  world.expect<SyncAnswer>(theirs, other.hello(theirs, their_key));

  EXPECT_TRUE(
      std::holds_alternative<Unknown>(sync(theirs, {world.entry(world.roll)}).circles.at(0)));
  world.expect_refused(theirs, world.append(world.roll, "junk"), RefusalCode::unknown_name);
  EXPECT_FALSE(has_blob(theirs, blob));
  world.expect_refused(theirs, MailboxPutRequest{box, 2, {3}}, RefusalCode::not_authorised);
  CommitDraft draft = world.draft();
  world.expect_refused(theirs, CommitRequest{world.sealed(draft)}, RefusalCode::not_authorised);
  EXPECT_TRUE(is<CommitAnswer>(world.send(mine, draft)));
}

// ---- Relay behind ----

class RelayBehind : public FoundedWorld {
 protected:
  RelayBehind() : FoundedWorld(Engine::memory) {}

  // The relay as it was before `circle` and the roll went on, with what came after.
  void fall_behind() {
    RelaySession session = world.member();
    circle = world.new_circle(session);
    MemoryStorage backup = static_cast<MemoryStorage&>(*world.storage);
    draft = world.draft();
    world.reseal(draft, world.roll);
    world.reseal(draft, circle);
    ASSERT_TRUE(std::holds_alternative<CommitAnswer>(world.send(session, draft)));
    static_cast<MemoryStorage&>(*world.storage) = backup;
  }
  [[nodiscard]] LiftRequest lift(std::size_t index) const {
    const EpochChange& change = draft.commit.epochs[index];
    return {change.op,
            change.signed_header,
            change.name,
            {draft.blobs[2 * index], draft.blobs[2 * index + 1]}};
  }

  CircleAlias circle;
  CommitDraft draft;
};

TEST_F(RelayBehind, TakesTheNewestOpFromAnyoneBeforeHello) {
  fall_behind();
  RelaySession guest = world.guest();
  world.expect_refused(guest, world.hello(guest, world.raad_seeds.at(1)),
                       RefusalCode::not_authorised);
  world.expect<DoneAnswer>(guest, lift(0));
  world.expect<DoneAnswer>(guest, lift(0));  // again: nothing
  world.expect<SyncAnswer>(guest, world.hello(guest, world.raad_seeds.at(1)));
  world.expect<DoneAnswer>(guest, lift(1));
  EXPECT_TRUE(sync(guest, {world.entry(world.roll), world.entry(circle)}).circles.empty());
  // Two devices that refill at once: each item once, in order.
  RelaySession other = world.member();
  for (const std::string_view item : {"one", "two", "three"}) {
    AppendRequest request = world.append(circle, item);
    request.expect_commit.reset();
    const auto first = world.expect<AppendAnswer>(guest, request);
    EXPECT_EQ(world.expect<AppendAnswer>(other, request).index, first.index);
  }
}

TEST_F(RelayBehind, TakesOnlyAHigherNumberSignedByAnOfficerItKnows) {
  fall_behind();
  RelaySession guest = world.guest();
  LiftRequest forged = lift(1);
  forged.op.signature.bytes[0] ^= 1;
  world.expect_refused(guest, forged, RefusalCode::not_authorised);
  LiftRequest stranger = lift(1);
  const Seed other = Seed::generate(world.entropy);
  stranger.op.signer = signing_public<OfficerKey>(other);
  stranger.op.signature = sign(other, "epoch-op", stranger.op.bytes);
  world.expect_refused(guest, stranger, RefusalCode::not_authorised);
  LiftRequest other_name = lift(1);
  other_name.name = world.id<CircleName>();
  world.expect_refused(guest, other_name, RefusalCode::malformed);
  LiftRequest junk = lift(1);
  junk.blobs.push_back({world.id<BlobName>(), {1}});
  world.expect_refused(guest, junk, RefusalCode::malformed);
  world.expect<DoneAnswer>(guest, lift(0));
  world.expect<DoneAnswer>(guest, lift(1));

  // Lower or equal, with another header: not taken.
  RelaySession session = world.member();
  CommitDraft rival = world.draft();
  rival.after[circle].number = 0;
  world.reseal(rival, circle);
  const EpochChange& change = rival.commit.epochs[0];
  world.expect_refused(session,
                       LiftRequest{change.op, change.signed_header, change.name, rival.blobs},
                       RefusalCode::exists);
}

TEST_F(RelayBehind, TakesBoxesAndListLaterAndForgetsWrongOnes) {
  fall_behind();
  RelaySession guest = world.guest();
  LiftRequest bare = lift(0);
  bare.blobs.clear();
  world.expect<DoneAnswer>(guest, bare);
  RelaySession session = world.member();
  const StagedBlob& boxes = draft.blobs[0];
  Bytes wrong = boxes.bytes;
  wrong[0] ^= 1;
  EXPECT_EQ(world.expect<StageAnswer>(session, StageRequest{boxes.blob, wrong.size(), 0, wrong})
                .have_bytes,
            0U);
  EXPECT_EQ(world
                .expect<StageAnswer>(session,
                                     StageRequest{boxes.blob, boxes.bytes.size(), 0, boxes.bytes})
                .have_bytes,
            boxes.bytes.size());
  world.clock.now_ms += 2 * kUnnamedMs;
  ASSERT_TRUE(world.relay.sweep());  // named by the epoch: stays
  EXPECT_TRUE(has_blob(session, boxes.blob));
}

// The raad counts commits; a relay that was put back counts on from where its backup stopped, and
// takes the raad's number with the next commit.
TEST_F(RelayBehind, TakesTheNumberOfTheNextCommitAndNoLowerOneAfterIt) {
  fall_behind();  // world.commit_number is one more than the relay's
  RelaySession session = world.guest();
  world.expect<DoneAnswer>(session, lift(0));
  world.expect<DoneAnswer>(session, lift(1));
  world.expect<SyncAnswer>(session, world.hello(session, world.raad_seeds.at(1)));
  world.appended(session, world.roll, "leaf");
  const CommitDraft next = world.draft();
  const std::uint64_t expected = next.commit.expect.commit_number;
  EXPECT_GT(expected, world.tenancy_row().commit_number);
  ASSERT_TRUE(is<CommitAnswer>(world.send(session, next)));
  EXPECT_EQ(world.tenancy_row().commit_number, expected + 1);
  AppendRequest late = world.append(world.roll, "late");
  late.expect_commit = expected;
  world.expect<ConflictAnswer>(session, late);

  CommitDraft beyond = world.draft();
  beyond.commit.expect.commit_number += kCommitsLostMax + 1;
  world.expect_refused(session, CommitRequest{world.sealed(beyond)}, RefusalCode::malformed);
}

TEST_F(RelayBehind, WhoSyncedBeforeALiftJudgesAgain) {
  fall_behind();
  RelaySession session = world.guest();
  world.expect<DoneAnswer>(session, lift(0));
  world.expect<SyncAnswer>(session, world.hello(session, world.raad_seeds.at(1)));
  RelaySession guest = world.guest();
  world.expect<DoneAnswer>(guest, lift(1));
  world.expect<ConflictAnswer>(session, world.append(world.roll, "leaf"));
  EXPECT_TRUE(is<ConflictAnswer>(world.send(session, world.draft())));
  static_cast<void>(sync(session, {world.entry(world.roll)}));
  world.expect<AppendAnswer>(session, world.append(world.roll, "leaf"));
}

TEST_F(RelayBehind, AnEmptiedRelaySaysItDoesNotKnowTheTenancy) {
  fall_behind();
  static_cast<MemoryStorage&>(*world.storage) = MemoryStorage();
  RelaySession guest = world.guest();
  world.expect_refused(guest, lift(0), RefusalCode::unknown_name);
  world.expect_refused(guest, world.hello(guest, world.raad_seeds.at(1)),
                       RefusalCode::unknown_name);
}

// ---- Quota ----

TEST(RelayQuota, AFullQuotaRefusesDocumentsAndTheirAppendNeverWhatIsSmallOrACommit) {
  RelayWorld world(std::make_unique<MemoryStorage>());
  world.found(1'000'000);
  RelaySession session = world.member();
  const BlobName document = world.stage(session, world.random_bytes(900'000));
  world.appended(session, world.roll, "fits", {document});
  world.expect_refused(session, StageRequest{world.id<BlobName>(), 400'000, 0, Bytes(kSliceBytes)},
                       RefusalCode::quota);
  // What is small is staged from the reserve, but no document is appended from it.
  const BlobName small_document = world.stage(session, world.random_bytes(200'000));
  const BlobName record = world.stage(session, world.random_bytes(2'000));
  world.expect_refused(session, world.append(world.roll, "no", {small_document, record}),
                       RefusalCode::quota);
  world.appended(session, world.roll, "confirmation", {record});
  world.appended(session, world.roll, "leaf");
  CommitDraft draft = world.draft();
  world.reseal(draft, world.roll, {.drop_blobs = {document}});
  EXPECT_TRUE(std::holds_alternative<CommitAnswer>(world.send(session, draft)));
  RelaySession fresh = world.member();
  world.expect<AppendAnswer>(fresh, world.append(world.roll, "again", {small_document, record}));
}

TEST(RelayQuota, JunkInTheReserveNeverStopsAnOfficersCommit) {
  RelayWorld world(std::make_unique<MemoryStorage>());
  world.found(1'000);
  RelaySession junk = world.member();
  for (;;) {
    const Response response =
        world.ask(junk, StageRequest{world.id<BlobName>(), kSliceBytes, 0, Bytes(kSliceBytes)});
    if (std::holds_alternative<RefusedAnswer>(response)) break;
  }
  // An officer who proves his key has room, whatever others staged.
  RelaySession officer = world.member();
  CommitDraft draft = world.draft();
  world.reseal(draft, world.roll);
  const StagedBlob& boxes = draft.blobs[0];
  const StageRequest staging{boxes.blob, boxes.bytes.size(), 0, boxes.bytes};
  while (std::holds_alternative<StageAnswer>(
      world.ask(junk, StageRequest{world.id<BlobName>(), 500, 0, Bytes(500)}))) {
  }
  world.expect_refused(officer, staging, RefusalCode::quota);
  world.expect<DoneAnswer>(officer, world.hold(officer, world.officer, 10'000, {}));
  world.expect<StageAnswer>(officer, staging);
  EXPECT_TRUE(std::holds_alternative<CommitAnswer>(world.send(officer, draft)));
}

TEST(RelayQuota, ANearlyFullDiskRefusesDocumentsOnly) {
  RelayWorld world(std::make_unique<MemoryStorage>());
  world.found();
  world.relay.accept_documents(false);
  RelaySession session = world.member();
  world.expect_refused(session, StageRequest{world.id<BlobName>(), 400'000, 0, Bytes(kSliceBytes)},
                       RefusalCode::busy);
  world.appended(session, world.roll, "leaf");
  world.new_circle(session);
}

// ---- Cost ----

class CountingStorage final : public MemoryStorage {
 public:
  Result<std::optional<Bytes>> get(RelayTable table, ByteView key) override {
    if (table == RelayTable::slice) ++slices_read;
    return MemoryStorage::get(table, key);
  }
  std::size_t slices_read = 0;
};

// One name, asked as often as a request can: what does not fit the answer is not read for it.
TEST(RelayCost, ASyncReadsNoMoreThanItAnswers) {
  auto counting = std::make_unique<CountingStorage>();
  const CountingStorage& storage = *counting;
  RelayWorld world(std::move(counting));
  world.found();
  RelaySession session = world.member();
  const CircleAlias circle = world.new_circle(session);
  const SyncEntry entry{world.circles[circle].name, 0, {}};
  const std::size_t before = storage.slices_read;
  const auto answer = world.expect<SyncAnswer>(
      session, SyncRequest{std::vector<SyncEntry>(kSyncCirclesMax, entry)});
  EXPECT_GT(answer.circles.size(), 100U);
  EXPECT_LT(answer.circles.size(), kSyncCirclesMax);
  EXPECT_EQ(storage.slices_read - before, answer.circles.size());
}

// ---- Pushes ----

TEST_P(RelayRules, WatchersHearOfWhatTheyNamedAndOfTheRoll) {
  RelaySession session = world.member();
  const CircleAlias one = world.new_circle(session);
  const CircleAlias two = world.new_circle(session);
  RelaySession watcher = world.member();
  sync(watcher, {world.entry(world.roll), world.entry(one)});
  world.appended(session, one, "a");
  EXPECT_FALSE(concerns(*world.last_notice, watcher));  // does not watch yet
  world.expect<DoneAnswer>(watcher, WatchRequest{});
  world.appended(session, one, "b");
  EXPECT_TRUE(concerns(*world.last_notice, watcher));
  world.appended(session, two, "c");
  EXPECT_FALSE(concerns(*world.last_notice, watcher));
  world.appended(session, world.roll, "d");
  EXPECT_TRUE(concerns(*world.last_notice, watcher));
  world.new_circle(session);
  EXPECT_TRUE(concerns(*world.last_notice, watcher));

  RelaySession stranger = watcher;
  stranger.tenancy = world.id<TenancyId>();
  EXPECT_FALSE(concerns(*world.last_notice, stranger));
}

}  // namespace
}  // namespace kluis::test
