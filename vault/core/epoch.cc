#include "vault/core/epoch.h"

#include <algorithm>
#include <map>
#include <utility>

#include "proto/limits.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/padme.h"
#include "vault/crypto/sign.h"

namespace kluis {
namespace {

using BoxKey = Secret<struct BoxKeyPurpose>;
using WelcomeKey = Secret<struct WelcomeKeyPurpose>;

// The fixed encoding of a number inside hashes and derivations.
std::array<std::uint8_t, 8> number_bytes(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return bytes;
}

Digest core_digest(Header header) {
  header.boxes_hash = Digest{};
  return hash_as<Digest>("header-core", {encode(header)});
}

Bytes box_context(const Digest& core) {
  Bytes context = to_bytes(as_bytes("raadkluis/v1/box"));
  append(context, core.view());
  return context;
}

std::optional<Box> make_box(const EpochSecret& secret, const Header& header, const Digest& core,
                            const LeafPublic& leaf) {
  const auto number = number_bytes(header.number);
  const auto coins =
      derive<KemCoins>(secret, "box", {header.circle.view(), number, leaf_hash(leaf).view()});
  const auto encapsulated = encapsulate(leaf, coins);
  if (!encapsulated) return std::nullopt;
  const auto key = derive<BoxKey>(encapsulated->shared, "box-key");
  Box box;
  box.label = box_label(leaf, header.circle, header.number);
  box.kem_ciphertext.bytes = encapsulated->ciphertext.bytes;
  const Bytes sealed = aead_seal(key, AeadNonce{}, box_context(core), secret.expose());
  std::copy(sealed.begin(), sealed.end(), box.sealed_secret.bytes.begin());
  return box;
}

LeafPublic pad_leaf(const EpochSecret& secret, std::size_t index) {
  return leaf_public(derive<PadSeed>(secret, "pad", {number_bytes(index)}));
}

// Every box of an epoch, in order. A leaf that no box can be made for is left out, and padded for.
Boxes all_boxes(const EpochSecret& secret, const Header& header,
                const std::vector<LeafPublic>& leaves, std::size_t member_count) {
  const Digest core = core_digest(header);
  Boxes result;
  for (const LeafPublic& leaf : leaves) {
    if (auto box = make_box(secret, header, core, leaf)) result.boxes.push_back(*box);
  }
  const std::size_t target = padded_box_count(member_count);
  for (std::size_t i = 0; result.boxes.size() < target; ++i) {
    result.boxes.push_back(make_box(secret, header, core, pad_leaf(secret, i)).value());
  }
  std::sort(result.boxes.begin(), result.boxes.end(),
            [](const Box& a, const Box& b) { return a.label < b.label; });
  return result;
}

Bytes list_context(const CircleAlias& circle, std::uint64_t number, std::size_t index, bool last) {
  Bytes context = to_bytes(as_bytes("raadkluis/v1/list"));
  append(context, circle.view());
  append(context, number_bytes(number));
  append(context, number_bytes(index));
  context.push_back(last ? 1 : 0);
  return context;
}

// The list key seals each chunk of one list once: the nonce is the chunk's index.
AeadNonce chunk_nonce(std::size_t index) {
  AeadNonce nonce;
  const auto bytes = number_bytes(index);
  std::copy(bytes.begin(), bytes.end(), nonce.bytes.begin());
  return nonce;
}

Bytes seal_list(const EpochPlan& plan, const EpochSecret& secret) {
  const auto key = derive<ListKey>(secret, "list");
  // Room for tag and padding length within the bound of a sealed chunk.
  std::vector<Bytes> chunks = encode_list(plan.list, kListChunkBytesMax - kListChunkBytesMax / 8);
  SealedList sealed;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const bool last = i + 1 == chunks.size();
    const SecretBuffer plain = SecretBuffer::take(std::move(chunks[i]));
    const SecretBuffer padded = SecretBuffer::take(pad(plain.expose()));
    sealed.chunks.push_back(aead_seal(
        key, chunk_nonce(i), list_context(plan.circle, plan.number, i, last), padded.expose()));
  }
  return encode(sealed);
}

Header header_of(const EpochPlan& plan) {
  Header header;
  header.suite = kSuite;
  header.raad = plan.raad;
  header.circle = plan.circle;
  header.number = plan.number;
  header.previous = plan.previous;
  header.roll_position = plan.roll_position;
  header.removed = plan.removed;
  std::sort(header.removed.begin(), header.removed.end());
  return header;
}

Bytes signed_header_bytes(const Header& header, const IdentitySeed& signer, HeaderHash& hash) {
  SignedHeader result;
  result.bytes = encode(header);
  hash = header_hash(result.bytes);
  result.signer = signing_public<DeviceId>(signer);
  result.signature = sign(signer, "header", hash.view());
  return encode(result);
}

bool takes_encapsulation(const LeafPublic& leaf) {
  static const auto kProbe = KemCoins::made_by([](MutableByteView c) { std::ranges::fill(c, 1); });
  return encapsulate(leaf, kProbe).has_value();
}

// The leaves that the listed members' boxes were sealed to, from the list's own leaf cells.
Result<std::vector<LeafPublic>> boxed_leaves(const KeyList& list) {
  std::map<std::pair<DeviceId, Digest>, LeafPublic> known;
  for (const SignedCell& signed_cell : list.cells) {
    KLUIS_TRY(cell, VerifiedCell::from(signed_cell));
    if (const auto leaf = leaf_of(cell)) known[{cell.cell().device, leaf_hash(*leaf)}] = *leaf;
  }
  std::vector<LeafPublic> leaves;
  for (const Member& member : list.members) {
    if (member.leaf.is_zero()) continue;
    const auto found = known.find({member.device, member.leaf});
    if (found == known.end()) return broken("epoch.unknown_leaf");
    leaves.push_back(found->second);
  }
  return leaves;
}

Bytes item_context(const CircleAlias& circle, std::uint64_t number) {
  Bytes context = to_bytes(as_bytes("raadkluis/v1/item"));
  append(context, circle.view());
  append(context, number_bytes(number));
  return context;
}

Bytes welcome_context(const RaadId& raad) {
  Bytes context = to_bytes(as_bytes("raadkluis/v1/welcome"));
  append(context, raad.view());
  return context;
}

// A cut holds off what somebody who is out might still bring. Nobody who is in has one.
bool cuts_a_member(const KeyList& list) {
  return std::any_of(list.cuts.begin(), list.cuts.end(), [&](const Cut& cut) {
    return std::any_of(list.members.begin(), list.members.end(),
                       [&](const Member& member) { return member.device == cut.device; });
  });
}

}  // namespace

