#include "proto/codec_parts.h"
#include "proto/epoch.h"

// The key list: six sections, one after the other, spread over as many messages as they need.
namespace kluis {
namespace {

using codec::as_data;

constexpr std::size_t kPairBytes = 64;  // a member, an entry: two values of 32 bytes
static_assert(DeviceId::kSize + Digest::kSize == kPairBytes);
static_assert(RecordId::kSize + std::tuple_size_v<decltype(KeyEntry::key)> == kPairBytes);

// The part of a list that one message holds.
struct Part {
  std::span<const Member> members;
  std::span<const DeviceId> holders_ever;
  std::span<const KeyEntry> entries;
  std::span<const SignedCell> cells;
  std::span<const Tombstone> tombstones;
  std::span<const Cut> cuts;
};

Part whole(const KeyList& list) {
  return {list.members, list.holders_ever, list.entries, list.cells, list.tombstones, list.cuts};
}

// The first section of which the part has something, and the last. None: {6, 0}.
struct Sections {
  std::size_t first = 6;
  std::size_t last = 0;
};

Sections sections_of(const Part& part) {
  const std::array<std::size_t, 6> sizes = {part.members.size(),    part.holders_ever.size(),
                                            part.entries.size(),    part.cells.size(),
                                            part.tombstones.size(), part.cuts.size()};
  Sections sections;
  for (std::size_t index = 0; index < sizes.size(); ++index) {
    if (sizes[index] == 0) continue;
    sections.first = std::min(sections.first, index);
    sections.last = index;
  }
  return sections;
}

const std::array<std::uint8_t, 32>& second_of(const Member& member) {
  return member.leaf.bytes;
}
std::array<std::uint8_t, 32>& second_of(Member& member) {
  return member.leaf.bytes;
}
const std::array<std::uint8_t, 32>& second_of(const KeyEntry& entry) {
  return entry.key;
}
std::array<std::uint8_t, 32>& second_of(KeyEntry& entry) {
  return entry.key;
}
const std::array<std::uint8_t, 32>& first_of(const Member& member) {
  return member.device.bytes;
}
std::array<std::uint8_t, 32>& first_of(Member& member) {
  return member.device.bytes;
}
const std::array<std::uint8_t, 32>& first_of(const KeyEntry& entry) {
  return entry.record.bytes;
}
std::array<std::uint8_t, 32>& first_of(KeyEntry& entry) {
  return entry.record.bytes;
}

template <typename Pair, typename Init>
void put_pairs(std::span<const Pair> pairs, Init init) {
  if (pairs.empty()) return;
  auto* at = init(static_cast<unsigned int>(pairs.size() * kPairBytes)).begin();
  for (const Pair& pair : pairs) {
    at = std::copy(first_of(pair).begin(), first_of(pair).end(), at);
    at = std::copy(second_of(pair).begin(), second_of(pair).end(), at);
  }
}

template <typename Pair>
void get_pairs(capnp::Data::Reader source, std::vector<Pair>& target) {
  codec::require(source.size() % kPairBytes == 0);
  target.reserve(source.size() / kPairBytes);
  for (const auto* at = source.begin(); at != source.end(); at += kPairBytes) {
    Pair& pair = target.emplace_back();
    std::copy(at, at + kPairBytes / 2, first_of(pair).begin());
    std::copy(at + kPairBytes / 2, at + kPairBytes, second_of(pair).begin());
  }
}

void write_cut(schema::ListChunk::Cut::Builder target, const Cut& cut) {
  target.setSequence(cut.sequence);
  target.setDevice(as_data(cut.device));
  target.setRecord(as_data(cut.record));
}

Cut read_cut(schema::ListChunk::Cut::Reader source) {
  Cut cut;
  cut.sequence = codec::count(source.getSequence());
  codec::get(source.getDevice(), cut.device);
  codec::get(source.getRecord(), cut.record);
  return cut;
}

void write_tombstone(schema::ListChunk::Tombstone::Builder target, const Tombstone& tombstone) {
  target.setSequence(tombstone.sequence);
  target.setRecord(as_data(tombstone.record));
  target.setAuthor(as_data(tombstone.author));
}

Tombstone read_tombstone(schema::ListChunk::Tombstone::Reader source) {
  Tombstone tombstone;
  tombstone.sequence = codec::count(source.getSequence());
  codec::get(source.getRecord(), tombstone.record);
  codec::get(source.getAuthor(), tombstone.author);
  codec::require(tombstone.author.is_zero() == (tombstone.sequence == 0));
  return tombstone;
}

Bytes encode_part(const Part& part) {
  return codec::encode_root<schema::ListChunk>([&](auto root) {
    root.setSuite(kSuite);
    put_pairs(part.members, [&](auto size) { return root.initMembers(size); });
    if (!part.holders_ever.empty()) {
      codec::fill(root.initHoldersEver(
                      static_cast<unsigned int>(part.holders_ever.size() * DeviceId::kSize)),
                  part.holders_ever);
    }
    put_pairs(part.entries, [&](auto size) { return root.initEntries(size); });
    codec::put_list(
        part.cells, [&](auto count) { return root.initCells(count); },
        [](auto target, const SignedCell& cell) { write(target, cell); });
    codec::put_list(
        part.tombstones, [&](auto count) { return root.initTombstones(count); }, write_tombstone);
    codec::put_list(part.cuts, [&](auto count) { return root.initCuts(count); }, write_cut);
  });
}

// What each element adds to the encoding of a message, and what a message is without any: root
// pointer, struct of one word and six pointers, and the tag words of the three struct lists.
constexpr std::size_t kMessageBytes = 8 + 8 + 6 * 8 + 3 * 8;
constexpr std::size_t kCutBytes = 8 + 2 * 8 + DeviceId::kSize + RecordId::kSize;
constexpr std::size_t kTombstoneBytes = kCutBytes;

std::size_t cost_of(const Member&) {
  return kPairBytes;
}
std::size_t cost_of(const KeyEntry&) {
  return kPairBytes;
}
std::size_t cost_of(const DeviceId&) {
  return DeviceId::kSize;
}
std::size_t cost_of(const Tombstone&) {
  return kTombstoneBytes;
}
std::size_t cost_of(const Cut&) {
  return kCutBytes;
}
std::size_t cost_of(const SignedCell& cell) {
  return 2 * 8 + (cell.bytes.size() + 7) / 8 * 8 + Signature::kSize;
}

// Moves from the front of `rest` to `part` what still fits. False: something is left.
template <typename T>
bool take(std::span<const T>& rest, std::span<const T>& part, std::size_t& bytes_left) {
  std::size_t count = 0;
  while (count < rest.size() && cost_of(rest[count]) <= bytes_left) {
    bytes_left -= cost_of(rest[count++]);
  }
  part = rest.first(count);
  rest = rest.subspan(count);
  return rest.empty();
}

// The next message's part. Requires: the largest element fits a message.
Part take_part(Part& rest, std::size_t bytes_max) {
  KLUIS_ASSERT(bytes_max > kMessageBytes);
  std::size_t bytes_left = bytes_max - kMessageBytes;
  Part part;
  const bool all =
      take(rest.members, part.members, bytes_left) &&
      take(rest.holders_ever, part.holders_ever, bytes_left) &&
      take(rest.entries, part.entries, bytes_left) && take(rest.cells, part.cells, bytes_left) &&
      take(rest.tombstones, part.tombstones, bytes_left) && take(rest.cuts, part.cuts, bytes_left);
  KLUIS_ASSERT(all || bytes_left < bytes_max - kMessageBytes);
  return part;
}

KeyList read_part(schema::ListChunk::Reader root) {
  codec::require_suite(root.getSuite());
  KeyList part;
  get_pairs(root.getMembers(), part.members);
  codec::get_all(root.getHoldersEver(), part.holders_ever, kListChunkBytesMax);
  get_pairs(root.getEntries(), part.entries);
  codec::get_list(root.getCells(), part.cells, kListChunkBytesMax,
                  [](auto cell) { return schema::read(cell); });
  codec::get_list(root.getTombstones(), part.tombstones, kListChunkBytesMax, read_tombstone);
  codec::get_list(root.getCuts(), part.cuts, kListChunkBytesMax, read_cut);
  return part;
}

template <typename T>
void move_to(std::vector<T>& target, std::vector<T>& source) {
  target.insert(target.end(), std::make_move_iterator(source.begin()),
                std::make_move_iterator(source.end()));
}

void erase_keys(std::vector<KeyEntry>& entries) {
  for (KeyEntry& entry : entries) codec::erase_bytes(entry.key);
}

void append_part(KeyList& list, KeyList& part) {
  move_to(list.members, part.members);
  move_to(list.holders_ever, part.holders_ever);
  list.entries.insert(list.entries.end(), part.entries.begin(), part.entries.end());
  move_to(list.cells, part.cells);
  move_to(list.tombstones, part.tombstones);
  move_to(list.cuts, part.cuts);
}

void require_order(const KeyList& list) {
  codec::require_increasing(list.members, &Member::device);
  codec::require_increasing(list.holders_ever);
  codec::require_increasing(list.entries, &KeyEntry::record);
  codec::require_increasing(list.tombstones, &Tombstone::record);
  codec::require_increasing(list.cuts, &Cut::device);
  codec::require_distinct(list.cells, [](const SignedCell& cell) { return as_text(cell.bytes); });
}

// A message never goes back to an earlier section, and none is empty unless the list is.
class SectionOrder {
 public:
  [[nodiscard]] bool accepts(const Part& part, std::size_t message_count) {
    const Sections sections = sections_of(part);
    if (sections.first == 6) return message_count == 1;
    const bool in_order = sections.first >= last_;
    last_ = sections.last;
    return in_order;
  }

