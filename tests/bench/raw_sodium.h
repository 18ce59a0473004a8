#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "proto/bytes.h"

// Yardsticks: the same primitives, called without anything of ours around them.
namespace kluis::bench {

// Reads `source`, seals (opens) it in chunks of 64 KiB with XChaCha20-Poly1305 and writes to
// /dev/null, `threads` chunks at a time. What opens is what the first one wrote: `target`, empty
// for /dev/null.
void raw_seal_file(const std::string& source, const std::string& target, unsigned threads);
void raw_open_file(const std::string& source, unsigned threads);

// Argon2id, one lane.
void raw_argon2id(std::uint32_t memory_kib, std::uint32_t passes);

// `sealed` = nonce ‖ 32 bytes ‖ tag under key one becomes the same under key two.
void raw_rewrap(MutableByteView sealed);
inline constexpr std::size_t kWrappedKeyBytes = 24 + 32 + 16;
// A key wrapped under key one.
[[nodiscard]] Bytes raw_wrap();

// One X-Wing key pair; and encapsulations to it.
class RawKem {
 public:
  RawKem();
  // Ciphertext ‖ shared secret.
  [[nodiscard]] Bytes encapsulate() const;

 private:
  Bytes public_;
};

}  // namespace kluis::bench