std::optional<LeafPublic> leaf_of(const VerifiedCell& cell) {
  if (cell.cell().kind != CellKind::leaf) return std::nullopt;
  const auto value = decode_leaf_value(cell.cell().value);
  if (!value) return std::nullopt;
  return value->leaf;
}

HeaderHash header_hash(ByteView header_bytes) {
  return hash_as<HeaderHash>("header", {header_bytes});
}

BoxLabel box_label(const LeafPublic& leaf, const CircleAlias& circle, std::uint64_t number) {
  return hash_as<BoxLabel>("label", {leaf.view(), circle.view(), number_bytes(number)});
}

std::size_t padded_box_count(std::size_t members) {
  for (const std::size_t bucket : {4U, 8U, 16U, 32U, 64U}) {
    if (members <= bucket) return bucket;
  }
  return (members + 63) / 64 * 64;
}

EpochSecret draw_epoch_secret(Entropy& entropy, const HedgeSecret& hedge, const EpochPlan& plan,
                              std::uint64_t commit_number) {
  const auto fresh = Secret<struct FreshPurpose>::generate(entropy);
  Bytes purpose;
  append(purpose, number_bytes(commit_number));
  for (const MemberLeaf& member : plan.members) {
    append(purpose, member.device.view());
    if (member.leaf) append(purpose, member.leaf->signed_bytes().bytes);
  }
  return derive<EpochSecret>(fresh, "epoch-secret",
                             {hedge.expose(), plan.circle.view(), number_bytes(plan.number),
                              plan.previous.view(), purpose});
}

