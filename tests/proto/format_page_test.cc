#include <cctype>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "tests/proto/formats.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

// The examples of proto/FORMAT.md are what the code makes. In the page an example is a block of
// code after a line `<!-- example NAME -->`; what stands behind `;` on a line is a remark.
namespace kluis::test {
namespace {

using ExampleSeed = Secret<struct ExampleSeedPurpose>;

std::map<std::string, std::string> examples_of_page() {
  std::ifstream file(std::string(KLUIS_SOURCE_DIR) + "/proto/FORMAT.md");
  std::map<std::string, std::string> examples;
  std::string line;
  std::string name;
  bool inside = false;
  constexpr std::string_view kMark = "<!-- example ";
  while (std::getline(file, line)) {
    if (line.starts_with(kMark)) {
      name = line.substr(kMark.size(), line.find(" -->") - kMark.size());
    } else if (line.starts_with("```")) {
      inside = !inside && !name.empty();
      if (!inside) name.clear();
    } else if (inside) {
      for (const char character : line.substr(0, line.find(';'))) {
        if (std::isspace(static_cast<unsigned char>(character)) == 0) examples[name] += character;
      }
    }
  }
  return examples;
}

template <typename Fixed>
Fixed all(std::uint8_t byte) {
  Fixed value;
  value.bytes.fill(byte);
  return value;
}

ExampleSeed seed(std::uint8_t byte) {
  return ExampleSeed::made_by([&](MutableByteView cell) { std::ranges::fill(cell, byte); });
}

Record example_record() {
  Record record;
  record.circle = all<CircleAlias>(0x11);
  record.author = signing_public<DeviceId>(seed(1));
  record.sequence = 1;
  record.parents = {all<RecordId>(0x33)};
  record.roll_head = {4, all<RecordId>(0x44)};
  record.written_unix_ms = 1'767'225'600'000;  // 2026-01-01, midnight UTC
  record.kind = RecordKind::note;
  record.salt.fill(0x55);
  record.body = encode(Note{all<StukId>(0x22), 1, "Akkoord."});
  return record;
}

Cell example_cell() {
  SeenValue seen{7, all<HeaderHash>(0x66), {4, all<RecordId>(0x44)}, {all<RecordId>(0x33)}};
  return {all<CircleAlias>(0x11),
          signing_public<DeviceId>(seed(1)),
          CellKind::seen,
          0,
          3,
          encode(seen)};
}

Header example_header() {
  Header header;
  header.raad = all<RaadId>(0x77);
  header.circle = all<CircleAlias>(0x11);
  header.number = 7;
  header.previous = all<HeaderHash>(0x65);
  header.roll_position = {4, all<RecordId>(0x44)};
  header.commitment = all<Digest>(0xc0);
  header.boxes_hash = all<Digest>(0xb0);
  header.list_hash = all<Digest>(0xa0);
  return header;
}

EpochOp example_op() {
  EpochOp op;
  op.tenancy = all<TenancyId>(0x88);
  op.circle = all<CircleAlias>(0x11);
  op.number = 7;
  op.header = all<HeaderHash>(0x66);
  op.name_hash = all<Digest>(0x99);
  op.boxes_hash = all<Digest>(0xb0);
  op.list_hash = all<Digest>(0xa0);
  op.drop_blobs = {all<BlobName>(0xd1), all<BlobName>(0xd2)};
  return op;
}

Commit example_commit() {
  Commit commit;
  commit.tenancy = all<TenancyId>(0x88);
  commit.expect = {12, 40, {{all<CircleAlias>(0x11), 6, 9}}};
  commit.appends = {{all<CircleAlias>(0x11), {0xde, 0xad}, {all<BlobName>(0xd3)}}};
  return commit;
}

KeyList example_list() {
  KeyList list;
  list.members = {{all<DeviceId>(0x01), all<Digest>(0x02)}};
  list.holders_ever = {all<DeviceId>(0x01)};
  list.entries = {{all<RecordId>(0x33), all<Digest>(0xee).bytes}};
  return list;
}

void add_records(std::map<std::string, std::string>& made) {
  const Bytes record = encode(example_record());
  const auto id = hash_as<RecordId>("record", {record});
  made["record"] = to_hex(record);
  made["record-id"] = id.hex();
  made["record-signature"] = sign(seed(1), "record", id.view()).hex();
  made["body"] = to_hex(example_record().body);
  const Bytes cell = encode(example_cell());
  made["cell"] = to_hex(cell);
  made["cell-signature"] = sign(seed(1), "cell", cell).hex();
  made["act"] =
      to_hex(encode(Act{{5, all<RecordId>(0x44), 3, true}, CircleAct{all<CircleAlias>(0x11)}}));
}

void add_epochs(std::map<std::string, std::string>& made) {
  const Bytes header = encode(example_header());
  const auto hash = hash_as<HeaderHash>("header", {header});
  made["header"] = to_hex(header);
  made["header-hash"] = hash.hex();
  made["header-signature"] = sign(seed(1), "header", hash.view()).hex();
  made["boxes"] = to_hex(encode(Boxes{}));
  made["list"] = to_hex(encode_list(example_list(), kListChunkBytesMax).front());
  made["sealed-list"] = to_hex(encode(SealedList{{{0xca, 0xfe, 0x01}, {0xca, 0xfe, 0x02}}}));
  made["item"] = to_hex(encode(Item(ItemRecord{all<RecordId>(0x33), all<Digest>(0xee).bytes})));
  made["welcome-content"] =
      to_hex(encode(WelcomeContent{all<CircleAlias>(0x11), 7, all<Digest>(0x5e).bytes}));
  made["parcel"] = to_hex(encode(ExitParcel{all<DeviceId>(0x01), all<CircleAlias>(0x11), {}}));
}

void add_commits(std::map<std::string, std::string>& made) {
  const Bytes op = encode(example_op());
  made["op"] = to_hex(op);
  made["op-signature"] = sign(seed(2), "epoch-op", op).hex();
  const Bytes commit = encode(example_commit());
  const auto hash = hash_as<Digest>("commit", {commit});
  made["commit"] = to_hex(commit);
  made["commit-hash"] = hash.hex();
  made["commit-signature"] = sign(seed(2), "commit", commit).hex();
  const Bytes receipt = encode(Receipt{all<TenancyId>(0x88), hash, 13, Verdict::committed, {}});
  made["receipt"] = to_hex(receipt);
  made["receipt-signature"] = sign(seed(3), "receipt", receipt).hex();
}

void add_messages(std::map<std::string, std::string>& made) {
  made["request"] =
      to_hex(encode(Request(SyncRequest{{{all<CircleName>(0x12), 9, all<ChainShort>(0x34)}}})));
  made["response"] = to_hex(encode(Response(SyncAnswer{13, all<Digest>(0x56), {}})));
  HoldRequest hold;
  hold.circles = {all<CircleAlias>(0x11)};
  hold.milliseconds = 30'000;
  made["hold"] = to_hex(
      encode_hold(all<TenancyId>(0x88), hold, all<FixedBytes<struct HashTag, 64>>(0x4a).view()));
  made["link"] = link_text({"relay.example.nl:7443", all<RelayKey>(0x70), all<MailboxId>(0x71),
                            all<CpaceSession>(0x72), all<RaadId>(0x77)});
  made["join"] =
      to_hex(encode(JoinMessage{all<CpaceShare>(0x73), all<CpaceMac>(0x74), {0x5e, 0xa1, 0xed}}));
}

TEST(FormatPageTest, ShowsWhatTheCodeMakes) {
  std::map<std::string, std::string> made;
  add_records(made);
  add_epochs(made);
  add_commits(made);
  add_messages(made);
  const auto page = examples_of_page();
  for (const auto& [name, bytes] : made) {
    const auto shown = page.find(name);
    ASSERT_NE(shown, page.end()) << "the page lacks " << name << ": " << bytes;
    EXPECT_EQ(shown->second, bytes) << name;
  }
  EXPECT_EQ(page.size(), made.size());
}

TEST(FormatPageTest, ExamplesDecode) {
  const auto page = examples_of_page();
  const std::map<std::string, std::string> formats_of = {
      {"record", "record"},      {"body", "body_note"},
      {"cell", "cell"},          {"act", "act_circle"},
      {"header", "header"},      {"boxes", "boxes"},
      {"list", "list"},          {"sealed-list", "sealed_list"},
      {"item", "item"},          {"welcome-content", "welcome_content"},
      {"parcel", "exit_parcel"}, {"op", "epoch_op"},
      {"commit", "commit"},      {"receipt", "receipt"},
      {"request", "request"},    {"response", "response"},
      {"join", "join_message"}};
  for (const auto& [example, format] : formats_of) {
    const auto shown = page.find(example);
    ASSERT_NE(shown, page.end()) << example;
    const auto bytes = from_hex(shown->second);
    ASSERT_TRUE(bytes) << example;
    EXPECT_TRUE(format_named(format)->again(*bytes)) << example;
  }
}

}  // namespace
}  // namespace kluis::test
