#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <vector>

#include "tests/support/entropies.h"
#include "tests/support/memory_stream.h"
#include "vault/crypto/byte_stream.h"

// Sources and sinks for the tests of documents.
namespace kluis::test {

// Content of any size that takes little memory: random bytes with a period that is prime to the
// size of a chunk, so that no two chunks are alike.
class Pattern {
 public:
  // Calls `use(offset, bytes)` for the pieces of the content's `size` bytes from `begin`.
  template <typename Use>
  static void for_each_piece(std::uint64_t begin, std::size_t size, Use&& use) {
    static const Bytes kPeriod = [] {
      Bytes bytes(65'521);
      SeededEntropy(11).fill(bytes);
      return bytes;
    }();
    for (std::size_t done = 0; done < size;) {
      const std::size_t at = static_cast<std::size_t>((begin + done) % kPeriod.size());
      const std::size_t count = std::min(size - done, kPeriod.size() - at);
      use(done, ByteView(kPeriod).subspan(at, count));
      done += count;
    }
  }
};

class PatternSource : public ByteSource {
 public:
  explicit PatternSource(std::uint64_t size) : size_(size) {}

  Result<std::size_t> read(MutableByteView target) override {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(target.size(), size_ - at_));
    Pattern::for_each_piece(at_, size, [&](std::size_t offset, ByteView piece) {
      std::memcpy(target.data() + offset, piece.data(), piece.size());
    });
    at_ += size;
    return size;
  }

 private:
  std::uint64_t size_;
  std::uint64_t at_ = 0;
};

// Counts, and checks that the bytes are PatternSource's.
class PatternSink : public ByteSink {
 public:
  Status write(ByteView source) override {
    Pattern::for_each_piece(size, source.size(), [&](std::size_t offset, ByteView piece) {
      good = good && std::memcmp(source.data() + offset, piece.data(), piece.size()) == 0;
    });
    size += source.size();
    return {};
  }

  std::uint64_t size = 0;
  bool good = true;
};

// Hands what one thread writes to another that reads; holds little.
class Pipe : public ByteSource, public ByteSink {
 public:
  Status write(ByteView source) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.empty(); });
    held_.assign(source.begin(), source.end());
    at_ = 0;
    size += source.size();
    changed_.notify_all();
    return {};
  }

  Result<std::size_t> read(MutableByteView target) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !held_.empty() || closed_; });
    const std::size_t count = std::min(target.size(), held_.size() - at_);
    std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(at_), count, target.begin());
    at_ += count;
    if (at_ == held_.size()) {
      held_.clear();
      at_ = 0;
      changed_.notify_all();
    }
    return count;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  std::uint64_t size = 0;  // written so far; read when the writer is done

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Bytes held_;
  std::size_t at_ = 0;
  bool closed_ = false;
};

}  // namespace kluis::test
