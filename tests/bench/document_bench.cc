#include <algorithm>
#include <cstdio>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/child.h"
#include "tests/bench/must.h"
#include "tests/bench/raw_sodium.h"
#include "tests/bench/scratch.h"
#include "tests/support/entropies.h"
#include "tests/support/run_seed.h"
#include "vault/crypto/document.h"

// A document of 1 GiB, from memory to /dev/null, in whole processes.
namespace kluis::bench {
namespace {

constexpr unsigned kThreads = 2;
constexpr std::uint64_t kRoomBytes = 16U << 20U;

class FileSource final : public ByteSource {
 public:
  explicit FileSource(int file) : file_(file) {}
  Result<std::size_t> read(MutableByteView target) override {
    const ssize_t count = ::read(file_, target.data(), target.size());
    if (count < 0) return fail(ErrorKind::disk, "disk.io");
    return static_cast<std::size_t>(count);
  }

 private:
  int file_;
};

class FileSink final : public ByteSink {
 public:
  explicit FileSink(int file) : file_(file) {}
  Status write(ByteView source) override {
    while (!source.empty()) {
      const ssize_t count = ::write(file_, source.data(), source.size());
      if (count <= 0) return fail(ErrorKind::disk, "disk.io");
      source = source.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

 private:
  int file_;
};

int must_open(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_CLOEXEC, 0600);
  must_hold(file >= 0, ("cannot open " + path).c_str());
  return file;
}

std::uint64_t size_of(int file) {
  struct stat status{};
  must_hold(fstat(file, &status) == 0, "fstat");
  return static_cast<std::uint64_t>(status.st_size);
}

void seal_or_open(const std::string& verb, const std::string& source, const std::string& target) {
  test::SeededEntropy entropy(1);
  const auto key = DocumentKey::generate(entropy);
  const Bytes id(16, 7);
  const int from = must_open(source, O_RDONLY);
  FileSource reader(from);
  FileSink writer(must_open(target, O_WRONLY | O_CREAT));
  const std::uint64_t size = size_of(from);
  if (verb == "start") return;
  if (verb == "seal") {
    must(seal_document(key, {id, 1}, size, reader, writer, kThreads));
  } else {
    static_cast<void>(must(open_document(key, {id, 1}, size, reader, writer, kThreads)));
  }
}

void make_document(const std::string& path, std::uint64_t size_bytes) {
  std::mt19937_64 generator(test::run_seed(42));
  std::ofstream file(path, std::ios::binary);
  std::vector<std::uint64_t> block(1U << 17U);
  for (std::uint64_t written = 0; written < size_bytes; written += block.size() * 8) {
    for (std::uint64_t& word : block) word = generator();
    file.write(reinterpret_cast<const char*>(block.data()),
               static_cast<std::streamsize>(block.size() * 8));
  }
  must_hold(file.good(), "the document does not fit in the memory folder");
}

// The public key of an age identity file.
std::string recipient_in(const std::string& path) {
  std::ifstream file(path);
  constexpr std::string_view kLabel = "# public key: ";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kLabel)) return line.substr(kLabel.size());
  }
  stop("age-keygen gave no key");
}

std::string mebibytes(std::uint64_t bytes) {
  return shown(static_cast<double>(bytes) / (1U << 20U), 1) + " MiB";
}

class DocumentBench {
 public:
  explicit DocumentBench(const Options& options)
      : options_(options),
        scratch_(options.memory_folder),
        plain_(scratch_.file("plain")),
        label_(options.quick ? "64 MiB" : "1 GiB") {
    make_document(plain_, options.quick ? 64U << 20U : 1U << 30U);
    static_cast<void>(output_of({"age-keygen", "-o", identity()}));
  }

  Rows run() {
    idle_ = run_self({"start", plain_, "/dev/null"}).peak_bytes;
    compare("seal", plain_, {"raw-seal", plain_},
            {"age", "-r", recipient_in(identity()), "-o", "/dev/null", plain_}, 1.5);
    const std::string ours = scratch_.file("ours");
    const std::string raw = scratch_.file("raw");
    const std::string age = scratch_.file("age");
    static_cast<void>(run_self({"seal", plain_, ours}));
    static_cast<void>(run_self({"raw-seal", plain_, raw}));
    static_cast<void>(run_child({"age", "-r", recipient_in(identity()), "-o", age, plain_}));
    unlink(plain_.c_str());
    compare("open", ours, {"raw-open", raw},
            {"age", "-d", "-i", identity(), "-o", "/dev/null", age}, 2.0);
    return std::move(rows_);
  }

 private:
  std::string identity() const { return scratch_.file("identity"); }

  void compare(const std::string& verb, const std::string& source,
               const std::vector<std::string>& raw, const std::vector<std::string>& age,
               double age_bound) {
    std::uint64_t peak = 0;
    const auto ours = [&] {
      const ChildCost child = run_self({verb, source, "/dev/null"});
      peak = std::max(peak, child.peak_bytes);
      return child.cost;
    };
    const std::string what = verb + " " + label_;
    rows_.push_back(row_of(what + ", 2 threads, against raw libsodium",
                           in_turn(options_.pairs, ours, [&] { return run_self(raw).cost; }),
                           Aim::at_least, 0.9));
    rows_.push_back(row_of(what + ", 2 threads, against age",
                           in_turn(options_.pairs, ours, [&] { return run_child(age).cost; }),
                           Aim::at_least, age_bound));
    const std::uint64_t above = peak > idle_ ? peak - idle_ : 0;
    rows_.push_back({what + ", peak memory against just started", mebibytes(peak), mebibytes(idle_),
                     "+ " + mebibytes(above), "<= + 16 MiB", above <= kRoomBytes, ""});
  }

  const Options& options_;
  Scratch scratch_;
  std::string plain_;
  std::string label_;
  std::uint64_t idle_ = 0;
  Rows rows_;
};

}  // namespace

void document_child(const std::vector<std::string>& words) {
  must_hold(words.size() >= 2, "--child wants a verb and a file");
  const std::string target = words.size() > 2 ? words[2] : "";
  if (words[0] == "raw-seal") return raw_seal_file(words[1], target, kThreads);
  if (words[0] == "raw-open") return raw_open_file(words[1], kThreads);
  seal_or_open(words[0], words[1], target);
}

Rows bench_document(const Options& options) {
  return DocumentBench(options).run();
}

}  // namespace kluis::bench
