#include "vault/store/slot.h"

#include <algorithm>

#include "vault/crypto/aead.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/little_endian.h"

namespace kluis {
namespace {

constexpr const char* kSlotName = "slot";
constexpr const char* kNewSlotName = "slot.new";
constexpr std::string_view kMagic = "RAADSLOT";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint16_t kSuite = 1;  // Argon2id 1.3, XChaCha20-Poly1305, BLAKE2b
constexpr std::uint16_t kNoFactor = 0;
constexpr std::string_view kSealDomain = "raadkluis/v1/slot";

// Where each field begins (FORMAT.md).
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kSuiteAt = 10;
constexpr std::size_t kMemoryAt = 12;
constexpr std::size_t kPassesAt = 16;
constexpr std::size_t kFactorKindAt = 20;
constexpr std::size_t kFactorSizeAt = 22;
constexpr std::size_t kCounterAt = 24;
constexpr std::size_t kGenerationAt = 32;
constexpr std::size_t kSaltAt = 40;
constexpr std::size_t kDatabaseAt = 56;
constexpr std::size_t kFactorAt = 72;
constexpr std::size_t kNonceAt = kFactorAt + kMachineFactorBytes;
constexpr std::size_t kSealedAt = kNonceAt + kAeadNonceBytes;
constexpr std::size_t kSealedBytes = RootKey::kSize + kAeadTagBytes;
constexpr std::size_t kPaddingAt = kSealedAt + kSealedBytes;
constexpr std::size_t kChecksumBytes = 32;
constexpr std::size_t kChecksumAt = kSlotHalfBytes - kChecksumBytes;
static_assert(kPaddingAt < kChecksumAt);

constexpr std::uint64_t kFileBytes = kSlotHalfDistanceBytes + kSlotHalfBytes;

void put(SlotHalf& half, std::size_t at, std::size_t size, std::uint64_t value) {
  const auto bytes = le64(value);
  std::copy_n(bytes.begin(), size, half.begin() + static_cast<std::ptrdiff_t>(at));
}

void put(SlotHalf& half, std::size_t at, ByteView bytes) {
  std::copy(bytes.begin(), bytes.end(), half.begin() + static_cast<std::ptrdiff_t>(at));
}

std::uint64_t number_at(const SlotHalf& half, std::size_t at, std::size_t size) {
  std::array<std::uint8_t, 8> bytes{};
  std::copy_n(half.begin() + static_cast<std::ptrdiff_t>(at), size, bytes.begin());
  return read_le64(bytes);
}

ByteView part(const SlotHalf& half, std::size_t at, std::size_t size) {
  return ByteView(half).subspan(at, size);
}

bool is_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

Digest checksum_of(const SlotHalf& half) {
  return hash_as<Digest>("slot/checksum", {part(half, 0, kChecksumAt)});
}

// Everything in front of the nonce, so that no clear field can be changed without notice.
Bytes associated_data(const SlotHalf& half) {
  Bytes bytes = to_bytes(as_bytes(kSealDomain));
  append(bytes, part(half, 0, kNonceAt));
  return bytes;
}

std::uint64_t position_of(SlotFile::Half half) {
  return half == SlotFile::Half::a ? 0 : kSlotHalfDistanceBytes;
}

}  // namespace

Result<SlotKey> make_slot_key(const PasswordHasher& hasher, Entropy& entropy, ByteView passphrase) {
  PasswordSalt salt;
  entropy.fill(salt.bytes);
  const StoredCost cost = hasher.cost_for_new();
  KLUIS_TRY(key, hasher.derive(passphrase, salt, cost));
  return SlotKey{std::move(key), cost, salt};
}

SlotHalf seal_slot(const SlotContent& content, const SlotKey& key, Entropy& entropy) {
  SlotHalf half{};
  put(half, 0, as_bytes(kMagic));
  put(half, kVersionAt, 2, kVersion);
  put(half, kSuiteAt, 2, kSuite);
  put(half, kMemoryAt, 4, key.cost.memory_kib);
  put(half, kPassesAt, 4, key.cost.passes);
  put(half, kFactorKindAt, 2, kNoFactor);
  put(half, kCounterAt, 8, content.counter);
  put(half, kGenerationAt, 8, content.generation);
  put(half, kSaltAt, key.salt.bytes);
  put(half, kDatabaseAt, content.database.view());
  AeadNonce nonce;
  entropy.fill(nonce.bytes);
  put(half, kNonceAt, nonce.bytes);
  put(half, kSealedAt, aead_seal(key.key, nonce, associated_data(half), content.root.expose()));
  put(half, kChecksumAt, checksum_of(half).view());
  return half;
}

Result<SlotFacts> read_slot(const SlotHalf& half) {
  const bool has_magic = same_bytes(part(half, 0, kMagic.size()), as_bytes(kMagic));
  if (!has_magic ||
      !same_bytes(checksum_of(half).view(), part(half, kChecksumAt, kChecksumBytes))) {
    return broken("slot.damaged");
  }
  // Magic and checksum keep their place in every version.
  const bool is_known = number_at(half, kVersionAt, 2) == kVersion &&
                        number_at(half, kSuiteAt, 2) == kSuite &&
                        number_at(half, kFactorKindAt, 2) == kNoFactor;
  if (!is_known) return broken("slot.unknown_version");
  const bool is_strict = number_at(half, kFactorSizeAt, 2) == 0 &&
                         is_zero(part(half, kFactorAt, kMachineFactorBytes)) &&
                         is_zero(part(half, kPaddingAt, kChecksumAt - kPaddingAt));
  if (!is_strict) return broken("slot.damaged");
  SlotFacts facts;
  facts.counter = number_at(half, kCounterAt, 8);
  facts.generation = number_at(half, kGenerationAt, 8);
  facts.database = *DatabaseId::from(part(half, kDatabaseAt, DatabaseId::kSize));
  facts.cost = {static_cast<std::uint32_t>(number_at(half, kMemoryAt, 4)),
                static_cast<std::uint32_t>(number_at(half, kPassesAt, 4))};
  const auto salt = part(half, kSaltAt, facts.salt.bytes.size());
  std::copy(salt.begin(), salt.end(), facts.salt.bytes.begin());
  return facts;
}

Result<SlotKey> derive_slot_key(const SlotHalf& half, const PasswordHasher& hasher,
                                ByteView passphrase) {
  KLUIS_TRY(facts, read_slot(half));
  KLUIS_TRY(key, hasher.derive(passphrase, facts.salt, facts.cost));
  return SlotKey{std::move(key), facts.cost, facts.salt};
}

Result<SlotContent> open_slot(const SlotHalf& half, const SlotKey& key) {
  KLUIS_TRY(facts, read_slot(half));
  AeadNonce nonce;
  const auto nonce_bytes = part(half, kNonceAt, kAeadNonceBytes);
  std::copy(nonce_bytes.begin(), nonce_bytes.end(), nonce.bytes.begin());
  const auto root =
      aead_open(key.key, nonce, associated_data(half), part(half, kSealedAt, kSealedBytes));
  if (!root) return fail(ErrorKind::locked, "slot.wrong_passphrase");
  return SlotContent{facts.counter, facts.generation, facts.database,
                     RootKey::copy_of(root->expose().first<RootKey::kSize>())};
}

Status SlotFile::create(Disk& disk, const SlotHalf& content) {
  KLUIS_TRY(is_there, disk.exists(kSlotName));
  if (is_there) return fail(ErrorKind::disk, "disk.exists");
  KLUIS_TRY(file, disk.open(kNewSlotName, OpenMode::create));
  Bytes bytes(kFileBytes);
  std::copy(content.begin(), content.end(), bytes.begin());
  std::copy(content.begin(), content.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(kSlotHalfDistanceBytes));
  KLUIS_CHECK(file->truncate(0));
  KLUIS_CHECK(file->write_at(0, bytes));
  KLUIS_CHECK(file->sync());
  KLUIS_CHECK(disk.rename(kNewSlotName, kSlotName));
  return disk.sync_folder();
}

Result<SlotFile> SlotFile::open(Disk& disk) {
  KLUIS_TRY(is_there, disk.exists(kSlotName));
  if (!is_there) return fail(ErrorKind::disk, "vault.none");
  KLUIS_TRY(file, disk.open(kSlotName, OpenMode::write));
  return SlotFile(std::move(file));
}

Result<SlotHalf> SlotFile::read(Half half) {
  SlotHalf bytes{};
  KLUIS_TRY(count, file_->read_at(position_of(half), bytes));
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(count), bytes.end(), std::uint8_t{0});
  return bytes;
}