BuiltEpoch build_epoch(EpochPlan plan, const EpochSecret& secret, const IdentitySeed& signer) {
  std::sort(plan.members.begin(), plan.members.end(),
            [](const MemberLeaf& a, const MemberLeaf& b) { return a.device < b.device; });
  Header header = header_of(plan);
  header.kind = HeaderKind::open;
  header.commitment = commitment(secret);
  if (!header.removed.empty()) header.exit_key = leaf_public(exit_seed(secret));
  std::vector<LeafPublic> leaves;
  plan.list.members.clear();
  for (const MemberLeaf& member : plan.members) {
    const auto leaf = member.leaf ? leaf_of(*member.leaf) : std::nullopt;
    // A leaf that does not take an encapsulation means "no box", never "no reseal".
    const bool usable = leaf && takes_encapsulation(*leaf);
    plan.list.members.push_back({member.device, usable ? leaf_hash(*leaf) : Digest{}});
    if (!usable) continue;
    leaves.push_back(*leaf);
    plan.list.cells.push_back(member.leaf->signed_bytes());
  }
  BuiltEpoch built;
  built.list = seal_list(plan, secret);
  header.list_hash = hash_as<Digest>("list", {built.list});
  built.boxes = encode(all_boxes(secret, header, leaves, plan.members.size()));
  header.boxes_hash = hash_as<Digest>("boxes", {built.boxes});
  built.boxes_hash = header.boxes_hash;
  built.list_hash = header.list_hash;
  built.name = circle_name(secret);
  built.signed_header = signed_header_bytes(header, signer, built.header);
  return built;
}

BuiltEpoch build_end(const EpochPlan& plan, const IdentitySeed& signer) {
  Header header = header_of(plan);
  header.kind = HeaderKind::end;
  BuiltEpoch built;
  built.signed_header = signed_header_bytes(header, signer, built.header);
  return built;
}

Result<VerifiedHeader> VerifiedHeader::from(ByteView encoded_signed_header) {
  KLUIS_TRY(signed_header, decode_signed_header(encoded_signed_header));
  VerifiedHeader result;
  KLUIS_TRY(header, decode_header(signed_header.bytes));
  if (header.suite != kSuite) return broken("header.suite");
  if (header.removed.empty() != !header.exit_key.has_value() && header.kind == HeaderKind::open) {
    return broken("header.exit_key");
  }
  result.hash_ = header_hash(signed_header.bytes);
  if (!verify(signed_header.signer.view(), "header", result.hash_.view(),
              signed_header.signature)) {
    return broken("header.signature");
  }
  result.header_ = std::move(header);
  result.signer_ = signed_header.signer;
  return result;
}

Digest VerifiedHeader::core() const {
  return core_digest(header_);
}

Result<std::optional<EpochSecret>> open_box(const VerifiedHeader& header, ByteView boxes,
                                            const LeafSeed& leaf_seed) {
  if (hash_as<Digest>("boxes", {boxes}) != header.header().boxes_hash) {
    return broken("epoch.boxes_hash");
  }
  KLUIS_TRY(decoded, decode_boxes(boxes));
  const LeafPublic leaf = leaf_public(leaf_seed);
  const BoxLabel label = box_label(leaf, header.header().circle, header.header().number);
  const auto box = std::find_if(decoded.boxes.begin(), decoded.boxes.end(),
                                [&](const Box& candidate) { return candidate.label == label; });
  if (box == decoded.boxes.end()) return std::optional<EpochSecret>();
  const auto shared = decapsulate(leaf_seed, KemCiphertext{box->kem_ciphertext.bytes});
  if (!shared) return broken("epoch.bad_box");
  const auto key = derive<BoxKey>(*shared, "box-key");
  auto opened = aead_open(key, AeadNonce{}, box_context(header.core()), box->sealed_secret.view());
  if (!opened || opened->size() != EpochSecret::kSize) return broken("epoch.bad_box");
  EpochSecret secret = EpochSecret::copy_of(opened->expose().first<EpochSecret::kSize>());
  if (commitment(secret) != header.header().commitment) return broken("epoch.commitment");
  return std::optional<EpochSecret>(std::move(secret));
}

