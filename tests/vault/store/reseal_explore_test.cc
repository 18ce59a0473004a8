#include <deque>
#include <map>
#include <optional>
#include <set>

#include "tests/vault/store/vault_fixture.h"
#include "vault/crypto/hash.h"
#include "vault/store/reseal.h"

// Every state that a device can get into which applies an erasure, reseals, confirms and changes
// its passphrase, while the power goes at any call, also while it recovers, and every change that
// was not synced is lost, kept or torn on its own. The code that runs is the product's (reseal.cc,
// slot.cc) on the fault disk; only the database is a file of two sectors. States are explored until
// there is no new one, so the number of crashes in a row has no bound.
namespace kluis::test {
namespace {

// Rules taken out, to see that the search finds what they are for.
enum class Variant {
  none,
  no_folder_sync,     // names are not made durable
  no_slot_sync,       // slot halves are not made durable, nor ordered
  one_half,           // step 6 is left out
  no_due_row,         // the device does not write down that a reseal is due
  no_repair,          // unequal halves stay unequal on opening
  copy_before_erase,  // the copy is made of what stood there before
};

constexpr std::size_t kSector = 512;
constexpr std::size_t kTinyBytes = 2 * kPageBytes;

// A database of one row and one flag. The first sector holds both, the last says it is whole; both
// carry the key's fingerprint, so that no other key opens it.
struct TinyDatabase {
  bool has_row = true;
  std::uint8_t due = 0;  // the generation that must be reached before the device may confirm

  static Digest mark(const RootKey& root, const DatabaseId& id) {
    const auto key = database_key(root, id);
    return hash_as<Digest>("tiny", {key.expose()});
  }
  static std::optional<TinyDatabase> parse(const Bytes& bytes, const Digest& mark) {
    if (bytes.size() != kTinyBytes) return std::nullopt;
    const ByteView view(bytes);
    const bool is_whole = same_bytes(view.first(32), mark.view()) &&
                          same_bytes(view.last(kSector).first(32), mark.view());
    if (!is_whole) return std::nullopt;
    return TinyDatabase{bytes[32] != 0, bytes[33]};
  }
  Bytes first_sector(const Digest& mark) const {
    Bytes sector(kSector);
    std::copy(mark.bytes.begin(), mark.bytes.end(), sector.begin());
    sector[32] = has_row ? 1 : 0;
    sector[33] = due;
    return sector;
  }
  static Bytes last_sector(const Digest& mark) {
    Bytes sector(kSector);
    std::copy(mark.bytes.begin(), mark.bytes.end(), sector.begin());
    return sector;
  }
};

Status write_tiny(Disk& disk, const std::string& name, const TinyDatabase& database,
                  const Digest& mark) {
  KLUIS_TRY(file, disk.open(name, OpenMode::create));
  KLUIS_CHECK(file->write_at(0, database.first_sector(mark)));
  KLUIS_CHECK(file->write_at(kTinyBytes - kSector, TinyDatabase::last_sector(mark)));
  return file->sync();
}

// What people know and were told; it survives every crash.
struct Told {
  bool confirmed = false;
  bool asked_new_passphrase = false;
  bool has_new_passphrase = false;
  auto operator<=>(const Told&) const = default;
};

struct State {
  FaultDisk disk;
  Told told;
  // Sealed root keys that were written and still stand on the medium somewhere.
  struct Root {
    Bytes sealed;
    DatabaseId database;
    bool opens_row = false;  // the row lay under it once: its dead pages are there for ever
    bool is_new_passphrase = false;
  };
  std::vector<Root> roots;
};

class Device final : public ResealHost {
 public:
  Device(State& state, Variant variant, std::uint64_t seed)
      : state_(state), variant_(variant), entropy_(seed) {
    state_.disk.ignore_folder_sync(variant == Variant::no_folder_sync);
    if (variant == Variant::no_slot_sync) state_.disk.ignore_sync_of("slot");
  }

  // One run of the device, from opening to the end of all it has to do. An error is a crash.
  // `violation` says what was wrong, if anything.
  Status live();
  std::string violation;

