#include "tests/sync/relay/relay_world.h"

#include <algorithm>

#include "proto/limits.h"
#include "sync/relay/refusal.h"
#include "vault/core/chain.h"
#include "vault/crypto/hash.h"

namespace kluis::test {

RelayWorld::RelayWorld(std::unique_ptr<Storage> engine)
    : storage(std::move(engine)),
      receipt_seed(Seed::generate(entropy)),
      relay(*storage, clock, receipt_seed),
      tenancy(random_id<TenancyId>(entropy)),
      officer(Seed::generate(entropy)),
      roll(random_id<CircleAlias>(entropy)) {}

Bytes RelayWorld::random_bytes(std::size_t size) {
  Bytes bytes(size);
  entropy.fill(bytes);
  return bytes;
}

const Seed& RelayWorld::raad_seed(std::uint64_t number) {
  const auto found = raad_seeds.find(number);
  if (found != raad_seeds.end()) return found->second;
  return raad_seeds.emplace(number, Seed::generate(entropy)).first->second;
}

CommitDraft RelayWorld::draft() {
  CommitDraft draft;
  draft.commit.tenancy = tenancy;
  draft.commit.expect.commit_number = commit_number;
  if (circles.contains(roll)) draft.commit.expect.roll_item_count = circles[roll].count;
  draft.after = circles;
  return draft;
}

void RelayWorld::reseal(CommitDraft& draft, const CircleAlias& alias, const EpochOptions& options) {
  CircleBook& book = draft.after[alias];
  const bool is_new = book.name.is_zero();
  if (!is_new && alias != roll) {
    draft.commit.expect.circles.push_back({alias, book.number, book.count});
  }
  Header header;
  header.raad = id<RaadId>();
  header.circle = alias;
  header.number = is_new ? 0 : book.number + 1;
  header.previous = book.header;
  header.kind = options.kind;
  header.removed = options.removed;
  std::ranges::sort(header.removed);
  const bool open = options.kind == HeaderKind::open;
  if (open) {
    const Bytes boxes = random_bytes(600);
    const Bytes list = random_bytes(700);
    header.commitment = id<Digest>();
    header.boxes_hash = hash_as<Digest>("boxes", {boxes});
    header.list_hash = hash_as<Digest>("list", {list});
    draft.blobs.push_back({blob_name_of(header.boxes_hash), boxes});
    draft.blobs.push_back({blob_name_of(header.list_hash), list});
    if (!header.removed.empty()) header.exit_key = id<LeafPublic>();
  }
  const SignedHeader signed_header{encode(header), id<DeviceId>(), id<Signature>()};

  EpochOp op;
  op.tenancy = tenancy;
  op.circle = alias;
  op.number = header.number;
  op.header = hash_as<HeaderHash>("header", {signed_header.bytes});
  op.kind = header.kind;
  op.boxes_hash = header.boxes_hash;
  op.list_hash = header.list_hash;
  op.drop_blobs = options.drop_blobs;
  std::ranges::sort(op.drop_blobs);
  const CircleName name = open ? id<CircleName>() : CircleName{};
  if (open) op.name_hash = hash_as<Digest>("name", {name.view()});
  if (alias == roll) op.raad_key = signing_public<RaadKey>(raad_seed(header.number));
  Bytes op_bytes = encode(op);
  const Signature signature = sign(officer, "epoch-op", op_bytes);
  draft.commit.epochs.push_back(
      {{std::move(op_bytes), signing_public<OfficerKey>(officer), signature},
       encode(signed_header),
       name});
  book = {alias, header.number, op.header, name, 0, chain_start(op.header)};
}

SignedCommit RelayWorld::sealed(const CommitDraft& draft) const {
  Bytes bytes = encode(draft.commit);
  const Signature signature = sign(officer, "commit", bytes);
  return {std::move(bytes), signing_public<OfficerKey>(officer), signature};
}

void RelayWorld::found(std::uint64_t quota_bytes) {
  CommitDraft founding = draft();
  reseal(founding, roll);
  founding.commit.officers_added.push_back(signing_public<OfficerKey>(officer));
  const auto voucher = make_voucher(*storage, entropy, quota_bytes);
  ASSERT_TRUE(voucher);
  RelaySession session = guest();
  expect<CommitAnswer>(
      session, AdmitRaadRequest{to_bytes(as_bytes(*voucher)), sealed(founding), founding.blobs});
  circles = founding.after;
  commit_number = 1;
}

Response RelayWorld::send(RelaySession& session, const CommitDraft& draft) {
  for (const StagedBlob& blob : draft.blobs) {
    ask(session, StageRequest{blob.blob, blob.bytes.size(), 0, blob.bytes});
  }
  Response response = ask(session, CommitRequest{sealed(draft)});
  if (std::holds_alternative<CommitAnswer>(response)) {
    ++commit_number;
    circles = draft.after;
    for (const CommitAppend& append : draft.commit.appends) {
      CircleBook& book = circles[append.circle];
      book.chain = chain_next(book.chain, append.item);
      ++book.count;
    }
  }
  return response;
}

CircleAlias RelayWorld::new_circle(RelaySession& session) {
  const auto alias = id<CircleAlias>();
  CommitDraft one = draft();
  reseal(one, alias);
  EXPECT_TRUE(std::holds_alternative<CommitAnswer>(send(session, one)));
  return alias;
}

RelaySession RelayWorld::guest() {
  RelaySession session;
  session.handshake_hash = random_bytes(64);
  return session;
}

HelloRequest RelayWorld::hello(const RelaySession& session, const Seed& raad_seed) const {
  return {tenancy,
          signing_public<RaadKey>(raad_seed),
          sign(raad_seed, "hello", session.handshake_hash),
          {}};
}

RelaySession RelayWorld::member() {
  RelaySession session = guest();
  expect<SyncAnswer>(session, hello(session, raad_seed(circles[roll].number)));
  return session;
}

SyncEntry RelayWorld::entry(const CircleAlias& alias) const {
  const CircleBook& book = circles.at(alias);
  return {book.name, book.count, shorten(book.chain)};
}

AppendRequest RelayWorld::append(const CircleAlias& alias, std::string_view item,
                                 std::vector<BlobName> blobs) const {
  return {circles.at(alias).name, to_bytes(as_bytes(item)), std::move(blobs), commit_number};
}

void RelayWorld::appended(RelaySession& session, const CircleAlias& alias, std::string_view item,
                          std::vector<BlobName> blobs) {
  CircleBook& book = circles[alias];
  const auto answer = expect<AppendAnswer>(session, append(alias, item, std::move(blobs)));
  EXPECT_EQ(answer.index, book.count);
  book.chain = chain_next(book.chain, as_bytes(item));
  ++book.count;
}

BlobName RelayWorld::stage(RelaySession& session, ByteView bytes) {
  const auto name = id<BlobName>();
  for (std::uint32_t slice = 0; slice * kSliceBytes < bytes.size(); ++slice) {
    const ByteView rest = bytes.subspan(slice * kSliceBytes);
    expect<StageAnswer>(session,
                        StageRequest{name, bytes.size(), slice,
                                     to_bytes(rest.first(std::min(kSliceBytes, rest.size())))});
  }
  return name;
}

HoldRequest RelayWorld::hold(const RelaySession& session, const Seed& seed,
                             std::uint32_t milliseconds, std::vector<CircleAlias> held) const {
  HoldRequest request{std::move(held), milliseconds, signing_public<OfficerKey>(seed), {}};
  request.signature = sign(seed, "hold", encode_hold(tenancy, request, session.handshake_hash));
  return request;
}

Response RelayWorld::ask(RelaySession& session, const Request& request) {
  auto outcome = relay.handle(session, request);
  if (!outcome) {
    ADD_FAILURE() << "the storage failed: " << outcome.error().key;
    return RefusedAnswer{};
  }
  last_notice = outcome->notice;
  return outcome->response;
}

void RelayWorld::expect_refused(RelaySession& session, const Request& request, RefusalCode code) {
  const Response response = ask(session, request);
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  if (refusal == nullptr) {
    ADD_FAILURE() << "not refused: " << describe(response);
  } else {
    EXPECT_EQ(refusal->code, code) << describe(response);
  }
}

std::string RelayWorld::describe(const Response& response) {
  const auto* refusal = std::get_if<RefusedAnswer>(&response);
  if (refusal != nullptr) return refusal_error(refusal->code).key;
  return "alternative " + std::to_string(response.index());
}

TenancyRow RelayWorld::tenancy_row() {
  const auto value = storage->get(RelayTable::tenancy, tenancy.view());
  const auto row = from_row<TenancyRow>(**value);
  EXPECT_TRUE(row);
  return *row;
}

}  // namespace kluis::test
