#include "sync/relay/memory_storage.h"
#include "sync/relay/operator.h"
#include "tests/bench/bench.h"
#include "tests/bench/conversation.h"
#include "tests/bench/must.h"
#include "tests/bench/raw_sodium.h"
#include "tests/bench/scratch.h"
#include "tests/support/entropies.h"
#include "vault/platform/system.h"
#include "vault/vault.h"

// From the passphrase to the first listed stuk, against Argon2id alone at the same cost.
namespace kluis::bench {
namespace {

constexpr std::string_view kPassphrase = "zes woorden voor een kluis";
constexpr std::size_t kStukkenAtOnce = 1000;
constexpr double kRoomSeconds = 0.015;

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(MutableByteView target) override {
    const std::size_t count = std::min(target.size(), text_.size() - next_);
    std::copy_n(as_bytes(text_).begin() + static_cast<std::ptrdiff_t>(next_), count,
                target.begin());
    next_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t next_ = 0;
};

// The vault of a griffier with so many stukken of one version each, made by the calls that a
// program makes; only the waiting for the disk is left out, and a thousand additions share a
// transaction. What was to be sent counts as sent and seen.
class VaultWithStukken {
 public:
  VaultWithStukken(const std::string& folder, std::size_t count)
      : scratch_(folder),
        documents_(scratch_.path()),
        disk_(scratch_.disk()),
        document_disk_(documents_.disk()) {
    HastyDisk hasty(*disk_);
    HastyDisk hasty_documents(*document_disk_);
    Vault vault = must(Vault::create(around(hasty, hasty_documents), as_bytes(kPassphrase)));
    test::SeededEntropy seeds(31);
    const auto receipt_seed = Secret<struct BenchReceiptPurpose>::generate(seeds);
    MemoryStorage storage;
    Relay relay(storage, clock_, receipt_seed);
    found(vault, storage, relay);
    const DossierId dossier = must(vault.new_dossier("Dossier", DossierKind::gesprek, {}));
    first_ = add(vault, dossier, 0);
    converse_in_process(vault.device(), relay, entropy_);
    must(vault.after_sync(true));
    for (std::size_t i = 1; i < count; i += kStukkenAtOnce) {
      must(vault.device().surroundings().store.transact([&]() -> Status {
        for (std::size_t j = i; j < std::min(i + kStukkenAtOnce, count); ++j) {
          static_cast<void>(add(vault, dossier, j));
        }
        return {};
      }));
    }
    count_all_as_sent(vault);
  }

  // The whole opening, up to the row of one stuk.
  Cost open_to_first() {
    std::optional<Vault> vault;
    return cost_of([&] {
      vault.emplace(must(Vault::open(around(*disk_, *document_disk_), as_bytes(kPassphrase))));
      must_hold(!must(vault->stuk(first_)).title.empty(), "no title");
    });
  }

  Cost list_all(std::size_t count) {
    Vault vault = must(Vault::open(around(*disk_, *document_disk_), as_bytes(kPassphrase)));
    return cost_of([&] {
      must_hold(must(vault.stukken(std::nullopt)).size() == count, "stukken are missing");
    });
  }

 private:
  Vault::Surroundings around(Disk& disk, Disk& documents) {
    return {disk, documents, clock_, entropy_, hasher_, 1};
  }

  void found(Vault& vault, Storage& storage, Relay& relay) {
    Device::FoundOptions options;
    options.gemeente = "Voorbeeld";
    options.person_name = "Griffier";
    options.device_name = "laptop";
    options.relay = {"relay.example:4000", RelayKey{}};
    options.receipt_key = relay.receipt_key();
    const std::string voucher = must(make_voucher(storage, entropy_, kDefaultQuotaBytes));
    const AdmitRaadRequest request = must(vault.found(options, as_bytes(voucher)));
    RelaySession session;
    const Response answer = must(relay.handle(session, request)).response;
    must(vault.founded(std::get<CommitAnswer>(answer).receipt));
    converse_in_process(vault.device(), relay, entropy_);
  }

  static StukId add(Vault& vault, const DossierId& dossier, std::size_t number) {
    const std::string text = "Stuk " + std::to_string(number);
    TextSource source(text);
    return must(vault.add(dossier, {"stuk.pdf", text.size(), source}, "agenda", text)).stuk;
  }

  static void count_all_as_sent(Vault& vault) {
    DeviceRows& rows = vault.device().rows();
    must(rows.store().transact([&]() -> Status {
      KLUIS_TRY(outbox, rows.outbox());
      for (const OutboxEntry& entry : outbox) KLUIS_CHECK(rows.erase_outbox(entry.position));
      return {};
    }));
  }

  Scratch scratch_;
  Scratch documents_;
  std::unique_ptr<Disk> disk_;
  std::unique_ptr<Disk> document_disk_;
  SystemClock clock_;
  SystemEntropy entropy_;
  PasswordHasher hasher_{Argon2Cost::product()};
  StukId first_;
};

Cost argon2id() {
  const StoredCost cost = Argon2Cost::product().stored();
  return cost_of([&] { raw_argon2id(cost.memory_kib, cost.passes); });
}

Row difference_row(const std::string& what, const Pairs& pairs) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < pairs.ours.size(); ++i) {
    differences.push_back(pairs.ours[i].wall_s - pairs.yardstick[i].wall_s);
  }
  const double difference = median(differences);
  Row row = row_of(what, pairs, Aim::at_most, 1);
  row.ratio = (difference < 0 ? "- " : "+ ") + shown_time(std::abs(difference));
  row.aim = "<= + " + shown_time(kRoomSeconds);
  row.met = difference <= kRoomSeconds;
  return row;
}

}  // namespace

Rows bench_unlock(const Options& options) {
  const std::size_t many = options.quick ? 2000 : 100'000;
  const std::size_t few = options.quick ? 100 : 1000;
  VaultWithStukken large(options.disk_folder, many);
  VaultWithStukken small(options.disk_folder, few);
  const std::string what = "unlock to the first stuk, " + std::to_string(many) + " stukken";
  Rows rows;
  rows.push_back(
      difference_row(what + ", against Argon2id alone",
                     in_turn(options.pairs, [&] { return large.open_to_first(); }, argon2id)));
  rows.push_back(row_of(what + ", against " + std::to_string(few),
                        in_turn(
                            options.pairs, [&] { return large.open_to_first(); },
                            [&] { return small.open_to_first(); }),
                        Aim::at_most, 1.1));
  return rows;
}

}  // namespace kluis::bench