 private:
  std::size_t last_ = 0;
};

Status read_all(const std::vector<ByteView>& chunks, KeyList& list) {
  SectionOrder order;
  for (const ByteView chunk : chunks) {
    KLUIS_TRY(part, codec::decode_root<schema::ListChunk>(
                        chunk, kListChunkBytesMax, read_part,
                        [](const KeyList& value) { return encode_part(whole(value)); }));
    const bool in_order = order.accepts(whole(part), chunks.size());
    append_part(list, part);
    erase_keys(part.entries);
    if (!in_order) return broken(codec::kMalformed);
  }
  try {
    require_order(list);
  } catch (const codec::Refused& refused) {
    return broken(refused.key);
  }
  return {};
}

}  // namespace

std::vector<Bytes> encode_list(const KeyList& list, std::size_t chunk_bytes_max) {
  Part rest = whole(list);
  std::vector<Bytes> chunks;
  do {
    chunks.push_back(encode_part(take_part(rest, chunk_bytes_max)));
  } while (sections_of(rest).first != 6);
  return chunks;
}

Result<KeyList> decode_list(const std::vector<ByteView>& chunks) {
  if (chunks.empty() || chunks.size() > kListChunksMax) return broken(codec::kMalformed);
  KeyList list;
  std::size_t bytes = 0;
  for (const ByteView chunk : chunks) bytes += chunk.size();
  // At once, so that no key stays behind in memory that was outgrown.
  list.entries.reserve(bytes / kPairBytes);
  const Status status = read_all(chunks, list);
  if (!status) {
    erase_keys(list.entries);
    return tl::unexpected<Error>(status.error());
  }
  return list;
}

}  // namespace kluis