  Status settle() override { return {}; }
  Status copy_to(const DatabaseId& id, const RootKey& root) override {
    TinyDatabase copy = database_;
    if (variant_ == Variant::copy_before_erase) copy.has_row = true;
    return write_tiny(state_.disk, database_name(id), copy, TinyDatabase::mark(root, id));
  }
  Status check(const DatabaseId& id) override {
    KLUIS_TRY(file, state_.disk.open(database_name(id), OpenMode::read));
    KLUIS_TRY(size, file->size());
    return size == kTinyBytes ? Status{} : broken("store.damaged");
  }

  static State found(Variant variant);

 private:
  Status open();
  Status commit(const TinyDatabase& next);
  Status reseal(const SlotKey& key, bool is_new_passphrase);
  void confirm();
  void remember(const SlotHalf& half, bool is_new_passphrase);
  bool is_on_medium(const Bytes& sealed) const { return contains(state_.disk.raw_image(), sealed); }

  State& state_;
  Variant variant_;
  SeededEntropy entropy_;
  PasswordHasher hasher_{test_argon2_cost()};
  std::optional<RecoveredSlot> slot_;
  TinyDatabase database_;
};

Bytes sealed_root(ByteView half) {
  return to_bytes(half.subspan(1120, 48));
}

const Bytes& passphrase(bool is_new) {
  static const Bytes kOld = bytes_of("oud");
  static const Bytes kNew = bytes_of("nieuw");
  return is_new ? kNew : kOld;
}

State Device::found(Variant variant) {
  State state;
  SeededEntropy entropy(99);
  const PasswordHasher hasher(test_argon2_cost());
  const auto key = make_slot_key(hasher, entropy, passphrase(false));
  const SlotContent content{1, 0, random_id<DatabaseId>(entropy), RootKey::generate(entropy)};
  const auto mark = TinyDatabase::mark(content.root, content.database);
  EXPECT_TRUE(write_tiny(state.disk, database_name(content.database), {}, mark));
  const SlotHalf half = seal_slot(content, *key, entropy);
  EXPECT_TRUE(SlotFile::create(state.disk, half));
  state.roots.push_back({sealed_root(half), content.database, true, false});
  static_cast<void>(variant);
  return state;
}

Status Device::open() {
  // Without `repair`, recovery leaves the file as it is: put back what it mended.
  const Bytes before = state_.disk.contents("slot");
  auto slot = recover_slot(state_.disk, hasher_, passphrase(state_.told.has_new_passphrase));
  const bool may_be_new = state_.told.asked_new_passphrase && !state_.told.has_new_passphrase;
  if (!slot && may_be_new && slot.error().key == "slot.wrong_passphrase") {
    slot = recover_slot(state_.disk, hasher_, passphrase(true));
  }
  if (!slot) {
    if (slot.error().kind != ErrorKind::disk) violation = "does not open: " + slot.error().key;
    return tl::unexpected<Error>(slot.error());
  }
  if (variant_ == Variant::no_repair && !state_.disk.has_failed()) {
    state_.disk.set_contents("slot", before);
  }
  slot_.emplace(std::move(*slot));
  const auto& content = slot_->content;
  const std::string name = database_name(content.database);
  const auto database = TinyDatabase::parse(state_.disk.contents(name),
                                            TinyDatabase::mark(content.root, content.database));
  if (!database) {
    violation = "the database that the slot names does not open";
    return broken("test");
  }
  database_ = *database;
  if (state_.told.confirmed && database_.has_row) violation = "a confirmed erasure came back";
  return {};
}

Status Device::commit(const TinyDatabase& next) {
  const auto& content = slot_->content;
  KLUIS_TRY(file, state_.disk.open(database_name(content.database), OpenMode::write));
  KLUIS_CHECK(
      file->write_at(0, next.first_sector(TinyDatabase::mark(content.root, content.database))));
  KLUIS_CHECK(file->sync());
  database_ = next;
  return {};
}

void Device::remember(const SlotHalf& half, bool is_new_passphrase) {
  state_.roots.push_back(
      {sealed_root(half), read_slot(half)->database, database_.has_row, is_new_passphrase});
}

Status Device::reseal(const SlotKey& key, bool is_new_passphrase) {
  KLUIS_TRY(next, prepare_reseal(state_.disk, entropy_, *this, slot_->content));
  // The half that commit_reseal will write, drawn from the same random bytes.
  SeededEntropy same = entropy_;
  remember(seal_slot(next, key, same), is_new_passphrase);
  if (variant_ == Variant::one_half) {
    KLUIS_CHECK(slot_->file.write(SlotFile::Half::b, seal_slot(next, key, entropy_)));
  } else {
    KLUIS_CHECK(commit_reseal(state_.disk, entropy_, slot_->file, next, key));
  }
  slot_->content = std::move(next);
  return {};
}

void Device::confirm() {
  state_.told.confirmed = true;
  if (database_.has_row) violation = "confirmed, and the row is in the database";
  for (const auto& root : state_.roots) {
    if (root.opens_row && is_on_medium(root.sealed)) {
      violation = "confirmed, and a root key that opens the row is on the medium";
    }
  }
}

Status Device::live() {
  KLUIS_CHECK(open());
  const auto generation = static_cast<std::uint8_t>(slot_->content.generation);
  const bool writes_due = variant_ != Variant::no_due_row;
  if (database_.has_row) {
    const auto due = static_cast<std::uint8_t>(generation + 1);
    KLUIS_CHECK(commit({false, writes_due ? due : std::uint8_t{0}}));
    if (!writes_due) KLUIS_CHECK(reseal(slot_->key, state_.told.has_new_passphrase));
  }
  if (database_.due > slot_->content.generation) {
    KLUIS_CHECK(reseal(slot_->key, state_.told.has_new_passphrase));
  }
  if (!state_.told.confirmed) confirm();
  if (database_.due != 0) KLUIS_CHECK(commit({database_.has_row, 0}));
  if (state_.told.has_new_passphrase) return {};
  state_.told.asked_new_passphrase = true;
  auto key = make_slot_key(hasher_, entropy_, passphrase(true));
  if (!key) return tl::unexpected<Error>(key.error());
  KLUIS_CHECK(reseal(*key, true));
  state_.told.has_new_passphrase = true;
  for (const auto& root : state_.roots) {
    if (!root.is_new_passphrase && is_on_medium(root.sealed)) {
      violation = "the old passphrase still opens something";
    }
  }
  return {};
}

// A state without its random bytes: equal strings behave alike.
class Fingerprint {
 public:
  explicit Fingerprint(const State& state) : state_(state) {
    const Bytes slot = state.disk.contents("slot");
    const ByteView view(slot);
    add_half(view.first(kSlotHalfBytes));
    add_half(view.last(kSlotHalfBytes));
    for (const auto& name : state.disk.names()) {
      if (name.starts_with("data-")) add_database(name);
    }
    std::sort(files_.begin(), files_.end());
    for (const auto& file : files_) text_ += file;
    text_ += state.told.confirmed ? 'C' : 'c';
    text_ += state.told.asked_new_passphrase ? 'A' : 'a';
    text_ += state.told.has_new_passphrase ? 'N' : 'n';
  }
  const std::string& text() const { return text_; }

