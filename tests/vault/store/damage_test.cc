#include <map>
#include <random>

#include "tests/support/run_seed.h"
#include "tests/vault/store/vault_fixture.h"
#include "vault/store/page_sealer.h"

// Files that somebody changed, cut, exchanged or copied at the wrong moment: an error or a
// committed state, never anything else.
namespace kluis::test {
namespace {

using Rows = std::map<std::string, Bytes>;

Bytes value_of(int number) {
  return Bytes(static_cast<std::size_t>(number * 331 % 5000 + 20),
               static_cast<std::uint8_t>(number));
}

Status put_numbered(Store& store, int number) {
  return put_row(store, "row" + std::to_string(number % 40), value_of(number));
}

Result<Rows> read_all(VaultOnFaultDisk& on) {
  KLUIS_TRY(vault, on.open());
  Rows rows;
  KLUIS_CHECK(vault.store().scan(Table::record, {}, [&](ByteView key, ByteView value) {
    rows[std::string(as_text(key))] = to_bytes(value);
    return true;
  }));
  return rows;
}

class DamageTest : public ::testing::Test {
 protected:
  // A vault with a database of some size; `log_rows` of its commits stand in the log alone.
  void build(int log_rows) {
    {
      auto vault = on_.create();
      ASSERT_TRUE(vault);
      committed_.push_back({});
      for (int number = 0; number < 60; ++number) commit(vault->store(), number);
      ASSERT_TRUE(vault->close());
    }
    if (log_rows == 0) return;
    auto vault = on_.open();
    ASSERT_TRUE(vault);
    for (int number = 60; number < 60 + log_rows; ++number) commit(vault->store(), number);
    const FaultDisk killed = on_.disk;
    vault = tl::unexpected<Error>(Error{ErrorKind::disk, ""});
    on_.disk = killed;
    on_.disk.restart_process();
  }
  void commit(Store& store, int number) {
    ASSERT_TRUE(put_numbered(store, number));
    Rows rows = committed_.back();
    rows["row" + std::to_string(number % 40)] = value_of(number);
    committed_.push_back(std::move(rows));
  }
  bool is_committed(const Rows& rows) const {
    return std::find(committed_.begin(), committed_.end(), rows) != committed_.end();
  }
  std::string file_with(const std::string& suffix) {
    for (const auto& name : on_.disk.names()) {
      if (name.starts_with("data-") && name.ends_with(suffix)) {
        if (suffix.empty() && name.ends_with("-wal")) continue;
        return name;
      }
    }
    ADD_FAILURE() << "no file " << suffix;
    return {};
  }

  struct Tally {
    int errors = 0;
    int last_state = 0;
    int earlier_state = 0;
  };
  // Opens the vault with each version of `name` that `change` makes.
  void try_each(const std::string& name, std::size_t step,
                const std::function<Bytes(const Bytes&, std::size_t)>& change, Tally& tally) {
    const FaultDisk base = on_.disk;
    const Bytes good = base.contents(name);
    for (std::size_t at = 0; at < good.size(); at += step) {
      on_.disk = base;
      on_.disk.set_contents(name, change(good, at));
      const auto rows = read_all(on_);
      if (!rows) {
        EXPECT_EQ(rows.error().kind, ErrorKind::integrity) << at << " " << key_of(rows);
        ++tally.errors;
      } else if (*rows == committed_.back()) {
        ++tally.last_state;
      } else {
        EXPECT_TRUE(is_committed(*rows)) << name << " at " << at;
        ++tally.earlier_state;
      }
    }
    on_.disk = base;
  }

