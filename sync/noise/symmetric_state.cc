#include "sync/noise/symmetric_state.h"

#include <algorithm>

namespace kluis::noise {
namespace {

using HashOutput = Secret<struct HashOutputPurpose, 64>;

Bytes initial_transcript(NoiseHash hash, std::string_view protocol_name) {
  Bytes transcript(noise_hash_size(hash));
  if (protocol_name.size() <= transcript.size()) {
    std::ranges::copy(protocol_name, transcript.begin());
  } else {
    noise_hash(hash, transcript, {as_bytes(protocol_name)});
  }
  return transcript;
}

CipherState cipher_of(const HashOutput& output) {
  // A hash of 64 bytes is cut to the 32 of a key.
  return CipherState(CipherKey::copy_of(output.expose().first<CipherKey::kSize>()));
}

}  // namespace

SymmetricState::SymmetricState(NoiseHash hash, std::string_view protocol_name)
    : hash_(hash),
      chaining_key_(ChainingKey::made_by([&](MutableByteView cell) {
        std::ranges::copy(initial_transcript(hash, protocol_name), cell.begin());
      })),
      transcript_(initial_transcript(hash, protocol_name)) {}

void SymmetricState::mix_key(ByteView input_key) {
  const std::size_t size = noise_hash_size(hash_);
  const HashOutput key = HashOutput::made_by([&](MutableByteView key_cell) {
    chaining_key_ = ChainingKey::made_by([&](MutableByteView chain_cell) {
      noise_hkdf(hash_, chaining_key(), input_key, {chain_cell.first(size), key_cell.first(size)});
    });
  });
  cipher_.emplace(cipher_of(key));
}

void SymmetricState::mix_hash(ByteView bytes) {
  Bytes next(transcript_.size());
  noise_hash(hash_, next, {transcript_, bytes});
  transcript_ = std::move(next);
}

void SymmetricState::mix_key_and_hash(ByteView input_key) {
  const std::size_t size = noise_hash_size(hash_);
  Bytes hashed(size);
  const HashOutput key = HashOutput::made_by([&](MutableByteView key_cell) {
    chaining_key_ = ChainingKey::made_by([&](MutableByteView chain_cell) {
      noise_hkdf(hash_, chaining_key(), input_key,
                 {chain_cell.first(size), hashed, key_cell.first(size)});
    });
  });
  mix_hash(hashed);
  cipher_.emplace(cipher_of(key));
}

Status SymmetricState::encrypt_and_hash_onto(Bytes& target, ByteView plaintext) {
  const std::size_t begin = target.size();
  if (cipher_) {
    KLUIS_CHECK(cipher_->seal_onto(target, transcript_, plaintext));
  } else {
    append(target, plaintext);
  }
  mix_hash(ByteView(target).subspan(begin));
  return {};
}

Result<Bytes> SymmetricState::decrypt_and_hash(ByteView sealed) {
  Bytes plaintext;
  if (cipher_) {
    KLUIS_TRY(opened, cipher_->open(transcript_, sealed));
    plaintext = std::move(opened);
  } else {
    plaintext = to_bytes(sealed);
  }
  mix_hash(sealed);
  return plaintext;
}

std::pair<CipherState, CipherState> SymmetricState::split() const {
  const std::size_t size = noise_hash_size(hash_);
  std::optional<HashOutput> first;
  const HashOutput second = HashOutput::made_by([&](MutableByteView second_cell) {
    first = HashOutput::made_by([&](MutableByteView first_cell) {
      noise_hkdf(hash_, chaining_key(), {}, {first_cell.first(size), second_cell.first(size)});
    });
  });
  return {cipher_of(*first), cipher_of(second)};
}

}  // namespace kluis::noise
