#include "tests/bench/raw_sodium.h"

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/must.h"

namespace kluis::bench {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

using Key = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_KEYBYTES>;
using Nonce = std::array<std::uint8_t, kNonceBytes>;

Key key_number(std::uint8_t number) {
  Key key{};
  key.fill(number);
  return key;
}

Nonce nonce_of(std::uint64_t chunk) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<std::uint8_t>(chunk >> (8 * i));
  return nonce;
}

struct Files {
  int source;
  int target;
};

void put(int target, const Bytes& bytes, std::size_t size, std::uint64_t offset) {
  const ssize_t written = pwrite(target, bytes.data(), size, static_cast<off_t>(offset));
  must_hold(written == static_cast<ssize_t>(size), "a write was cut short");
}

void seal_every(const Files& files, std::uint64_t first, std::uint64_t step) {
  const Key key = key_number(1);
  Bytes plain(kChunkBytes);
  Bytes sealed(kChunkBytes + kTagBytes);
  for (std::uint64_t chunk = first;; chunk += step) {
    const ssize_t size =
        pread(files.source, plain.data(), plain.size(), static_cast<off_t>(chunk * kChunkBytes));
    if (size <= 0) return;
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(),
                                               static_cast<unsigned long long>(size), nullptr, 0,
                                               nullptr, nonce_of(chunk).data(), key.data());
    put(files.target, sealed, static_cast<std::size_t>(size) + kTagBytes, chunk * sealed.size());
  }
}

void open_every(const Files& files, std::uint64_t first, std::uint64_t step) {
  const Key key = key_number(1);
  Bytes plain(kChunkBytes);
  Bytes sealed(kChunkBytes + kTagBytes);
  for (std::uint64_t chunk = first;; chunk += step) {
    const ssize_t size = pread(files.source, sealed.data(), sealed.size(),
                               static_cast<off_t>(chunk * sealed.size()));
    if (size <= 0) return;
    const int code = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.data(), nullptr, nullptr, sealed.data(), static_cast<unsigned long long>(size),
        nullptr, 0, nonce_of(chunk).data(), key.data());
    must_hold(code == 0, "the yardstick does not open what it sealed");
    put(files.target, plain, static_cast<std::size_t>(size) - kTagBytes, chunk * kChunkBytes);
  }
}

using Worker = void (*)(const Files&, std::uint64_t, std::uint64_t);

void run(const std::string& source, const std::string& target, unsigned threads, Worker worker) {
  must_hold(sodium_init() >= 0, "libsodium");
  const Files files{
      open(source.c_str(), O_RDONLY | O_CLOEXEC),
      open(target.empty() ? "/dev/null" : target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  must_hold(files.source >= 0 && files.target >= 0, "a file of the yardstick");
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < threads; ++i) helpers.emplace_back(worker, files, i, threads);
  worker(files, 0, threads);
  for (std::thread& helper : helpers) helper.join();
  close(files.source);
  close(files.target);
}

}  // namespace

void raw_seal_file(const std::string& source, const std::string& target, unsigned threads) {
  run(source, target, threads, seal_every);
}

void raw_open_file(const std::string& source, unsigned threads) {
  run(source, "", threads, open_every);
}

void raw_argon2id(std::uint32_t memory_kib, std::uint32_t passes) {
  must_hold(sodium_init() >= 0, "libsodium");
  Key key{};
  const std::array<std::uint8_t, crypto_pwhash_SALTBYTES> salt{};
  constexpr std::string_view kPassphrase = "zes woorden voor een kluis";
  const int code =
      crypto_pwhash(key.data(), key.size(), kPassphrase.data(), kPassphrase.size(), salt.data(),
                    passes, std::size_t{memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13);
  must_hold(code == 0, "Argon2id");
}

Bytes raw_wrap() {
  must_hold(sodium_init() >= 0, "libsodium");
  Bytes sealed(kWrappedKeyBytes);
  const Key content = key_number(9);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceBytes, nullptr, content.data(),
                                             content.size(), nullptr, 0, nullptr, sealed.data(),
                                             key_number(1).data());
  return sealed;
}

void raw_rewrap(MutableByteView sealed) {
  Key content{};
  const int code = crypto_aead_xchacha20poly1305_ietf_decrypt(
      content.data(), nullptr, nullptr, sealed.data() + kNonceBytes, sealed.size() - kNonceBytes,
      nullptr, 0, sealed.data(), key_number(1).data());
  must_hold(code == 0, "the yardstick does not open what it sealed");
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceBytes, nullptr, content.data(),
                                             content.size(), nullptr, 0, nullptr, sealed.data(),
                                             key_number(2).data());
}

RawKem::RawKem() : public_(crypto_kem_xwing_PUBLICKEYBYTES) {
  must_hold(sodium_init() >= 0, "libsodium");
  std::array<std::uint8_t, crypto_kem_xwing_SECRETKEYBYTES> secret{};
  must_hold(crypto_kem_xwing_keypair(public_.data(), secret.data()) == 0, "X-Wing");
}

Bytes RawKem::encapsulate() const {
  Bytes result(crypto_kem_xwing_CIPHERTEXTBYTES + crypto_kem_xwing_SHAREDSECRETBYTES);
  const int code = crypto_kem_xwing_enc(
      result.data(), result.data() + crypto_kem_xwing_CIPHERTEXTBYTES, public_.data());
  must_hold(code == 0, "X-Wing");
  return result;
}

}  // namespace kluis::bench