  VaultOnFaultDisk on_;
  std::vector<Rows> committed_;
};

Bytes flipped(const Bytes& good, std::size_t at) {
  Bytes bad = good;
  bad[at] ^= static_cast<std::uint8_t>(1u << (at % 8));
  return bad;
}

Bytes cut(const Bytes& good, std::size_t at) {
  return {good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at)};
}

TEST_F(DamageTest, AFlippedBitInTheDatabaseIsAnError) {
  build(0);
  Tally tally;
  try_each(file_with(""), 397, flipped, tally);
  // No log: there is no earlier state. Bits that no page in use has are not noticed.
  EXPECT_EQ(tally.earlier_state, 0);
  EXPECT_GT(tally.errors, 250);
  std::printf("database: %d errors, %d unnoticed\n", tally.errors, tally.last_state);
}

TEST_F(DamageTest, AFlippedBitInTheLogIsAnErrorOrACommittedState) {
  build(25);
  Tally tally;
  try_each(file_with("-wal"), 2999, flipped, tally);
  EXPECT_GT(tally.errors + tally.earlier_state, 80);
  std::printf("log: %d errors, %d earlier, %d last\n", tally.errors, tally.earlier_state,
              tally.last_state);
  try_each(file_with(""), 2999, flipped, tally);
}

TEST_F(DamageTest, ACutFileIsAnErrorOrACommittedState) {
  build(25);
  Tally log;
  try_each(file_with("-wal"), 2999, cut, log);
  EXPECT_GT(log.earlier_state, 20);
  Tally database;
  try_each(file_with(""), 3001, cut, database);
  EXPECT_GT(database.errors, 20);
  EXPECT_EQ(database.earlier_state, 0);
}

TEST_F(DamageTest, ADatabaseThatIsGoneIsNotMadeAnew) {
  build(0);
  const std::string name = file_with("");
  const Bytes whole = on_.disk.contents(name);
  for (const std::size_t size : {std::size_t{0}, kPageBytes, kDatabaseBytesMin - 1}) {
    on_.disk.set_contents(name, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(key_of(on_.open()), "store.damaged") << size;
  }
  ASSERT_TRUE(on_.disk.remove(name));
  EXPECT_EQ(key_of(on_.open()), "store.missing");
}

TEST_F(DamageTest, PagesThatChangePlacesAreAnError) {
  build(0);
  const std::string name = file_with("");
  const Bytes good = on_.disk.contents(name);
  const auto page = [](Bytes& bytes, std::size_t number) {
    return bytes.begin() + static_cast<std::ptrdiff_t>(number * kPageBytes);
  };
  const std::size_t pages = good.size() / kPageBytes - 1;
  ASSERT_GT(pages, 10u);
  for (std::size_t number = 1; number < pages; ++number) {
    Bytes bad = good;
    std::swap_ranges(page(bad, number), page(bad, number + 1), page(bad, number + 1));
    on_.disk.set_contents(name, bad);
    EXPECT_EQ(key_of(read_all(on_)), "store.damaged") << number;
  }
  on_.disk.set_contents(name, good);
  EXPECT_TRUE(read_all(on_));
}

TEST_F(DamageTest, ALogFromAnotherTimeIsAnErrorOrWithoutEffect) {
  build(0);
  // The same database over time: each moment's files, closed and while open.
  std::vector<std::pair<Bytes, Bytes>> moments;
  std::string name = file_with("");
  for (int round = 0; round < 4; ++round) {
    auto vault = on_.open();
    ASSERT_TRUE(vault);
    for (int i = 0; i < 8; ++i) {
      commit(vault->store(), 100 + round * 8 + i);
      moments.emplace_back(on_.disk.contents(name), on_.disk.contents(name + "-wal"));
    }
    ASSERT_TRUE(vault->close());
    moments.emplace_back(on_.disk.contents(name), Bytes{});
  }
  const FaultDisk base = on_.disk;
  int refused = 0;
  int committed = 0;
  for (const auto& database : moments) {
    for (const auto& log : moments) {
      on_.disk = base;
      on_.disk.set_contents(name, database.first);
      on_.disk.set_contents(name + "-wal", log.second);
      const auto rows = read_all(on_);
      if (rows) {
        EXPECT_TRUE(is_committed(*rows));
        ++committed;
      } else {
        EXPECT_EQ(rows.error().kind, ErrorKind::integrity);
        ++refused;
      }
    }
  }
  std::printf("pairs: %d refused, %d at a committed state\n", refused, committed);
  EXPECT_GT(refused, 200);
  EXPECT_GT(committed, 200);
}

// A disk whose files somebody copies, piece by piece, while the vault works.
class CopyingDisk final : public Disk {
 public:
  explicit CopyingDisk(FaultDisk& disk) : disk_(&disk) {}

  // From now on each call to the disk copies about `pace` bytes, in a random order of files.
  void begin_copy(std::uint64_t seed, std::size_t pace) {
    random_.seed(seed);
    pace_ = pace;
    has_begun_ = true;
    copy_ = FaultDisk();
    waiting_ = disk_->names();
    std::shuffle(waiting_.begin(), waiting_.end(), random_);
    current_.clear();
    bytes_.clear();
  }
  bool is_copied() const { return has_begun_ && waiting_.empty() && current_.empty(); }
  FaultDisk& finish() {
    while (!is_copied()) {
      std::size_t budget = 1u << 20;
      copy_some(budget);
    }
    return copy_;
  }

  Result<std::unique_ptr<File>> open(const std::string& name, OpenMode mode) override {
    KLUIS_TRY(file, disk_->open(name, mode));
    return std::make_unique<CopyingFile>(*this, std::move(file));
  }
  Result<bool> exists(const std::string& name) override { return disk_->exists(name); }
  Status remove(const std::string& name) override { return tick(disk_->remove(name)); }
  Status rename(const std::string& source, const std::string& target) override {
    return tick(disk_->rename(source, target));
  }
  Status sync_folder() override { return tick(disk_->sync_folder()); }
  Result<std::vector<std::string>> list() override { return disk_->list(); }

 private:
  class CopyingFile final : public File {
   public:
    CopyingFile(CopyingDisk& disk, std::unique_ptr<File> file)
        : disk_(&disk), file_(std::move(file)) {}
    Result<std::size_t> read_at(std::uint64_t offset, MutableByteView target) override {
      return file_->read_at(offset, target);
    }
    Status write_at(std::uint64_t offset, ByteView source) override {
      return disk_->tick(file_->write_at(offset, source));
    }
    Status truncate(std::uint64_t size) override { return disk_->tick(file_->truncate(size)); }
    Status sync() override { return disk_->tick(file_->sync()); }
    Result<std::uint64_t> size() override { return file_->size(); }

   private:
    CopyingDisk* disk_;
    std::unique_ptr<File> file_;
  };

  Status tick(Status status) {
    std::size_t budget = pace_;
    while (has_begun_ && budget > 0 && !is_copied()) copy_some(budget);
    return status;
  }
  void copy_some(std::size_t& budget) {
    const auto names = disk_->names();
    if (current_.empty()) {
      current_ = waiting_.back();
      waiting_.pop_back();
      bytes_.clear();
    }
    const bool is_there = std::find(names.begin(), names.end(), current_) != names.end();
    const Bytes source = is_there ? disk_->contents(current_) : Bytes{};
    if (!is_there || bytes_.size() >= source.size()) {
      if (is_there || !bytes_.empty()) copy_.set_contents(current_, bytes_);
      current_.clear();
      budget -= std::min<std::size_t>(budget, 64);
      return;
    }
    const std::size_t size = std::min(budget, source.size() - bytes_.size());
    bytes_.insert(bytes_.end(), source.begin() + static_cast<std::ptrdiff_t>(bytes_.size()),
                  source.begin() + static_cast<std::ptrdiff_t>(bytes_.size() + size));
    budget -= size;
  }

  FaultDisk* disk_;
  FaultDisk copy_;
  std::mt19937_64 random_{run_seed(1)};
  std::size_t pace_ = 0;
  bool has_begun_ = false;
  std::vector<std::string> waiting_;
  std::string current_;
  Bytes bytes_;
};

TEST_F(DamageTest, ACopyTakenWhileTheVaultWorksOpensAtACommittedStateOrIsRefused) {
  build(0);
  const FaultDisk base = on_.disk;
  int refused = 0;
  int opened = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    on_.disk = base;
    committed_.resize(61);
    CopyingDisk copying(on_.disk);
    int number = 500;
    for (int session = 0; session < 30 && !copying.is_copied(); ++session) {
      auto vault = SealedVault::open({&copying, &on_.entropy, &on_.hasher}, on_.passphrase);
      ASSERT_TRUE(vault);
      if (session == static_cast<int>(seed % 3)) copying.begin_copy(seed, 100 + seed * 37 % 9000);
      for (std::uint64_t i = 0; i < 1 + seed % 7; ++i) commit(vault->store(), number++);
      ASSERT_TRUE(vault->close());
    }
    VaultOnFaultDisk copied;
    copied.disk = copying.finish();
    const auto rows = read_all(copied);
    if (rows) {
      EXPECT_TRUE(is_committed(*rows)) << seed;
      ++opened;
    } else {
      EXPECT_EQ(rows.error().kind, ErrorKind::integrity) << key_of(rows);
      ++refused;
    }
  }
  std::printf("copies: %d opened at a committed state, %d refused\n", opened, refused);
  EXPECT_GT(opened, 10);
  EXPECT_GT(refused, 5);
}

TEST_F(DamageTest, AVaultOfANewerProgramIsRefused) {
  build(0);
  {
    SearchIndex user;  // outlives the vault that it is added to
    auto vault = on_.open();
    ASSERT_TRUE(vault);
    ASSERT_TRUE(vault->add_user(user));
    ASSERT_TRUE(user.database().run("INSERT INTO migration VALUES('store', 2)"));
    ASSERT_TRUE(vault->close());
  }
  EXPECT_EQ(key_of(on_.open()), "vault.newer");
}

}  // namespace
}  // namespace kluis::test
