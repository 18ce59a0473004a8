#include "tests/simulation/sealed_home.h"

#include <optional>
#include <utility>

#include "proto/assert.h"
#include "tests/support/fault_disk.h"
#include "tests/support/test_argon2_cost.h"
#include "vault/store/sealed_vault.h"

namespace kluis::test {
namespace {

// More calls to the disk than most sessions make: some sail through.
constexpr std::uint64_t kCallsMax = 400;

class SealedHome final : public Home {
 public:
  SealedHome(const MemoryStore& rows, std::uint64_t seed) : entropy_(seed) {
    auto created = SealedVault::create(surroundings(), as_bytes(kPassphrase));
    KLUIS_ASSERT(created.has_value());
    vault_.emplace(std::move(*created));
    const Status copied = store().transact([&]() -> Status {
      for (const auto& [key, value] : rows.rows()) {
        const auto table = static_cast<Table>(key.first);
        KLUIS_CHECK(store().put(table, key.second, value));
      }
      return {};
    });
    KLUIS_ASSERT(copied.has_value());
  }

  Store& store() override { return vault_->store(); }

  void arm(std::mt19937_64& random) override {
    armed_ = true;
    disk_.fail_at(1 + random() % kCallsMax, Fault::stop);
  }

  Status reopen(std::mt19937_64& random) override {
    if (!std::exchange(armed_, false)) return {};
    if (!disk_.has_failed()) {
      disk_.stop_failing();
      return {};
    }
    vault_.reset();  // it closes files of a disk that does nothing any more
    if (random() % 2 == 0) {
      disk_.restart_process();
    } else {
      disk_.cut_power(random());
    }
    KLUIS_TRY(opened, SealedVault::open(surroundings(), as_bytes(kPassphrase)));
    vault_.emplace(std::move(opened));
    return {};
  }

  Status tidy(Device& device) override {
    KLUIS_CHECK(device.set_generation(vault_->generation()));
    KLUIS_TRY(due, device.reseal_due(vault_->generation()));
    if (!due) return {};
    KLUIS_CHECK(vault_->reseal());
    return device.resealed(vault_->generation());
  }

 private:
  static constexpr std::string_view kPassphrase = "zes woorden voor een kluis";

  SealedVault::Surroundings surroundings() { return {&disk_, &entropy_, &hasher_}; }

  FaultDisk disk_;
  SeededEntropy entropy_;
  PasswordHasher hasher_{test_argon2_cost()};
  std::optional<SealedVault> vault_;
  bool armed_ = false;
};

}  // namespace

std::unique_ptr<Home> sealed_home(Party& party, std::uint64_t seed) {
  return std::make_unique<SealedHome>(party.store, seed);
}

}  // namespace kluis::test
