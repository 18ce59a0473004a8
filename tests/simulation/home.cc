#include "tests/simulation/home.h"

namespace kluis::test {
namespace {

class MemoryHome final : public Home {
 public:
  explicit MemoryHome(MemoryStore& store) : store_(store) {}

  Store& store() override { return store_; }
  void arm(std::mt19937_64& random) override { store_.fail_at_commit(1 + random() % 20); }
  Status reopen(std::mt19937_64&) override {
    store_.fail_at_commit(0);
    return {};
  }
  Status tidy(Device& device) override {
    KLUIS_TRY(due, device.reseal_due(generation_));
    if (!due) return {};
    ++generation_;
    return device.resealed(generation_);
  }

 private:
  MemoryStore& store_;
  std::uint64_t generation_ = 0;
};

}  // namespace

std::unique_ptr<Home> memory_home(Party& party, std::uint64_t) {
  return std::make_unique<MemoryHome>(party.store);
}

}  // namespace kluis::test
