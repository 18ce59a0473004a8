#pragma once

#include <cstddef>
#include <cstdint>

// Where fixed-size secrets live: slabs of guarded pages, carved into cells, so that ten thousand
// secrets cost some tens of mappings and not ten thousand. A slab has an inaccessible page on both
// sides, is kept out of core dumps and is locked in memory where the limit allows. Slabs are never
// returned. Internal to SecretBytes.
// Threads: every function may be called from any thread.
namespace kluis {

// A zeroed cell of `size_bytes` (16, 32 or 64; 16 takes as much room as 32). Aborts when no guarded
// memory can be had.
[[nodiscard]] std::uint8_t* take_secret_cell(std::size_t size_bytes);

// Wipes the cell and keeps it for the next secret.
void return_secret_cell(std::uint8_t* cell, std::size_t size_bytes) noexcept;

// What the operating system granted so far. When `locked` is false, some secrets can reach swap.
struct SecretMemory {
  std::size_t slab_count = 0;
  std::size_t size_bytes = 0;
  bool locked = true;
};
[[nodiscard]] SecretMemory secret_memory();

}  // namespace kluis
