#include "vault/store/reseal.h"

#include "vault/crypto/kdf.h"

namespace kluis {
namespace {

constexpr std::string_view kNamePrefix = "data-";

Status remove_unnamed(Disk& disk, const DatabaseId& named) {
  const std::string kept = database_name(named);
  KLUIS_TRY(names, disk.list());
  bool removed = false;
  for (const auto& name : names) {
    if (!name.starts_with(kNamePrefix) || name.starts_with(kept)) continue;
    KLUIS_CHECK(disk.remove(name));
    removed = true;
  }
  return removed ? disk.sync_folder() : Status{};
}

// SQLite would take a missing file, or one without a page, for a new database.
Status require_database(Disk& disk, const DatabaseId& id) {
  const std::string name = database_name(id);
  KLUIS_TRY(is_there, disk.exists(name));
  if (!is_there) return broken("store.missing");
  KLUIS_TRY(file, disk.open(name, OpenMode::read));
  KLUIS_TRY(size, file->size());
  if (size < kDatabaseBytesMin) return broken("store.damaged");
  return {};
}

}  // namespace

std::string database_name(const DatabaseId& id) {
  return std::string(kNamePrefix) + id.hex();
}

DatabaseKey database_key(const RootKey& root, const DatabaseId& id) {
  return derive<DatabaseKey>(root, "database", {id.view()});
}

Result<SlotContent> prepare_reseal(Disk& disk, Entropy& entropy, ResealHost& host,
                                   const SlotContent& current) {
  KLUIS_CHECK(host.settle());
  SlotContent next{current.counter + 1, current.generation + 1, random_id<DatabaseId>(entropy),
                   RootKey::generate(entropy)};
  KLUIS_CHECK(host.copy_to(next.database, next.root));
  // The slot must never name a file whose name a loss of power can take away.
  KLUIS_CHECK(disk.sync_folder());
  KLUIS_CHECK(host.check(next.database));
  return next;
}

Status commit_reseal(Disk& disk, Entropy& entropy, SlotFile& slot, const SlotContent& next,
                     const SlotKey& key) {
  const SlotHalf half = seal_slot(next, key, entropy);
  KLUIS_CHECK(slot.write(SlotFile::Half::b, half));
  KLUIS_CHECK(slot.write(SlotFile::Half::a, half));
  return remove_unnamed(disk, next.database);
}

Result<RecoveredSlot> recover_slot(Disk& disk, const PasswordHasher& hasher, ByteView passphrase) {
  KLUIS_TRY(slot, SlotFile::open(disk));
  KLUIS_TRY(half, slot.winner());
  KLUIS_TRY(key, derive_slot_key(half, hasher, passphrase));
  KLUIS_TRY(content, open_slot(half, key));
  KLUIS_CHECK(slot.repair(half));
  KLUIS_CHECK(require_database(disk, content.database));
  KLUIS_CHECK(remove_unnamed(disk, content.database));
  return RecoveredSlot{std::move(slot), std::move(key), std::move(content)};
}

}  // namespace kluis