 private:
  // Databases are named in the order in which the halves name them.
  std::string number_of(const std::string& name) {
    return std::to_string(numbers_.emplace(name, numbers_.size()).first->second);
  }
  void add_half(ByteView bytes) {
    SlotHalf half{};
    std::copy(bytes.begin(), bytes.end(), half.begin());
    const auto facts = read_slot(half);
    if (facts) {
      if (!counter_) counter_ = facts->counter;
      text_ += "v" + std::to_string(static_cast<std::int64_t>(facts->counter - *counter_));
      generations_.push_back(facts->generation);
      text_ += "d" + number_of(database_name(facts->database));
    } else {
      text_ += "t";
    }
    // Which root keys the half may still give away.
    for (const auto& root : state_.roots) {
      if (!contains(bytes, root.sealed)) continue;
      text_ += "r" + number_of(database_name(root.database)) + (root.is_new_passphrase ? "n" : "o");
      if (root.opens_row) text_ += "!";
    }
    text_ += ";";
  }
  void add_database(const std::string& name) {
    const Bytes bytes = state_.disk.contents(name);
    std::string file = "f" + (numbers_.contains(name) ? number_of(name) : std::string("x"));
    const bool is_whole = bytes.size() == kTinyBytes;
    file += is_whole ? "w" : "p" + std::to_string(bytes.size());
    if (is_whole) {
      file += bytes[0] == 0 && bytes[1] == 0 ? "e" : "h";
      file += std::to_string(bytes[32]);
      // Only whether it is reached matters, for whichever half counts.
      for (const std::uint64_t generation : generations_) {
        file += bytes[33] == 0 ? '0' : bytes[33] > generation ? '>' : '<';
      }
      file += same_bytes(ByteView(bytes).first(32), ByteView(bytes).last(kSector).first(32)) ? "="
                                                                                             : "#";
    }
    files_.push_back(file + ";");
  }

