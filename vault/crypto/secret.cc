#include "vault/crypto/secret.h"

#include <utility>

#include <sodium.h>

#include "proto/assert.h"
#include "vault/crypto/secret_pool.h"

namespace kluis {

template <std::size_t kSizeBytes>
SecretBytes<kSizeBytes>::SecretBytes() : bytes_(take_secret_cell(kSizeBytes)) {}

template <std::size_t kSizeBytes>
SecretBytes<kSizeBytes>::SecretBytes(SecretBytes&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)) {}

template <std::size_t kSizeBytes>
SecretBytes<kSizeBytes>& SecretBytes<kSizeBytes>::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  if (bytes_ != nullptr) return_secret_cell(bytes_, kSizeBytes);
  bytes_ = std::exchange(other.bytes_, nullptr);
  return *this;
}

template <std::size_t kSizeBytes>
SecretBytes<kSizeBytes>::~SecretBytes() {
  if (bytes_ != nullptr) return_secret_cell(bytes_, kSizeBytes);
}

template <std::size_t kSizeBytes>
bool SecretBytes<kSizeBytes>::equals(const SecretBytes& other) const {
  return sodium_memcmp(expose().data(), other.expose().data(), kSizeBytes) == 0;
}

template <std::size_t kSizeBytes>
std::span<const std::uint8_t, kSizeBytes> SecretBytes<kSizeBytes>::expose() const {
  KLUIS_ASSERT(bytes_ != nullptr);  // Moved from: going on would use a key of nothing.
  return std::span<const std::uint8_t, kSizeBytes>(bytes_, kSizeBytes);
}

template <std::size_t kSizeBytes>
std::span<std::uint8_t, kSizeBytes> SecretBytes<kSizeBytes>::cell() {
  KLUIS_ASSERT(bytes_ != nullptr);
  return std::span<std::uint8_t, kSizeBytes>(bytes_, kSizeBytes);
}

template class SecretBytes<16>;
template class SecretBytes<32>;
template class SecretBytes<64>;

SecretBuffer::SecretBuffer(std::size_t size_bytes) : bytes_(size_bytes) {}

SecretBuffer SecretBuffer::take(Bytes&& source) {
  SecretBuffer buffer;
  buffer.bytes_ = std::move(source);
  source.clear();
  return buffer;
}

SecretBuffer::SecretBuffer(SecretBuffer&& other) noexcept : bytes_(std::move(other.bytes_)) {
  other.bytes_.clear();
}

SecretBuffer& SecretBuffer::operator=(SecretBuffer&& other) noexcept {
  if (this == &other) return *this;
  wipe(bytes_);
  bytes_ = std::move(other.bytes_);
  other.bytes_.clear();
  return *this;
}

SecretBuffer::~SecretBuffer() {
  // A taken vector may have held more before: wipe all that was allocated. Growing within the
  // capacity moves nothing.
  bytes_.resize(bytes_.capacity());
  wipe(bytes_);
}

void SecretBuffer::shrink(std::size_t size_bytes) {
  KLUIS_ASSERT(size_bytes <= bytes_.size());
  wipe(MutableByteView(bytes_).subspan(size_bytes));
  bytes_.resize(size_bytes);
}

void wipe(MutableByteView bytes) {
  sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace kluis
