#pragma once

#include <string>
#include <vector>

#include "tests/bench/measure.h"

// What each benchmark is given, and gives back.
namespace kluis::bench {

struct Options {
  std::string disk_folder;    // on the disk that durable writes go to
  std::string memory_folder;  // in memory, for documents
  int pairs = 5;
  bool quick = false;  // small sizes: shows that it works, measures nothing
};

using Rows = std::vector<Row>;

[[nodiscard]] Rows bench_document(const Options& options);
[[nodiscard]] Rows bench_database(const Options& options);
[[nodiscard]] Rows bench_unlock(const Options& options);
[[nodiscard]] Rows bench_sync(const Options& options);
[[nodiscard]] Rows bench_reseal(const Options& options);
[[nodiscard]] Rows bench_relay(const Options& options);

// What document_bench runs as processes of their own: `words` as it gave them to run_self.
void document_child(const std::vector<std::string>& words);

}  // namespace kluis::bench