Result<SlotHalf> SlotFile::winner() {
  KLUIS_TRY(a, read(Half::a));
  KLUIS_TRY(b, read(Half::b));
  const auto facts_a = read_slot(a);
  const auto facts_b = read_slot(b);
  // A whole half of a newer program counts more than any older one: never fall back behind it.
  for (const auto* facts : {&facts_a, &facts_b}) {
    if (!*facts && facts->error().key == "slot.unknown_version") {
      return tl::unexpected<Error>(facts->error());
    }
  }
  if (!facts_a && !facts_b) return tl::unexpected<Error>(facts_a.error());
  const bool takes_b = !facts_a || (facts_b && facts_b->counter > facts_a->counter);
  return takes_b ? b : a;
}

Status SlotFile::write(Half half, const SlotHalf& content) {
  KLUIS_CHECK(file_->write_at(position_of(half), content));
  KLUIS_CHECK(file_->sync());
  KLUIS_TRY(written, read(half));
  if (written != content) return fail(ErrorKind::disk, "disk.io");
  return {};
}

Status SlotFile::repair(const SlotHalf& content) {
  for (const Half half : {Half::a, Half::b}) {
    KLUIS_TRY(found, read(half));
    if (found != content) KLUIS_CHECK(write(half, content));
  }
  return {};
}

}  // namespace kluis