Result<KeyList> open_list(const VerifiedHeader& header, ByteView list, const EpochSecret& secret) {
  if (commitment(secret) != header.header().commitment) return broken("epoch.commitment");
  if (hash_as<Digest>("list", {list}) != header.header().list_hash) {
    return broken("epoch.list_hash");
  }
  KLUIS_TRY(sealed, decode_sealed_list(list));
  const auto key = derive<ListKey>(secret, "list");
  std::vector<SecretBuffer> opened;
  std::vector<ByteView> contents;
  for (std::size_t i = 0; i < sealed.chunks.size(); ++i) {
    const bool last = i + 1 == sealed.chunks.size();
    KLUIS_TRY(chunk,
              aead_open(key, chunk_nonce(i),
                        list_context(header.header().circle, header.header().number, i, last),
                        sealed.chunks[i]));
    opened.push_back(std::move(chunk));
    KLUIS_TRY(content, unpad(opened.back().expose()));
    contents.push_back(content);
  }
  return decode_list(contents);
}

Result<VerifiedEpoch> verify_epoch(const VerifiedHeader& header, ByteView boxes, ByteView list,
                                   const EpochSecret& secret) {
  const Header& fields = header.header();
  if (fields.kind != HeaderKind::open) return broken("epoch.ended");
  if (hash_as<Digest>("boxes", {boxes}) != fields.boxes_hash) return broken("epoch.boxes_hash");
  KLUIS_TRY(content, open_list(header, list, secret));
  if (cuts_a_member(content)) return broken("epoch.cut_of_member");
  if (fields.exit_key && *fields.exit_key != leaf_public(exit_seed(secret))) {
    return broken("epoch.exit_key");
  }
  KLUIS_TRY(leaves, boxed_leaves(content));
  if (encode(all_boxes(secret, fields, leaves, content.members.size())) != to_bytes(boxes)) {
    return broken("epoch.bad_box");
  }
  return VerifiedEpoch{std::move(content)};
}

Bytes seal_item(const EpochSecret& secret, const CircleAlias& circle, std::uint64_t number,
                const Item& item, Entropy& entropy) {
  const auto key = derive<ItemKey>(secret, "item");
  const SecretBuffer plain = SecretBuffer::take(encode(item));
  const SecretBuffer padded = SecretBuffer::take(pad(plain.expose()));
  return aead_seal_random(key, entropy, item_context(circle, number), padded.expose());
}

Result<Item> open_item(const EpochSecret& secret, const CircleAlias& circle, std::uint64_t number,
                       ByteView sealed) {
  const auto key = derive<ItemKey>(secret, "item");
  KLUIS_TRY(padded, aead_open_random(key, item_context(circle, number), sealed));
  KLUIS_TRY(content, unpad(padded.expose()));
  return decode_item(content);
}

std::optional<Welcome> make_welcome(const EpochSecret& secret, const RaadId& raad,
                                    const CircleAlias& circle, std::uint64_t number,
                                    const LeafPublic& leaf) {
  const auto coins = derive<KemCoins>(
      secret, "welcome", {circle.view(), number_bytes(number), leaf_hash(leaf).view()});
  const auto encapsulated = encapsulate(leaf, coins);
  if (!encapsulated) return std::nullopt;
  const auto key = derive<WelcomeKey>(encapsulated->shared, "welcome-key");
  WelcomeContent content;
  content.circle = circle;
  content.number = number;
  std::ranges::copy(secret.expose(), content.secret.begin());
  const SecretBuffer plain = SecretBuffer::take(encode(content));
  wipe(content.secret);
  Welcome welcome;
  welcome.kem_ciphertext.bytes = encapsulated->ciphertext.bytes;
  welcome.sealed = aead_seal(key, AeadNonce{}, welcome_context(raad), plain.expose());
  return welcome;
}

std::optional<OpenedWelcome> open_welcome(const LeafSeed& leaf_seed, const RaadId& raad,
                                          const Welcome& welcome) {
  const auto shared = decapsulate(leaf_seed, KemCiphertext{welcome.kem_ciphertext.bytes});
  if (!shared) return std::nullopt;
  const auto key = derive<WelcomeKey>(*shared, "welcome-key");
  const auto plain = aead_open(key, AeadNonce{}, welcome_context(raad), welcome.sealed);
  if (!plain) return std::nullopt;
  auto content = decode_welcome_content(plain->expose());
  if (!content) return std::nullopt;
  OpenedWelcome opened{content->circle, content->number, EpochSecret::copy_of(content->secret)};
  wipe(content->secret);
  return opened;
}

}  // namespace kluis
