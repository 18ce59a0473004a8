#include "tests/bench/bench.h"
#include "tests/bench/conversation.h"
#include "tests/bench/must.h"
#include "tests/bench/plain_sqlite.h"
#include "tests/bench/raw_sodium.h"
#include "tests/bench/scratch.h"
#include "tests/support/simulated_raad.h"
#include "vault/platform/system.h"
#include "vault/store/sealed_vault.h"

// The reseal of a circle of 60 devices and 10,000 records by the griffier, whose store is the
// sealed database on the disk; against a program that does what no rotation can leave out.
namespace kluis::bench {
namespace {

constexpr std::size_t kRecordsAtOnce = 200;

struct Size {
  std::size_t devices;
  std::size_t records;
};

// Reads and rewraps every key, encapsulates for every device, commits once, durably.
class Floor {
 public:
  Floor(const Scratch& scratch, Size size) : size_(size), database_(scratch.file("floor")) {
    database_.run("CREATE TABLE k(id INTEGER PRIMARY KEY, wrapped BLOB)");
    database_.run("CREATE TABLE box(id INTEGER PRIMARY KEY, sealed BLOB)");
    database_.run("BEGIN");
    PlainSqlite::Query insert(database_, "INSERT INTO k(wrapped) VALUES(?)");
    const Bytes wrapped = raw_wrap();
    for (std::size_t i = 0; i < size.records; ++i) insert.bind(1, wrapped).execute();
    database_.run("COMMIT");
  }

  Cost run() {
    const Cost cost = cost_of([&] {
      std::vector<Bytes> keys;
      PlainSqlite::Query read(database_, "SELECT wrapped FROM k ORDER BY id");
      while (read.step()) keys.push_back(to_bytes(read.bytes_at(0)));
      read.reset();
      for (Bytes& key : keys) raw_rewrap(key);
      PlainSqlite::Query box(database_, "INSERT INTO box(sealed) VALUES(?)");
      PlainSqlite::Query update(database_, "UPDATE k SET wrapped = ? WHERE id = ?");
      database_.run("BEGIN IMMEDIATE");
      for (std::size_t i = 0; i < size_.devices; ++i) {
        const Bytes sealed = kem_.encapsulate();
        box.bind(1, sealed).execute();
      }
      for (std::size_t i = 0; i < keys.size(); ++i) {
        update.bind(1, keys[i]).bind(2, static_cast<std::int64_t>(i) + 1).execute();
      }
      database_.run("COMMIT");
    });
    restore();
    return cost;
  }

 private:
  void restore() {
    const Bytes wrapped = raw_wrap();
    PlainSqlite::Query update(database_, "UPDATE k SET wrapped = ?");
    update.bind(1, wrapped).execute();
    database_.run("DELETE FROM box");
  }

  Size size_;
  PlainSqlite database_;
  RawKem kem_;
};

// A griffier whose circle has so many devices and records, on a real disk.
class Griffier {
 public:
  Griffier(const Options& options, Size size, std::size_t note_bytes)
      : scratch_(options.disk_folder), disk_(scratch_.disk()), raad_(21) {
    fill(size, note_bytes);
    sealed_.emplace(must(SealedVault::create({disk_.get(), &entropy_, &hasher_},
                                             as_bytes("zes woorden voor een kluis"))));
    must(sealed_->store().transact([&]() -> Status {
      for (const auto& [place, value] : raad_.parties.front()->store.rows()) {
        KLUIS_CHECK(sealed_->store().put(static_cast<Table>(place.first), place.second, value));
      }
      return {};
    }));
    load();
  }

  // The new epoch made and durable, as it goes to the relay.
  Cost prepare() {
    wish();
    const Cost cost = cost_of(
        [&] { must_hold(must(device_->prepare_commit()).has_value(), "nothing was resealed"); });
    must(sealed_->store().transact([&]() -> Status {
      KLUIS_CHECK(device_->rows().clear_prepared());
      KLUIS_TRY(intents, device_->rows().intents());
      for (const Intent& intent : intents) {
        KLUIS_CHECK(device_->rows().erase_intent(intent.position));
      }
      return device_->rows().set_local_number("rotate_due", 0);
    }));
    return cost;
  }

  // The whole sync that reseals: prepared, committed at a relay in memory, checked and taken in
  // like anybody's, the leaf replaced.
  Cost sync() {
    const std::uint64_t before = epoch();
    wish();
    const Cost cost = cost_of([&] { converse_in_process(*device_, raad_.relay(), entropy_); });
    must_hold(epoch() == before + 1, "no new epoch stands");
    return cost;
  }

 private:
  void fill(Size size, std::size_t note_bytes) {
    test::Party& griffier = raad_.found("Griffier");
    std::vector<PersonId> persons;
    for (std::size_t i = 1; i < size.devices; ++i) {
      persons.push_back(
          raad_.person_of(raad_.join(griffier, "Lid " + std::to_string(i), {Capacity::raadslid})));
    }
    circle_ = raad_.make_circle(griffier, "Dossier", persons);
    const std::string text(note_bytes, 'a');
    for (std::size_t i = 0; i < size.records; ++i) {
      raad_.write_note(griffier, circle_, text);
      if ((i + 1) % kRecordsAtOnce == 0) raad_.sync(griffier);
    }
    raad_.sync(griffier);
    raad_.traffic = {};
    const auto state = must(griffier.device->rows().circle(circle_));
    must_hold(state->members.size() == size.devices, "a device is not in the circle");
  }

  void load() { device_.emplace(must(Device::load({sealed_->store(), raad_.clock, entropy_}))); }
  void wish() { must(device_->wish(ResealIntent{circle_})); }
  std::uint64_t epoch() { return must(device_->rows().circle(circle_))->number; }

  Scratch scratch_;
  std::unique_ptr<Disk> disk_;
  SystemEntropy entropy_;
  PasswordHasher hasher_{Argon2Cost::product()};
  test::SimulatedRaad raad_;
  CircleAlias circle_;
  std::optional<SealedVault> sealed_;
  std::optional<Device> device_;
};

}  // namespace

Rows bench_reseal(const Options& options) {
  const Size size = options.quick ? Size{6, 400} : Size{60, 10'000};
  const std::string what = "reseal, " + std::to_string(size.devices) + " devices x " +
                           std::to_string(size.records) + " records";
  const Scratch scratch(options.disk_folder);
  Floor floor(scratch, size);
  Griffier light(options, size, 100);
  Rows rows;
  rows.push_back(
      row_of(what + ", new epoch made and durable, against the floor",
             in_turn(
                 options.pairs, [&] { return light.prepare(); }, [&] { return floor.run(); }),
             Aim::at_most, 3.0));
  {
    Griffier heavy(options, size, 4000);
    rows.push_back(
        row_of("the same with 40 times the content, against with little",
               in_turn(
                   options.pairs, [&] { return heavy.prepare(); }, [&] { return light.prepare(); }),
               Aim::at_most, 1.1));
  }
  rows.push_back(
      row_of(what + ", the whole sync (sent, checked, taken in), against the floor",
             in_turn(
                 options.pairs, [&] { return light.sync(); }, [&] { return floor.run(); }),
             Aim::at_most, 3.0));
  return rows;
}

}  // namespace kluis::bench
