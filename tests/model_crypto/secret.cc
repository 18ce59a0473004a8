#include "vault/crypto/secret.h"

#include <algorithm>
#include <utility>

#include "proto/assert.h"

// The rules of secrets without their protection: ordinary memory, so that a million of them cost
// little. Reading a moved-from secret still aborts.
namespace kluis {

template <std::size_t kSizeBytes>
SecretBytes<kSizeBytes>::SecretBytes() : bytes_(new std::uint8_t[kSizeBytes]()) {}

template <std::size_t kSizeBytes>
SecretBytes<kSizeBytes>::SecretBytes(SecretBytes&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)) {}

template <std::size_t kSizeBytes>
SecretBytes<kSizeBytes>& SecretBytes<kSizeBytes>::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  delete[] bytes_;
  bytes_ = std::exchange(other.bytes_, nullptr);
  return *this;
}

template <std::size_t kSizeBytes>
SecretBytes<kSizeBytes>::~SecretBytes() {
  delete[] bytes_;
}

template <std::size_t kSizeBytes>
bool SecretBytes<kSizeBytes>::equals(const SecretBytes& other) const {
  return std::ranges::equal(expose(), other.expose());
}

template <std::size_t kSizeBytes>
std::span<const std::uint8_t, kSizeBytes> SecretBytes<kSizeBytes>::expose() const {
  KLUIS_ASSERT(bytes_ != nullptr);
  return std::span<const std::uint8_t, kSizeBytes>(bytes_, kSizeBytes);
}

template <std::size_t kSizeBytes>
std::span<std::uint8_t, kSizeBytes> SecretBytes<kSizeBytes>::cell() {
  KLUIS_ASSERT(bytes_ != nullptr);
  return std::span<std::uint8_t, kSizeBytes>(bytes_, kSizeBytes);
}

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
  bytes_ = std::move(other.bytes_);
  other.bytes_.clear();
  return *this;
}

SecretBuffer::~SecretBuffer() = default;

void SecretBuffer::shrink(std::size_t size_bytes) {
  KLUIS_ASSERT(size_bytes <= bytes_.size());
  bytes_.resize(size_bytes);
}

void wipe(MutableByteView bytes) {
  std::ranges::fill(bytes, std::uint8_t{0});
}

}  // namespace kluis
