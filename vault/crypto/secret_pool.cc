#include "vault/crypto/secret_pool.h"

#include <mutex>
#include <vector>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/sodium_ready.h"

namespace kluis {
namespace {

constexpr std::size_t kSlabBytes = 16 * 1024;

class CellPool {
 public:
  explicit CellPool(std::size_t cell_bytes) : cell_bytes_(cell_bytes) {}

  std::uint8_t* take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) add_slab();
    std::uint8_t* cell = free_.back();
    free_.pop_back();
    return cell;
  }

  void give_back(std::uint8_t* cell) noexcept {
    sodium_memzero(cell, cell_bytes_);
    const std::lock_guard lock(mutex_);
    free_.push_back(cell);  // Never allocates: add_slab reserved room for every cell.
  }

  SecretMemory state() {
    const std::lock_guard lock(mutex_);
    return {slab_count_, slab_count_ * kSlabBytes, locked_};
  }

 private:
  void add_slab() {
    auto* slab = static_cast<std::uint8_t*>(sodium_malloc(kSlabBytes));
    KLUIS_ASSERT(slab != nullptr);
    // sodium_malloc does not tell whether it could lock; asking again does, and changes nothing.
    if (sodium_mlock(slab, kSlabBytes) != 0) locked_ = false;
    sodium_memzero(slab, kSlabBytes);
    ++slab_count_;
    free_.reserve(slab_count_ * (kSlabBytes / cell_bytes_));
    for (std::size_t offset = 0; offset < kSlabBytes; offset += cell_bytes_) {
      free_.push_back(slab + offset);
    }
  }

  const std::size_t cell_bytes_;
  std::mutex mutex_;
  std::vector<std::uint8_t*> free_;
  std::size_t slab_count_ = 0;
  bool locked_ = true;
};

CellPool* new_pool(std::size_t cell_bytes) {
  require_sodium();
  return new CellPool(cell_bytes);
}

// Never destroyed, so that a secret with static lifetime can still return its cell.
CellPool& pool(std::size_t cell_bytes) {
  static CellPool* const kSmall = new_pool(32);
  static CellPool* const kLarge = new_pool(64);
  KLUIS_ASSERT(cell_bytes == 16 || cell_bytes == 32 || cell_bytes == 64);
  return cell_bytes <= 32 ? *kSmall : *kLarge;
}

}  // namespace

std::uint8_t* take_secret_cell(std::size_t size_bytes) {
  return pool(size_bytes).take();
}

void return_secret_cell(std::uint8_t* cell, std::size_t size_bytes) noexcept {
  pool(size_bytes).give_back(cell);
}

SecretMemory secret_memory() {
  const SecretMemory small = pool(32).state();
  const SecretMemory large = pool(64).state();
  return {small.slab_count + large.slab_count, small.size_bytes + large.size_bytes,
          small.locked && large.locked};
}

}  // namespace kluis
