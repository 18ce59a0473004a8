#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "proto/bytes.h"
#include "vault/env/entropy.h"

namespace kluis {

// A secret of fixed size in guarded memory, wiped when its owner dies. Move-only: a second copy
// exists only where `clone` is written. It has no ==, no << and no hash, so that it cannot be
// printed, logged or used as a map key.
//
// Wiping is best effort: registers, stack spills and swap are out of reach (SECURITY.md, "Memory").
// Threads: const members may run concurrently; anything else needs external synchronisation.
// Cost: one cell of a guarded, locked pool; no system call in the common case.
template <std::size_t kSizeBytes>
class SecretBytes {
 public:
  static constexpr std::size_t kSize = kSizeBytes;

  SecretBytes(SecretBytes&& other) noexcept;             // Leaves `other` empty.
  SecretBytes& operator=(SecretBytes&& other) noexcept;  // Wipes the old value first.
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  // Equality in time independent of the contents. Requires: neither side is empty.
  [[nodiscard]] bool equals(const SecretBytes& other) const;

  // Lends the bytes. `git grep expose` is the audit of every use.
  // Lifetime: until *this is moved from or destroyed. Requires: not empty.
  [[nodiscard]] std::span<const std::uint8_t, kSizeBytes> expose() const;

 protected:
  SecretBytes();  // Aborts when no guarded memory can be had: never falls back.
  [[nodiscard]] std::span<std::uint8_t, kSizeBytes> cell();

 private:
  std::uint8_t* bytes_ = nullptr;  // Owned cell of the pool. Null only when moved from.
};

// A key for one purpose. `Purpose` is an empty tag type; keys of different purposes are different
// types and never convert into each other.
template <typename Purpose, std::size_t kSizeBytes = 32>
class Secret : public SecretBytes<kSizeBytes> {
 public:
  // Draws a fresh secret: the only way to make one from nothing.
  [[nodiscard]] static Secret generate(Entropy& entropy) {
    Secret secret;
    entropy.fill(secret.cell());
    return secret;
  }

  // Copies bytes that stand elsewhere (a database row, an opened box). Wiping those is the
  // caller's duty.
  [[nodiscard]] static Secret copy_of(std::span<const std::uint8_t, kSizeBytes> source) {
    Secret secret;
    std::copy(source.begin(), source.end(), secret.cell().begin());
    return secret;
  }

  [[nodiscard]] Secret clone() const { return copy_of(this->expose()); }

  // Writes the secret in place: for derivations and decryptions, which then hold no second copy.
  // `fill` is called once with the 32 (kSizeBytes) bytes to write.
  template <typename Fill>
  [[nodiscard]] static Secret made_by(Fill&& fill) {
    Secret secret;
    fill(secret.cell());
    return secret;
  }

 private:
  Secret() = default;
};

// A secret of variable size: opened plaintext, an encoded key list. Same rules; grows only by
// making a new one. Wiped when destroyed. Not in the pool: ordinary pages, excluded from core dumps
// where the platform allows, wiped.
class SecretBuffer {
 public:
  SecretBuffer() = default;
  explicit SecretBuffer(std::size_t size_bytes);  // zero-filled
  // Takes over `source`: moves its bytes here and wipes what is left behind.
  [[nodiscard]] static SecretBuffer take(Bytes&& source);

  SecretBuffer(SecretBuffer&& other) noexcept;
  SecretBuffer& operator=(SecretBuffer&& other) noexcept;
  SecretBuffer(const SecretBuffer&) = delete;
  SecretBuffer& operator=(const SecretBuffer&) = delete;
  ~SecretBuffer();

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] ByteView expose() const { return bytes_; }
  [[nodiscard]] MutableByteView expose_writable() { return bytes_; }
  // Shortens to `size_bytes`, wiping the rest. Requires: not larger than size().
  void shrink(std::size_t size_bytes);

 private:
  Bytes bytes_;
};

// Wipes bytes that held a secret and are about to be freed.
void wipe(MutableByteView bytes);

}  // namespace kluis
