#include "vault/store/sealed_vault.h"

#include <optional>
#include <utility>
#include <vector>

#include "proto/assert.h"
#include "vault/store/reseal.h"
#include "vault/store/sealed_vfs.h"

namespace kluis {

class SealedVault::Opened final : public ResealHost {
 public:
  Opened(const Surroundings& surroundings, SlotFile slot, SlotKey key, SlotContent content)
      : disk_(surroundings.disk),
        entropy_(surroundings.entropy),
        hasher_(surroundings.hasher),
        slot_(std::move(slot)),
        key_(std::move(key)),
        content_(std::move(content)),
        vfs_(*disk_, *entropy_) {}
  ~Opened() override { detach(); }

  Status begin();
  Status add_user(DatabaseUser& user);
  Status reseal(std::optional<SlotKey> new_key);
  Status change_passphrase(ByteView passphrase);
  Status close();

  SealedStore& store() { return store_; }
  [[nodiscard]] std::uint64_t generation() const { return content_.generation; }

  Status settle() override;
  Status copy_to(const DatabaseId& id, const RootKey& root) override;
  Status check(const DatabaseId& id) override;

 private:
  Status attach();
  void detach();
  Status replace(SlotContent next, const SlotKey& key);
  void drop_copy();

  Disk* disk_;
  Entropy* entropy_;
  const PasswordHasher* hasher_;
  SlotFile slot_;
  SlotKey key_;
  SlotContent content_;
  SealedVfs vfs_;
  std::optional<Database> database_;
  std::optional<Database> copy_;
  std::string copy_name_;
  SealedStore store_;
  std::vector<DatabaseUser*> users_;
  std::optional<Error> closed_by_;
};

Status SealedVault::Opened::begin() {
  const std::string name = database_name(content_.database);
  vfs_.set_key(name, database_key(content_.root, content_.database));
  KLUIS_TRY(database, Database::open_sealed(vfs_, name));
  database_.emplace(std::move(database));
  users_.push_back(&store_);
  return attach();
}

Status SealedVault::Opened::attach() {
  for (auto* user : users_) KLUIS_CHECK(user->attach(*database_));
  return {};
}

void SealedVault::Opened::detach() {
  for (auto* user : users_) user->detach();
}

Status SealedVault::Opened::add_user(DatabaseUser& user) {
  if (closed_by_) return tl::unexpected<Error>(*closed_by_);
  users_.push_back(&user);
  return user.attach(*database_);
}

Status SealedVault::Opened::settle() {
  KLUIS_CHECK(database_->optimize_full_text());
  return database_->checkpoint();
}

Status SealedVault::Opened::copy_to(const DatabaseId& id, const RootKey& root) {
  copy_name_ = database_name(id);
  vfs_.set_key(copy_name_, database_key(root, id));
  KLUIS_CHECK(database_->copy_into(copy_name_));
  {
    // Opening it once changes it to log mode.
    KLUIS_TRY(copy, Database::open_sealed(vfs_, copy_name_));
    KLUIS_CHECK(copy.close());
  }
  KLUIS_TRY(file, disk_->open(copy_name_, OpenMode::write));
  return file->sync();
}

// A connection that has nothing in its cache: what it reads stands in the file.
Status SealedVault::Opened::check(const DatabaseId&) {
  KLUIS_TRY(copy, Database::open_sealed(vfs_, copy_name_));
  copy_.emplace(std::move(copy));
  return copy_->check();
}

void SealedVault::Opened::drop_copy() {
  copy_.reset();
  if (copy_name_.empty()) return;
  vfs_.forget_key(copy_name_);
  // Best effort: what is left is removed when the vault is next opened.
  if (!disk_->remove(copy_name_) || !disk_->remove(copy_name_ + "-wal")) return;
  copy_name_.clear();
}

Status SealedVault::Opened::reseal(std::optional<SlotKey> new_key) {
  if (closed_by_) return tl::unexpected<Error>(*closed_by_);
  KLUIS_ASSERT(!database_->is_in_transaction());
  auto next = prepare_reseal(*disk_, *entropy_, *this, content_);
  if (!next) {
    drop_copy();
    return tl::unexpected<Error>(next.error());
  }
  Status replaced = replace(std::move(*next), new_key ? *new_key : key_);
  if (!replaced) {
    detach();
    closed_by_ = replaced.error();
    return replaced;
  }
  if (new_key) key_ = std::move(*new_key);
  return {};
}

Status SealedVault::Opened::replace(SlotContent next, const SlotKey& key) {
  detach();
  KLUIS_CHECK(database_->close());
  KLUIS_CHECK(commit_reseal(*disk_, *entropy_, slot_, next, key));
  vfs_.forget_key(database_name(content_.database));
  content_ = std::move(next);
  database_ = std::move(copy_);
  copy_.reset();
  copy_name_.clear();
  return attach();
}

Status SealedVault::Opened::change_passphrase(ByteView passphrase) {
  KLUIS_TRY(key, make_slot_key(*hasher_, *entropy_, passphrase));
  return reseal(std::move(key));
}

Status SealedVault::Opened::close() {
  detach();
  if (closed_by_ || !database_) return {};
  closed_by_ = Error{ErrorKind::disk, "disk.io"};
  KLUIS_CHECK(database_->checkpoint());
  return database_->close();
}

SealedVault::SealedVault(std::unique_ptr<Opened> opened) : opened_(std::move(opened)) {}
SealedVault::SealedVault(SealedVault&& other) noexcept = default;
SealedVault& SealedVault::operator=(SealedVault&& other) noexcept = default;
SealedVault::~SealedVault() = default;

Result<SealedVault> SealedVault::create(const Surroundings& surroundings, ByteView passphrase) {
  Disk& disk = *surroundings.disk;
  Entropy& entropy = *surroundings.entropy;
  KLUIS_TRY(is_there, disk.exists("slot"));
  if (is_there) return fail(ErrorKind::usage, "vault.exists");
  KLUIS_TRY(key, make_slot_key(*surroundings.hasher, entropy, passphrase));
  const SlotContent content{1, 0, random_id<DatabaseId>(entropy), RootKey::generate(entropy)};
  {
    // The database first: the slot must not name one that is not there.
    SealedVfs vfs(disk, entropy);
    vfs.set_key(database_name(content.database), database_key(content.root, content.database));
    KLUIS_TRY(database, Database::open_sealed(vfs, database_name(content.database)));
    SealedStore store;
    KLUIS_CHECK(store.attach(database));
    store.detach();
    KLUIS_CHECK(database.checkpoint());
    KLUIS_CHECK(database.close());
  }
  KLUIS_CHECK(SlotFile::create(disk, seal_slot(content, key, entropy)));
  return open(surroundings, passphrase);
}

Result<SealedVault> SealedVault::open(const Surroundings& surroundings, ByteView passphrase) {
  KLUIS_TRY(slot, recover_slot(*surroundings.disk, *surroundings.hasher, passphrase));
  auto opened = std::make_unique<Opened>(surroundings, std::move(slot.file), std::move(slot.key),
                                         std::move(slot.content));
  KLUIS_CHECK(opened->begin());
  return SealedVault(std::move(opened));
}

Store& SealedVault::store() {
  return opened_->store();
}
Status SealedVault::add_user(DatabaseUser& user) {
  return opened_->add_user(user);
}
std::uint64_t SealedVault::generation() const {
  return opened_->generation();
}
Status SealedVault::reseal() {
  return opened_->reseal(std::nullopt);
}
Status SealedVault::change_passphrase(ByteView passphrase) {
  return opened_->change_passphrase(passphrase);
}
Status SealedVault::close() {
  return opened_->close();
}

}  // namespace kluis