  const State& state_;
  std::map<std::string, std::size_t> numbers_;
  std::optional<std::uint64_t> counter_;
  std::vector<std::uint64_t> generations_;
  std::vector<std::string> files_;
  std::string text_;
};

struct Search {
  std::size_t states = 0;
  std::size_t outcomes = 0;
  std::set<std::string> violations;
};

// All fates of the changes that were pending, one after another.
bool next_fates(const FaultDisk& disk, std::vector<Fate>& fates) {
  for (std::size_t index = 0; index < fates.size(); ++index) {
    const auto last = disk.can_tear(index) ? Fate::torn_second : Fate::kept;
    if (fates[index] != last) {
      fates[index] = static_cast<Fate>(static_cast<int>(fates[index]) + 1);
      return true;
    }
    fates[index] = Fate::lost;
  }
  return false;
}

Search explore(Variant variant) {
  Search search;
  std::map<std::string, bool> seen;
  std::deque<State> waiting;
  const auto reach = [&](State state) {
    std::erase_if(state.roots, [image = state.disk.raw_image()](const auto& root) {
      return !contains(image, root.sealed);
    });
    if (seen.emplace(Fingerprint(state).text(), true).second) waiting.push_back(std::move(state));
  };
  reach(Device::found(variant));
  std::uint64_t seed = 1000;
  while (!waiting.empty() && search.violations.empty()) {
    const State start = std::move(waiting.front());
    waiting.pop_front();
    for (std::uint64_t call = 1;; ++call) {
      State state = start;
      Device device(state, variant, ++seed);
      state.disk.fail_at(call, Fault::stop);
      const Status lived = device.live();
      if (!device.violation.empty()) search.violations.insert(device.violation);
      const bool is_over = !state.disk.has_failed();
      std::vector<Fate> fates(state.disk.pending_count(), Fate::lost);
      do {
        State after = state;
        after.disk.cut_power(fates);
        ++search.outcomes;
        reach(std::move(after));
      } while (next_fates(state.disk, fates));
      if (is_over) {
        if (!lived && device.violation.empty()) search.violations.insert(key_of(lived));
        break;
      }
    }
  }
  search.states = seen.size();
  return search;
}

TEST(ResealExploreTest, NoCrashLosesTheVaultOrConfirmsTooEarly) {
  const Search search = explore(Variant::none);
  for (const auto& violation : search.violations) ADD_FAILURE() << violation;
  std::printf("%zu states, %zu outcomes of crashes\n", search.states, search.outcomes);
  EXPECT_GT(search.states, 30u);
  EXPECT_GT(search.outcomes, 2000u);
}

struct Planted {
  Variant variant;
  const char* name;
};
class PlantedFaultTest : public ::testing::TestWithParam<Planted> {};

TEST_P(PlantedFaultTest, IsFound) {
  const Search search = explore(GetParam().variant);
  EXPECT_FALSE(search.violations.empty());
  for (const auto& violation : search.violations) {
    std::printf("%s: %s (%zu states)\n", GetParam().name, violation.c_str(), search.states);
  }
}

INSTANTIATE_TEST_SUITE_P(Reseal, PlantedFaultTest,
                         ::testing::Values(Planted{Variant::no_folder_sync, "NoFolderSync"},
                                           Planted{Variant::no_slot_sync, "NoSlotSync"},
                                           Planted{Variant::one_half, "OneHalf"},
                                           Planted{Variant::no_due_row, "NoDueRow"},
                                           Planted{Variant::no_repair, "NoRepair"},
                                           Planted{Variant::copy_before_erase, "CopyBeforeErase"}),
                         [](const auto& run) { return run.param.name; });

}  // namespace
}  // namespace kluis::test
